"""Text made safe for the page's Markdown: what is shown is what was meant. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

from chainlit_app.injection import UNSEEN

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~])")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# The page reads ":name" as a directive and drops it: IPv6 and MAC addresses would lose groups.
_DIRECTIVE = re.compile(r"(?<!\\):(?=[A-Za-z:])")

# What Markdown reads as one piece.
_OPENER = re.compile(r"[\\`~\[<]|!\[")
_BEFORE_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_FENCE = re.compile(r"(`{3,}(?=[^`\n]*$)|~{3,}).*?(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"!?\[(?:\\.|[^\[\]\\\n]|\[[^\[\]\n]*\])*\]\((?:\\.|[^()\\\n]|\([^()\n]*\))*\)")
_TAG = re.compile(r"<[A-Za-z/!?][^<>\n]*>")
_TICKS = re.compile(r"`+|~+|!?\[|.", re.DOTALL)
_INDENTED = re.compile(r"(?:(?:^|(?<=\n))(?: {4}|\t)[^\n]*(?:\n|\Z))+")
_PARTS = re.compile(
    r"(?P<image>!?)\[(?P<label>.*)\]\(\s*(?P<address><[^<>\n]*>|(?:\\.|[^\s\\])*)"
    r"(?:\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'))?\s*\)",
    re.DOTALL,
)
# What the page makes a link of without any sign around it.
_ADDRESS = re.compile(r"((?<![\w`])(?:(?:https?|ftp)://|www\.)[^\s<>`\"']*[^\s<>`\"'.,;:!?)\]}*_~])", re.IGNORECASE)
# A link with its address, a definition of one, and an address between angle brackets.
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\s]*)>")
# A tag or a comment. At the start of a line it would take all that follows out of Markdown.
_OPENS_TAG = re.compile(r"\\.|<(?=[A-Za-z/!?])", re.DOTALL)
_OPENS_LINK = re.compile(r"(?<=\])(?=[(:])|(?=<[A-Za-z][A-Za-z0-9+.-]{1,31}:)")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")


@dataclass(frozen=True)
class Piece:
    """A stretch of Markdown that nothing can be written into."""

    kind: Literal["fence", "code", "link", "tag"]
    start: int
    end: int


def pieces(text: str) -> list[Piece]:
    """Return the code, the links and the tags of a text, in order."""
    found: list[Piece] = []
    at = 0
    while opener := _OPENER.search(text, at):
        piece = _piece(text, opener.start())
        if piece:
            found.append(piece)
            at = piece.end
        elif opener[0] == "\\":
            at = opener.end() + 1
        else:  # signs without a partner are text, all of a run
            at = _TICKS.match(text, opener.start()).end()  # type: ignore[union-attr]  # it takes anything
    return sorted([*found, *_indented(text, found)], key=lambda piece: piece.start)


def addresses(text: str) -> list[Piece]:
    """Return what the page makes a link of without any sign around it."""
    return [Piece("link", found.start(1), found.end(1)) for found in _ADDRESS.finditer(text)]


def _piece(text: str, at: int) -> Piece | None:
    """Return what begins here."""
    sign = text[at]
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if sign in "`~" and _BEFORE_FENCE.fullmatch(line) and (match := _FENCE.match(text, at)):
        return Piece("fence", at, match.end())
    kinds: dict[str, tuple[Literal["code", "tag", "link"], re.Pattern[str]]] = {
        "`": ("code", _SPAN),
        "<": ("tag", _TAG),
        "[": ("link", _LINK),
        "!": ("link", _LINK),
    }
    kind, pattern = kinds.get(sign, (None, None))
    match = pattern.match(text, at) if pattern else None
    return Piece(kind, at, match.end()) if kind and match else None


def _indented(text: str, known: list[Piece]) -> Iterator[Piece]:
    """Yield indented code: not what continues an item of a list, and not what continues a paragraph."""
    for match in _INDENTED.finditer(text):
        if any(piece.start < match.end() and match.start() < piece.end for piece in known):
            continue
        before = text[: match.start()].rstrip(" \t")
        if before and not before.endswith("\n\n"):
            continue
        outer = next((line for line in reversed(before.splitlines()) if line.strip() and not line.startswith("  ")), "")
        if not _LIST_ITEM.match(outer):
            yield Piece("fence", match.start(), match.end())


def escaped(text: str) -> str:
    """Return text of ours or of the data so that Markdown shows it as it is, on one line, and links to nothing."""
    plain = " ".join(UNSEEN.sub("", text).split())
    return "".join(
        _code(part) if i % 2 else _DIRECTIVE.sub(r"\\:", _SPECIAL.sub(r"\\\1", part))
        for i, part in enumerate(_ADDRESS.split(plain))
    )


def titled(text: str) -> str:
    """Return text for the title of a link: nothing in it ends the title."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def shown(answer: str, hosts: Collection[str] = ()) -> str:
    """Return a model's Markdown with addresses kept whole; code stays untouched.

    What it links to stands there in full, and only links to places in the page and to `hosts` can be clicked: an
    address that a model writes can carry what it has read, and whoever clicks sends it away. Images are never shown.
    """
    answer = UNSEEN.sub("", answer)
    kept: list[str] = []
    at = 0
    for piece in pieces(answer):
        said = answer[piece.start : piece.end]
        if piece.kind == "link":
            said = _link(said, hosts)
        elif piece.kind == "tag":
            if not (address := _AUTOLINK.fullmatch(said)):
                continue  # it is shown as text
            said = _code(address[1])
        kept += [_plain(answer[at : piece.start]), said]
        at = piece.end
    return "".join([*kept, _plain(answer[at:])])


