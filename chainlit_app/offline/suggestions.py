"""Questions that the reader can answer, made of the names that the tools report now."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.lexicon import table
from tools.models import LocationName


def slots(names: Gazetteer, seed: str = "") -> dict[str, str]:
    """Return a name for each placeholder of the examples, others for another seed; what nothing is reported for is left out."""
    sites = _sites(names, seed)
    first, other, third = (sites[i % len(sites)] if sites else None for i in range(3))
    roles = names.names.device_roles
    held = {device.lower(): device for device in names.names.devices}
    found: dict[str, str | None] = {
        "site": first.name if first else None,
        "city": first.city or first.name if first else None,
        "other": other.name if other else None,
        "third": third.city or third.name if third else None,
        "area": first.path[-1] if first and first.path else None,
        "device": next((d for low, d in held.items() if first and low.startswith(first.name.lower())), None)
        or next(iter(names.names.devices), None),
        "roles": _plural(_pick(roles, seed)) if roles else None,
        "type": first.type if first else None,
    }
    return {key: value for key, value in found.items() if value}


def _sites(names: Gazetteer, seed: str) -> list[LocationName]:
    """Return three sites of the kind whose names most devices begin with; which ones depends on the seed."""
    outer = {parent for place in names.names.locations for parent in place.path}
    inner = [p for p in names.names.locations if p.name not in outer]
    sites = [p for p in inner if p.city] or inner
    begins = Counter(device.lower().partition("-")[0] for device in names.names.devices)
    kinds: Counter[str] = Counter()
    for place in sites:
        kinds[place.type] += begins[place.name.lower()]
    busiest = kinds.most_common(1)[0][0] if kinds else ""
    fitting = [p for p in sites if p.type == busiest and begins[p.name.lower()]] or sites
    once = Counter(p.city for p in names.names.locations)
    fitting = [p for p in fitting if p.city and once[p.city] == 1] or fitting
    start = zlib.crc32(seed.encode()) % len(fitting) if fitting else 0
    return [fitting[(start + i * 7) % len(fitting)] for i in range(min(3, len(fitting)))]


def _pick(values: Sequence[str], seed: str) -> str:
    return values[zlib.crc32(seed.encode()) % len(values)]


def _plural(name: str) -> str:
    """Return several of what a role names: "access switches"."""
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2:-1] not in "aeiou" else f"{name}s"


def examples(names: Gazetteer, seed: str = "") -> list[str]:
    """Return every example that the reported names can fill, in the order of the file."""
    values = slots(names, seed)
    return [text for template in table("examples")["questions"]["all"] if (text := _filled(template, values))]


def suggest(question: str, names: Gazetteer, count: int = 3) -> list[str]:
    """Return questions that can be answered, the ones most like a question first."""
    known = examples(names, question)
    if not question:
        return known[:count]
    ranked = sorted(known, key=lambda text: -fuzz.token_set_ratio(question.lower(), text.lower()))
    near = [text for text in ranked if fuzz.token_set_ratio(question.lower(), text.lower()) > 55]
    start = zlib.crc32(question.encode()) % len(known) if known else 0
    return list(dict.fromkeys([*near[:1], *known[start:], *known[:start]]))[:count]


def fill(templates: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the templates that can be filled."""
    return [text for template in templates if (text := _filled(template, values))]


def _filled(template: str, values: Mapping[str, str]) -> str:
    try:
        return template.format_map(dict(values))
    except KeyError:
        return ""
