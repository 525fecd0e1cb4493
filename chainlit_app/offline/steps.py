"""Calls that name the results of calls before them: rows of what was read, files of them, problems at those sites."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from chainlit_app.offline.conversation import Result
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.pieces import Call
from chainlit_app.offline.reading import Reading

_EXPORT = "export_prefixes_to_csv"
Plan = Callable[[Reading, Sequence[Sequence[Result]], Gazetteer], list[Call]]


def rows(reading: Reading, rounds: Sequence[Sequence[Result]], names: Gazetteer, plan: Plan) -> list[Call]:
    """Return the calls that read the rows, where they are not there, and then those that work on them."""
    if reading.results:
        return [] if rounds else [call for name in reading.results for call in _worked(reading, [name])]
    if reading.base is None or rounds and any(result.call.name == "get_rows" for result in rounds[-1]):
        return []
    if calls := plan(reading.base, rounds, names):
        return calls
    found = _found(rounds)
    if "key" in reading.spec:
        return _worked(reading, found) if len(found) == 2 else []
    return [call for name in found for call in _worked(reading, [name])]


def _worked(reading: Reading, names: Sequence[str]) -> list[Call]:
    other = {"compare_with": names[1]} if len(names) > 1 else {}
    spec = {**other, **reading.spec}
    keeps = spec.pop("keep", None)
    if either := spec.pop("either", None):
        where = spec.pop("where", [])
        return [Call("get_rows", {"result": names[0], **spec, "where": [*where, one]}) for one in either]
    if isinstance(keeps, list):
        return [Call("get_rows", {"result": names[0], **spec, "keep": keep}) for keep in keeps]
    return [Call("get_rows", {"result": names[0], **spec, **({"keep": keeps} if keeps else {})})]


def anew(reading: Reading) -> Reading | None:
    """Return the reading from the first read on, for rows that are no longer kept; None where the steps are not known."""
    if reading.base is None or reading.steps is None:
        return None
    if reading.job == "rows":
        return reading.but(results=(), spec=reading.steps)
    steps = reading.steps
    return reading.but(
        results=(), base=Reading("rows", base=reading.base, spec=steps, steps=steps) if steps else reading.base
    )


def filed(reading: Reading, rounds: Sequence[Sequence[Result]], names: Gazetteer, plan: Plan) -> list[Call]:
    """Return the calls that put the rows before into files; after those that read them, where they are not there."""
    if reading.results:
        return [] if rounds else files(reading.results, reading.spec)
    if reading.base is None or rounds and any(result.call.name == _EXPORT for result in rounds[-1]):
        return []
    return plan(reading.base, rounds, names) or files(_found(rounds[-1:]), reading.spec)


def files(names: Sequence[str], spec: Any) -> list[Call]:
    """Return the calls that put results into files."""
    return [Call(_EXPORT, {"result": name, **spec}) for name in names]


def as_files(reading: Reading, rounds: Sequence[Sequence[Result]]) -> list[Call]:
    """Return the calls that put what was read into files of the kind that was asked for."""
    if not rounds or any(result.call.name == _EXPORT for result in rounds[-1]):
        return []
    return files(_found(rounds[-1:]), reading.spec)


def problems(reading: Reading, rounds: Sequence[Sequence[Result]], names: Gazetteer, plan: Plan) -> list[Call]:
    """Return the call for problems, at the sites of a kind after those were looked up."""
    if rounds and any(result.call.name == "find_problems" for result in rounds[-1]):
        return []
    if reading.base is not None:
        if calls := plan(reading.base, rounds, names):
            return calls
        found = _found(rounds)
        return [_problems(reading, found)] if found else []
    return [_problems(reading, reading.places)]


def _problems(reading: Reading, places: Sequence[str]) -> Call:
    where = {} if not places else {"location": places[0] if len(places) == 1 else list(places)}
    limit = {} if reading.limit is None else {"limit": reading.limit}
    return Call("find_problems", {**where, **reading.spec, **limit})


def racks(reading: Reading, rounds: Sequence[Sequence[Result]]) -> list[Call]:
    """Return the calls for free rack units, and then for the racks that have enough of them."""
    if not rounds:
        return [
            Call("find_free_space", {"inside": place, **reading.spec}) for place in reading.targets or reading.places
        ]
    if reading.more is None or any(result.call.name == "get_rows" for result in rounds[-1]):
        return []
    where = [{"column": "largest run", "is": "at_least", "value": reading.more}]
    return [Call("get_rows", {"result": name, "where": where}) for name in _found(rounds)]


def one_port(reading: Reading, last: Sequence[Result]) -> list[Call]:
    """Return the calls for the one port that is named, where its name is a part of others: "Gi1/0/1" of "Gi1/0/10"."""
    port = reading.filters.match
    if not re.fullmatch(r"[A-Za-z]+[\d/.:]*\d", port):
        return []
    several = [r for r in last if r.call.name == "get_interfaces_by_device" and r.outcome == "found" and r.total > 1]
    where = [{"column": "interface", "is": "equals", "value": port}]
    return [Call("get_rows", {"result": r.name, "where": where}) for r in several if r.name]


def _found(rounds: Sequence[Sequence[Result]]) -> list[str]:
    return [result.name for one in rounds for result in one if result.outcome == "found" and result.name]


def users(results: Sequence[Result], names: Gazetteer) -> list[str]:
    """Return the devices that use the addresses which were looked up."""
    named = [one for one in results if {"used by", "relation"} <= set(one.columns)]
    rows = [dict(zip(one.columns, row, strict=False)) for one in named for row in one.rows]
    cells = [row.get("used by", "") for row in rows if row["relation"] == "exact"]
    words = (word.strip(",;").lower() for cell in cells for word in cell.split())
    return list(dict.fromkeys(names.devices[word] for word in words if word in names.devices))
