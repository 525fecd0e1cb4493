"""Text of models and of data in a Markdown file that somebody pastes into a ticket: it is read, never obeyed. Pure.

No HTML, no picture, no link to elsewhere, no heading or front matter, whatever was written. Code is treated like all
else: where a renderer and we disagree on what is code, something would run.
"""

import re
import unicodedata

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ADDRESS = re.compile(r"(?<!\\)((?:\\\\)*):(?=//)")
_SCRIPT = re.compile(r"(javascript|vbscript|data|file|mailto):(?=\S)", re.IGNORECASE)
_NO_SCHEME = re.compile(r"(?<![:/\\])/(?=/\w)")
_WWW = re.compile(r"(www)\.(?=\w)", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*\[\]|~])")
_OUTER_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_INSIDE = r"[ \t]*(?:(?:>|[*+-][ \t]|\d+[.)][ \t])[ \t]*)*"  # lists and quotes before the text of a line
_HEADING = re.compile(rf"^({_INSIDE})#{{1,6}}(?:[ \t]+(.*?))?[ \t#]*$")
_RULE = re.compile(rf"^({_INSIDE})(?=([-=_*+])[ \t]*(?:\2[ \t]*)*$)")
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_DEFINITION = re.compile(rf"^({_INSIDE})\[(?=[^\]]*\]:)")


def phrase(text: str) -> str:
    """Return text of the data or of a reader on one line, in which nothing is Markdown."""
    line = " ".join(_visible(text).split())
    line = _OUTER_UNDERSCORE.sub(r"\\_", _SPECIAL.sub(r"\\\1", line))
    return _without_links(line)


def code(text: str) -> str:
    """Return text as a code span that it cannot leave; not for the cells of a table."""
    line = " ".join(_visible(text).split())
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{fence}{blank}{line}{blank}{fence}"


def prose(text: str) -> str:
    """Return an answer with its lists, tables and emphasis, and without what could act or take the page over."""
    lines = [_line(line) for line in _visible(text).strip("\n").split("\n")]
    return "\n".join([*lines, *_open_fence(lines)]).strip("\n")


def _line(line: str) -> str:
    heading = _HEADING.match(line)
    if heading:
        words = (heading[2] or "").replace("**", "")
        line = f"{heading[1]}**{words}**" if words else heading[1]
    line = _DEFINITION.sub(r"\1\\[", line)
    line = _RULE.sub(r"\1\\", line)
    return _without_links(line).replace("](", r"]\(").replace("][", r"]\[").replace("![", r"!\[")


def _without_links(text: str) -> str:
    """Return text without tags, and with addresses that no program takes for one."""
    text = _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))
    text = _ADDRESS.sub(r"\1\\:", text)
    text = _NO_SCHEME.sub(r"/\\", text)
    return _WWW.sub(r"\1\\.", _SCRIPT.sub(r"\1\\:", text))


def _visible(text: str) -> str:
    """Return text without what steers a terminal or turns words around."""
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    )


def _open_fence(lines: list[str]) -> list[str]:
    """Return the line that ends a code block which was left open, or nothing."""
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
    return [fence] if fence else []
