"""A question in its conversation: what "there", "those", "export that" or "and in ...?" go back to."""

import re
from collections.abc import Callable

from chainlit_app.offline.account import accounted
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.earlier import again, as_file, bare, chosen, either, of_them, picked
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.grouping import level
from chainlit_app.offline.listing import expanded
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Filters, Reading, declined
from chainlit_app.offline.room_again import room_again, where
from chainlit_app.offline.understand import LISTED, filters_of, places_of, topics_of, understand
from chainlit_app.offline.words import is_english

_FEW_WORDS = 3
_NEEDS_PLACE = frozenset({"prefixes", "vlans"})
_Rule = Callable[[Facts, Reading, Reading, list[Result], Gazetteer], Reading | None]
DONE = ("records", "analyze", "count", "export", "find", "free", "overview")


def read(text: str, names: Gazetteer, before: tuple[Reading, list[Result]] | None, last: Reading | None) -> Reading:
    """Return how a question is understood that is for listing, counting, looking up or free space."""
    found = facts(text, names)
    alone = understand(found, names)
    if alone.job == "declined" and alone.reason in ("action", "opinion", "live", "history", "exclusion"):
        return alone
    if last is not None and (answer := _answer(found, last) or where(found, last, names)):
        return answer
    if before is None:
        return _kept(found, accounted(found, _without_past(found, alone), names), None, last)
    reading, results = before[0].but(narrower="", corrected=tuple(found.corrected)), before[1]
    for rule in _rules(found, alone, last):
        if result := rule(found, alone, reading, results, names):
            return result if rule in (chosen, picked) else _kept(found, accounted(found, result, names), reading, last)
    return _narrower(found, _kept(found, accounted(found, alone, names), reading, last), reading, results, names)


# "Which prefixes are the fullest?", "Count the devices by model"; not "which providers", "show vlans", "by role please".
_SENTENCE = re.compile(
    r"\W*(?:(?:please|ok|okay|so|hi|hey|hello|thanks)\W+)*(?:"
    r"(?:which|what|whose|who|where|how)\b.*\b(?:is|are|do|does|have|has|can|exist|exists|run|runs|use|uses|carry)\b"
    r"|(?:is|are|do|does|have|has|can|could|would|please)\b(?:\W+\w+){2}"
    r"|how\s+many\b(?:\W+\w+){3}"
    r"|(?:show|list|give|get|display|count|compare|export|find|name|print|enumerate|identify)\b(?:\W+\w+){2})",
    re.IGNORECASE,
)


# "How many branches are there?": no place is meant by it.
_EXISTING = re.compile(r"\bhow many\b.*\b(?:is|are|exist)\b\W+there\b", re.IGNORECASE)


def _rules(found: Facts, alone: Reading, last: Reading | None) -> tuple["_Rule", ...]:
    """Return the rules for a question: one with a subject of its own never takes over the subject before."""
    if _points(found, alone) or not _has_subject(found, alone):
        return _GOING_ON
    # "Which provider has most?" names no records: they may be those of the place before.
    over_places = {"location", "region", "country", "location_type"} & set(alone.groups)
    records = set(topics_of(found)) - {"circuits"} or alone.topics != ("circuits",) or "circuits" in found.topics
    whole = _named(alone.but(of_found=False)) or found.whole or over_places or records and _is_sentence(found, last)
    return _ALONE if whole else _AT_THE_PLACE


def _points(found: Facts, alone: Reading) -> bool:
    """Return whether a word of it points back; "that" and "only" do not where records and their place are named."""
    records = {*found.topics, *found.weak} & {*LISTED} - {"locations"} or found.device_roles and not found.leads
    return bool(set(found.refers) - {"it"} if records and _named(alone) else found.refers or found.leads)


def _has_subject(found: Facts, alone: Reading) -> bool:
    """Return whether it says by itself what to look for; a lone kind of place does in a sentence only."""
    if alone.job not in DONE:
        return alone.reason == "addresses" and bool(alone.places)
    if alone.job == "overview":
        return bool(re.match(r"\W*(?:what|tell|describe)\b", found.text, re.IGNORECASE)) or "overview" in found.acts
    said = topics_of(found) or found.targets or alone.job in ("analyze", "count")
    return bool(said or alone.topics == ("locations",) and _SENTENCE.match(found.text))


