"""What is said beside a question: "I think one is missing", "auditors want it by noon", "X is flapping, who has it?".

Where a question is not read as a whole it is read once more without such a part, and the answer says which part was left
aside. Names in that part stay: of "10.1.2.3 is flapping, who has it?" the address is what is asked about.
"""

import re
from collections.abc import Callable

from chainlit_app.offline.facts import facts
from chainlit_app.offline.follow import DONE
from chainlit_app.offline.further import FURTHER
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import first, section, tidy
from chainlit_app.offline.reading import Reading

_READ = tuple(job for job in (*DONE, *FURTHER) if job != "overview")
_CLAUSE = re.compile(
    r"\s*(?:[;:!?]+|[,.](?!\d)|\s-+\s|\s[–—]\s|\s+and\s+(?=(?:(?:i|we)\s+)?(?:need|want)\b))\s*",
    re.IGNORECASE,
)


def without_asides(text: str, names: Gazetteer, read: Callable[[str], Reading]) -> Reading | None:
    """Return how a question is read without what is said beside it; None where nothing is, or the rest is not read."""
    for rest, aside in (_purpose(text), _clauses(text, names)):
        # A name alone is no question: of "we are going to delete ..., do it now" nothing is left to read.
        if aside and (reading := read(rest)).job in _READ:
            return reading.but(aside=aside)
    return None


def _purpose(text: str) -> tuple[str, str]:
    """Return a question without the "for the quarterly review I need" before it, and that."""
    found = first(text, section("asides", "purpose"))
    return ("show me " + tidy(found[0]), tidy(found[1][0])) if found else (text, "")


def _clauses(text: str, names: Gazetteer) -> tuple[str, str]:
    """Return the clauses that ask, after the names of those before them, and the others."""
    clauses = [clause for part in _CLAUSE.split(text) if (clause := part.strip())]
    if len(clauses) < 2:
        return text, ""
    beside = [_beside(clause) for clause in clauses]
    asking = [clause for clause, aside in zip(clauses, beside, strict=True) if not aside]
    if not any(beside) or not any(_asks(clause) or facts(clause, names).topics for clause in asking):
        return text, ""
    lead = [name for clause, aside in zip(clauses, beside, strict=True) if aside for name in _names(clause, names)]
    said = "; ".join(clause for clause, aside in zip(clauses, beside, strict=True) if aside)
    return _joined(lead, ", ".join(asking)), said


def _asks(clause: str) -> bool:
    return first(clause, section("asides", "asks")) is not None


def _beside(clause: str) -> bool:
    return not _asks(clause) and first(clause, section("asides", "beside")) is not None


def _joined(lead: list[str], asking: str) -> str:
    """Return a question with the name that it goes back to in the place of "it" or "there"; before it otherwise."""
    if not lead:
        return asking
    name = " and ".join(lead)
    for rule, said in (("back", name), ("there", f"at {name}")):
        found = first(asking, section("asides", rule))
        if found:
            at = found[1]
            return f"{asking[: at.start()]} {said} {asking[at.end() :]}"
    return f"{asking} {name}" if "/" in name or ":" in name else f"{asking} at {name}"


def _names(clause: str, names: Gazetteer) -> list[str]:
    found = facts(clause, names)
    places = [written for written, _ in found.places]
    return list(dict.fromkeys([*found.targets, *found.devices, *places]))
