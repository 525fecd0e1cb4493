"""A fingerprint of rows: who has it and the rows can say whether they are still the same. Pure."""

from collections.abc import Sequence
from hashlib import sha256

from pydantic_core import to_json

from tools.models import Cell


def digest(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return the SHA-256 of a table as a hexadecimal number.

    What is hashed is the canonical form: UTF-8 text with one line for the columns and one for each row, in their
    order, each a JSON array without blanks that ends with a line feed; characters beyond ASCII stand for themselves.
    `jq -c '.columns, .rows[]' | sha256sum` over a table of an export gives the same.
    """
    found = sha256()
    for line in (columns, *rows):
        found.update(to_json(line, inf_nan_mode="null") + b"\n")
    return found.hexdigest()
