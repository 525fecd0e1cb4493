"""The columns of the results before, and how people say them."""

import re
from collections.abc import Sequence
from functools import cache

from chainlit_app.offline.conversation import Result
from chainlit_app.offline.idioms import section

NUMBERS = frozenset(["addresses", "used", "free", "used percent", "count", "prefixes", "vlan", "commit rate kbps", "port speed kbps", "prefix length", "mtu", "position"])  # fmt: skip
PERCENT = "used percent"


def columns_of(result: Result, before: Sequence[Result]) -> tuple[str, ...]:
    """Return the columns that a result has; also those that its text leaves out, where all rows have the same."""
    arguments = result.call.arguments
    if result.call.name != "get_rows":
        return tuple(dict.fromkeys([*result.columns, *section("columns").get(result.call.name, ())]))
    if arguments.keys() & {"group_by", "columns", "figures", "compare_with"}:
        return result.columns
    first = next((one for one in before if one.name == arguments.get("result")), None)
    return tuple(dict.fromkeys([*result.columns, *(columns_of(first, before) if first else ())]))


@cache
def _said() -> list[tuple[re.Pattern[str], list[str]]]:
    return [(re.compile(words, re.IGNORECASE), names) for words, names in section("said").items()]


def column(words: str, columns: Sequence[str]) -> str:
    """Return the column that is meant; empty where there is none."""
    plain = " ".join(words.lower().split())
    if plain in columns:
        return plain
    for pattern, names in _said():
        if pattern.fullmatch(plain) and (known := next((name for name in names if name in columns), "")):
            return known
    return ""


@cache
def pattern(columns: tuple[str, ...]) -> str:
    """Return what matches every way to say one of these columns, the longest first."""
    ways = [words for words, names in section("said").items() if set(names) & set(columns)]
    ways = [way for words in ways for way in _alternatives(words)]
    own = [re.escape(name).replace(r"\ ", r"\s+") for name in columns]
    return "|".join(sorted({*ways, *own}, key=len, reverse=True))


def _alternatives(words: str) -> list[str]:
    """Return the alternatives of a pattern that stand at its top."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(words):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            found.append(words[start:at])
            start = at + 1
    return [*found, words[start:]]
