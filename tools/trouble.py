"""Questions that need to be asked differently, beside what tools/errors.py knows.

* Question               a SourceError whose candidates are records that a name may mean, or is nearest to
  x Invalid              an argument that cannot be right, such as 10.0.0.300
  x Ambiguous            several records have such a name: all of them
  x Unknown              no record has such a name: the nearest
"""

from collections.abc import Sequence
from typing import ClassVar

from tools.errors import SourceError
from tools.models import Candidate, Outcome

_LISTED = 40  # candidates; who has more to choose from has to say more
_WRITTEN = 80  # characters of a name that are said back


class Question(SourceError):
    """A question that needs to be asked differently; the message is for the model and the reader."""

    outcome: ClassVar[Outcome] = "invalid"
    candidates: Sequence[Candidate] = ()


class Invalid(Question):
    """An argument that cannot be right; the message says what is allowed."""


class Ambiguous(Question):
    """A name that several records have."""

    outcome: ClassVar[Outcome] = "ambiguous"

    def __init__(self, kind: str, written: str, candidates: Sequence[Candidate]) -> None:
        more = f" The first {_LISTED} are listed: a longer name tells more." if len(candidates) > _LISTED else ""
        super().__init__(
            f"{_quoted(written)} may mean {len(candidates):,} {plural(kind)}. Name the one that is meant.{more}"
        )
        self.candidates = candidates[:_LISTED]


class Unknown(Question):
    """A name that no record has."""

    outcome: ClassVar[Outcome] = "unknown"

    def __init__(self, kind: str, written: str, nearest: Sequence[Candidate] = (), hint: str = "") -> None:
        told = " The nearest names are listed." if nearest else ""
        super().__init__(f"No {kind} is called {_quoted(written)}.{told}{' ' + hint if hint else ''}")
        self.candidates = nearest


def _quoted(written: str) -> str:
    return f"'{written if len(written) <= _WRITTEN else written[: _WRITTEN - 1] + '…'}'"


def plural(kind: str) -> str:
    """Return a noun of ours in the plural."""
    if kind.endswith(("status", "prefix")):
        return kind + "es"
    return kind[:-1] + "ies" if kind.endswith("y") else kind + "s"
