"""What can go wrong between a tool and the source of truth, sorted by who can do something about it.

* SourceError              its text is one or two sentences for the model and for people: no raw message, no secret
  + Question               ask differently; its candidates are records that a name may mean, or is nearest to
    x InvalidRequest       an argument that cannot be right, such as 10.0.0.300 or an empty list
    x Ambiguous            several records have such a name: all of them
    x UnknownName          a name that nothing in Nautobot has: ask for another
      x NoSuchName         the same, with the nearest names
    x Gone                 an earlier result that is no longer kept: how to get it back
    x Empty                an earlier result without rows: nothing follows from it
  x NotAllowed             Nautobot refuses the token, or the token may not read this kind of record
  x Unavailable            Nautobot does not answer, or not sensibly
  + BrokenQuery            a query file is missing or broken, or asks what this Nautobot does not have
    x NotServed            a whole kind of record that this Nautobot does not have

Anything else is a bug of ours: it is logged with its traceback, and people are told only that there is one.
"""

from collections.abc import Sequence
from typing import ClassVar

from tools.models import Candidate, Outcome

_LISTED = 40  # candidates; who has more to choose from has to say more
_WRITTEN = 80  # characters of a name that are said back


class SourceError(Exception):
    """Base of what a reader is told. `str()` of it is the text."""

    outcome: ClassVar[Outcome]


class Question(SourceError):
    """A question that needs to be asked differently; the message is for the model and the reader."""

    candidates: Sequence[Candidate] = ()


class InvalidRequest(Question):
    """An argument that no network could answer; the message says what is allowed."""

    outcome = "invalid"


class Ambiguous(Question):
    """A name that several records have."""

    outcome = "ambiguous"

    def __init__(self, kind: str, written: str, candidates: Sequence[Candidate]) -> None:
        more = f" The first {_LISTED} are listed: a longer name tells more." if len(candidates) > _LISTED else ""
        super().__init__(
            f"{_quoted(written)} may mean {len(candidates):,} {plural(kind)}. Name the one that is meant.{more}"
        )
        self.candidates = candidates[:_LISTED]


class UnknownName(Question):
    """No record has the name `value`; `argument` is the variable of the query it was given for, where known."""

    outcome = "unknown"

    def __init__(self, text: str, *, argument: str = "", value: str = "") -> None:
        super().__init__(text)
        self.argument = argument
        self.value = value


class NoSuchName(UnknownName):
    """A name that no record has; the candidates are the nearest names."""

    def __init__(self, kind: str, written: str, nearest: Sequence[Candidate] = (), hint: str = "") -> None:
        told = " The nearest names are listed." if nearest else ""
        super().__init__(f"No {kind} is called {_quoted(written)}.{told}{' ' + hint if hint else ''}")
        self.candidates = nearest


class Gone(Question):
    """An earlier result that is no longer kept."""

    outcome = "gone"

    def __init__(self, name: str, tool: str, arguments: str) -> None:
        super().__init__(
            f"The rows of {name} are no longer kept. Call {tool} with {arguments} again, and go on with the new result."
        )


class Empty(Question):
    """An earlier result without rows."""

    outcome = "empty"


class NotAllowed(SourceError):
    """The token is refused, or may not read these records."""

    outcome = "not_allowed"


class Unavailable(SourceError):
    """No sensible answer from Nautobot: refused, too slow, broken."""

    outcome = "unavailable"


class BrokenQuery(SourceError):
    """A query file that cannot be used; the text names file, line and reason."""

    outcome = "defect"


class NotServed(BrokenQuery):
    """A query for a kind of record, `root`, that this Nautobot does not have, most often one of an older version."""

    def __init__(self, text: str, root: str) -> None:
        super().__init__(text)
        self.root = root


def _quoted(written: str) -> str:
    return f"'{written if len(written) <= _WRITTEN else written[: _WRITTEN - 1] + '…'}'"


def plural(kind: str) -> str:
    """Return a noun of ours in the plural."""
    if kind.endswith(("status", "prefix")):
        return kind + "es"
    return kind[:-1] + "ies" if kind.endswith("y") else kind + "s"
