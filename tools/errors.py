"""What can go wrong between a tool and the source of truth, sorted by who can do something about it.

* SourceError              its text is one or two sentences for the model and for people: no raw message, no secret
  x UnknownName            a name that nothing in Nautobot has: ask for another
  x InvalidRequest         an argument that cannot be right, such as 10.0.0.300 or an empty list
  x NotAllowed             Nautobot refuses the token, or the token may not read this kind of record
  x Unavailable            Nautobot does not answer, or not sensibly
  x BrokenQuery            a query file is missing or broken, or asks what this Nautobot does not have

Anything else is a bug of ours: it is logged with its traceback, and people are told only that there is one.
"""

from typing import ClassVar

from tools.models import Outcome


class SourceError(Exception):
    """Base of what a reader is told. `str()` of it is the text."""

    outcome: ClassVar[Outcome]


class UnknownName(SourceError):
    """No record has the name `value`; `argument` is the variable of the query it was given for, where known."""

    outcome = "unknown"

    def __init__(self, text: str, *, argument: str = "", value: str = "") -> None:
        super().__init__(text)
        self.argument = argument
        self.value = value


class InvalidRequest(SourceError):
    """An argument that no network could answer."""

    outcome = "invalid"


class NotAllowed(SourceError):
    """The token is refused, or may not read these records."""

    outcome = "not_allowed"


class Unavailable(SourceError):
    """No sensible answer from Nautobot: refused, too slow, broken."""

    outcome = "unavailable"


class BrokenQuery(SourceError):
    """A query file that cannot be used; the text names file, line and reason."""

    outcome = "defect"
