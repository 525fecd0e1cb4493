"""Every word accounted for: what a question says and no call uses is reported, never passed over."""

import re
from collections.abc import Iterator, Sequence

from chainlit_app.offline.conditions import conditions, halved, paired
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.pieces import Call
from chainlit_app.offline.plan import foreseen
from chainlit_app.offline.reading import Filters, Reading, declined

_DONE = ("records", "analyze", "count", "export", "find", "free", "overview")
_MOST_ASKED = 2  # words: with more that is not understood there is nothing left to offer
_FACTS = (
    ("statuses", "status", ("status",)),
    ("models", "model", ("model",)),
    ("lengths", "length", ("prefix_length",)),
    ("versions", "version", ("ip_version",)),
    ("vids", "vlan", ("vid", "vlan")),
    ("namespaces", "namespace", ("namespace",)),
    ("providers", "provider", ("provider",)),
    ("kinds", "kind", ("type",)),
    ("targets", "target", ("target", "inside")),
    ("devices", "device", ("device",)),
    ("ports", "port", ("match",)),
    ("device_roles", "role", ("role",)),
    ("prefix_roles", "role", ("role", "name")),
    ("groups", "group", ("group_by", "record")),
)
_SHOWN = {"lengths": "/{}", "versions": "IPv{}", "vids": "VLAN {}"}
_FIND_SHOWS = ("kinds",)
_RECORD_SHOWS = ("statuses", "models", "device_roles", "prefix_roles")
_BOOLEAN = {"enabled": ("enabled", True), "disabled": ("enabled", False), "connected": ("connected", True), "unconnected": ("connected", False)}  # fmt: skip
# Topics, and the tools (or the words of their arguments) that speak of them.
_SPEAK_OF = {
    "prefixes": ("prefix", "free_space"),
    "addresses": ("prefix", "free_space", "interfaces", "device"),
    "devices": ("device",),
    "interfaces": ("interfaces",),
    "vlans": ("vlan", "prefix", "interfaces"),
    "circuits": ("circuit", "interfaces"),
    "racks": ("racks", "get_device "),
    "providers": ("circuit", "interfaces"),
    "namespaces": ("prefix", "namespace"),
    "models": ("device",),
    "platforms": ("device",),
    "lengths": ("prefix", "free_space"),
    "families": ("prefix",),
    "roles": ("device", "prefix"),
    "types": ("location",),
}


def accounted(found: Facts, reading: Reading, names: Gazetteer) -> Reading:
    """Return the reading; a question back, or why not, where it would leave out a part of what was said."""
    inner = reading.proposal if reading.job == "ask" and reading.reason == "partly" else reading
    if inner is None or inner.job not in _DONE:
        return reading
    if "reserve" in found.flags and not inner.targets:
        return Reading("ask", reason="overlap")
    if paired(found) and len(inner.places) > 1:
        return Reading("ask", reason="pairs", places=inner.places)
    if halved(found, foreseen(inner, names)):
        return Reading("ask", reason="status_of", places=inner.places)
    words = tuple(dict.fromkeys([*(reading.words if inner is not reading else ()), *_left(found, inner, names)]))
    if not words:
        return reading
    if inner.job == "overview" and found.statuses:
        return Reading("ask", reason="records_what", places=inner.places, written=inner.written, filters=inner.filters)
    if len(words) > _MOST_ASKED or not _particular(inner):
        return declined("unknown_words", *words)
    return Reading("ask", reason="partly", words=words, proposal=inner, places=inner.places)


def _particular(reading: Reading) -> bool:
    """Return whether it speaks of something that was named, so that it is worth offering."""
    named = reading.places or reading.devices or reading.site_of or reading.targets or reading.groups or reading.types
    return bool(named or reading.filters != Filters())


def _left(found: Facts, reading: Reading, names: Gazetteer) -> list[str]:
    calls = foreseen(reading, names)
    return [
        *_values(found, reading, calls),
        *_where(found, calls, names),
        *_flags(found, reading),
        *_figures(found, reading, calls),
        *_acts(found, reading),
        *_topics(found, reading, calls),
        *_held(found, reading),
        *conditions(found, reading, calls),
    ]


