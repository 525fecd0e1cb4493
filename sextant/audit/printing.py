"""Rows as text: a line each for people, JSON or CSV for programs. What data say stays data in all three. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, fields

from sextant.audit.chain import Record
from tools.csv_text import csv_text

COLUMNS = [field.name for field in fields(Record)]


def line(row: Record) -> str:
    """Return a row as one line, whatever is in it: texts stand in quotes, and nothing in them moves a terminal."""
    parts = [f"{row.number}", row.at[:19] + "Z", visible(row.kind, quoted=False), visible(row.outcome, quoted=False)]
    parts += [f"who={visible(row.who)}", *([f"name={visible(row.name)}"] if row.name != row.who else [])]
    parts.append(f"what={visible(row.what)}")
    known = {"mode": row.mode, "rows": row.rows, "seconds": row.seconds, "request": row.request}
    parts += [f"{name}={visible(str(value), quoted=False)}" for name, value in known.items() if value is not None]
    parts += [f"digest={visible(row.digest[:12], quoted=False)}"] if row.digest else []
    return " ".join(parts)


def visible(text: str, *, quoted: bool = True) -> str:
    """Return text in which every character that is not plainly seen is escaped, as in a string of JSON.

    Without quotes where it is a plain word; what is not gets them in any case.
    """
    if not quoted and text and all(c.isascii() and (c.isalnum() or c in "._:-") for c in text):
        return text
    return '"' + "".join(_seen(c) for c in text) + '"'


def _seen(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    # Printable is no control, no format, no line or paragraph separator, no blank but the blank.
    return character if character.isprintable() else json.dumps(character)[1:-1]


def as_json(row: Record) -> str:
    """Return a row as a JSON object on one line, in ASCII."""
    return json.dumps(asdict(row))


def as_csv(rows: Iterable[Record], *, heading: bool = True) -> str:
    """Return rows as CSV that a spreadsheet opens without running it; `heading`: with the names of the columns."""
    text = csv_text(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))
    return text if heading else text.partition("\r\n")[2]
