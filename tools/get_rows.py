"""The rows of an earlier result, worked on: which, in what order, by group, beside those of another result."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BeforeValidator, Field

from tools.arguments import Limit
from tools.asking import Ask, Finding, number_of
from tools.errors import InvalidRequest
from tools.models import Cell
from tools.results import Result
from tools.rows.cells import said
from tools.rows.conditions import Condition
from tools.rows.grouping import Figure, grouped
from tools.rows.joining import Compared, Keep, Side, compared, kept
from tools.rows.shaping import Filtered, Rows, filtered, ordered, picked
from tools.rows.shaping import distinct as once
from tools.rows.wanted import Columns, Wanted, Where, listed, named
from tools.tables import Shown, Table

_FEW = 8  # groups that a sentence names
_NEAR = 5  # columns that a subject names
_ABSENT = 3  # values without a row that a sentence names
_WHETHER = ("yes", "no")  # that none is so was said already
_SUBJECT = 160  # characters; results of results would grow without end


async def get_rows(
    ask: Ask,
    result: Annotated[str, Field(description="Earlier result, e.g. r3.")],
    where: Annotated[
        list[Where] | None, BeforeValidator(listed), Field(description="All must hold; a list as value: any.")
    ] = None,
    columns: Annotated[Columns, Field(description="To show.")] = None,
    group_by: Annotated[Columns, Field(description="Columns.")] = None,
    figures: Annotated[list[Wanted] | None, BeforeValidator(named), Field(description="Default: count.")] = None,
    sort_by: Annotated[Columns, Field(description="-name: largest first.")] = None,
    distinct: Annotated[bool, Field(description="Equal rows once.")] = False,
    top: Annotated[int | None, Field(ge=1, description="First n rows.")] = None,
    compare_with: Annotated[str | None, Field(description="Another result.")] = None,
    key: Annotated[Columns, Field(description="What both are matched by.")] = None,
    keep: Annotated[Keep | None, Field(description="Default: all, joined.")] = None,
    limit: Limit = None,
) -> Finding:
    """Filter, sort, group, join or compare the rows of earlier results, exactly."""
    first = await ask.result(result)
    second = await ask.result(compare_with) if compare_with else None
    if second is first:
        raise InvalidRequest(f"{first.name} cannot be compared with itself: name another result in compare_with.")
    if second is None and (key or keep):
        raise InvalidRequest("key and keep are for two results: name the other one in compare_with.")
    asked = _Asked(
        list(dict.fromkeys(one.condition for one in where or [])),
        columns or [],
        group_by or [],
        list(dict.fromkeys(Figure(one.figure, one.column) for one in figures or [])),
        sort_by or [],
        distinct,
        top,
        key or [],
        keep or "all",
    )
    # Many rows take a while: not on the event loop.
    return await asyncio.to_thread(_worked, first, second, asked, limit)


@dataclass(frozen=True)
class _Asked:
    """What is to be done, in this order: compare, filter, group, pick, distinct, sort, top."""

    where: Sequence[Condition]
    columns: Sequence[str]
    group_by: Sequence[str]
    figures: Sequence[Figure]
    sort_by: Sequence[str]
    distinct: bool
    top: int | None
    key: Sequence[str]
    keep: Keep


@dataclass
class _Work:
    """Rows on their way, and what is said of them."""

    rows: Rows
    subject: str
    said: list[str] = field(default_factory=list)  # sentences

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def _worked(first: Result, second: Result | None, asked: _Asked, limit: int | None) -> Finding:
    work = _Work(_rows(first, second), first.subject)
    label = work.rows.name
    if second is not None:
        label = _compare(work, first, second, asked)
    empty = _filter(work, label, asked)
    if not empty:
        if asked.group_by or asked.figures:
            _group(work, asked, label)
        elif not asked.where and second is None:
            work.say(f"{_counted(len(work.rows))} of {label}.")
        _shape(work, asked)
    rows = work.rows
    all_of_it = second is None and not (asked.where or asked.group_by or asked.figures or asked.distinct or asked.top)
    return Finding(
        subject=_short(work.subject),
        summary=" ".join(work.said),
        table=Table(
            rows.columns, rows.rows, rows.links, _shown(rows.columns, first, second, asked), places=rows.places
        ),
        notes=list(dict.fromkeys(rows.notes)),
        limit=limit,
        narrow="Use where, top, columns or group_by.",
        more=first.more if all_of_it else 0,
    )


def _shown(columns: Sequence[str], first: Result, second: Result | None, asked: _Asked) -> dict[str, Shown]:
    """Return what a model is shown: what it names, and of the other columns none that was not shown to it before."""
    if asked.columns or asked.group_by or asked.figures:
        return {}
    named = {*asked.key, *(one.column for one in asked.where), *(one.lstrip("-") for one in asked.sort_by)}
    results = [first, *([second] if second else [])]
    unshown = {name for one in results for own in one.unshown for name in (own, f"{one.name} {own}")} - named
    return {name: "never" if name in unshown else "quiet" for name in columns}


def _rows(result: Result, other: Result | None = None) -> Rows:
    # A result without rows may have no columns either; beside another it has those of the other.
    columns = result.columns or (other.columns if other else [])
    name = f"{result.name} ({_short(result.subject)})"
    return Rows(name, columns, result.rows, result.links, result.places)


def _compare(work: _Work, first: Result, second: Result, asked: _Asked) -> str:
    """Put two results beside each other; return what their rows are called from now on."""
    other = _rows(second, first)
    found = compared(work.rows, other, asked.key, (first.name, second.name))
    work.say(f"{_side(found.first, found.second, found)} {_side(found.second, found.first, found)}")
    work.rows = kept(found, asked.keep)
    own = list(dict.fromkeys([*work.rows.notes, *found.notes]))
    work.rows.notes[:] = own
    if asked.keep in ("only_first", "only_second"):
        one, lacking = (first, second) if asked.keep == "only_first" else (second, first)
        work.subject = f"{one.subject} without the same {found.key} in {lacking.subject}"
        return f"those only in {one.name}"
    word = "compared" if asked.keep == "all" else "joined"
    work.subject = f"{first.subject} and {second.subject} {word} by {found.key}"
    return f"{first.name} and {second.name} {word} by {found.key}"


def _side(side: Side, other: Side, found: Compared) -> str:
    """Return how many rows of one result have their like in the other: "10 of 12 rows of r1 (VLANs at FRA01) ..."."""
    total, both = len(side.rows), len(side.both)
    rows = f"{both:,} of {_counted(total)} of {side.rows.name}"
    return f"{rows} {'has' if both == 1 else 'have'} a {found.key} that is in {other.short}, {total - both:,} {'has' if total - both == 1 else 'have'} not."


def _filter(work: _Work, label: str, asked: _Asked) -> bool:
    """Keep the rows that are asked for; return whether there is nothing to go on with."""
    if not len(work.rows):
        only = label.removeprefix("those ")
        work.say(f"No row is {only}." if only != label else f"No rows are in {label}.")
        return True
    if not asked.where:
        return False
    total = len(work.rows)
    found = filtered(work.rows, asked.where)
    work.rows = found.rows
    count = len(found.rows)
    told = f"{count:,}" if count else "None"
    work.say(f"{told} of {_counted(total)} of {label} where {found.words}.")
    joint = "and" if " where " in work.subject and " by " not in work.subject.rpartition(" where ")[2] else "where"
    work.subject = f"{work.subject} {joint} {found.words}"
    _tell_of_absent(work, found)
    return not count


def _tell_of_absent(work: _Work, found: Filtered) -> None:
    """Say which values no row has, the first few of them, and the nearest that do occur and were not asked for."""
    absent = [
        (one, value, near) for one in found.conditions for value, near in one.absent.items() if value not in _WHETHER
    ]
    for condition, value, near in absent[:_ABSENT]:
        there = f" The nearest that occur: {', '.join(near)}." if near else ""
        work.say(f"No row has {value} as its {condition.column}.{there}")
    if len(absent) > _ABSENT:
        more = len(absent) - _ABSENT
        work.say(f"{number_of(more, 'other value', 'other values')} {'is' if more == 1 else 'are'} in no row either.")


def _group(work: _Work, asked: _Asked, label: str) -> None:
    rows = "" if asked.where else f"{_counted(len(work.rows))} of {label} "
    work.rows = grouped(work.rows, asked.group_by, asked.figures)
    size = len(asked.figures) or 1
    by = " and ".join(work.rows.columns[:-size])
    if by:
        work.subject = f"{work.subject} by {by}"
        work.say(
            f"{rows}{'by' if rows else 'By'} {by}: {number_of(len(work.rows), 'group', 'groups')}{_few(work.rows)}."
        )
    else:
        names, cells = work.rows.columns, work.rows.rows[0]
        work.subject = f"{', '.join(names)} of {work.subject}"
        figures = ", ".join(f"{name} {_figure(cell)}" for name, cell in zip(names, cells, strict=True))
        work.say(f"{rows.rstrip()}{': ' if rows else ''}{figures}.")


def _figure(cell: Cell) -> str:
    if cell is None:
        return "none"
    whole = isinstance(cell, int) and not isinstance(cell, bool)
    return f"{cell:,}" if whole else said(cell)


def _few(groups: Rows) -> str:
    """Return the counts of a few groups: ", 12 User Data, 1 without role"; nothing for more of them, or other figures."""
    if len(groups.columns) != 2 or groups.columns[1] != "count" or len(groups) > _FEW:
        return ""
    if any(not isinstance(row[0], str | type(None)) for row in groups.rows):
        return ""  # "12 100" would not say which is the count
    ranked = sorted(groups.rows, key=lambda row: -int(row[1] or 0))
    told = (
        f"{count:,} {said(cell) if cell not in (None, '') else f'without {groups.columns[0]}'}"
        for cell, count in ranked
    )
    return ", " + ", ".join(told)


def _shape(work: _Work, asked: _Asked) -> None:
    """Sort, pick columns, leave out what is there twice, and keep the first."""
    by = asked.sort_by
    if asked.top and not by and asked.group_by:
        by = [f"-{work.rows.columns[-(len(asked.figures) or 1)]}"]
    found = ordered(work.rows, by)
    work.rows = rows = found.rows
    order = f", by {found.words}" if by else ""
    if asked.distinct or asked.columns:
        rows = picked(rows, asked.columns) if asked.columns else rows
    if asked.distinct:
        work.rows = once(rows)
        work.subject = f"distinct {', '.join(rows.columns[:_NEAR])} of {work.subject}"
        work.say(f"Each {' and '.join(rows.columns[:_NEAR])} once: {_counted(len(work.rows))}.")
    else:
        work.rows = rows
    if asked.top and asked.top < len(work.rows):
        more = 0 if asked.distinct else found.sharing(asked.top)
        work.rows = work.rows.taken(range(asked.top))
        work.subject = f"first {asked.top} of {work.subject}{order}"
        tied = f"; {more:,} more share{'s' if more == 1 else ''} the place of the last" if more else ""
        some = f" {asked.top:,}" if asked.top > 1 else ""
        work.say(f"The first{some} of them{order}{tied}.")
    elif by:
        work.say(f"Sorted by {found.words}.")


def _counted(rows: int) -> str:
    return number_of(rows, "row", "rows")


def _short(subject: str) -> str:
    return subject if len(subject) <= _SUBJECT else subject[: _SUBJECT - 1].rstrip() + "…"
