"""Score the offline reader: every question of the sets is read, with the demo network's tools behind it.

    python scripts/eval.py [-v] [FILE.jsonl ...]

Two forms of line: {"turns": [...], "expect": [...]} with the exact calls, "refuse", "help" or "ask" for each turn; and
{"question" | "turns", "wants", "args"}, where `wants` is a capability. Ends with 1 where a bar is missed.
"""

import asyncio
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from chainlit_app.offline import Asked, Call, Calls, Declined
from chainlit_app.offline.reader import respond
from tools.about import names as names_of
from tools.answering import Answering
from tools.loading import Loading
from tools.models import Earlier, Names
from tools.settings import ToolSettings

OWN = Path(__file__).parent.parent / "tests" / "offline" / "questions.jsonl"
READ_RIGHT, MILLISECONDS, ROUNDS = 0.95, 50.0, 8
WANTED = {
    "locations": "search_locations", "prefixes": "get_prefixes_by_location", "find": "find_prefix", "device": "get_device",
    "devices": "get_devices_by_location", "role": "get_devices_by_location", "vlans": "get_vlans_by_location",
    "interfaces": "get_interfaces_by_device", "analyze": "analyze_prefixes_dataframe", "export": "export_prefixes_to_csv",
    "circuits": "get_circuits", "space": "find_free_space",
}  # fmt: skip


@dataclass
class Read:
    """What the reader did with one question."""

    question: str
    calls: list[Call] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    ending: str = "said"  # said, asked, declined
    text: str = ""
    milliseconds: float = 0.0  # the slowest of its answers


async def conversation(turns: list[str], names: Names, answering: Answering) -> list[Read]:
    """Return what the reader does with each question of a conversation."""
    messages: list[dict[str, Any]] = []
    done: list[Read] = []
    earlier: dict[str, Earlier] = {}
    for question in turns:
        messages.append({"role": "user", "content": question})
        read = Read(question)
        for _ in range(ROUNDS):
            began = time.perf_counter()
            pieces = respond(messages, [], names)
            read.milliseconds = max(read.milliseconds, (time.perf_counter() - began) * 1000)
            calls = [call for piece in pieces if isinstance(piece, Calls) for call in piece.calls]
            if not calls:
                break
            await _run(calls, read, messages, answering, earlier)
        read.text = "".join(piece for piece in pieces if isinstance(piece, str))
        endings = {Declined: "declined", Asked: "asked"}
        read.ending = next((word for kind, word in endings.items() for p in pieces if isinstance(p, kind)), "said")
        messages.append({"role": "assistant", "content": read.text})
        done.append(read)
    return done


async def _run(
    calls: list[Call], read: Read, messages: list[dict[str, Any]], answering: Answering, earlier: dict[str, Earlier]
) -> None:
    made = [(f"call_{len(messages)}_{i}", call) for i, call in enumerate(calls)]
    asked = [
        {"id": key, "type": "function", "function": {"name": call.name, "arguments": json.dumps(call.arguments)}}
        for key, call in made
    ]
    messages.append({"role": "assistant", "content": None, "tool_calls": asked})
    for key, call in made:
        got = await answering.answer(call.name, call.arguments, "eval", earlier=earlier)
        number = len(earlier) + 1
        earlier[f"r{number}"] = Earlier(uri=got.answer.result_uri, tool=call.name, arguments=call.arguments)
        read.calls.append(call)
        read.outcomes.append(got.answer.outcome)
        content = (
            f'<tool_result source="{number}" tool="{call.name}" outcome="{got.answer.outcome}"'
            f' rows="{got.answer.total}" shown="{got.answer.shown}" data="demo">\n{escape(got.text, quote=False)}\n</tool_result>'
        )
        messages.append({"role": "tool", "tool_call_id": key, "content": content})


def verdict(read: Read, expected: object) -> str:
    """Return "right", "wrong" (a call that should not be), or how else it went."""
    if expected == "refuse":
        return "wrong" if read.calls else "right" if read.ending != "said" else "answered"
    if expected in ("help", "ask"):
        return (
            "wrong"
            if read.calls
            else "right"
            if (read.ending == "asked") == (expected == "ask") and read.ending != "declined"
            else "missed"
        )
    assert isinstance(expected, list)
    if not read.calls:
        return "asked back" if read.ending == "asked" else "declined"
    every = len(read.calls) == len(expected)
    return "right" if every and all(any(_same(call, one) for call in read.calls) for one in expected) else "wrong"


