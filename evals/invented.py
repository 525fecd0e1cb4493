"""What an answer says that nobody recorded: neither its sources nor the network nor the question has it."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from chainlit_app.turn import Source, TurnEnded
from evals.truth.network import load

_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7})(?:/\d{1,3})?", re.IGNORECASE
)
_NAME = re.compile(r"\b[A-Za-z]{3}\d{2}(?:-[A-Za-z]+\d+)?\b|\b[A-Z]{3}-\d{6}\b")


def invented(ended: TurnEnded, sources: Sequence[Source], asked: Sequence[str], says: Iterable[Any]) -> str:
    """Return what is invented in an answer, in a line; empty where nothing is."""
    lost = [fact.text for fact in ended.check.facts if fact.verdict == "not_found"] if ended.check else []
    read = None
    for token in dict.fromkeys(_ADDRESS.findall(ended.text) + _NAME.findall(ended.text)):
        name = token.lower()
        if name in _recorded() or any(name in text.lower() for text in (*asked, *map(str, says))):
            continue
        read = _read(sources) if read is None else read
        if name not in read:
            lost.append(token)
    return f"no source has {', '.join(dict.fromkeys(lost))}" if lost else ""


def _read(sources: Sequence[Source]) -> str:
    parts = []
    for source in sources:
        parts += [source.answer.summary, source.answer.subject, *source.answer.notes]
        parts += [str(cell) for row in source.table.rows for cell in row]
    return "\n".join(parts).lower()


@cache
def _recorded() -> frozenset[str]:
    """Return every name, prefix and address of the network."""
    names = [row["name"] for kind in ("locations", "devices", "racks") for row in load(kind)]
    names += [row["cid"] for row in load("circuits")] + [row["prefix"] for row in load("prefixes")]
    for row in load("ip_addresses"):
        names += [row["address"], row["address"].split("/")[0]]
    return frozenset(name.lower() for name in names)
