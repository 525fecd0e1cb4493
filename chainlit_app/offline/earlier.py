"""What goes back to the answer before: a candidate, a row, its devices, or the same once more."""

import re
from dataclasses import replace
from typing import Any

from chainlit_app.offline.conversation import Result
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.lexicon import ARTICLES
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.plan import uncarried
from chainlit_app.offline.reading import Filters, Reading
from chainlit_app.offline.understand import either_of, filters_of
from chainlit_app.offline.words import phrase

_MORE_ROWS = 200


def bare(found: Facts) -> bool:
    """Return whether it names no record of its own."""
    return not (
        found.topics
        or found.places
        or found.strange
        or found.devices
        or found.targets
        or found.device_roles
        or found.unknown
    )


def chosen(found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    """A candidate by name, by number or by where it is, after an ambiguous name."""
    last = next((r for r in reversed(results) if r.outcome in ("ambiguous", "unknown")), None)
    if (
        last is None
        or not last.candidates
        or (found.topics and not found.unknown)
        or set(found.topics) - set(before.topics)  # a question of its own, which has words that are not understood
        or found.device_roles
        or found.groups
    ):
        return None
    offered = [name for name, _ in last.candidates]
    picked: list[str] = []
    if "both" in found.acts and last.outcome == "ambiguous":
        picked = offered
    elif found.pick:
        picked = offered[-1:] if found.pick == "last" else offered[int(found.pick) - 1 : int(found.pick)]
    elif "yes" in found.acts and len(offered) == 1:
        picked = offered
    else:
        picked = _meant(found, last, names)
    if not picked:
        return None
    kind = next((key for key, value in last.call.arguments.items() if f"'{value}'" in last.summary), "location")
    if kind == "device":
        return before.but(devices=tuple(picked)) if before.devices else before.but(site_of=tuple(picked))
    if kind in ("status", "provider", "namespace", "model"):
        named: dict[str, Any] = {kind: picked[0]}
        return before.but(filters=replace(before.filters, **named), either=())
    return before.but(places=tuple(picked), written=" and ".join(picked), types=())


def _meant(found: Facts, last: Result, names: Gazetteer) -> list[str]:
    """Return the candidates that the words say: their name, or all that their description shares with them."""
    said = {name for _, place in found.places for name in place.names}
    said |= {*found.devices, *found.providers, *found.statuses, *found.namespaces}
    own = [name for name, _ in last.candidates if name in said]
    if own and len(own) < len(last.candidates):
        return own
    inside = [name for name, _ in last.candidates if any(names.within(name, outer) for outer in said)]
    if len(inside) == 1:
        return inside
    words = {w for w in phrase(found.text) if w not in ARTICLES}
    shared = {
        name: words & set(phrase(f"{name} {detail}")) - {w for other, d in last.candidates if other != name for w in phrase(f"{other} {d}")}
        for name, detail in last.candidates
    }  # fmt: skip
    best = [name for name, own_words in shared.items() if own_words]
    return best if len(best) == 1 else []


def picked(found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    """Read "the second one" as that row of the table before."""
    if not found.pick or not bare(found) or not results or not results[-1].rows:
        return None
    rows = results[-1].rows
    at = len(rows) - 1 if found.pick == "last" else int(found.pick) - 1
    if at >= len(rows):
        return Reading("ask", reason="no_such_row", words=(str(len(rows)),))
    first = rows[at][0]
    if first.lower() in names.devices:
        return Reading("records", topics=("device",), devices=(names.devices[first.lower()],))
    if re.fullmatch(r"[\d.]+/\d+|[0-9a-f:]+/\d+", first):
        return Reading("find", targets=(first,))
    if first in names.locations:
        return Reading("overview", places=(first,), written=first)
    return Reading("ask", reason="no_detail", words=(first,))


def again(found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    """Read "show more", "how many?", "the same again" as the question before, once more."""
    if not bare(found) or found.flags or found.order:
        return None
    narrowed = filters_of(found, before.topics, names)
    if "more" in found.acts:
        return before.but(limit=_MORE_ROWS)
    if "count" in found.acts and before.job in ("records", "find", "count", "analyze", "free") and not found.groups:
        return before.but(counting=True, filters=narrowed.over(before.filters), either=either(found, narrowed, before))
    if found.groups and before.topics and before.job != "find":
        record = before.topics[0]
        job = "analyze" if record == "prefixes" else "count"
        if record in ("interfaces", "device"):
            return None
        counted = before.but(job=job, groups=tuple(found.groups), topics=(record,), as_file=False)
        lost = uncarried(counted)
        return Reading("ask", reason="narrowed", words=lost, places=before.places) if lost else counted
    return before if "same" in found.refers and not narrowed else None


def as_file(found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    """Read "export that" as the records before, in a file."""
    if "export" not in found.acts or not bare(found):
        return None
    if before.job == "records" and before.topics == ("prefixes",):
        return before.but(job="export")
    return (
        before.but(as_file=True) if before.job != "overview" else Reading("ask", reason="export", places=before.places)
    )


def of_them(found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    """Their interfaces, or those of them that ...; devices of the rows before."""
    back = {"them", "it"} & set(found.refers)
    if alone.places or alone.devices or alone.targets or found.unknown:
        return None
    devices = _devices(before, results, names)
    wanted = set(found.topics) & {"interfaces"} or {"uplink", "connected", "unconnected", "enabled", "disabled"} & set(
        found.flags
    )
    if wanted and devices and (back or found.leads or set(found.topics) <= {"interfaces"}) and not found.device_roles:
        return Reading(
            "records",
            topics=("interfaces",),
            devices=tuple(devices),
            places=before.places,
            filters=_wired(found, names),
            counting="count" in found.acts,
            live_state="up_or_down" in found.flags,
        )
    if wanted and "interfaces" in before.topics and not devices:
        return before.but(filters=_wired(found, names).over(before.filters))
    if back and "detail" in found.acts and len(devices) == 1:
        return Reading("records", topics=("device",), devices=tuple(devices))
    return None


def _wired(found: Facts, names: Gazetteer) -> Filters:
    every = filters_of(found, ("interfaces",), names)
    return Filters(match=every.match, enabled=every.enabled, connected=every.connected)


def _devices(before: Reading, results: list[Result], names: Gazetteer) -> list[str]:
    """Return the devices that an answer spoke of."""
    if before.devices:
        return list(before.devices)
    of_devices = [r for r in results if r.call.name.startswith("get_devices") or r.columns[:1] == ("device",)]
    cells = [cell for r in of_devices for cell in r.column("device", "name")]
    return [names.devices.get(cell.lower(), cell) for cell in dict.fromkeys(cells)]


def either(found: Facts, filters: Filters, before: Reading) -> tuple[Filters, ...]:
    return either_of(found, filters.over(before.filters)) if filters else before.either
