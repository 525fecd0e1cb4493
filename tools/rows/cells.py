"""What a cell is: a number, a prefix, a time, a text; and in which order such values stand. Pure."""

import re
import socket
import unicodedata
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from math import isnan
from typing import Any, Literal

from tools.models import Cell

Kind = Literal["nothing", "numbers", "yes or no", "addresses", "times", "texts", "values of several kinds"]
Number = int | float | Fraction
Net = tuple[int, int, int]  # version, the address as a number, length

SAFE = 2**53  # beyond, JavaScript rounds: such numbers are texts in a table
_EXACT = 15  # digits that a float keeps
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,59})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,59})\.[0-9]{1,20}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d.*)?")
_DIGITS = re.compile(r"([0-9]+)")
_BITS = {4: 32, 6: 128}
_FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,60}(?:\.[0-9]{1,20})?")


def token(cell: Cell) -> Any:
    """Return what is equal for equal cells only: Python takes True for 1. A number is what it is, 1 or 1.0."""
    if cell is True or cell is False:
        return ("yes" if cell else "no",)
    if isinstance(cell, float) and isnan(cell):
        return ("nan",)
    return cell


def is_empty(cell: Cell) -> bool:
    """Say whether a cell has no value, or an empty text."""
    return cell is None or cell == ""


def number(cell: Cell) -> Number | None:
    """Return the number that a cell is; also of text, as numbers beyond 2^53 are texts in a table."""
    if isinstance(cell, str):
        if _WHOLE.fullmatch(cell):
            return int(cell)
        return _decimal(cell) if _DECIMAL.fullmatch(cell) else None
    if isinstance(cell, bool) or cell is None:
        return None
    return cell if isinstance(cell, int) or abs(cell) < float("inf") else None


def written_number(written: object) -> Number | None:
    """Return a number as people write it: 4096, "4,096", "80 %"; None where it is none, such as "10 Mbps"."""
    if isinstance(written, str):
        plain = written.strip().removesuffix("%").rstrip()
        plain = plain.replace(",", "") if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain) else plain
        if not _PLAIN_NUMBER.fullmatch(plain):
            return None
        return _decimal(plain) if "." in plain else int(plain)
    return number(written) if isinstance(written, int | float) else None


def _decimal(text: str) -> Number:
    # As a float where that is the same number: 12.34 in a cell and "12.34" are.
    return float(text) if len(text) <= _EXACT else Fraction(text)


def net(text: str) -> Net | None:
    """Return an address or a prefix, "10.0.11.5" or "10.0.0.0/8", as numbers; None where a text is neither."""
    address, slash, length = text.partition("/")
    version = 6 if ":" in address else 4
    if slash and not (length.isascii() and length.isdigit() and int(length[:4]) <= _BITS[version]):
        return None
    try:
        packed = socket.inet_pton(_FAMILY[version], address)
    except (OSError, ValueError):  # ValueError: a null character, or no ASCII
        return None
    return version, int.from_bytes(packed, "big"), int(length[:4]) if slash else _BITS[version]


def nets(cell: Cell) -> list[Net]:
    """Return the addresses and prefixes of a cell, which may hold several; none where one of them is none."""
    if not isinstance(cell, str) or (":" not in cell and cell.count(".") < 3):
        return []
    if "," not in cell:
        return [one] if (one := net(cell)) else []
    found = [net(part) for part in cell.split(", ")]
    return [one for one in found if one] if all(found) else []


def moment(cell: object) -> datetime | None:
    """Return the time that a text says, as ISO 8601 writes it; what has no zone is UTC."""
    if not isinstance(cell, str) or not _TIME.fullmatch(cell):
        return None
    try:
        found = datetime.fromisoformat(cell.removesuffix(" UTC"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def is_day(written: str) -> bool:
    """Say whether a time is a day, "2026-11-20"."""
    return len(written) == 10


def plain(text: str) -> str:
    """Return a text in lower case and without accents; its punctuation stays."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def natural(text: str) -> str:
    """Return a text that sorts as people do: Ethernet1/9 before Ethernet1/10, whatever the case."""
    parts = _DIGITS.split(plain(text))
    if len(parts) > 1:
        parts[1::2] = map(_sortable, parts[1::2])
    # What is the same but for case or leading zeros stands as it is written, and what is shorter first.
    return f"{''.join(parts)}\0{text}"


@lru_cache(maxsize=16_384)
def _sortable(digits: str) -> str:
    # As a digit among other characters, and among numbers by how many digits it has.
    plain_digits = digits.lstrip("0") or "0"
    return f"0{len(plain_digits):04}{plain_digits}"


def said(value: object) -> str:
    """Return a value as it stands in a sentence and in a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < SAFE and float(f"{value:g}") == value else str(value)
    if isinstance(value, Fraction):
        return str(float(value))
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
