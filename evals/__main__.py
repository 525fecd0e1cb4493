"""Score a model on the demo network.

    python -m evals                          the offline reader
    python -m evals MODEL [--times 3]        a model by its LiteLLM name, such as openai/gpt-4.1-mini

Ends with 1 where a figure is below what is recorded for the model in evals/recorded.json.
"""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from chainlit_app.turn import ToolboxTrouble
from evals import questions, report, run
from tools.settings import WrongSetting

HERE = Path(__file__).parent
RECORDED = HERE / "recorded.json"
OFFLINE = "offline"
NOT_LESS = ("questions", "exact", "tools", "arguments", "refused")  # no run may fall below these
NOT_MORE = ("inventions",)


def main(given: Sequence[str] | None = None) -> int:
    """Ask, judge, report; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", nargs="?", default=OFFLINE, help="a LiteLLM name; without one the offline reader")
    parser.add_argument("--times", type=int, default=1, help="ask each question so often; right is what always is")
    parser.add_argument(
        "--only", default="", help="only questions whose id contains this, such as devices or circuits-03"
    )
    parser.add_argument(
        "--unseen",
        nargs="?",
        const="",
        choices=["", *sorted(folder.name for folder in questions.UNSEEN.iterdir() if folder.is_dir())],
        help="the questions that no reader was tuned on when they were first asked, of all rounds or of one; nothing is held",
    )
    parser.add_argument("--at-once", type=int, default=4, help="conversations at once; 1 for a slow server of your own")
    parser.add_argument("--out", type=Path, default=Path("build/evals"), help="the folder of the reports")
    parser.add_argument("--record", action="store_true", help="keep these figures as the ones to hold")
    options = parser.parse_args(given)
    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL)
    unseen = options.unseen is not None
    folder = questions.UNSEEN / options.unseen if unseen else questions.FOLDER
    out = options.out / "unseen" if unseen else options.out
    part = bool(options.only or unseen)  # figures of a part are neither kept nor held
    talks = [talk for talk in questions.talks(folder) if options.only in talk.id]
    model = None if options.model == OFFLINE else options.model
    try:
        asked = asyncio.run(run.run(talks, model, max(options.times, 1), _told, max(options.at_once, 1)))
    except (WrongSetting, ToolboxTrouble) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    print(report.summary(options.model, asked))
    print(f"Report: {report.write(out, options.model, asked, options.times)}")
    if options.record and not part:
        _record(options.model, asked, options.times)
    below = [] if part else missed(options.model, asked)
    for line in below:
        print(line)
    return 1 if below else 0


def _told(one: run.Asked) -> None:
    if one.marks.wrong:
        exact = "exact, but " if one.marks.exact else ""
        print(f"{one.id}: {exact}{'; '.join(f'{name}: {why}' for name, why in one.marks.wrong.items())}"[:300])


def _record(name: str, asked: Sequence[run.Asked], times: int) -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    found = report.figures(asked)
    recorded[name] = {key: found[key] for key in (*NOT_LESS, *NOT_MORE)}
    RECORDED.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
    if name == OFFLINE:
        (HERE / "report.md").write_text(report.markdown(name, asked, times), encoding="utf-8")


def missed(name: str, asked: Sequence[run.Asked]) -> list[str]:
    """Return the figures that are worse than those recorded for a model."""
    held = json.loads(RECORDED.read_text(encoding="utf-8")).get(name, {}) if RECORDED.exists() else {}
    found = report.figures(asked)
    worse = [key for key in NOT_LESS if key in held and found[key] < held[key]]
    worse += [key for key in NOT_MORE if key in held and found[key] > held[key]]
    return [f"{key} was {held[key]:g} when it was recorded, and is {found[key]:g}." for key in worse]


if __name__ == "__main__":
    sys.exit(main())