def _is_sentence(found: Facts, last: Reading | None) -> bool:
    """Return whether it is a question of its own, which keeps no place: a sentence that points at nothing before."""
    # "Show the prefixes" to "Which records at that site?"
    answers = last is not None and (last.job == "overview" or last.job == "ask" and last.reason != "partly")
    back = re.compile(r"\bthere\b" if found.groups else r"\b(?:there|each)\b", re.IGNORECASE)
    points = answers or back.search(_EXISTING.sub("how many are", found.text))
    return not points and bool(_SENTENCE.match(found.text))


def _narrower(found: Facts, reading: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading:
    """Return a reading of the whole network with the same question at the place before, to offer it."""
    if reading.job not in DONE or _named(reading) or found.whole:
        return reading
    there = _put(reading, before, results, names)
    place = there.places[0] if there and len(there.places) == 1 else ""
    asked = f"{found.text.strip().rstrip('?.! ')} {names.at(place)} {place}"
    fits = bool(place) and understand(facts(asked, names), names).but(written="") == reading.but(places=(place,))
    return reading.but(narrower=asked + ("?" if found.text.rstrip().endswith("?") else "")) if fits else reading


def _kept(found: Facts, reading: Reading, before: Reading | None, last: Reading | None) -> Reading:
    """Return a reading; a question back where it would look at all of the network after a place was spoken of."""
    if reading.job not in DONE or found.whole or reading.groups or _named(reading):
        return reading
    open_place = last is not None and last.reason in ("partly", "unknown_words") and bool(last.words)
    follows = bool({"and", "what_about", "only"} & set(found.leads) or found.refers)
    spoken_of = open_place or before is not None and bool(before.places or before.devices or before.site_of)
    return Reading("ask", reason="what_that") if follows and spoken_of and before is not reading else reading


def _named(reading: Reading) -> bool:
    return bool(reading.places or reading.devices or reading.targets or reading.site_of or reading.of_found)


def _without_past(found: Facts, alone: Reading) -> Reading:
    """Return a reading that has nothing to go back to."""
    back = {"them", "there", "same"} & set(found.refers)
    if (
        back
        and not (alone.places or alone.devices or alone.targets or alone.site_of)
        and alone.job in ("records", "declined", "count", "analyze")
    ):
        return Reading("ask", reason="what_that") if alone.job != "declined" or not found.unknown else alone
    if alone.job == "declined" and alone.reason == "nothing" and ({"export", "more"} & set(found.acts) or found.refers):
        return Reading("ask", reason="what_that")
    return alone


def _answer(found: Facts, last: Reading) -> Reading | None:
    """A yes or a no to what was asked back."""
    if not bare(found):
        return None
    if "yes" in found.acts and last.proposal:
        return last.proposal
    if "no" in found.acts and last.job == "ask":
        return Reading("talk", reason="no")
    return None


def _there(found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    """A new topic at the place before."""
    if alone.places or alone.devices or alone.targets or alone.site_of or found.whole or not alone.topics:
        return None
    if alone.job not in ("records", "analyze", "count", "export"):
        return None
    pointing = bool({"there", "them", "it", "same"} & set(found.refers)) or bool(found.leads)
    needs = bool(_NEEDS_PLACE & set(alone.topics)) and alone.job == "records"
    content = found.content - bool(found.order) - ("providers" in found.topics)
    short = content <= (1 if found.which else 2) and not alone.filters.only
    if not (pointing or needs or short) or (found.types and not found.refers):
        return None
    return _put(alone, before, results, names)


def _put(alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    places = before.places
    if not places and before.devices:
        cells = [c for r in results for c in r.column("location", "site")]
        places = tuple(dict.fromkeys(c for c in cells if c in names.locations))
        if not places:
            return alone.but(site_of=before.devices)
    if not places and before.site_of:
        return alone.but(site_of=before.site_of)
    if not places:
        return None
    filters = alone.filters.over(before.filters) if before.job == "ask" else alone.filters
    outer = before.outer if alone.topics == ("locations",) else ()
    return alone.but(places=places, written=before.written, outer=outer, filters=filters)


def _changed(found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer) -> Reading | None:
    """The question before with another place, role or filter: "and in ...?", "what about voice?"."""
    if word := _bare_word(found, before, names):
        return word
    if found.unknown or before.job == "ask" and not before.proposal:
        return _asked_topic(found, alone, before)
    if alone.devices:
        wanted = before.topics in (("interfaces",), ("device",)) and not found.topics
        return before.but(devices=alone.devices) if wanted and found.leads else None
    if found.topics and not _only_types(found):
        return _topic_again(found, alone, before, names)
    if alone.targets or _asks_for_places(found, alone):
        return None
    return _slots(found, alone, before, names)


def _asks_for_places(found: Facts, alone: Reading) -> bool:
    """Return whether it is about locations and whole by itself: "Which campuses are in Norway?"; not "and campuses?"."""
    if alone.topics != ("locations",) or found.leads:
        return False
    return found.which == "locations" or bool(alone.places and not found.refers)


def _only_types(found: Facts) -> bool:
    return not (set(found.topics) - {"locations"})


def _asked_topic(found: Facts, alone: Reading, before: Reading) -> Reading | None:
    return None


def _topic_again(found: Facts, alone: Reading, before: Reading, names: Gazetteer) -> Reading | None:
    """The same topic with one more filter: "only the voice subnets"."""
    same = set(alone.topics) <= set(before.topics) and alone.topics
    if not (same and "only" in found.leads and not alone.places and before.job in ("records", "export")):
        return None
    return before.but(filters=alone.filters.over(before.filters), either=either(found, alone.filters, before))


def _bare_word(found: Facts, before: Reading, names: Gazetteer) -> Reading | None:
    """Read a lone number after VLANs as one of them, and a lone name as the place to look at instead."""
    if len(found.unknown) != 1 or found.topics or found.places or found.device_roles:
        return None
    word = found.unknown[0]
    if word.isdigit() and before.topics == ("vlans",):
        return before.but(filters=Filters(vid=int(word)).over(before.filters), either=())
    alone = len(found.text.split()) <= _FEW_WORDS or found.leads  # "and in Atlantis?", not "do you like Atlantis"
    if (
        before.places
        and alone
        and word[0].isupper()
        and word.isalpha()
        and not is_english(word.lower())
        and found.content == 1
    ):
        return before.but(places=(word,), written=word, site_of=(), limit=None)
    return None


def _slots(found: Facts, alone: Reading, before: Reading, names: Gazetteer) -> Reading | None:
    places, written, types = places_of(found, names)
    filters = filters_of(found, before.topics, names)
    if types and not places and set(before.groups) & {"region", "country", "location"}:
        return before.but(groups=level(types), types=())
    if alone.job == "analyze" and not places and before.places and not found.whole:
        return alone.but(places=before.places, written=before.written)
    if found.device_roles and "devices" not in before.topics:
        carried = alone.but(places=places or before.places, written=written or before.written)
        return carried if alone.job == "records" else None
    if not (places or filters or types) or alone.job not in ("records", "overview", "declined", "ask"):
        return None
    if places and before.job == "find":
        return Reading("ask", reason="find_place", places=places, written=written)
    if places and alone.job == "overview" and before.job == "overview":
        return alone
    if "overview" in found.acts:
        return None
    changed = before.but(
        places=places or before.places,
        written=written or before.written,
        filters=filters.over(before.filters),
        either=either(found, filters, before),
        types=types or before.types,
        site_of=() if places else before.site_of,
        devices=() if places and before.topics != ("device",) else before.devices,
        limit=None,
    )
    if changed.job == "overview" or not (changed.topics or changed.targets):
        return None
    if places and before.devices and before.topics == ("interfaces",):
        return None
    return expanded(changed, names) if types else changed


_ALONE: tuple[_Rule, ...] = (of_them,)
_AT_THE_PLACE: tuple[_Rule, ...] = (chosen, picked, room_again, of_them, _there)
_GOING_ON: tuple[_Rule, ...] = (chosen, picked, room_again, again, as_file, of_them, _there, _changed)

__all__ = ["DONE", "declined", "read"]
