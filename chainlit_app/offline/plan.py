"""From a reading to tool calls: one round after the other, each with what the rounds before it found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chainlit_app.offline import steps
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.pieces import Call
from chainlit_app.offline.reading import Reading

_ONE_BY_ONE = 4  # places up to here are asked for singly: each then has its own figures and source
_MOST_DEVICES = 60
_GROUPS = 10  # of a ranking from below where no number is said
_EVERYWHERE = "all"
_USE_ORDER = {"freest": "free", "fullest": "used_percent", "emptiest": "used_percent", "largest": "addresses", "smallest": "addresses", "count": "count"}  # fmt: skip
_FROM_BELOW = ("emptiest", "smallest")


def next_calls(reading: Reading, rounds: Sequence[Sequence[Result]], names: Gazetteer) -> list[Call]:
    """Return the calls of the next round; none when all that is needed is there."""
    if rounds and reading.results and any(result.outcome == "gone" for result in rounds[0]):
        anew = steps.anew(reading)
        return next_calls(anew, rounds[1:], names) if anew else []
    if rounds and any(
        result.outcome in ("ambiguous", "unknown", "gone", "failed", "unavailable", "not_allowed", "defect", "invalid")
        for result in rounds[-1]
    ):
        return []
    planner = _PLANNERS.get(reading.job)
    calls = planner(reading, rounds, names) if planner else []
    return calls or (steps.as_files(reading, rounds) if reading.as_file and reading.spec else [])


def _records(reading: Reading, rounds: Sequence[Sequence[Result]], names: Gazetteer) -> list[Call]:
    if reading.site_of:
        if not rounds:
            return [Call("get_device", {"device": device}) for device in reading.site_of]
        return _at_sites(reading, rounds, names)
    if reading.lookup and not rounds:
        return [Call("search_locations", {"query": reading.written})]
    rest = rounds[1:] if reading.lookup else rounds
    if not rest:
        return _first(reading)
    return _second(reading, rest)


def _at_sites(reading: Reading, rounds: Sequence[Sequence[Result]], names: Gazetteer) -> list[Call]:
    sites = tuple(dict.fromkeys(cell for result in rounds[0] for cell in result.column("location", "site")))
    if not sites:
        return []
    return _records(reading.but(site_of=(), places=sites), rounds[1:], names)


def foreseen(reading: Reading, names: Gazetteer) -> list[Call]:
    """Return the calls that a reading will come to, as far as they are known before the first one is made."""
    calls = next_calls(reading, (), names)
    if reading.job == "records" and (reading.site_of or reading.lookup):
        calls += _first(reading.but(site_of=(), places=reading.places or ("there",)))
    if reading.of_found:
        calls.append(_interfaces(reading, ["each"]))
    return calls


def _either(one: Callable[[Reading], list[Call]]) -> Callable[[Reading], list[Call]]:
    """Return a planner that plans for each of the filters that stand beside one another."""

    def planner(reading: Reading) -> list[Call]:
        calls: list[Call] = []
        for filters in reading.either or (reading.filters,):
            calls += [call for call in one(reading.but(filters=filters)) if call not in calls]
        return calls

    return planner


def _first(reading: Reading) -> list[Call]:
    calls: list[Call] = []
    for topic in reading.topics:
        if topic == "interfaces":
            if not reading.of_found:
                calls.append(_interfaces(reading, list(reading.devices)))
        else:
            calls.extend(_either(_TOPICS[topic])(reading))
    return calls


def _second(reading: Reading, rounds: Sequence[Sequence[Result]]) -> list[Call]:
    if len(rounds) == 1 and reading.of_found:
        asked = [r for r in rounds[0] if r.call.name.startswith("get_devices")]
        groups = [list(dict.fromkeys(r.column("device", "name")))[:_MOST_DEVICES] for r in asked]
        return [_interfaces(reading, group) for group in groups if group]
    if calls := steps.one_port(reading, rounds[-1]):
        return calls
    # Where nobody writes "uplink" into a description, the cabled ports are what is meant.
    last = rounds[-1]
    if reading.filters.match == "uplink" and last and all(r.outcome == "empty" and r.call.arguments.get("match") == "uplink" for r in last if r.call.name == "get_interfaces_by_device"):  # fmt: skip
        again = [r for r in last if r.call.name == "get_interfaces_by_device"]
        return [Call(r.call.name, {"device": r.call.arguments["device"], "connected": True}) for r in again]
    return []


def _interfaces(reading: Reading, devices: list[str]) -> Call:
    filters = reading.filters
    return _call(
        "get_interfaces_by_device",
        device=devices[0] if len(devices) == 1 else devices,
        match=filters.match,
        enabled=filters.enabled,
        connected=filters.connected,
        limit=reading.limit,
    )


def _each_place(reading: Reading, otherwise: str | None) -> list[str | list[str] | None]:
    places = list(reading.places)
    if not places:
        return [otherwise]
    return list(places) if len(places) <= _ONE_BY_ONE else [places]


def _prefixes(reading: Reading) -> list[Call]:
    f = reading.filters
    return [
        _call(
            "get_prefixes_by_location", location=place, role=role, status=f.status, type=f.type, prefix_length=f.length,
            ip_version=f.version, vlan=f.vid, namespace=f.namespace, limit=reading.limit,
        )
        for place in _each_place(reading, _EVERYWHERE) for role in f.prefix_roles or ("",)
    ]  # fmt: skip


def _devices(reading: Reading) -> list[Call]:
    f = reading.filters
    calls = []
    for place in _each_place(reading, None):
        for role in f.device_roles:
            calls.append(_call("get_devices_by_location", location=place, role=role, status=f.status, only=f.only, limit=reading.limit))  # fmt: skip
        if not f.device_roles:
            calls.append(_call("get_devices_by_location", location=place, status=f.status, model=f.model, only=f.only, limit=reading.limit))  # fmt: skip
    return calls


def _device(reading: Reading) -> list[Call]:
    return [Call("get_device", {"device": device}) for device in reading.devices]


def _vlans(reading: Reading) -> list[Call]:
    f = reading.filters
    return [_call("get_vlans_by_location", location=place, vid=f.vid, name=f.vlan_name, limit=reading.limit) for place in _each_place(reading, _EVERYWHERE)]  # fmt: skip


def _circuits(reading: Reading) -> list[Call]:
    f = reading.filters
    return [_call("get_circuits", location=place, provider=f.provider, status=f.status, limit=reading.limit) for place in _each_place(reading, None)]  # fmt: skip


def _locations(reading: Reading) -> list[Call]:
    """What is looked for by a city's or a site's name, and what lies inside a country or a region."""
    f = reading.filters
    calls = []
    for kind in reading.types or ("",):
        for place in reading.places or ("",):
            where = {"location": place} if place in reading.outer else {"query": _asked(reading, place)}
            calls.append(_call("search_locations", **where, location_type=kind, status=f.status, limit=reading.limit))
    return calls


def _asked(reading: Reading, place: str) -> str:
    return reading.written if len(reading.places) == 1 and reading.written else place


_TOPICS: Mapping[str, Callable[[Reading], list[Call]]] = {
    "prefixes": _prefixes, "devices": _devices, "device": _device, "vlans": _vlans, "circuits": _circuits, "locations": _locations,
}  # fmt: skip


def _analyze(reading: Reading) -> list[Call]:
    f = reading.filters
    below = reading.order in _FROM_BELOW
    return [
        _call(
            "analyze_prefixes_dataframe", location=_one_or_all(reading.places), group_by=_one_or_all(reading.groups),
            role=f.prefix_roles[0] if f.prefix_roles else None, status=f.status, namespace=f.namespace, ip_version=f.version, prefix_length=f.length,
            sort_by=_USE_ORDER.get(reading.order), top=None if below else reading.top, bottom=(reading.top or _GROUPS if reading.groups else None) if below else None,
        )
    ]  # fmt: skip


def _export(reading: Reading) -> list[Call]:
    f = reading.filters
    return [
        _call(
            "export_prefixes_to_csv", location=_one_or_all(reading.places), role=_one_or_all(f.prefix_roles[:1]), status=f.status, type=f.type,
            prefix_length=f.length, ip_version=f.version, vlan=f.vid, namespace=f.namespace, **reading.spec,
        )
    ]  # fmt: skip


def _count(reading: Reading) -> list[Call]:
    f = reading.filters
    roles = f.prefix_roles if reading.topics == ("prefixes",) else f.device_roles
    return [
        _call(
            "count_records", record=reading.topics[0], group_by=reading.groups[0] if reading.groups else None,
            location=_one_or_all(reading.places), role=role, status=f.status,
            location_type=reading.types[0] if reading.types else None, fewer_than=reading.fewer, more_than=reading.more,
            first="fewest" if reading.order == "fewest" else None,
        )
        for role in roles or ("",)
    ]  # fmt: skip


_COUNTED = ("status", "device_roles", "prefix_roles")
_ANALYZED = ("prefix_roles", "status", "namespace", "version", "length")


def uncarried(reading: Reading) -> tuple[str, ...]:
    """Return what narrows a reading of figures and no call for them can say."""
    carried = {"count": _COUNTED, "analyze": _ANALYZED}.get(reading.job, tuple(vars(reading.filters)))
    said = [
        value for name, value in vars(reading.filters).items() if name not in carried and value not in ((), "", None)
    ]
    return tuple(", ".join(value) if isinstance(value, tuple) else str(value) for value in said)


def _find(reading: Reading) -> list[Call]:
    return [
        _call("find_prefix", target=target, namespace=reading.filters.namespace, limit=reading.limit)
        for target in reading.targets
    ]


def _find_and_more(reading: Reading, rounds: Sequence[Sequence[Result]], names: Gazetteer) -> list[Call]:
    if not rounds:
        return _find(reading)
    found = steps.users(rounds[0], names) if reading.of_found and len(rounds) == 1 else []
    if "device" in reading.topics:
        return [Call("get_device", {"device": device}) for device in found[:_ONE_BY_ONE]]
    return [_interfaces(reading, found)] if found else []


def _free(reading: Reading) -> list[Call]:
    f = reading.filters
    return [
        _call(
            "find_free_space",
            inside=inside,
            prefix_length=f.length,
            namespace=f.namespace,
            limit=reading.limit,
            **reading.spec,
        )
        for inside in reading.targets or reading.places
    ]


def _overview(reading: Reading) -> list[Call]:
    return [Call("search_locations", {"query": place}) for place in reading.places]


def _at_once(
    one: Callable[[Reading], list[Call]],
) -> Callable[[Reading, Sequence[Sequence[Result]], Gazetteer], list[Call]]:
    """Return a planner of a single round."""
    return lambda reading, rounds, names: [] if rounds else _either(one)(reading)


def _changes(reading: Reading) -> list[Call]:
    record = _one_or_all(reading.targets)
    return [
        _call("get_changes", record=record, location=_one_or_all(reading.places), limit=reading.limit, **reading.spec)
    ]


def _compare(reading: Reading) -> list[Call]:
    return [_call("compare_locations", location=_one_or_all(reading.places), limit=reading.limit, **reading.spec)]


_Planner = Callable[[Reading, Sequence[Sequence[Result]], Gazetteer], list[Call]]
_PLANNERS: Mapping[str, _Planner] = {
    "records": _records, "analyze": _at_once(_analyze), "export": _at_once(_export), "count": _at_once(_count), "find": _find_and_more,
    "free": _at_once(_free), "overview": _at_once(_overview), "changes": _at_once(_changes), "compare": _at_once(_compare),
    "file": lambda reading, rounds, names: steps.filed(reading, rounds, names, next_calls),
    "rows": lambda reading, rounds, names: steps.rows(reading, rounds, names, next_calls),
    "problems": lambda reading, rounds, names: steps.problems(reading, rounds, names, next_calls),
    "racks": lambda reading, rounds, names: steps.racks(reading, rounds),
}  # fmt: skip


def _one_or_all(values: tuple[str, ...]) -> str | list[str] | None:
    return None if not values else values[0] if len(values) == 1 else list(values)


def _call(tool: str, /, **arguments: Any) -> Call:
    """Return a call with those arguments that say something."""
    return Call(tool, {key: value for key, value in arguments.items() if value not in (None, "", [])})
