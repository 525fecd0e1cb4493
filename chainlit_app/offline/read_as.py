"""How a question was read, in words: "prefixes · role User Data · location ..."."""

import re

from chainlit_app.offline.reading import Reading


def plain(text: str) -> str:
    """Return data as text that is neither a citation nor a link nor formatting."""
    return re.sub(r"([\[\]`*<>!])", r"\\\1", re.sub(r"\s+", " ", text))


_FILTER_WORDS = {
    "device_roles": "role", "prefix_roles": "role", "status": "status", "model": "model", "type": "type", "length": "length /",
    "version": "IPv", "vid": "VLAN ", "vlan_name": "VLAN name", "namespace": "namespace", "provider": "provider", "match": "matching",
}  # fmt: skip


def read_as(reading: Reading) -> str:
    """Return in a few words how a question was read."""
    parts = [_what(reading)]
    for name, value in vars(reading.filters).items():
        if value in ((), "", None):
            continue
        if isinstance(value, bool):
            parts.append(name if value else f"not {name}")
        elif name == "only":
            parts.append({"no_primary_ip": "without primary address"}.get(str(value), "name not of their location"))
        else:
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            word = _FILTER_WORDS[name]
            parts.append(f"{word}{'' if word[-1] in '/v ' else ' '}{text}")
    parts += _where(reading)
    corrected = [f'"{a}" as {b}' for a, b in reading.corrected]
    return plain(" · ".join(part for part in [*parts, *corrected] if part))


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
    }
    if reading.job == "find":
        return "look-up of " + ", ".join(reading.targets)
    what = job.get(reading.job, topics)
    if reading.groups:
        what += " by " + ", ".join(group.replace("_", " ") for group in reading.groups)
    return what


def _where(reading: Reading) -> list[str]:
    parts = list(reading.types[:1]) if reading.job in ("count", "records") else []
    if reading.fewer is not None:
        parts.append(f"fewer than {reading.fewer}")
    if reading.more is not None:
        parts.append(f"more than {reading.more}")
    if reading.order:
        parts.append(reading.order + (f" {reading.top}" if reading.top else ""))
    if reading.devices and "device" not in reading.topics:
        devices = ", ".join(reading.devices[:3]) + (
            f" and {len(reading.devices) - 3} more" if len(reading.devices) > 3 else ""
        )
        parts.append(f"of {devices}")
    if reading.job == "free" and reading.targets:
        parts.append("in " + ", ".join(reading.targets))
    elif reading.site_of:
        parts.append("site of " + ", ".join(reading.site_of))
    elif reading.places:
        shown = ", ".join(reading.places[:4]) + (
            f" and {len(reading.places) - 4} more" if len(reading.places) > 4 else ""
        )
        parts.append(f"location {shown}")
    elif reading.job in ("records", "analyze", "count", "export") and not reading.devices:
        parts.append("whole network")
    return parts
