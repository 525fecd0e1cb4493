"""A record of a conversation without its secrets. Pure."""

from collections.abc import Iterable, Sequence

from chainlit_app.archive import ConversationRecord
from sextant.telemetry.secrets import MASK, Redaction


def redacted(record: ConversationRecord, secrets: Iterable[str]) -> ConversationRecord:
    """Return a record in which no secret stands. Facts of an answer still point at the right places of it."""
    redaction = Redaction(secrets)
    told = redaction.value(record.model_dump(mode="json"))
    for turn, new in zip(record.turns, told["turns"], strict=True):
        if turn.check:
            spans = redaction.spans(turn.answer)
            for fact in new["check"]["facts"]:
                fact["start"], fact["end"] = _moved(fact["start"], spans), _moved(fact["end"], spans, end=True)
        for source, found in zip(turn.sources, new["sources"], strict=True):
            if source.table and found["table"] != source.table.model_dump(mode="json"):
                found["redacted"] = True
    return ConversationRecord.model_validate(told)


def _moved(at: int, spans: Sequence[tuple[int, int]], *, end: bool = False) -> int:
    """Return where a place of a text is once the spans in it are masked; a place in one is at its edge."""
    moved = at
    for start, stop in spans:
        if at >= stop:
            moved += len(MASK) - (stop - start)
        elif at > start:
            moved += start - at + (len(MASK) if end else 0)
    return moved
