"""Beyond listing: a question that is for one of the further abilities, or goes on from the results before by their names."""

from collections.abc import Callable, Sequence

from chainlit_app.offline.changes import KINDS, conditions
from chainlit_app.offline.columns import columns_of
from chainlit_app.offline.composed import composed
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.facts import facts
from chainlit_app.offline.forecast import forecast
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import left, tidy
from chainlit_app.offline.of_a_kind import of_a_kind
from chainlit_app.offline.onwards import (
    altogether,
    as_file,
    at_those,
    by_type,
    devices_of,
    of_vlans,
    sides,
    there,
    usable,
    written_format,
)
from chainlit_app.offline.owner import owner
from chainlit_app.offline.pairs import beside, pair
from chainlit_app.offline.percent import above
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.rows import ground, rows
from chainlit_app.offline.side_by_side import WHAT
from chainlit_app.offline.skills import skilled
from chainlit_app.offline.whereabouts import also_at, whereabouts

FURTHER = ("problems", "compare", "changes", "racks", "rows", "file")
_LISTED = ("records", "analyze", "count", "export", "find", "free", "overview")
_OWN = (*FURTHER, "free", "find")
_SKILLS = ("problems", "compare", "changes", "racks")
_NOT_READ = frozenset(["unknown_words", "partly", "exclusion", "history", "nothing", "amount", "rack", "rack_at"])
_AT = frozenset({"location", "site", "country", "region"})  # columns that lead to locations
Before = tuple[Reading, list[Result]] | None
Read = Callable[[str, Gazetteer, Before, Reading | None], Reading]


def further(
    text: str, names: Gazetteer, before: Before, last: Reading | None, past: Sequence[Result], read: Read
) -> Reading:
    """Return how a question is understood; `read` is for those that ask for nothing of this."""
    reading = _further(text, names, before, last, past, read)
    # Only where nothing else reads it to its end.
    open_ = reading.reason in _NOT_READ or reading.job == "overview" and not all(map(names.type_of, reading.places))
    return (composed(text, names, follows=before is not None) or reading) if open_ else reading


def _further(
    text: str, names: Gazetteer, before: Before, last: Reading | None, past: Sequence[Result], read: Read
) -> Reading:
    if before is not None and not _open(last, before[1]) and (reading := _onwards(text, before, past, names)):
        return reading
    if (foretold := forecast(text, names)) is not None:
        return foretold
    own = (
        pair(text, names)
        or owner(text, names)
        or above(text, names, ground(before[0]) if before else None)
        or of_a_kind(text, names, follows=before is not None)
        or skilled(text, names)
    )
    beside = own is not None and own.job == "compare" and len(own.places) == 1
    if before is not None and (own is None or own.job not in _OWN or not _named(own) or beside):
        own = _again(text, own, before, past, names) or own
    if own is not None and (own.job in _OWN or own.reason == "what_if"):
        return _or_asked(text, own, names)
    rest, kind = written_format(text)
    plain = f"{tidy(rest)} csv" if kind in ("xlsx", "json") else text
    grounded = (ground(before[0]), before[1]) if before else None
    reading = read(plain, names, grounded, last)
    if kind in ("xlsx", "json") and (reading.job == "export" or reading.as_file):
        reading = reading.but(spec={"format": kind})
    if own is not None and reading.job not in _LISTED:
        return own
    return _by_name(_as_before(reading, before), before, past)


def _or_asked(text: str, own: Reading, names: Gazetteer) -> Reading:
    """Return it, or a question back: "changes at this site", with no site before, are not those of the whole network."""
    lost = own.job in _SKILLS and not _named(own) and own.base is None and "there" in facts(text, names).refers
    return Reading("ask", reason="what_that") if lost else own


def _open(last: Reading | None, results: Sequence[Result]) -> bool:
    """Return whether a question back or a choice is to be answered first."""
    asked = last is not None and last.job == "ask" and last.proposal is not None
    return asked or any(one.outcome in ("ambiguous", "unknown") for one in results[-1:])


