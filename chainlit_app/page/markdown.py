"""Text made safe for the page's Markdown: what is shown is what was meant. Pure."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~])")
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*(?:`|\Z))", re.DOTALL)
# The page reads ":name" as a directive and drops it: IPv6 and MAC addresses would lose groups.
_DIRECTIVE = re.compile(r"(?<!\\):(?=[A-Za-z:])")


def escaped(text: str) -> str:
    """Return text of ours or of the data so that Markdown shows it as it is, on one line."""
    return _DIRECTIVE.sub(r"\\:", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def shown(answer: str) -> str:
    """Return a model's Markdown with addresses kept whole; code stays untouched."""
    parts = _CODE.split(answer)
    return "".join(part if i % 2 else _DIRECTIVE.sub(r"\\:", part) for i, part in enumerate(parts))


def fenced(text: str, language: str = "") -> str:
    """Return a code block that its text cannot end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


class Stream:
    """An answer on its way to the page: what of it can be shown already."""

    def __init__(self) -> None:
        self.raw = ""
        self._sent = ""

    def add(self, text: str) -> tuple[str, bool]:
        """Return what to send for a piece of the answer, and whether it replaces all that was sent."""
        self.raw += text
        # A colon is held back: whether it starts a directive is known with the next letter.
        now = shown(self.raw.rstrip(":"))
        if now.startswith(self._sent):
            piece, whole = now[len(self._sent) :], False
        else:
            piece, whole = now, True
        self._sent = now
        return piece, whole
