"""One question for records and for what is done with their rows: "the fastest circuit in ...", "all but the routers of ...".

The records are read first; their rows are then worked on as those of any earlier answer.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chainlit_app.offline.account import accounted
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import compiled, every, first, left, one_or_all, section
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Filters, Reading
from chainlit_app.offline.refine import Refined, refined
from chainlit_app.offline.understand import places_of, topics_of, understand
from chainlit_app.offline.words import number_of

_TOOLS = {
    "devices": "get_devices_by_location", "circuits": "get_circuits", "vlans": "get_vlans_by_location",
    "prefixes": "get_prefixes_by_location", "locations": "search_locations", "racks": "rack_units",
}  # fmt: skip
_FILTERED = {
    "device_roles": "role",
    "prefix_roles": "role",
    "status": "status",
    "model": "model",
    "provider": "provider",
}
_KIND = {"circuits": "type", "devices": "manufacturer"}
_NOT_LISTED = ("serial", "country")  # of one device, not of a list
_EVERYWHERE = "all locations"
_OURS = re.compile(r"\b(?:we|our|us|there|any|all|every)\b", re.IGNORECASE)


def composed(text: str, names: Gazetteer, *, follows: bool) -> Reading | None:
    """Read records and what is done with their rows; None where the words say something else besides.

    `follows`: a question came before; what names no place and no records is then about the answer to that.
    """
    whole = facts(text, names)
    if whole.leads or whole.targets or whole.devices or follows and not (whole.places or whole.whole or whole.topics):
        return None
    readings = (_of(topic, text, names) for topic in _topics(text, topics_of(whole)))
    return next((reading for reading in readings if reading), None)


def _topics(text: str, said: Sequence[str]) -> Iterator[str]:
    """Yield the records that may be meant: those that are named, or those that have what is said of them."""
    # A unit of a rack is no device.
    named = ["racks"] if "racks" in said else [said[0]] if len(said) == 1 and said[0] in _TOOLS else []
    of_kind = [topic for topic in _KIND if _kind(text, topic)]
    ranked = [topic for topic, rules in section("ranked").items() if first(text, rules.get("alone", ()))]
    yield from dict.fromkeys([*named, *of_kind, *ranked])


def _kind(text: str, topic: str) -> tuple[str, re.Match[str]] | None:
    known = topic in _KIND
    return first(text, [*section("kinds", topic), *section("composed", topic)]) if known else None


def _of(topic: str, text: str, names: Gazetteer) -> Reading | None:
    columns = tuple(name for name in section("columns")[_TOOLS[topic]] if name not in _NOT_LISTED)
    rest, without = _without(text, topic, columns, names)
    rest = every(rest, [*section("composed", "beside"), *section("composed", "told")], Refined(columns, "").words)[0]
    ranking = _ranked(rest, topic)
    done = refined(ranking[0], columns, names)
    done.spec |= ranking[1]
    _of_kind(done, topic)
    done.rest, share = every(done.rest, section("composed", "share"))
    if done.spec.pop("not", False) or done.strange:
        return None
    if "top" in done.spec and "sort_by" not in done.spec and not re.search(r"\bfirst\b", text, re.IGNORECASE):
        return None  # the top of what?
    for condition in without:
        done.spec.setdefault("where", []).append(condition)
    base = _base(done.rest, topic, text, names) if done.spec or share else None
    if base and without and not _can_lie_in(without, base, names):
        return None
    worked = _share(base, done.spec) if base and share else (base, done.spec)
    return Reading("rows", base=worked[0], spec=worked[1], steps=worked[1]) if worked and worked[0] else None


def _can_lie_in(without: Sequence[dict[str, Any]], base: Reading, names: Gazetteer) -> bool:
    """Return whether the places that are left out lie in those that are asked about: at A nothing is at B."""
    out = [value for one in without if one["column"] == "location" for value in _listed(one["value"])]
    return not (out and base.places) or any(names.within(one, place) for one in out for place in base.places)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _base(rest: str, topic: str, text: str, names: Gazetteer) -> Reading | None:
    """Return the reading of the records, where it says all that is left of the question."""
    found = facts(rest, names)
    if topic not in topics_of(found):
        # "the fastest in ...": the word for the records was part of what is used up.
        found = facts(f"{topic} {rest}", names)
    if topic == "racks":
        return _racks(found, names)
    base = understand(found, names)
    if {"them", "there", "same"} & set(found.refers):
        return None
    if base.job != "records" or base.topics != (topic,) or accounted(found, base, names) is not base:
        return None
    # "Does Cisco make good routers?" asks nothing of this network.
    own = not first(text, section("kinds", "devices")) or base.places or found.whole or _OURS.search(text)
    return base if own else None


def _racks(found: Facts, names: Gazetteer) -> Reading | None:
    places, written, types = places_of(found, names)
    inner = tuple(names.of_type(types[0], places)) if len(types) == 1 else places
    allowed = {"places", "types", "weak", "topics:racks", "topics:locations", "acts:find", "acts:detail", "acts:count"}
    if left(found, allowed) or found.refused or not (inner or found.whole):
        return None
    return Reading("racks", places=inner or (_EVERYWHERE,), written=written, spec={"of": "rack_units"})


def _ranked(text: str, topic: str) -> tuple[str, dict[str, Any]]:
    """Return the text without a superlative of a column, and how that orders the rows: "the three slowest"."""
    rules = section("ranked").get(topic, {})
    for said, ways in rules.items():
        for sign, way in (("-", "most"), ("", "least")):
            if said == "alone" or not (found := first(text, [section("composed", "number").replace("WAY", ways[way])])):
                continue
            rest, match = found
            number = match["before"] or match["after"]
            top = number_of(number) if number else 1 if first(text, section("composed", "one")) else None
            return rest, {"sort_by": f"{sign}{said}", **({"top": top} if top else {})}
    return text, {}


def _of_kind(done: Refined, topic: str) -> None:
    """Take a type of circuits or a maker of devices, which no call can ask for."""
    if found := _kind(done.rest, topic):
        done.rest = found[0]
        done.where(_KIND[topic], "contains", found[1]["kind"])


def _share(base: Reading, spec: dict[str, Any]) -> tuple[Reading, dict[str, Any]] | None:
    """Return all of the records, by the property whose share is asked for: "what share of the devices is from ...?"."""
    conditions = spec.pop("where", [])
    said = {name: value for name, value in vars(base.filters).items() if value not in ((), "", None)}
    columns = [*(one["column"] for one in conditions), *(_FILTERED.get(name, "") for name in said)]
    if len(columns) != 1 or not columns[0] or spec:
        return None
    return base.but(filters=Filters(), either=()), {"group_by": columns[0]}


def _without(text: str, topic: str, columns: tuple[str, ...], names: Gazetteer) -> tuple[str, list[dict[str, Any]]]:
    """Return the text without what is left out of the rows, and that as conditions: "all but the routers"."""
    match = compiled(section("composed", "without")).search(text)
    if not match:
        return text, []
    said = match["what"]
    found = facts(said, names)
    conditions = [
        {"column": name, "is": "not_equals", "value": one_or_all(values)}
        for name, values in _named(found, columns, names)
        if values
    ]
    used = {
        "device_roles",
        "prefix_roles",
        "statuses",
        "models",
        "providers",
        "kinds",
        "lengths",
        "places",
        f"topics:{topic}",
    }
    if not conditions and (kind := _kind(said, topic)):
        conditions = [{"column": _KIND[topic], "is": "not_contains", "value": kind[1]["kind"]}]
        found = facts(kind[0], names)
    if not conditions or left(found, used):
        return text, []
    return f"{text[: match.start()]} {text[match.end() :]}", conditions


def _named(found: Facts, columns: tuple[str, ...], names: Gazetteer) -> Iterator[tuple[str, Sequence[Any]]]:
    roles = found.prefix_roles if columns[0] == "prefix" else found.device_roles
    for name, values in (("role", roles), ("status", found.statuses), ("model", found.models), ("provider", found.providers), ("type", found.kinds), ("prefix length", found.lengths)):  # fmt: skip
        if name in columns:
            yield name, values
    yield (
        "location",
        [name for _, place in found.places if len(place.names) == 1 for name in _inside(place.names[0], names)],
    )


def _inside(place: str, names: Gazetteer) -> list[str]:
    """Return a location and all below it."""
    return [place, *(one.name for one in names.names.locations if names.within(one.name, place))]


__all__ = ["composed"]