def _onwards(
    text: str, before: tuple[Reading, list[Result]], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    for rule in (as_file, altogether, beside, sides, whereabouts, also_at, of_vlans, by_type, at_those, there, rows):
        if reading := rule(text, before[0], before[1], past, names):
            return reading
    return None


def _named(reading: Reading) -> bool:
    return bool(reading.places or reading.targets)


def _again(
    text: str, own: Reading | None, before: tuple[Reading, list[Result]], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Return the ability before once more, elsewhere or with another condition; or this one at the place before."""
    found, earlier = facts(text, names), before[0]
    back = {"there", "it", "them"} & set(found.refers)
    if own is not None and own.job in (*_SKILLS, "free"):
        if back and (of_rows := _of_rows(own, before, past)):
            return of_rows
        return _there(own, earlier) if back or own.job == earlier.job and found.leads else None
    if earlier.job in _SKILLS and (found.leads or found.refers) and (narrowed := _narrowed(text, earlier, names)):
        return narrowed
    if (
        earlier.job in _SKILLS
        and not (found.topics or found.unknown or found.refused)
        and (found.leads or found.refers)
    ):
        places = [place.names[0] for _, place in found.places if len(place.names) == 1] or found.strange
        if places and not (found.devices or found.targets or found.device_roles):
            if earlier.job == "compare" and "and" in found.leads:
                places = [*earlier.places, *places]
            return earlier.but(
                places=tuple(places), written="", targets=() if earlier.job == "changes" else earlier.targets
            )
    return None


def _narrowed(text: str, earlier: Reading, names: Gazetteer) -> Reading | None:
    """Return the comparison before of one kind of record, or the changes before of another time, person or kind."""
    rest, spec = conditions(text, names) if earlier.job == "changes" else (text, {})
    found = facts(rest, names)
    kinds = {"compare": ("what", WHAT), "changes": ("kind", KINDS)}
    name, known = kinds.get(earlier.job, ("", ()))
    topics = [topic for topic in found.topics if topic in known]
    said = {**spec, **({name: topics[0]} if len(topics) == 1 else {})}
    if (
        not said
        or len(topics) > 1
        or left(found, {"refers", "leads", *(f"topics:{topic}" for topic in topics)})
        or found.refused
    ):
        return None
    return earlier.but(spec={**earlier.spec, **said})


def _of_rows(own: Reading, before: tuple[Reading, list[Result]], past: Sequence[Result]) -> Reading | None:
    """Return "what changed on those?", "problems there?" as of the rows before, where these name no one place."""
    earlier, results = before
    ground_ = ground(earlier)
    records = own.job == "changes" and (ground_.devices or ground_.targets)
    if earlier.job != "rows" and (ground_.places or records) or _named(own):
        return None
    if own.job == "changes" and not own.spec.get("kind") and (devices := devices_of(earlier, results, past)):
        return own.but(targets=devices)
    at = [one.name for one in usable(results) if _AT & set(columns_of(one, past))]
    return own.but(places=tuple(at)) if at else None


def _there(own: Reading, earlier: Reading) -> Reading | None:
    ground_ = ground(earlier)
    if own.job == "compare" and len(own.places) == 1 and len(ground_.places) == 1:
        return own.but(places=(*ground_.places, *own.places))
    if own.job == "changes" and (ground_.devices or ground_.targets):
        return own.but(targets=ground_.devices or ground_.targets)
    if not ground_.places:
        return None
    over = {**earlier.spec, **own.spec} if own.job == earlier.job else own.spec
    return own.but(places=ground_.places, written=ground_.written, spec=over)


def _as_before(reading: Reading, before: Before) -> Reading:
    """Return the same steps on what is read anew: "and in ...?" after rows were picked."""
    if before is None or before[0].job != "rows" or not before[0].steps or reading.job not in _LISTED:
        return reading
    earlier = before[0].base
    if (
        earlier is None
        or reading.topics != earlier.topics
        or reading.job != earlier.job
        or reading.places == earlier.places
    ):
        return reading
    return Reading("rows", base=reading, spec=dict(before[0].steps), steps=before[0].steps)


def _by_name(reading: Reading, before: Before, past: Sequence[Result]) -> Reading:
    """Return "their interfaces" as of every device of the result before, not only of those shown."""
    if before is None or reading.job != "records" or reading.topics != ("interfaces",) or len(reading.devices) < 2:
        return reading
    said = devices_of(before[0], before[1], past)
    return reading.but(devices=said) if said else reading