def _link(said: str, hosts: Collection[str]) -> str:
    """Return a link as it is where it leads somewhere known, else its words and its address."""
    found = _PARTS.fullmatch(said)
    if found is None:
        return _plain(said)
    label, address = found["label"], unescape(found["address"] or "").strip("<>")
    if not found["image"] and (address.startswith("#") or _leads_to(address, hosts)):
        return _without_directives(said)
    words = shown(label, hosts).strip()
    return f"{words} ({_code(address)})" if address and words != _code(address) else words


def _without_directives(link: str) -> str:
    """Return a link with the colons of its words kept, those of code as they are."""
    kept, at = "", 0
    for piece in pieces(link[1:]):
        if piece.kind == "code":
            code = slice(piece.start + 1, piece.end + 1)
            kept += _DIRECTIVE.sub(r"\\:", link[at : code.start]) + link[code]
            at = code.stop
    return kept + _DIRECTIVE.sub(r"\\:", link[at:])


def _leads_to(address: str, hosts: Collection[str]) -> bool:
    if "\\" in address:  # browsers read it as a slash
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc in hosts


def _plain(text: str) -> str:
    """Return Markdown outside of code in which nothing is a link: neither an address, nor a reference, nor an oddity."""
    return "".join(
        _code(part) if i % 2 else _untagged(_DIRECTIVE.sub(r"\\:", _OPENS_LINK.sub(r"\\", part)))
        for i, part in enumerate(_ADDRESS.split(text))
    )


def _untagged(text: str) -> str:
    return _OPENS_TAG.sub(lambda found: "\\<" if found[0] == "<" else found[0], text)


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=-1)
    ticks = "`" * (longest + 1 if longest > 0 else 1)
    return f"{ticks} {text} {ticks}" if longest > 0 else f"{ticks}{text}{ticks}"


class Stream:
    """An answer on its way to the page: what of it can be shown already."""

    def __init__(self) -> None:
        self.raw = ""
        self.sent = ""  # all of it

    def add(self, text: str) -> tuple[str, bool]:
        """Return what to send for a piece of the answer, and whether it replaces all that was sent."""
        self.raw += text
        # A colon is held back: whether it starts a directive is known with the next letter.
        now = shown(self.raw.rstrip(":"))
        if now.startswith(self.sent):
            piece, whole = now[len(self.sent) :], False
        else:
            piece, whole = now, True
        self.sent = now
        return piece, whole
