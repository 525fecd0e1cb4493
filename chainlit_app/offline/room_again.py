"""Free space once more: of another length, somewhere else, or where it was asked in what."""

from chainlit_app.offline.conversation import Result
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Filters, Reading
from chainlit_app.offline.room import bits
from chainlit_app.offline.understand import either_of, filters_of, places_of


def where(found: Facts, last: Reading, names: Gazetteer) -> Reading | None:
    """Read a prefix or a place as what was asked for."""
    if (
        last.job != "ask"
        or last.reason not in ("free_where", "free_address")
        or found.unknown
        or found.topics
        or found.content != 1
    ):
        return None
    places, written, _ = places_of(found, names)
    targets = tuple(target for target in found.targets if "/" in target)
    wanted = last.but(job="free", topics=("prefixes",), reason="", places=places, written=written, targets=targets)
    if last.reason == "free_address":
        return wanted.but(filters=Filters(length=bits(targets[0]))) if targets else None
    return wanted if places or targets else None


def room_again(
    found: Facts, alone: Reading, before: Reading, results: list[Result], names: Gazetteer
) -> Reading | None:
    """Read "the next free /24 there", and "and a /28?" or "and in ...?" after an answer about free space."""
    if alone.job == "ask" and alone.reason == "free_where" and not alone.places:
        targets = tuple(target for target in before.targets if "/" in target)
        found_there = targets or before.places
        return alone.but(job="free", reason="", targets=targets, places=before.places) if found_there else None
    other = set(found.topics) - ({"prefixes"} if found.leads else set())
    if before.job != "free" or found.unknown or found.room or other or found.acts:
        return None
    filters = filters_of(found, ("prefixes",), names)
    if filters != Filters(length=filters.length, namespace=filters.namespace):
        return None
    places, written, types = places_of(found, names)
    targets = tuple(target for target in found.targets if "/" in target)
    if types or alone.devices or len(targets) < len(found.targets):
        return None
    elsewhere = bool(places or targets)
    if not (filters or elsewhere and found.leads):
        return None
    there = {"places": places, "written": written, "targets": targets} if elsewhere else {}
    over = filters.over(before.filters)
    return before.but(filters=over, either=either_of(found, over) if filters else before.either, limit=None, **there)