def _same(call: Call, expected: tuple[str, Mapping[str, Any]]) -> bool:
    tool, arguments = expected
    wanted = {key: value for key, value in arguments.items() if key != "*"}
    if call.name != tool or not ("*" in arguments or set(wanted) == set(call.arguments)):
        return False
    return all(
        key in call.arguments
        and value in ("*", _plain(call.arguments[key]))
        or _plain(value) == _plain(call.arguments.get(key))
        for key, value in wanted.items()
    )


def _plain(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, list) else str(value).lower()


def capability(line: Mapping[str, Any], reads: list[Read]) -> list[str]:
    """Return the verdicts of a line that names a capability and the arguments of a right reading."""
    wants, arguments = line["wants"], {k: v for k, v in line["args"].items()}
    if wants in ("refuse", "help"):
        return [verdict(read, wants) for read in reads]
    if wants == "ambiguous":
        return ["right" if read.ending == "asked" else "wrong" for read in reads]
    if wants in ("unknown", "empty"):
        return ["right" if wants in read.outcomes else "wrong" for read in reads]
    return [_fits(wants, arguments, read) for read in reads]


def _fits(wants: str, arguments: dict[str, str], read: Read) -> str:
    if not read.calls:
        return "asked back" if read.ending == "asked" else "declined"
    if wants in WANTED and any(call.name != WANTED[wants] for call in read.calls):
        return "wrong"
    said = " ".join(f"{k}={v}" for call in read.calls for k, v in call.arguments.items()).lower()
    wanted = [part for value in arguments.values() for part in str(value).lower().split("+")]
    return "right" if all(part in said for part in wanted) else "wrong"


def lines(files: list[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the lines of the files, each with the name of its block."""
    for file in files:
        for text in file.read_text(encoding="utf-8").splitlines():
            if text.strip():
                line = json.loads(text)
                yield line.get("block", file.stem), line


async def score(files: list[Path], verbose: bool) -> int:
    """Print the score of the files; return 1 where a bar is missed."""
    loading = Loading(ToolSettings(demo_mode="true"))
    answering = await loading.answering()
    names = await names_of(answering.nautobot)
    respond([{"role": "user", "content": "warm up"}], [], names)
    tally: dict[str, Counter[str]] = {}
    times: list[float] = []
    for block, line in lines(files):
        reads = await conversation(line.get("turns") or [line["question"]], names, answering)
        found = (
            capability(line, reads)
            if "wants" in line
            else [verdict(r, e) for r, e in zip(reads, line["expect"], strict=True)]
        )
        for i, (read, word) in enumerate(zip(reads, found, strict=True)):
            refusal = line.get("wants") == "refuse" or ("expect" in line and line["expect"][i] == "refuse")
            tally.setdefault(block, Counter())[("refused " if refusal else "read ") + word] += 1
            times.append(read.milliseconds)
            if verbose or word != "right":
                print(f"{word:10} {read.question!r} {[(c.name, c.arguments) for c in read.calls] or read.text[:160]!r}")
    await loading.aclose()
    return report(tally, times)


def report(tally: Mapping[str, Counter[str]], times: list[float]) -> int:
    """Print the figures; return 1 where a bar is missed."""
    every: Counter[str] = Counter()
    for block, counts in tally.items():
        every += counts
        print(f"{block:14} {_figures(counts)}")
    slow = max(times)
    print(f"{'all':14} {_figures(every)}")
    print(
        f"median {statistics.median(times):.1f} ms, p95 {sorted(times)[int(len(times) * 0.95)]:.1f} ms, slowest {slow:.1f} ms"
    )
    read, wrong = _share(every, "read "), sum(n for word, n in every.items() if word.endswith("wrong"))
    met = (
        read >= READ_RIGHT
        and _share(every, "refused ") == 1.0
        and not wrong
        and statistics.median(times) <= MILLISECONDS
    )
    print(
        "All bars are met."
        if met
        else f"Missed: a bar of >= {READ_RIGHT:.0%} read, all refused, no wrong call, <= {MILLISECONDS:.0f} ms."
    )
    return 0 if met else 1


def _figures(counts: Counter[str]) -> str:
    kinds = {kind: sum(n for word, n in counts.items() if word.startswith(kind)) for kind in ("read ", "refused ")}
    wrong = sum(n for word, n in counts.items() if word.endswith("wrong"))
    return (
        f"read right {counts['read right']} of {kinds['read ']}, refused right {counts['refused right']} of"
        f" {kinds['refused ']}, asked back {counts['read asked back']}, wrong calls {wrong}"
    )


def _share(counts: Counter[str], kind: str) -> float:
    total = sum(n for word, n in counts.items() if word.startswith(kind))
    return counts[f"{kind}right"] / total if total else 1.0


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "-v"]
    sys.exit(asyncio.run(score([OWN, *map(Path, given)], "-v" in sys.argv)))
