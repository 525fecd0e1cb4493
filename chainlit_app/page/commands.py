"""The commands of the page: their words, and how a typed one is read. Pure."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """What a reader can ask of the page itself; a model never sees it."""

    name: str
    does: str  # one line
    icon: str  # a name of lucide's


COMMANDS = (
    Command("help", "What you can ask, commands, keys and limits", "circle-help"),
    Command("tools", "The tools: what each does, and try it without a model", "wrench"),
    Command("sources", "Every source of this conversation", "book-open"),
    Command("export", "This conversation as Markdown or JSON", "download"),
    Command("refresh", "Forget what is kept of Nautobot: the next answers are read anew", "refresh-cw"),
    Command("clear", "A new, empty conversation; this one stays in the list", "square-pen"),
)
NAMES = tuple(command.name for command in COMMANDS)

_TYPED = re.compile(r"/([A-Za-z][\w-]*)(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Typed:
    """A command as it was typed; `name` need not be one of ours."""

    name: str
    rest: str = ""

    @property
    def known(self) -> bool:
        return self.name in NAMES


def typed(text: str, chosen: str | None = None) -> Typed | None:
    """Return the command that a text is, or that was chosen for it; None for a question, such as "/24s at ...?"."""
    if chosen:
        return Typed(chosen.lower(), text.strip())
    found = _TYPED.fullmatch(text.strip())
    return Typed(found[1].lower(), (found[2] or "").strip()) if found else None


def unknown_said(name: str) -> str:
    """Return what is said of a command that there is not."""
    return f"There is no command /{name}. There are {', '.join(f'/{one}' for one in NAMES)}."
