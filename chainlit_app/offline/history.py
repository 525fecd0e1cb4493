"""Every question of a conversation read, each in the light of those before it; one that cannot be read spoils no other."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chainlit_app.offline.asides import without_asides
from chainlit_app.offline.conversation import Result, Turn
from chainlit_app.offline.follow import DONE, read
from chainlit_app.offline.further import FURTHER, Before, further
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.reading import Reading, declined
from chainlit_app.offline.results_named import named_result

logger = logging.getLogger(__name__)

_BY_NAME = ("status", "provider", "namespace", "model")


def readings(conversation: Sequence[Turn], names: Gazetteer) -> list[Reading]:
    """Return how each question of a conversation is understood."""
    found: list[Reading] = []
    before: Before = None
    past: list[Result] = []
    known: list[tuple[Reading, list[Result]]] = []
    for turn in conversation:
        last = found[-1] if found else None
        named = named_result(turn.question, known)
        reading = _read(*named, names, last, past) if named else _read(turn.question, before, names, last, past)
        found.append(reading)
        past += turn.results
        known += [(reading, [one]) for one in turn.results if one.name]
        if reading.job in (*DONE, *FURTHER):
            before = (_applied(reading, turn.results), turn.results)
        elif (reading.places or reading.site_of) and reading.job == "ask":
            before = (reading, before[1] if before else [])
    return found


def _read(text: str, before: Before, names: Gazetteer, last: Reading | None, past: Sequence[Result]) -> Reading:
    def further_(said: str) -> Reading:
        return further(said, names, before, last, past, read)

    try:
        reading = further_(text)
        return reading if _whole(reading) else without_asides(text, names, further_) or reading
    except Exception:  # a defect of the reader; the whole conversation is read again with every question of it
        # The text itself is the person's own: it is in no log.
        if text not in names.unread:
            logger.exception("The offline reader has a defect: it could not read a question")
            names.unread.add(text)
        return declined("unreadable")


def _whole(reading: Reading) -> bool:
    """Return whether a question was read, or means nothing that leaving a part of it aside could mend."""
    return reading.job != "declined" and reading.reason != "partly" or reading.reason in ("nothing", "unreadable")


def _applied(reading: Reading, results: Sequence[Result]) -> Reading:
    """Return a reading without the filters that narrowed nothing, since no record has what they name."""
    unknown = [one for one in results if one.outcome == "unknown"]
    said = {key: value for one in unknown for key, value in one.call.arguments.items() if f"'{value}'" in one.summary}
    gone: dict[str, Any] = {name: "" for name in _BY_NAME if getattr(reading.filters, name) in said.values()}
    return reading.but(filters=replace(reading.filters, **gone), either=()) if gone else reading
