"""From the parts of a question to what is wanted; for a question that stands alone."""

import re
from dataclasses import replace
from typing import Any

from chainlit_app.offline.facts import ATTRIBUTES, GROUPS
from chainlit_app.offline.gazetteer import Gazetteer, Place
from chainlit_app.offline.grouping import address_use, grouped
from chainlit_app.offline.listing import expanded, listed, vague
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Filters, Reading, declined
from chainlit_app.offline.room import room

LISTED = ("locations", "prefixes", "devices", "interfaces", "vlans", "circuits", "racks")
_TALK = ("help", "about", "greet", "thanks")
_CIRCUIT_ID = re.compile(r"\b(?:cid|id|number)s?\b", re.IGNORECASE)  # one circuit is wanted, not how many there are
_OVER_DEVICES = {"models": "model", "platforms": "platform", "roles": "role", "statuses": "status"}


def understand(found: Facts, names: Gazetteer) -> Reading:
    """Return what a question wants by itself; `ask` where a part is missing or not understood."""
    refusal = _refusal(found)
    if refusal:
        return refusal
    if talk := _talk(found):
        return talk
    reading = _base(found, names)
    if reading.job == "declined":
        return reading
    if found.unknown:
        return _partly(found, reading)
    return reading


def _refusal(found: Facts) -> Reading | None:
    if not found.refused:
        return None
    reasons = [reason for reason, _ in found.refused]
    for reason in ("action", "opinion", "live", "history", "exclusion"):
        if reason in reasons:
            return declined(reason, *(words for kind, words in found.refused if kind == reason))
    return None


def _talk(found: Facts) -> Reading | None:
    talk = next((act for act in _TALK if act in found.acts), None)
    subject = found.topics or found.places or found.devices or found.targets or found.device_roles or found.strange
    if talk and not (subject or found.unknown or set(found.acts) - {*_TALK, "detail", "find"}):
        return Reading("talk", reason=talk)
    return None


def _partly(found: Facts, reading: Reading) -> Reading:
    """Offer what was understood where it is most of the question; otherwise say what was not."""
    known = found.content - len(found.unknown)
    if reading.job in ("ask", "overview", "talk") or len(found.unknown) > 1 or known < 2:
        return declined("unknown_words", *found.unknown)
    return Reading("ask", reason="partly", words=tuple(found.unknown), proposal=reading, places=reading.places)


def topics_of(found: Facts) -> tuple[str, ...]:
    """Return the topics that are said or follow from a role, a number or a name."""
    topics = [t for t in found.topics if t in LISTED]
    if not topics:
        weak = [t for t in found.weak if t in LISTED]
        topics = weak[:1] if not ("addresses" in {*found.topics, *weak} or _implied(found)) else []
    implied = _implied(found)
    if implied and implied not in topics and (not topics or implied == "devices" and set(topics) <= {"locations"}):
        topics = [implied]
    if "devices" not in topics and found.device_roles and set(topics) & {"circuits", "interfaces"}:
        topics.insert(0, "devices")
    if len(topics) > 1 and "locations" in topics and not found.then:
        topics.remove("locations")
    return tuple(dict.fromkeys(topics))


def _implied(found: Facts) -> str:
    rules = (
        (found.device_roles, "devices"),
        ({"no_primary_ip", "name_not_of_location"} & set(found.flags), "devices"),
        (found.places and re.search(r"\b(?:ips?|address(?:es)?)$", found.texts.get("act:detail", "")), "devices"),
        (found.kinds or found.strong_role or found.lengths or found.versions, "prefixes"),
        (found.models, "devices"),
        (found.vids, "vlans"),
        (found.providers or _bandwidth(found), "circuits"),
        (found.prefix_roles and not found.types and (found.places or found.strange), "prefixes"),
    )
    said = set(found.topics)
    return next((topic for sign, topic in rules if sign and not (said & set(LISTED) - {"locations"})), "")


