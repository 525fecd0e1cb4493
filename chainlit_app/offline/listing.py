"""What is wanted of places and kinds of records, where no device, address or figure is asked for."""

import re

from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import finished
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Reading, declined

# "What is connected to the core router in ...?": its ports. "Which switches are connected to ...?" is another question.
_WHAT_IS_CONNECTED = re.compile(
    r"\b(?:what|anything|everything|all)\b(?:\W{0,2}(?:s|is|are|hangs?|sits?|that|which)\b)*\W+(?:currently\s+)?"
    r"(?:connected|attached|plugged|cabled|patched|linked|wired|hanging|hangs?|behind|connects)\b",
    re.IGNORECASE,
)
TOP = 10  # of a ranking where no number is said


def listed(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    topics = reading.topics
    if not topics:
        return _places_only(found, reading, names)
    if "racks" in topics:
        return _racks(found, reading, names)
    if topics == ("locations",):
        return _locations(found, reading, names)
    lookup = "locations" in topics and found.then and bool(reading.places)
    topics = tuple(t for t in topics if t != "locations")
    if _what_is_connected(found, topics):
        topics = ("devices", "interfaces")
    of_found = "interfaces" in topics
    if of_found and "devices" not in topics:
        topics = ("devices", *topics)
    if of_found and not (reading.places or found.refers or found.device_roles):
        return Reading("ask", reason="which_device")
    if found.amount and not reading.groups:
        return _amount(found, reading.but(topics=topics))
    if not of_found and (reason := _of_ports(reading, topics)):
        return reason
    if any_of := _any_of_type(found, reading, names):
        return any_of
    return expanded(reading.but(topics=topics, lookup=lookup, of_found=of_found), names)


def _of_ports(reading: Reading, topics: tuple[str, ...]) -> Reading | None:
    """Return why records are not listed of which something is said that only ports have."""
    if reading.live_state:
        return declined("live", "up or down")
    wired = next((name for name in ("connected", "enabled") if getattr(reading.filters, name) is not None), "")
    of_records = set(topics) & {"devices", "circuits", "vlans", "prefixes"}
    return declined("unknown_words", wired) if wired and of_records else None


def _any_of_type(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    """Return a question back for "the circuits at the branch": one is meant, and nothing says which."""
    if len(reading.types) != 1 or reading.places or reading.groups or found.refers or found.leads or found.site_of:
        return None
    kind = reading.types[0]
    said = found.texts.get(f"place_type:{kind}", kind)
    one = re.search(
        rf"\b(?:at|in|of|for|from)\s+the\s+{re.escape(said)}\b(?!\s+\w+\s+(?:of|in|at)\b)", found.text, re.IGNORECASE
    )
    if not one or said.lower().endswith("s") and not said.lower().endswith("us") or len(names.of_type(kind)) < 2:
        return None
    return Reading("ask", reason="which_of_type", words=(said,))


def _what_is_connected(found: Facts, topics: tuple[str, ...]) -> bool:
    return topics == ("devices",) and len(found.device_roles) == 1 and bool(_WHAT_IS_CONNECTED.search(found.text))


def _amount(found: Facts, reading: Reading) -> Reading:
    """Ask back about an amount; instead of a bound in percent a ranking is offered."""
    if reading.topics != ("prefixes",) or not re.search(r"%|\bper ?cent\b", found.text):
        return Reading("ask", reason="amount", words=(found.text,))
    order = "emptiest" if found.amount and found.amount[0] in ("fewer", "at_most") else "fullest"
    ranked = reading.but(job="analyze", groups=("prefix",), order=order, top=TOP)
    return Reading("ask", reason="share", places=reading.places, proposal=ranked)


def _racks(found: Facts, reading: Reading, names: Gazetteer) -> Reading:
    """List the racks of a place with their units, or count racks; devices are not listed by rack, but those of the place can be offered."""
    topics = reading.topics
    if "devices" in topics:
        shown = reading.but(topics=("devices",), devices=(), filters=reading.filters) if reading.places else None
        return Reading("ask", reason="rack_at" if shown else "rack", places=reading.places, proposal=shown)
    if reading.places and not (reading.counting or reading.groups):
        shown = expanded(reading.but(topics=()), names).but(job="racks", spec={"of": "rack_units"})
        return finished(shown, found, {"places", "types", "weak", "topics:racks", "topics:locations", "acts:detail", "acts:find", "refers", "leads"})  # fmt: skip
    groups = reading.groups or ("location",)
    return reading.but(job="count", topics=("racks",), groups=groups)


def _locations(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    if reading.live_state or (found.amount and not reading.groups):
        return declined("nothing")
    if "addresses" in {*found.topics, *found.weak} and reading.places:
        return Reading("ask", reason="addresses", places=reading.places, proposal=reading.but(topics=("prefixes",)))
    above = {names.type_of(outer) for place in reading.places for outer in names.inside.get(place, ())}
    reading = reading.but(types=tuple(t for t in reading.types if t not in above))
    typed = bool({"locations"} & set(found.topics + found.weak)) or found.types
    return with_outer(reading, names) if typed else None


def _places_only(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    """A place and nothing that is wanted of it."""
    every = {"all countries": "Country", "all regions": "Region", "all sites": "", "all locations": ""}
    asked = every.get(found.texts.get("whole:network", "").lower())
    if asked is not None and found.content <= 1:
        kinds = tuple(kind for kind in names.names.location_types if kind == asked)
        return reading.but(topics=("locations",), types=kinds)
    said = {*found.topics, *found.weak}
    if found.types and not (found.unknown or found.amount) and not (reading.places and "overview" in found.acts):
        return _locations(found, reading.but(topics=("locations",)), names)
    if "addresses" in said and (reading.places or found.whole):
        return Reading("ask", reason="addresses", places=reading.places, proposal=reading.but(topics=("prefixes",)))
    if reading.comparing and len(reading.places) > 1:
        return Reading("ask", reason="compare_what", places=reading.places)
    if reading.places and "find" in found.acts and names.type_of(reading.places[0]):
        return reading.but(topics=("locations",))
    if reading.counting and reading.places:
        return Reading("ask", reason="count_what", places=reading.places)
    named = not found.strange or ("overview" in found.acts or "detail" in found.acts)
    if reading.places and named and not found.unknown and not found.order and not found.amount:
        return reading.but(job="overview")
    return None


def vague(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    if {"locations"} & {*found.topics, *found.weak} and found.strange and not found.unknown:
        return reading.but(topics=("locations",))
    if "addresses" in found.topics and not found.unknown:
        return Reading("ask", reason="addresses")
    if found.statuses and not found.unknown:
        return Reading("ask", reason="records_what")
    if "reserve" in found.flags:
        return Reading("ask", reason="overlap")
    return None


def with_outer(reading: Reading, names: Gazetteer) -> Reading:
    """Note which places hold others: a search looks inside those, and for the others by their name."""
    holds = {parent for place in names.names.locations for parent in place.path}
    return reading.but(outer=tuple(place for place in reading.places if place in holds))


def expanded(reading: Reading, names: Gazetteer) -> Reading:
    """Put the locations of a type in the place's stead: "data centers in Europe" are those."""
    if not reading.types or reading.job == "count" or "locations" in reading.topics:
        return reading
    known = [place for place in reading.places if names.type_of(place)]
    if len(known) != len(reading.places):
        return reading
    found = [name for kind in reading.types for name in names.of_type(kind, known)]
    if not found:
        asked = " ".join(filter(None, (reading.written, reading.types[0])))
        return reading.but(places=(asked,), types=())
    if reading.job == "analyze" and not reading.groups and len(found) > 1:
        return reading.but(places=tuple(found), types=())
    return reading.but(places=tuple(found), types=())
