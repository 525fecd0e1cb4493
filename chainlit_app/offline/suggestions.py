"""Questions that the reader can answer, made of the names that the tools report now."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.lexicon import table


def slots(names: Gazetteer) -> dict[str, str]:
    """Return a name for each placeholder of the examples; those that nothing is reported for are left out."""
    sites = [place for place in names.names.locations if place.city] or [p for p in names.names.locations if p.path]
    outer = {parent for place in names.names.locations for parent in place.path}
    first = next((place for place in sites if place.name not in outer), None)
    found: dict[str, str | None] = {
        "site": first.name if first else None,
        "city": first.city or first.name if first else None,
        "other": next((p.name for p in sites if first and p.name not in outer and p.name != first.name), None),
        "area": first.path[-1] if first and first.path else None,
        "device": next((d for d in names.names.devices if first and d.lower().startswith(first.name.lower())), None)
        or next(iter(names.names.devices), None),
        "role": next(iter(names.names.device_roles), None),
        "type": first.type if first else None,
    }
    return {key: value for key, value in found.items() if value}


def examples(names: Gazetteer) -> list[str]:
    """Return every example that the reported names can fill, in the order of the file."""
    values = slots(names)
    return [text for template in table("examples")["questions"]["all"] if (text := _filled(template, values))]


def suggest(question: str, names: Gazetteer, count: int = 3) -> list[str]:
    """Return questions that can be answered, the ones most like a question first."""
    known = examples(names)
    if not question:
        return known[:count]
    ranked = sorted(known, key=lambda text: -fuzz.token_set_ratio(question.lower(), text.lower()))
    near = [text for text in ranked if fuzz.token_set_ratio(question.lower(), text.lower()) > 55]
    return list(dict.fromkeys([*near[:1], *known]))[:count]


def fill(templates: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the templates that can be filled."""
    return [text for template in templates if (text := _filled(template, values))]


def _filled(template: str, values: Mapping[str, str]) -> str:
    try:
        return template.format_map(dict(values))
    except KeyError:
        return ""