def _bandwidth(found: Facts) -> bool:
    """Return whether the bandwidth of circuits is asked for; how much of it is used is not on record."""
    placed = found.places or found.strange
    return (
        bool(placed)
        and "bandwidth" in found.acts
        and not re.search(r"\b(?:us(?:e|es|ed|age|ing)|utili\w+|consum\w+|load)\b", found.text, re.IGNORECASE)
    )


def filters_of(found: Facts, topics: tuple[str, ...], names: Gazetteer) -> Filters:
    """Return what narrows the records; a word such as "voice" narrows VLANs by name and prefixes by role."""
    vlan_word = next((role.split()[-1].lower() for role in found.prefix_roles), "") if "vlans" in topics else ""
    both = {"vlans", "prefixes"} <= set(topics)
    return Filters(
        device_roles=tuple(found.device_roles),
        prefix_roles=tuple(found.prefix_roles) if not vlan_word or both else (),
        status=found.statuses[0] if found.statuses else "",
        model=found.models[0] if found.models else "",
        only=next((flag for flag in found.flags if flag in ("no_primary_ip", "name_not_of_location")), ""),
        type=found.kinds[0] if found.kinds and "prefixes" in topics else "",
        length=found.lengths[0] if found.lengths else None,
        version=found.versions[0] if found.versions else None,
        vid=found.vids[0] if found.vids else None,
        vlan_name=vlan_word if not both else "",
        namespace=found.namespaces[0] if found.namespaces else "",
        provider=found.providers[0] if found.providers else "",
        match=next((word for word in (*found.ports, *found.flags) if word in (*found.ports, "uplink", "loopback")), ""),
        enabled={"enabled": True, "disabled": False}.get(next((f for f in found.flags if f.endswith("abled")), "")),
        connected=False
        if "taken" in found.acts and "interfaces" in topics and "addresses" not in found.topics
        else {"connected": True, "unconnected": False}.get(
            next((f for f in found.flags if f.endswith("connected")), "")
        ),
    )


def either_of(found: Facts, filters: Filters) -> tuple[Filters, ...]:
    """Return the filters, one for each of several values of one kind; empty where there is one of each."""
    several: dict[str, list[str] | list[int]] = {
        "status": found.statuses, "model": found.models, "length": found.lengths, "vid": found.vids,
        "namespace": found.namespaces, "provider": found.providers, "type": found.kinds,
    }  # fmt: skip
    many = [(name, values) for name, values in several.items() if len(values) > 1 and getattr(filters, name)]
    if len(many) != 1:
        return ()
    name, values = many[0]
    changes: list[dict[str, Any]] = [{name: value} for value in dict.fromkeys(values)]
    return tuple(replace(filters, **change) for change in changes)


