"""How a question was read, in words: "prefixes · role User Data · location ..."."""

import re
from collections.abc import Mapping
from typing import Any

from chainlit_app.offline.reading import Reading


def plain(text: str) -> str:
    """Return data as text that is neither a citation nor a link nor formatting."""
    return re.sub(r"([\[\]`*<>!])", r"\\\1", re.sub(r"\s+", " ", text))


_FILTER_WORDS = {
    "device_roles": "role", "prefix_roles": "role", "status": "status", "model": "model", "type": "type", "length": "length /",
    "version": "IPv", "vid": "VLAN ", "vlan_name": "VLAN name", "namespace": "namespace", "provider": "provider", "match": "matching",
}  # fmt: skip


_RESULT = re.compile(r"r\d+")  # the name of an earlier result, which stands for its locations


def read_as(reading: Reading) -> str:
    """Return in a few words how a question was read."""
    parts = [_what(reading)]
    for name, value in vars(reading.filters).items():
        if value in ((), "", None) or reading.job == "find" and name != "namespace":
            continue  # an address is looked up whatever is said of it
        if isinstance(value, bool):
            parts.append(name if value else f"not {name}")
        elif name == "only":
            parts.append({"no_primary_ip": "without primary address"}.get(str(value), "name not of their location"))
        else:
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            word = _FILTER_WORDS[name]
            parts.append(f"{word}{'' if word[-1] in '/v ' else ' '}{text}")
    parts += _spec(reading)
    parts += _where(reading)
    corrected = [f'"{a}" as {b}' for a, b in reading.corrected]
    aside = [f'not read: "{reading.aside}"'] if reading.aside else []
    return plain(" · ".join(part for part in [*parts, *corrected, *aside] if part))


_IS = {
    "equals": "is", "not_equals": "is not", "contains": "contains", "not_contains": "does not contain", "starts_with": "starts with", "greater": "more than",
    "less": "less than", "at_least": "at least", "at_most": "at most", "within": "within", "is_empty": "empty", "is_not_empty": "not empty",
}  # fmt: skip
_SPEC = {
    "problems": "", "what": "", "action": "", "kind": "", "user": "by ", "since": "since ", "until": "until ", "format": "as ", "columns": "only ",
    "group_by": "by ", "sort_by": "sorted by ", "top": "first ", "key": "compared by ", "keep": "",
}  # fmt: skip
_KEPT = {"only_first": "only in the first", "only_second": "only in the second", "both": "in both"}


def _spec(reading: Reading) -> list[str]:
    """Return in words what is asked of a tool as it stands."""
    parts = [_condition(one) for one in reading.spec.get("where", ())]
    parts += [f"{one['figure']} of {one['column']}" for one in reading.spec.get("figures", ()) if "column" in one]
    if either := reading.spec.get("either"):
        parts.append(" or ".join(_condition(one) for one in either))
    for name, lead in _SPEC.items():
        if name in reading.spec:
            values = reading.spec[name] if isinstance(reading.spec[name], list) else [reading.spec[name]]
            said = ", ".join(_KEPT.get(str(value), str(value)).replace("_", " ") for value in values)
            ago = " ago" if name in ("since", "until") and said[-1:] in ("d", "h") else ""
            order = f"{said[1:]}, largest first" if name == "sort_by" and said.startswith("-") else said
            parts.append(f"{lead}{order}{ago}")
    if reading.job == "free" and "of" in reading.spec:
        parts.append(f"by {reading.spec['of']}")
    taken = reading.spec.get("take")
    return [*parts, *([f"once {'the next one' if taken is True else taken} is taken"] if taken else [])]


def _condition(one: Mapping[str, Any]) -> str:
    value = one.get("value", "")
    values = value if isinstance(value, list) else [value]
    more = f" or {len(values) - 4} more" if len(values) > 4 else ""
    said = " or ".join("yes" if v is True else "no" if v is False else str(v).strip() for v in values[:4]) + more
    return f"{one['column']} {_IS[one['is']]} {said}".strip()


def _comparison(reading: Reading) -> str:
    """Say with what a place is compared; the name of a result stands for several places."""
    one = len(reading.places) == 1 and not _RESULT.fullmatch(reading.places[0])
    return "comparison with the standard" if one else "comparison"


def _what(reading: Reading) -> str:
    topics = ", ".join(
        "device " + ", ".join(reading.devices) if t == "device" else "VLANs" if t == "vlans" else t
        for t in reading.topics
    )
    job = {
        "analyze": "address use",
        "count": f"count of {topics}",
        "free": "free space",
        "export": "export of prefixes",
        "overview": "which records?",
        "racks": "free rack units",
        "problems": "problems",
        "compare": _comparison(reading),
        "changes": "changes",
        "file": "file of the rows before",
        "rows": "rows of what was read before"
        if reading.results
        else f"rows of: {_what(reading.base)}"
        if reading.base
        else "rows",
    }
    if reading.job == "find":
        more = " and of the device that uses it" if "device" in reading.topics else ""
        return "look-up of " + ", ".join(reading.targets) + more
    what = job.get(reading.job, topics)
    if reading.groups:
        what += " by " + ", ".join(group.replace("_", " ") for group in reading.groups)
    return what


def _where(reading: Reading) -> list[str]:
    parts = list(reading.types[:1]) if reading.job in ("count", "records") else []
    if reading.fewer is not None:
        parts.append(f"fewer than {reading.fewer}")
    if reading.more is not None:
        racks = reading.job == "racks"
        parts.append(f"at least {reading.more} units in one run" if racks else f"more than {reading.more}")
    if reading.order:
        parts.append(reading.order + (f" {reading.top}" if reading.top else ""))
    if reading.devices and "device" not in reading.topics:
        devices = ", ".join(reading.devices[:3]) + (
            f" and {len(reading.devices) - 3} more" if len(reading.devices) > 3 else ""
        )
        parts.append(f"of {devices}")
    return parts + _there(reading)


def _there(reading: Reading) -> list[str]:
    """Return in words where is looked."""
    if reading.job in ("changes", "free") and reading.targets:
        return [("of " if reading.job == "changes" else "in ") + ", ".join(reading.targets)]
    if reading.job == "rows" and reading.base:
        return [] if reading.results else _where(reading.base)
    if reading.site_of:
        return ["site of " + ", ".join(reading.site_of)]
    if reading.places and all(_RESULT.fullmatch(place) for place in reading.places):
        return ["the locations of the rows before"]
    if reading.places:
        rest = f" and {len(reading.places) - 4} more" if len(reading.places) > 4 else ""
        return [f"location {', '.join(reading.places[:4])}{rest}"]
    whole = reading.job in ("records", "analyze", "count", "export", "problems", "changes") and not reading.devices
    return ["whole network"] if whole else []
