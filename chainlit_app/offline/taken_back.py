"""Names that are taken back for the one after them: "in Oslo, sorry, Bergen"."""

from collections.abc import Sequence

from chainlit_app.offline.spans import Span

_KINDS = ("place", "device")


def taken_back(parts: Sequence[Span]) -> dict[int, tuple[str, str]]:
    """Return the spans of a question that no longer count, each with what was written and what is meant instead."""
    found: dict[int, tuple[str, str]] = {}
    for i, span in enumerate(parts):
        after = _after(parts, i)
        kind = next((kind for kind in _KINDS if after is not None and after.means(kind)), "")
        if after is None or not kind or not span.means("taken_back"):
            continue
        if before := _before(parts, i, kind):
            written = " ".join(parts[j].text for j in before)
            found |= dict.fromkeys(before, (written, after.text))
    return found


def _after(parts: Sequence[Span], i: int) -> Span | None:
    """Return the next span that says something; what it is taken back for."""
    return next((part for part in parts[i + 1 :] if not part.means("fill")), None)


def _before(parts: Sequence[Span], i: int, kind: str) -> list[int]:
    """Return the spans of the name right before: a known one, or words that nothing knows."""
    at = i - 1
    while at >= 0 and parts[at].means("taken_back"):
        at -= 1
    if at < 0 or parts[at].means(kind):
        return [at] if at >= 0 else []
    start = at
    while start >= 0 and parts[start].kind == "word" and not parts[start].meanings:
        start -= 1
    return list(range(start + 1, at + 1))
