"""The stage script: blocks of lines in docs/demo-script.md. Pure."""

import re
from dataclasses import dataclass
from pathlib import Path

ACTIONS = {"ask", "click", "filter", "save", "close"}
CHECKS = {"expect", "not", "see", "rows", "picture"}
PATIENCE = 10.0  # seconds that an audience waits, where `within` does not say otherwise
_BLOCK = re.compile(r"^```stage\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class WrongScript(Exception):
    """A line that is not understood; the message says which."""


@dataclass(frozen=True)
class Line:
    """One thing to do, or to see."""

    number: int  # in the file
    word: str
    text: str
    within: float = PATIENCE  # of an action: how long may it take until the page is ready again

    def __str__(self) -> str:
        return f"{self.word}: {self.text}" if self.text else self.word


def read(file: Path) -> list[Line]:
    """Return the lines of all blocks. Raise `WrongScript`."""
    text = file.read_text(encoding="utf-8")
    lines: list[Line] = []
    for block in _BLOCK.finditer(text):
        first = text[: block.start(1)].count("\n") + 1
        lines += _block(file, first, block[1].splitlines())
    if not any(line.word == "ask" for line in lines):
        raise WrongScript(
            f"{file}: asks nothing. A block begins with ```stage and has a line such as `ask: Where is ...?`"
        )
    return lines


def _block(file: Path, first: int, written: list[str]) -> list[Line]:
    patience: dict[int, float] = {}
    lines: list[Line] = []
    for number, line in enumerate(written, start=first):
        word, _, text = (part.strip() for part in line.partition(":"))
        if not word:
            continue
        if word == "within":
            patience[max((at for at, one in enumerate(lines) if one.word in ACTIONS), default=0)] = _seconds(
                file, number, text
            )
        elif word not in ACTIONS | CHECKS or (not text and word != "close"):
            known = ", ".join(sorted(ACTIONS | CHECKS | {"within"}))
            raise WrongScript(
                f"{file}:{number}: {line.strip()!r} is not understood. A line begins with one of: {known}."
            )
        else:
            lines.append(Line(number, word, text))
    return [Line(line.number, line.word, line.text, patience.get(at, PATIENCE)) for at, line in enumerate(lines)]


def _seconds(file: Path, number: int, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise WrongScript(f"{file}:{number}: {text!r} is no number of seconds.") from None