def _values(found: Facts, reading: Reading, calls: Sequence[Call]) -> Iterator[str]:
    for name, kind, parameters in _FACTS:
        values = list(dict.fromkeys(getattr(found, name)))
        if name in _RECORD_SHOWS and _of_one_record(found, reading):
            continue  # the record itself shows them
        if name in _FIND_SHOWS and reading.job == "find":
            continue  # what covers an address is told with its type
        if (
            name == "versions"
            and (len(values) > 1 or _by_length(values, calls))
            or name == "devices"
            and reading.site_of
        ):
            continue
        said = {text for call in calls for key in parameters for text in _texts(call.arguments.get(key))}
        for value in values:
            lower = str(value).lower()
            by_name = name == "prefix_roles" and lower.split()[-1] in said
            if lower not in said and not by_name and not (name == "groups" and _grouped(lower, said)):
                yield found.texts.get(f"{kind}:{value}") or _SHOWN.get(name, "{}").format(value)


def _of_one_record(found: Facts, reading: Reading) -> bool:
    """Return whether one record is looked at, which shows its own role: "the router X", not "X and its switches"."""
    others = {"it", "them"} & set(found.refers) or "compare" in found.acts or found.held
    return reading.job == "find" or reading.topics == ("device",) and not others


def _by_length(versions: Sequence[int], calls: Sequence[Call]) -> bool:
    """Return whether the length of the free blocks that are looked for says the address family already."""
    lengths = [call.arguments.get("prefix_length") for call in calls if call.name == "find_free_space"]
    six = 6 in versions
    return bool(lengths) and all(isinstance(length, int) and (length > 32) == six for length in lengths)


def _grouped(group: str, said: set[str]) -> bool:
    return f"{group}s" in said or group == "prefix" and "prefixes" in said


def _texts(value: object) -> set[str]:
    return {str(v).lower() for v in value} if isinstance(value, list) else {str(value).lower()} - {"none"}


def _where(found: Facts, calls: Sequence[Call], names: Gazetteer) -> Iterator[str]:
    """Yield places and types of location that no call looks at."""
    if any(call.name in ("find_prefix", "get_device") for call in calls):
        return
    said = {text for call in calls for key in ("location", "query", "inside", "location_type", "group_by") for text in _texts(call.arguments.get(key))}  # fmt: skip
    devices = {text for call in calls for text in _texts(call.arguments.get("device"))}
    inside = {name for name in names.locations if name.lower() in said}
    inside |= {name for written, place in found.places for name in place.names if written.lower() in said}
    for written, place in found.places:
        options = {written.lower(), *(name.lower() for name in place.names)}
        meant = any(option in text for option in options for text in said)
        owns = any(device.startswith(option) for device in devices for option in options)
        if not (meant or owns or any(names.within(name, outer) for name in inside for outer in place.names)):
            yield written
    yield from (word for word in found.strange if not any(word.lower() in text for text in said))
    around = {names.type_of(name) for name in inside} | {
        names.type_of(outer) for name in inside for outer in names.inside.get(name, ())
    }
    for kind in found.types:
        if kind not in around and not any(kind.lower() in text for text in said):
            yield kind


def _flags(found: Facts, reading: Reading) -> Iterator[str]:
    for flag in found.flags:
        if flag in _BOOLEAN:
            name, value = _BOOLEAN[flag]
            used = "interfaces" in reading.topics and (getattr(reading.filters, name) == value or _one_port(reading))
        elif flag in ("uplink", "loopback"):
            used = reading.filters.match == flag
        elif flag == "up_or_down":
            used = reading.job in ("find", "analyze") or reading.live_state and "interfaces" in reading.topics
        else:
            used = flag == reading.filters.only or flag == "reserve"
        if not used:
            yield found.texts.get(f"flag:{flag}", flag)


def _one_port(reading: Reading) -> bool:
    """Return whether one port is looked at, whose row says whether it is enabled and what is connected."""
    return bool(reading.filters.match) and reading.filters.match not in ("uplink", "loopback")


