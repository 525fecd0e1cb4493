"""What kind of values the columns of a table hold. Pure."""

import re
from collections.abc import Iterable, Sequence
from operator import itemgetter
from socket import AF_INET, AF_INET6, inet_pton

from tools.models import Cell, ColumnType

_WHOLE = re.compile(r"-?\d{16,}")  # numbers beyond 2^53 are text, as a browser would round them
_ADDRESS = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:/(\d{1,3}))?")


def column_types(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[ColumnType]:
    """Return the type of each column; empty cells say nothing, and a column of these alone is text.

    A cell of an address column may hold several, joined by ", ", and each may have its mask; a prefix column has
    prefixes only, no bits beyond the mask.
    """
    return [column_type(map(itemgetter(at), rows)) for at in range(len(columns))]


def column_type(cells: Iterable[Cell]) -> ColumnType:
    """Return the type that all these cells have."""
    column = list(cells)
    kinds = set(map(type, column)) - {type(None)}
    texts = [cell for cell in set(column) if isinstance(cell, str) and cell]  # each once: most occur often
    if not texts:
        return _of_numbers(kinds - {str})
    if kinds == {str}:
        return _of_texts(texts)
    if bool not in kinds and all(_WHOLE.fullmatch(text) for text in texts):
        return "number" if float in kinds else "integer"
    return "text"


def _of_numbers(kinds: set[type]) -> ColumnType:
    if not kinds:
        return "text"
    if kinds == {bool}:
        return "yes/no"
    return "text" if bool in kinds else "number" if float in kinds else "integer"


def _of_texts(texts: Sequence[str]) -> ColumnType:
    if all(_WHOLE.fullmatch(text) for text in texts):
        return "integer"
    if all(_is_prefix(text) for text in texts):
        return "prefix"
    return "address" if all(_is_address(part) for text in texts for part in text.split(", ")) else "text"


def _is_prefix(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return bool(found and found[2] and _masked(found[1], int(found[2]), whole=True))


def _is_address(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return bool(found and _masked(found[1], int(found[2] or 0), whole=False))


def _masked(address: str, length: int, *, whole: bool) -> bool:
    """Say whether this is an address with a mask; `whole`: one without bits beyond it."""
    family, bits = (AF_INET6, 128) if ":" in address else (AF_INET, 32)
    try:
        number = int.from_bytes(inet_pton(family, address))  # ten times as fast as ipaddress
    except OSError:
        return False
    return length <= bits and not (whole and number & ((1 << bits - length) - 1))
