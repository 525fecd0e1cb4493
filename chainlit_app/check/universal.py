"""What is said of all there are: "all prefixes at NYC01 are Active". Pure."""

import re

from chainlit_app.check.clauses import Clause
from chainlit_app.check.mentions import Mention
from chainlit_app.check.numbers import number_at

_ALL = {"all", "every", "each", "both", "only"}
_OF_ALL = {"are", "is", "in", "of", "type", "status", "have", "has", "role", "the", "with", "as", "them", "these"}
_THEM = re.compile(r"(?:each|all|both) of (?:them|these|those)\b", re.IGNORECASE)


def is_of_some(text: str, clause: Clause, listed: bool) -> bool:
    """Say whether "both" and "each of them" are those that were named before. `listed`: a list stands above."""
    opening = clause.words[clause.first]
    return opening.key == "both" or (listed and _THEM.match(text, opening.start) is not None)


def says_all(name: Mention, clause: Clause) -> bool:
    """Say whether a clause says something of all there are: "all are Active", "all prefixes at NYC01 are Active"."""
    before = [word.key for word in clause.words[max(0, name.first - 4) : name.first]]
    opening = clause.words[clause.first]
    if opening.key not in _ALL and _ALL.isdisjoint(before):
        return False
    if (
        before[-1:] in (["each"], ["every"])
        or before[-2:] == ["all", "the"]
        or before[-1:] == ["all"]
        and name.kind == "role"
        and name.plain
    ):
        return False  # "all the WAN routers" are spoken of
    near = next((word for word in reversed(before) if word not in _OF_ALL), "")
    first = opening.key in _ALL and opening.start < name.start
    if not (near in _ALL or (first and before and before[-1] in _OF_ALL)):
        return False
    # "only 2 are Reserved" is not said of all
    return not any(number_at(clause.words, at) for at in range(max(0, name.first - 3), name.first))
