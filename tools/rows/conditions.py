"""Conditions on the rows of a result: which values of a column fulfil one, and how it is said. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from tools.errors import InvalidRequest
from tools.models import Cell
from tools.names import fold
from tools.rows.cells import (
    Net,
    is_day,
    is_empty,
    moment,
    net,
    nets,
    number,
    plain,
    said,
    written_number,
)  # fmt: skip
from tools.rows.columns import Column

Test = Literal[
    "equals", "not_equals", "contains", "not_contains", "starts_with", "greater", "less", "at_least", "at_most",
    "within", "is_empty", "is_not_empty",
]  # fmt: skip
Written = str | int | float | bool
TESTS: tuple[Test, ...] = get_args(Test)
_OPPOSITE: dict[Test, Test] = {"not_equals": "equals", "not_contains": "contains", "is_not_empty": "is_empty"}
_MANY = {"equals", "not_equals", "contains", "not_contains", "starts_with", "within"}
_AS_WORDS: dict[Test, str] = {
    "equals": "is", "not_equals": "is not", "contains": "contains", "not_contains": "does not contain",
    "starts_with": "starts with", "greater": "is greater than", "less": "is less than", "at_least": "is at least",
    "at_most": "is at most", "within": "is within", "is_empty": "is empty", "is_not_empty": "is not empty",
}  # fmt: skip
_AFTER: dict[Test, str] = {"greater": "is after", "less": "is before"}
_COMPARED_WITH = 50  # values asked for at once: of more, those most like each of them are not looked for
Compare = Callable[[Any, Any], bool]
_COMPARE: dict[Test, Compare] = {
    "greater": lambda one, other: one > other,
    "less": lambda one, other: one < other,
    "at_least": lambda one, other: one >= other,
    "at_most": lambda one, other: one <= other,
}


@dataclass(frozen=True)
class Condition:
    """What the cells of a column must be."""

    column: str
    test: Test
    values: Sequence[Written] = ()


@dataclass
class Fulfilled:
    """What fulfils a condition."""

    words: str  # "used percent is greater than 80"
    tokens: set[Any] = field(default_factory=set)  # of the cells, see tools/rows/cells.py
    column: str = ""
    absent: dict[str, list[str]] = field(default_factory=dict)  # values that occur in no row, and the nearest that do
    notes: list[str] = field(default_factory=list)


def fulfilled(condition: Condition, column: Column, where: str) -> Fulfilled:
    """Return which values of a column fulfil a condition. Raise `InvalidRequest` where it cannot be asked of them."""
    test, values = condition.test, list(condition.values)
    _check(test, values, column.name)
    out = Fulfilled(_words(column, test, values), column=column.name)
    positive = _OPPOSITE.get(test, test)
    if positive == "is_empty":
        out.tokens = {key for key, cell in column.values.items() if is_empty(cell)}
    elif positive in _COMPARE:
        _compared(positive, values[0], column, where, out)
    elif positive == "within":
        _within(values, column, where, out)
    else:
        for value in dict.fromkeys(values):
            found = _equal(value, column, where, out) if positive == "equals" else _text(positive, value, column)
            out.tokens |= found
            if not found and (positive == "equals" or len(values) > 1):  # of one part of a text the count says it
                out.absent[said(value)] = _nearest(value, values, column) if positive == "equals" else []
    if positive != test:
        out.tokens = column.values.keys() - out.tokens
        _tell_of_empty(column, out)
    return out


def _nearest(value: Written, asked: Sequence[Written], column: Column) -> list[str]:
    """Return the values most like one that no row has; of several those that are not asked for anyway."""
    if len(asked) > _COMPARED_WITH:
        return []
    others = {plain(said(one)) for one in asked}
    return [near for near in column.nearest(str(value)) if plain(near) not in others]


def _check(test: Test, values: Sequence[Written], name: str) -> None:
    if test in ("is_empty", "is_not_empty"):
        if values:
            raise InvalidRequest(f"{test} takes no value. Leave it out, or use is_empty or is_not_empty alone.")
    elif not values or any(isinstance(value, str) and not value.strip() for value in values):
        raise InvalidRequest(f"The condition '{test}' on {name} lacks its value. For empty cells use is_empty.")
    elif len(values) > 1 and test not in _MANY:
        raise InvalidRequest(f"'{test}' takes one value, not {len(values)}.")


def _words(column: Column, test: Test, values: Sequence[Written]) -> str:
    words = _AFTER.get(test, _AS_WORDS[test]) if column.kind == "times" else _AS_WORDS[test]
    shown = [said(value) for value in values]
    if len(shown) > 6:
        shown = [*shown[:5], f"{len(shown) - 5} others"]
    listed = " or ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
    return f"{column.name} {words} {listed}".rstrip()


def _equal(value: Written, column: Column, where: str, out: Fulfilled) -> set[Any]:
    """Return what is equal to a value: exactly where that occurs, else as people write it."""
    kind = column.kind
    if kind == "numbers":
        wanted = written_number(value)
        if wanted is None:
            raise _wrong(value, column, where)
        return _where(column, lambda cell: number(cell) == wanted)
    if kind == "addresses":
        return _equal_net(value, column, where)
    if kind == "yes or no":
        return _where(column, lambda cell: cell is _yes_or_no(value, column, where))
    if kind == "times" and (at := moment(value)):
        day = isinstance(value, str) and is_day(value)
        return _where(column, lambda cell: _same_time(moment(cell), at, day))
    return _equal_text(value, column, out)


def _equal_net(value: Written, column: Column, where: str) -> set[Any]:
    wanted = net(str(value).strip())
    if wanted is None:
        raise _wrong(value, column, where)
    found = _where(column, lambda cell: wanted in nets(cell))
    if found or "/" in str(value):
        return found
    # An address that is recorded with its mask: "10.0.11.5" is meant by 10.0.11.5/24, not by 10.0.11.0/24.
    return _where(column, lambda cell: any(one[:2] == wanted[:2] and _is_host(one) for one in nets(cell)))


def _is_host(one: Net) -> bool:
    version, address, length = one
    return bool(address & ((1 << ((32 if version == 4 else 128) - length)) - 1))


def _equal_text(value: Written, column: Column, out: Fulfilled) -> set[Any]:
    text = said(value) if isinstance(value, bool) else str(value).strip()
    as_number = written_number(value)
    tiers: list[Callable[[str], bool]] = [
        lambda one: one == text,
        lambda one: plain(one) == plain(text),
        lambda one: bool(fold(one)) and fold(one) == fold(text),
    ]
    if as_number is not None:  # tables write a VLAN as "101 data"
        tiers.append(lambda one: one.partition(" ")[0] == text)
    for tier in tiers:
        if found := _where(column, lambda cell, tier=tier: any(map(tier, _members(cell)))):  # type: ignore[misc]
            exact = tier is tiers[0] or any(tier is one and at == 1 for at, one in enumerate(tiers))
            if not exact:
                names = sorted({said(column.values[key]) for key in found})
                out.notes.append(f"Read '{said(value)}' as {', '.join(names[:6])}.")
            return found
    return set()


def _members(cell: Cell) -> list[str]:
    """Return a cell and, where it holds several values, each of them."""
    if not isinstance(cell, str):
        return [said(cell) if isinstance(cell, bool) else str(cell)]
    return [cell, *cell.split(", ")] if ", " in cell else [cell]


def _text(test: Test, value: Written, column: Column) -> set[Any]:
    wanted = plain(said(value) if isinstance(value, bool) else str(value).strip())
    if test == "contains":
        return _where(column, lambda cell: wanted in plain(_members(cell)[0]))
    return _where(column, lambda cell: any(plain(one).startswith(wanted) for one in _members(cell)))


def _compared(test: Test, value: Written, column: Column, where: str, out: Fulfilled) -> None:
    read, wanted = _readable(value, column, where)
    compare = _COMPARE[test]
    out.tokens = _where(column, lambda cell: any(compare(one, wanted) for one in read(cell)))
    _tell_of_others(column, read, out)


def _readable(value: Written, column: Column, where: str) -> tuple[Callable[[Cell], Sequence[Any]], Any]:
    """Return how the cells of a column are read, and the value read likewise, so that one can be greater."""
    kind, as_number = column.kind, written_number(value)
    if kind == "numbers" or (kind == "values of several kinds" and as_number is not None and _any_number(column)):
        if as_number is None:
            raise _wrong(value, column, where)
        return _numbers, as_number
    if kind == "addresses" and (one := net(str(value).strip())):
        return nets, one
    if kind == "times" and (at := moment(value)):
        if is_day(str(value)):
            return (lambda cell: [found.date()] if (found := moment(cell)) else []), at.date()
        return (lambda cell: [found] if (found := moment(cell)) else []), at
    if kind == "nothing":
        return lambda cell: [], 0
    raise _wrong(value, column, where)


def _numbers(cell: Cell) -> Sequence[Any]:
    found = number(cell)
    return [] if found is None else [found]


def _any_number(column: Column) -> bool:
    return any(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in column.filled)


def _within(values: Sequence[Written], column: Column, where: str, out: Fulfilled) -> None:
    blocks = []
    for value in values:
        block = net(str(value).strip())
        if block is None:
            raise InvalidRequest(f"'{said(value)}' is no prefix. Write it as 10.0.0.0/16 or 2001:db8::/32.")
        if _is_host(block):
            version, address, length = block
            bits = (32 if version == 4 else 128) - length
            block = version, address >> bits << bits, length
            out.notes.append(f"Read '{said(value)}' as the prefix of this address.")
        blocks.append(block)
    if column.filled and not any(map(nets, column.filled)):
        raise InvalidRequest(f"{where}: {column.name} holds {column.holds}; within needs prefixes or addresses.")
    out.tokens = _where(column, lambda cell: any(_inside(one, block) for one in nets(cell) for block in blocks))
    _tell_of_others(column, nets, out)


def _inside(one: Net, block: Net) -> bool:
    version, address, length = block
    bits = (32 if version == 4 else 128) - length
    return one[0] == version and one[2] >= length and one[1] >> bits == address >> bits


def _where(column: Column, holds: Callable[[Cell], bool]) -> set[Any]:
    return {key for key, cell in column.values.items() if not is_empty(cell) and holds(cell)}


def _yes_or_no(value: Written, column: Column, where: str) -> bool:
    if isinstance(value, bool):
        return value
    meant = {"yes": True, "true": True, "no": False, "false": False}.get(str(value).strip().lower())
    if meant is None:
        raise _wrong(value, column, where)
    return meant


def _same_time(found: Any, at: Any, day: bool) -> bool:
    return bool(found) and (found.date() == at.date() if day else found == at)


def _wrong(value: Written, column: Column, where: str) -> InvalidRequest:
    return InvalidRequest(f"{where}: {column.name} holds {column.holds}; it cannot be compared with '{said(value)}'.")


def _tell_of_others(column: Column, read: Callable[[Cell], Sequence[Any]], out: Fulfilled) -> None:
    left = {key for key, cell in column.values.items() if is_empty(cell) or not read(cell)}
    if left:
        count = sum(key in left for key in column.tokens)
        rows = "1 row" if count == 1 else f"{count:,} rows"
        odd = "" if all(is_empty(column.values[key]) for key in left) else " that can be compared"
        out.notes.append(f"{rows} without a {column.name}{odd} {'is' if count == 1 else 'are'} left out.")


def _tell_of_empty(column: Column, out: Fulfilled) -> None:
    empty = {key for key, cell in column.values.items() if is_empty(cell)} & out.tokens
    if empty:
        count = sum(key in empty for key in column.tokens)
        rows = "1 row" if count == 1 else f"{count:,} rows"
        out.notes.append(f"Among them {'is' if count == 1 else 'are'} {rows} without {column.name}.")
