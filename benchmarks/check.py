"""What the check of an answer costs: 2,000 words over 20,000 rows, beside a plain search for the same names.

    python benchmarks/check.py [ROWS]

The plain search is what one would write first: every value of every row is looked for in the answer. Both run in turn
in one process, so that the ratio says more than the milliseconds.
"""

import json
import statistics
import sys
import time
from datetime import UTC, datetime

from chainlit_app.check import check
from chainlit_app.check.index import index_of
from chainlit_app.turn import Source, ToolCall
from tools.models import Cell, QueryRun, ResultTable, ToolAnswer
from tools.models import Source as Origin

_ROLES, _RUNS = ("User Data", "User Voice", "Point-to-Point Link", "Branch LAN"), 15


def source(rows: int) -> Source:
    """Return a source with so many prefixes."""
    columns = ["prefix", "type", "role", "vlan", "status", "namespace", "location", "description"]
    table: list[list[Cell]] = [
        [
            f"10.{at // 256 % 256}.{at % 256}.0/24",
            "network",
            _ROLES[at % 4],
            f"{100 + at % 4} net{at % 4}",
            "Active",
            f"VRF{at // 65536}",
            f"SIT{at // 200:03}",
            f"SIT{at // 200:03}-acc{at % 200:03} network",
        ]
        for at in range(rows)
    ]
    run = QueryRun(file="prefixes_by_location.graphql", variables={}, rows=rows, seconds=1.0)
    answer = ToolAnswer(
        tool="get_prefixes_by_location",
        outcome="found",
        subject="prefixes at all locations",
        summary=f"{rows:,} prefixes at all locations: {rows // 4:,} User Data, {rows // 4:,} User Voice.",
        total=rows,
        columns=columns,
        source=Origin(mode="demo", url=None, retrieved_at=datetime(2026, 1, 1, tzinfo=UTC), queries=[run]),
    )
    kept = ResultTable(subject=answer.subject, columns=columns, rows=table, links=[None] * rows)
    return Source(1, ToolCall("1", answer.tool, {}, json.dumps({})), answer, kept, 1.0)


def text(of: Source, words: int = 2000) -> str:
    """Return an answer of so many words about rows of a source."""
    rows, said, count = of.table.rows, [f"There are {len(of.table.rows):,} prefixes [1]."], 5
    for at in range(0, len(rows), max(1, len(rows) // (words // 15))):
        row = rows[at]
        said.append(
            f"The prefix {row[0]} is a {row[2]} network at {row[6]} with the status Active in VLAN {100 + at % 4} [1]."
        )
        count += 16
        if count >= words:
            break
    return "\n".join(said)


def mixed(of: Source, words: int = 2000) -> str:
    """Return an answer of so many words with headings, prose, bullets and tables."""
    rows, said, at = of.table.rows, "", 0
    while len(said.split()) < words:
        some = [rows[(at + place * len(rows) // 90) % len(rows)] for place in range(5)]
        site = some[0][6]
        said += f"## {site}\n\n{site} has several networks, and most of them are Active [1]. The prefix {some[0][0]} carries"
        said += f" {some[0][2]} traffic, while {some[1][0]} at {some[1][6]} is used for {some[1][2]}. There are 200"
        said += f" prefixes at {site}, which is 1 % of all [1].\n\n"
        said += "".join(f"- **{row[0]}**: {row[2]}, status {row[4]} [1]\n" for row in some[1:3])
        said += "\n| Prefix | Role | Location | Status |\n|---|---|---|---|\n"
        said += "".join(f"| {row[0]} | {row[2]} | {row[6]} | {row[4]} |\n" for row in some[2:]) + "\n"
        at += len(rows) // 18 + 1
    return said


def plain_search(answer: str, of: Source) -> int:
    """Return how many values of the rows stand in the answer."""
    return sum(1 for row in of.table.rows for cell in row if isinstance(cell, str) and cell in answer)


def main(rows: int) -> None:
    """Print the figures."""
    of = source(rows)
    began = time.process_time()
    index_of(of)
    print(f"{rows:,} rows; their index, built once: {(time.process_time() - began) * 1000:.0f} ms")
    for name, answer in (("sentences", text(of)), ("prose, bullets and tables", mixed(of))):
        checks, searches = [], []
        for _ in range(_RUNS):
            began = time.process_time()
            checked = check(answer, [of])
            between = time.process_time()
            plain_search(answer, of)
            checks.append(between - began)
            searches.append(time.process_time() - between)
        mine, plain = statistics.median(checks) * 1000, statistics.median(searches) * 1000
        print(f"{name}: {len(answer.split()):,} words, {len(checked.facts):,} facts ({checked.found:,} found)")
        print(f"  check: median {mine:.1f} ms, fastest {min(checks) * 1000:.1f} ms")
        print(f"  plain search: median {plain:.1f} ms; the check takes {mine / plain:.3f} of it")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
