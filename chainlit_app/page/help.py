"""What /help says: what one can ask, in names that the running source has, commands, keys, data and limits. Pure."""

from typing import Any

from chainlit_app.page.commands import COMMANDS, unknown_said
from chainlit_app.page.starters import starters
from tools.models import Names

KEYS = (
    ("Enter", "ask"),
    ("Shift+Enter", "a new line"),
    ("↑", "an earlier question, where none is typed yet; ↓ goes on"),
    ("Esc", "stop an answer, or close the panel"),
)
DATA = (
    ("live", "read from your Nautobot as you ask."),
    ("Nautobot does not answer", "nothing can be read until it does; no other data stand in for it."),
    ("demo data", "a made-up network that comes with Sextant; no Nautobot is set."),
    ("demo data, Nautobot does not answer", "it stands in until Nautobot answers again; every answer says so."),
)
LIMITS = (
    "Sextant only reads, and only what its token may see.",
    "A number such as [1] opens the rows behind a fact. A model can still conclude wrongly from right rows.",
    "Very long results are cut for a model, never in the table and its files.",
)


def help_props(names: Names | None, unknown: str | None = None) -> dict[str, Any]:
    """Return what the help panel shows; `unknown` is a command that was typed and that there is not."""
    return {
        "unknown": unknown_said(unknown) if unknown else None,
        "questions": [one.question for one in starters(names)],
        "commands": [{"name": one.name, "does": one.does} for one in COMMANDS],
        "keys": [list(pair) for pair in KEYS],
        "data": [list(pair) for pair in DATA],
        "limits": list(LIMITS),
    }
