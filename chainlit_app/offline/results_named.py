"""Earlier results by their names: "r3 by role", "export the first list"; what such a question goes on from."""

from collections.abc import Mapping, Sequence

from chainlit_app.offline.conversation import Result
from chainlit_app.offline.idioms import every, first, section
from chainlit_app.offline.reading import Reading

Before = tuple[Reading, list[Result]]
_FILE = "export_prefixes_to_csv"
_ORDINALS = (("first", "1st", "original"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"))


def named_result(text: str, known: Sequence[Before]) -> tuple[str, Before] | None:
    """Return the text with "those" for the one result that it names, and what read it; None where it names none, or several.

    `known`: what was read so far, in its order, each with the one result that came of it.
    """
    found = first(text, section("rows", "earlier"))
    if not found or every(text, section("rows", "earlier"))[1] > 1:
        return None
    match = found[1]
    chosen = _chosen(match.groupdict(), known)
    if chosen is None:
        return None
    return f"{text[: match.start()]} those {text[match.end() :]}", chosen


def _chosen(said: Mapping[str, str | None], known: Sequence[Before]) -> Before | None:
    there = [one for one in known if one[1][0].outcome == "found" and one[1][0].call.name != _FILE]
    if name := said.get("name"):
        return next((one for one in there if one[1][0].name == name.lower()), None)
    which = str(said.get("which")).lower()
    at = next((i for i, words in enumerate(_ORDINALS) if which in words), len(there) - 2)
    return there[at] if 0 <= at < len(there) else None
