"""The last results, whole, for the host to read: bounded in number and size."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from tools.csv_text import csv_text
from tools.models import ResultTable

SCHEME = "sextant://results/"


class Expired(LookupError):
    """A result that is no longer kept; the message says what to do."""


@dataclass(frozen=True)
class _Kept:
    json: str
    size: int


class Results:
    """The results of the last calls, by an id that cannot be guessed; the ones longest unread go first."""

    def __init__(self, most: int = 200, most_bytes: int = 64_000_000) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    def keep(self, table: ResultTable) -> str:
        """Keep a table and return its address; `.csv` behind it is the same as a file."""
        json = table.model_dump_json()
        key = secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")
        self._kept[key] = _Kept(json, len(json))
        self._bytes += len(json)
        # The newest stays even where it alone is too big: its answer has just been promised.
        while len(self._kept) > 1 and (len(self._kept) > self._most or self._bytes > self._most_bytes):
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.size
        return SCHEME + key

    def json(self, address: str) -> str:
        """Return a result as the JSON of a `ResultTable`. Raise `Expired`."""
        key = address.removeprefix(SCHEME).removesuffix(".csv")
        if key not in self._kept:
            raise Expired("This result is no longer kept. Ask the same question again to get it anew.")
        self._kept.move_to_end(key)
        return self._kept[key].json

    def csv(self, address: str) -> str:
        """Return a result as CSV. Raise `Expired`."""
        table = ResultTable.model_validate_json(self.json(address))
        return csv_text(table.columns, table.rows)
