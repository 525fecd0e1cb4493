"""Small parts of Markdown that the pages share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def made_by(what: str) -> str:
    """Return the remark that stands above a page."""
    return f"<!-- Made from {what} by `make docs`. Edit that, not this. -->\n\n"


def code(text: object) -> str:
    """Return text as code that a cell of a table may hold."""
    return f"`{text}`" if "|" not in str(text) else f"<code>{escaped(str(text))}</code>"


def escaped(text: str) -> str:
    """Return prose that a cell of a table may hold."""
    return (
        " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;").replace("*", "&#42;")
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def kind(schema: Mapping[str, Any]) -> str:
    """Return what a value of a JSON schema may be, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    found: list[str] = []
    for one in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if "$ref" in one and one is not schema:
            found.append(kind(one))
        if "const" in one:
            found.append(str(one["const"]))
        if "enum" in one:
            found += [str(value) for value in one["enum"] if value is not None]
            continue
        named = one.get("type", [])
        for name in [named] if isinstance(named, str) else named:
            found.append(f"list of {kind(one.get('items', {}))}" if name == "array" else name)
    return " or ".join(dict.fromkeys(name for name in found if name != "null")) or "any"