def _figures(found: Facts, reading: Reading, calls: Sequence[Call]) -> Iterator[str]:
    if reading.job == "free" and found.order == "largest":
        return  # the answer names the largest free block
    if found.order and not (reading.order and reading.job in ("analyze", "count")):
        yield found.texts.get(f"order:{found.order}") or found.order
    carried = reading.job in ("analyze", "count")
    if found.top and not carried and not (reading.job == "free" and reading.limit):
        yield found.texts.get(f"top:{found.top}") or str(found.top)
    if (
        found.order == reading.order
        and found.order in ("largest", "smallest")
        and "prefixes" not in found.topics
        and not found.lengths
    ):
        yield found.texts.get(f"order:{found.order}") or found.order
    unused = reading.fewer is None and reading.more is None
    if found.amount and (unused or "detail" in found.acts):
        kind, number = found.amount
        yield found.texts.get(f"amount:{kind}") or str(number)


_SUM = re.compile(
    r"\b(?:total|sum|altogether|all\s+together|combined|average|mean|most|least|highest|lowest)\b", re.IGNORECASE
)
_BY = re.compile(r"\b(?:per|by|each|every)\s+(?:vendor|manufacturer|maker|brand)", re.IGNORECASE)  # a list is no count


def _acts(found: Facts, reading: Reading) -> Iterator[str]:
    used = {
        "analyze": reading.job in ("analyze", "find", "free") or bool(reading.groups) and reading.topics != ("racks",),
        "export": reading.job == "export" or reading.as_file,
        "taken": bool(reading.targets) or reading.job == "free" or reading.filters.connected is False,
        "bandwidth": "circuits" in reading.topics and not _SUM.search(found.text),
        "more": reading.limit is not None or found.texts.get("act:more") != "more",
        "trunk": "interfaces" in reading.topics,
        "maker": bool({"devices", "device"} & set(reading.topics))
        and not reading.groups
        and not _BY.search(found.text),
        "compare": len(reading.places) > 1 or len(reading.devices) > 1 or bool(reading.groups),
    }
    if "next" in found.room and reading.job != "free":
        yield found.texts["room:next"]
    yield from (found.texts.get(f"act:{act}", act) for act in dict.fromkeys(found.acts) if not used.get(act, True))


def _topics(found: Facts, reading: Reading, calls: Sequence[Call]) -> Iterator[str]:
    if reading.job == "find":
        return  # a look-up says all there is: network, VLAN, device, interface
    said = " ".join(
        f"{call.name} {call.arguments.get('record', '')} {call.arguments.get('group_by', '')}"
        f" {'namespace' if call.arguments.get('namespace') else ''}"
        for call in calls
    )
    weak = [topic for topic in found.weak if topic not in ("locations", "addresses", "devices")]
    for topic in [*found.topics, *weak]:
        speak = _SPEAK_OF.get(topic)
        if speak and not any(word in f"{said} " for word in speak):
            yield found.texts.get(f"topic:{topic}", topic)


def _held(found: Facts, reading: Reading) -> Iterator[str]:
    """Yield words that say something only beside others: "between" where nothing is compared, "who", a number."""
    numbers = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "both": 2}
    several = {len(reading.places), len(reading.devices), len(reading.targets), len(found.providers)}
    for word in found.held:
        lower = word.lower()
        if lower in numbers and numbers[lower] in several:
            continue
        if lower == "between" and "compare" in found.acts and max(several) > 1:
            continue
        if lower.startswith(("sort", "order")) and (reading.groups or reading.order):
            continue
        if lower == "first" and found.order and reading.order and reading.groups:
            continue
        if _shown(lower, reading):
            continue
        if lower in ("other", "else") and reading.site_of:
            continue  # what is there besides: all that is there
        if lower == "how" and "analyze" in found.acts:
            continue
        if lower in ("who", "whom") and (
            reading.job == "find" or {"circuits", "device", "interfaces", "vlans"} & {*reading.topics}
        ):
            continue
        yield word


def _shown(word: str, reading: Reading) -> bool:
    """Return whether one record shows it: what is around an address, whether a device has a primary one."""
    return (
        word == "each"
        and bool(reading.groups or len(reading.places) > 1)
        or word == "around"
        and reading.job == "find"
        or word.startswith(("have ", "with "))
        and reading.topics == ("device",)
    )


__all__ = ["accounted"]