def places_of(found: Facts, names: Gazetteer) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Return the places, how they are written, and the location types that still narrow them."""
    places: list[str] = []
    types = tuple(found.types)
    for written, place in found.places:
        chosen = _narrowed(place, types, names)
        if len(chosen) == 1:
            places.append(chosen[0])
        else:
            places.append(_with_type(written, types if len(place.names) > 1 else ()))
    places.extend(found.strange)
    written = " ".join(text for text, _ in found.places) or " ".join(found.strange)
    apposition = {names.type_of(name) for name in places}
    return tuple(dict.fromkeys(places)), written, tuple(t for t in types if t not in apposition)


def _narrowed(place: Place, types: tuple[str, ...], names: Gazetteer) -> tuple[str, ...]:
    fitting = tuple(name for name in place.names if names.type_of(name) in types)
    return fitting or place.names


def _with_type(written: str, types: tuple[str, ...]) -> str:
    return f"{written} {types[0]}" if types else written


def _base(found: Facts, names: Gazetteer) -> Reading:
    """Return the reading as if every unknown word were filling."""
    topics = topics_of(found)
    places, written, types = places_of(found, names)
    filters = filters_of(found, topics, names)
    reading = Reading(
        "records",
        topics=topics,
        places=places,
        written=written,
        types=types,
        devices=tuple(dict.fromkeys(found.devices)),
        targets=tuple(dict.fromkeys(found.targets)),
        filters=filters,
        either=either_of(found, filters),
        groups=tuple(found.groups),
        order=found.order,
        top=found.top,
        counting="count" in found.acts,
        comparing="compare" in found.acts,
        live_state="up_or_down" in found.flags,
        corrected=tuple(found.corrected),
    )
    for rule in (_file, room, _target, address_use, grouped, _device, _attribute, listed, vague):
        if result := rule(found, reading, names):
            return result
    return declined("unknown_words", *found.unknown) if found.unknown else declined("nothing")


def _file(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    if "export" not in found.acts:
        return None
    if set(reading.topics) - {"prefixes"} or reading.devices:
        wanted = _device(found, reading, names) or listed(found, reading, names)
        return wanted.but(as_file=True) if wanted else None
    if not (reading.topics or "addresses" in found.topics or "addresses" in found.weak):
        return Reading("ask", reason="export", places=reading.places) if not found.refers else None
    return expanded(reading.but(job="export", topics=("prefixes",)), names)


def _target(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    if not reading.targets:
        return None
    return reading.but(job="find", topics=())


def _device(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    """Named devices: themselves, their interfaces, or what is at their site."""
    if not reading.devices:
        return None
    if "racks" in reading.topics and not any(device.lower() in names.devices for device in reading.devices):
        outer = tuple(p for d in reading.devices for p in names.locations if d.lower().startswith(p.lower() + "-"))
        return listed(
            found, reading.but(devices=(), places=reading.places or outer, topics=("devices", "racks")), names
        )
    at_site = [t for t in reading.topics if t not in ("interfaces", "devices", "locations")]
    if (found.site_of or ("there" in found.refers and at_site)) and (at_site or _at_site(found, reading)):
        topics = tuple(t for t in reading.topics if t != "locations") or ("locations",)
        return reading.but(site_of=reading.devices, devices=(), topics=topics)
    if found.site_of and not reading.topics:
        return Reading("ask", reason="site_what", site_of=reading.devices)
    if reading.live_state and "interfaces" not in reading.topics:
        return declined("live", "up or down")
    wired = reading.filters.connected is not None or {"vlans", "addresses", "prefixes", "circuits", "interfaces"} & {
        *found.topics,
        *found.weak,
    }
    if wired:
        return reading.but(topics=("interfaces",), filters=_interface_filters(reading.filters))
    if reading.places and not reading.topics and "detail" not in found.acts:
        return reading.but(topics=("device",), places=())
    return reading.but(topics=("device",), places=())


def _at_site(found: Facts, reading: Reading) -> bool:
    return bool(reading.filters.device_roles) or "devices" in found.topics


def _interface_filters(filters: Filters) -> Filters:
    """Return what narrows interfaces; of one port that is named its row says whether it is enabled and connected."""
    if filters.match and filters.match not in ("uplink", "loopback"):
        return Filters(match=filters.match)
    return Filters(match=filters.match, enabled=filters.enabled, connected=filters.connected)


def _attribute(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    """Read "which models are there", "list the providers" as counts by that attribute."""
    asked = next((t for t in found.topics if t in ATTRIBUTES), None)
    named = (
        reading.filters.namespace
        or reading.filters.status
        or reading.filters.provider
        or reading.filters.model
        or reading.filters.device_roles
    )
    if asked is None or (reading.topics and named):
        return None
    if asked == "namespaces" or (
        asked in ("roles", "statuses", "lengths", "families") and "prefixes" in reading.topics
    ):
        return expanded(reading.but(job="analyze", topics=("prefixes",), groups=(GROUPS[asked],)), names)
    if asked == "providers" and not _CIRCUIT_ID.search(found.texts.get("topic:circuits", "")):
        return reading.but(job="count", topics=("circuits",), groups=("provider",))
    if asked == "types":
        return (
            reading.but(job="count", topics=("locations",), groups=("location_type",)) if not reading.topics else None
        )
    if asked in _OVER_DEVICES and set(reading.topics) <= {"devices", "locations"}:
        return expanded(reading.but(job="count", topics=("devices",), groups=(_OVER_DEVICES[asked],)), names)
    return None
