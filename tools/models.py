"""What a tool answers: the whole contract between the tool server and its host.

A tool always answers with one `ToolAnswer`, also when it has nothing or could not read. Its rows are bounded (what a
model may see); the resource `result_uri` holds them all (`ResultTable`).
"""

import re
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Cell = str | int | float | bool | None
Mode = Literal["demo", "live", "fallback"]

ColumnType = Literal["integer", "number", "text", "yes/no", "prefix", "address"]

Outcome = Literal[
    "found",  # rows
    "empty",  # the names are known, nothing is recorded there
    "ambiguous",  # several records match a name: `candidates`
    "unknown",  # no record has that name: `candidates` are the nearest names
    "gone",  # an earlier result that is no longer kept: the summary says how to get it back
    "invalid",  # an argument that cannot be right, such as 10.0.0.300
    "not_allowed",  # the token may not read this
    "unavailable",  # Nautobot does not answer, or not sensibly
    "defect",  # a bug of ours, or a broken query file
]


class Value(BaseModel):
    """Immutable, and closed: an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class QueryRun(Value):
    """One query as it was sent."""

    file: str  # "prefixes_by_location.graphql"
    variables: dict[str, Any]
    rows: int
    seconds: float
    text: str = ""  # of the file, as it was sent


class Source(Value):
    """Where rows come from."""

    mode: Mode
    url: str | None  # Nautobot's base URL; None for demo data
    retrieved_at: datetime  # UTC; when the rows were read, the oldest of them
    queries: list[QueryRun]  # the one that gave the rows first
    note: str = ""  # in fallback: why


class Candidate(Value):
    """A record that a name may have meant."""

    name: str
    detail: str  # "Campus in Chile, Santiago"


class Earlier(Value):
    """What the name of an earlier result leads to; a host sends these in a call's `_meta`, see tools/server.py."""

    uri: str | None  # `ToolAnswer.result_uri`; None where it had no rows
    tool: str
    arguments: dict[str, Any]
    # The rows, of a host that has kept them, for a server that has not: it was started anew, or they became too old.
    table: "ResultTable | None" = None
    source: "Source | None" = None
    list_url: str | None = None
    notes: list[str] = []


_RESULT_NAME = re.compile(r"\br([1-9]\d{0,8})\b|\[([1-9]\d{0,8})\]", re.IGNORECASE)


def result_name(written: str) -> str | None:
    """Return the name of a result as it is kept, "r3" for "R3" or "[3]"; None where a text is no such name."""
    found = _RESULT_NAME.fullmatch(written.strip())
    return f"r{found[1] or found[2]}" if found else None


def result_names(value: object) -> set[str]:
    """Return the names of results that may be meant anywhere in the arguments of a call."""
    if isinstance(value, str):
        return {f"r{found[1] or found[2]}" for found in _RESULT_NAME.finditer(value)}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for one in inner for name in result_names(one)}


class ToolAnswer(Value):
    """One answer of one tool."""

    tool: str
    outcome: Outcome
    subject: str  # "prefixes at NYC01": names the table, a file and a source
    summary: str  # one or two sentences of figures, complete without the table
    total: int = 0
    more: int | None = 0  # rows beyond these, of a list that was cut; None: not known how many, or whether any
    shown: int = 0  # len(rows)
    columns: list[str] = []
    rows: list[list[Cell]] = []  # the shown part, in the order of `columns`
    links: list[str | None] = []  # one a shown row: its page in Nautobot (a path where there is no live Nautobot)
    list_url: str | None = None  # the matching list in Nautobot's pages
    result: str | None = None  # "r3": other tools take it in place of a name; None where the host names results
    result_uri: str | None = None  # resource: all rows, as a ResultTable
    csv_uri: str | None = None  # resource: all rows, as text/csv
    file_uri: str | None = None  # resource: all rows, as the kind of file that was asked for
    candidates: list[Candidate] = []
    notes: list[str] = []  # what the reader must know to read the rows rightly
    source: Source | None = None


class ResultTable(Value):
    """All rows of an answer, for the host; never shown to a model. `more` says where these are not all there are."""

    subject: str
    columns: list[str]
    rows: list[list[Cell]]
    links: list[str | None]
    types: list[ColumnType] = []  # of the columns, in their order (tools/typed.py)
    more: int | None = 0  # as in the answer


class Status(Value):
    """What the tool server reads; resource `sextant://status`, answered without a request to Nautobot."""

    mode: Mode  # of the next answer, as far as known
    setting: str  # DEMO_MODE as understood: "demo", "live", "auto"
    url: str | None
    detail: str  # one line for people
    answers: bool = True  # whether Nautobot did when it was last asked; where it is not, nothing else answers in "live"


class LocationName(Value):
    """A location as people name it."""

    name: str
    type: str
    path: list[str]  # its parents, the top one first
    city: str
    description: str
    also: list[str] = []  # what the organisation calls it


class Names(Value):
    """Every name a question may use; resource `sextant://names`. It is what the tools themselves report."""

    mode: Mode
    locations: list[LocationName]
    location_types: list[str]
    device_roles: list[str]
    prefix_roles: list[str]
    statuses: list[str]
    namespaces: list[str]
    providers: list[str]
    devices: list[str]


class Check(Value):
    """One line of `sextant doctor`; resource `sextant://checks` holds a list of them."""

    name: str  # "Nautobot", "Token", "Rights: prefixes", "Query files"
    ok: bool
    detail: str
    todo: str = ""  # what to do where it is not ok; a warning where it is
