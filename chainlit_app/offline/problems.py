"""What is wrong on record: overlaps, duplicates, records that nothing uses, names and builds that break the rules."""

from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, finished, one_or_all, section, types
from chainlit_app.offline.listing import with_outer
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.understand import places_of

_ALLOWED = frozenset(
    [
        "places",
        "strange",
        "weak",
        "refers",
        "leads",
        "acts:find",
        "acts:count",
        "acts:detail",
        "acts:overview",
        "groups",
    ]
)


def problems(text: str, names: Gazetteer) -> Reading | None:
    """Read a question for problems; None where it is none."""
    kinds: list[str] = []
    beside: set[str] = set()
    rest, whole = text, facts(text, names)
    for kind, words in section("problem").items():
        about = words.get("about", ()) if {*whole.topics, *whole.weak} & set(words.get("of", ())) else ()
        rest, number = every(rest, [*words.get("said", ()), *about], types(names))
        if number:
            kinds.append(kind)
            beside.update(words.get("of", ()))
    if not kinds:
        return None
    if kinds == ["standard_build"] and _of_one_site(text, names):
        return None  # that is a comparison
    found = facts(rest, names)
    places, written, kept = places_of(found, names)
    named = [kind for kind in kinds if kind != "all"]
    spec = {"problems": one_or_all(named)} if named else {}
    reading = Reading("problems", places=places, written=written, spec=spec, corrected=tuple(found.corrected))
    reading = reading.but(counting="count" in found.acts)
    allowed = {*_ALLOWED, *(f"topics:{topic}" for topic in beside), *(["topics:locations"] if named else [])}
    if kept and "standard_build" in named:
        reading = reading.but(
            base=with_outer(Reading("records", topics=("locations",), places=places, types=kept), names)
        )
        reading = reading.but(types=kept)
        allowed.add("types")
    elif set(found.types) != set(kept):
        allowed.add("types")
    return finished(reading, found, allowed)


def _of_one_site(text: str, names: Gazetteer) -> bool:
    found = facts(text, names)
    places, _, _ = places_of(found, names)
    holds = {parent for place in names.names.locations for parent in place.path}
    return len(places) == 1 and places[0] not in holds and not found.sites
