"""What changed: who, when, where and what, of the change log."""

from datetime import UTC, datetime

from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, finished, first, section, types
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.times import period
from chainlit_app.offline.understand import places_of
from chainlit_app.offline.words import is_english, number_of

KINDS = ("devices", "interfaces", "prefixes", "addresses", "vlans", "circuits", "locations")
_ALLOWED = frozenset(
    ["places", "strange", "refers", "leads", "acts:count", "acts:detail", "acts:overview", "acts:find", "held:who", "held:much", "held:many", "groups", "types"]
)  # fmt: skip


def changed(text: str, names: Gazetteer) -> Reading | None:
    """Read a question for changes; None where it is none."""
    limit = first(text, section("changes", "number"))
    made = first(text, section("changes", "made"), types(names))
    rest, spec = conditions(limit[0] if limit else text, names)
    user, when = spec.get("user"), spec.keys() & {"since", "until"}
    rest, of_locations = every(rest, section("changes", "locations"))
    rest, said = every(rest, section("changes", "said"))
    told = every(rest, section("changes", "done"))[1]
    if not said and not user and not limit and not ("action" in spec and (told or when)):
        if not when:
            return None
        rest, new = every(rest, [r"\bnew\b"])
        if not new:
            return None
        spec["action"] = "created"
    if of_locations:
        spec["kind"] = "locations"
    rest, itself = every(rest, section("changes", "itself"), types(names))
    rest = every(rest, section("changes", "filling"))[0]
    of_itself = bool(itself) or made is not None and _is_place(made[1]["place"], names)
    reading = _of_what(rest, spec, names, itself=of_itself)
    return reading.but(limit=number_of(limit[1]["number"])) if limit else reading


def _is_place(text: str, names: Gazetteer) -> bool:
    return any(place.names == (text.strip("?!.,;"),) for _, place in facts(text, names).places)


def conditions(text: str, names: Gazetteer) -> tuple[str, dict[str, str]]:
    """Return the text without who, when and what was done, and those as arguments."""
    spec: dict[str, str] = {}
    rest, user = _person(text, names, spec) or _user(text, names)
    if user:
        spec["user"] = user
    rest, when = period(rest, datetime.now(UTC))
    for action, patterns in section("changes", "action").items():
        rest, number = every(rest, patterns)
        if number:
            spec["action"] = action
    return rest, spec | when


def _of_what(rest: str, spec: dict[str, str], names: Gazetteer, *, itself: bool) -> Reading:
    found = facts(rest, names)
    places, written, _ = places_of(found, names)
    records = [*found.devices, *found.targets, *(places if itself else ())]
    allowed = set(_ALLOWED)
    kinds = [topic for topic in (*found.topics, *found.weak) if topic in KINDS and topic in found.topics]
    if records:
        allowed |= {"devices", "targets", *(f"topics:{topic}" for topic in ("devices", "prefixes", "addresses"))}
    elif len(kinds) == 1:
        spec["kind"] = kinds[0]
        allowed.add(f"topics:{kinds[0]}")
    elif "locations" in found.topics:
        allowed.add("topics:locations")
    reading = Reading("changes", places=() if records else places, written=written, spec=spec)
    reading = reading.but(targets=tuple(records), counting="count" in found.acts, corrected=tuple(found.corrected))
    return finished(reading, found, allowed)


def _person(text: str, names: Gazetteer, spec: dict[str, str]) -> tuple[str, str] | None:
    """Return the text without the person that can only be meant, and that person; add what is said to be done."""
    found = first(text, section("changes", "user", "person"))
    if not found:
        return None
    rest, match = found
    known = facts(match["user"], names)
    if known.places or known.devices or known.topics or known.weak or known.groups or known.types or known.device_roles:
        return None
    did = match.groupdict().get("did") or ""
    for action, patterns in section("changes", "did").items():
        if first(did, patterns):
            spec["action"] = action
    return rest, match["user"]


def _user(text: str, names: Gazetteer) -> tuple[str, str]:
    """Return the text without the person it names, and that person; a column or a place is none."""
    found = first(text, section("changes", "user", "by"))
    if not found:
        return text, ""
    rest, match = found
    name = match["user"]
    known = facts(name, names)
    strange = known.unknown or known.strange or known.models or known.devices
    nobody = is_english(name.lower()) or known.places or known.devices or not strange
    return (text, "") if nobody else (rest, name)
