"""What work on the rows of a result costs: filter, group, sort and join of many rows, beside what else could do it.

    python benchmarks/rows.py [ROWS]

Every way takes lists of cells in and gives lists back, as results are kept, and must find the same. `plain` is a loop as
one would write it first. What is not installed is left out (polars and duckdb are no dependencies). Times are of the
processor, of all cores together, of the fastest of some rounds; in parentheses without taking the rows in and giving
them back, where that is a step of its own.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from tools.rows.conditions import Condition
from tools.rows.grouping import Figure, grouped
from tools.rows.joining import compared, kept
from tools.rows.shaping import Rows, filtered, ordered

COLUMNS = ["prefix", "role", "location", "vlan", "addresses", "used", "used_percent", "description"]
Table = list[list[Any]]


def table(rows: int, seed: int) -> Table:
    """Return rows of eight columns, some cells empty, each with a prefix of its own."""
    made: Table = []
    for at in range(rows):
        n = (at * 7_919 + seed) % rows  # no order that a sort would find ready
        used = n * 31 % 255
        prefix = f"10.{n >> 16:03}.{n >> 8 & 255:03}.{n & 255:03}"
        role = None if n % 11 == 0 else f"Role {n % 7}"
        made.append(
            [prefix, role, f"SITE{n % 400:03}", n % 4_000, 254, used, round(used / 2.54, 2), "" if n % 3 else "x"]
        )
    return made


def by_hand(rows: Table, others: Table) -> Any:
    """Do it in plain loops."""

    def group() -> Table:
        groups: dict[Any, list[int]] = {}
        for row in rows:
            groups.setdefault((row[2], row[3]), []).append(row[5])
        return [[*key, len(used), sum(used)] for key, used in sorted(groups.items())]

    def join() -> Table:
        there = {row[0]: row for row in others}
        return [[*row, *there[row[0]][1:]] for row in rows if row[0] in there]

    return {
        "filter": lambda: ([row for row in rows if row[1] == "Role 3" and row[6] > 50], None),
        "group": lambda: (group(), None),
        "sort": lambda: (sorted(rows, key=lambda row: (-row[5], row[0])), None),
        "join": lambda: (join(), None),
    }


def by_tools(rows: Table, others: Table) -> Any:
    """Do it by tools/rows."""

    def made(cells: Table) -> Rows:
        return Rows("r1", COLUMNS, cells, [None] * len(cells))

    conditions = [Condition("role", "equals", ("Role 3",)), Condition("used_percent", "greater", (50,))]
    figures = [Figure("count"), Figure("sum", "used")]
    return {
        "filter": lambda: (filtered(made(rows), conditions).rows.rows, None),
        "group": lambda: (grouped(made(rows), ["location", "vlan"], figures).rows, None),
        "sort": lambda: (ordered(made(rows), ["-used", "prefix"]).rows.rows, None),
        "join": lambda: (kept(compared(made(rows), made(others), ["prefix"], ("r1", "r2")), "both").rows, None),
    }


def by_pandas(rows: Table, others: Table) -> Any:
    """Do it by pandas, every column of objects or of its own numbers as pandas finds best."""
    import pandas as pd

    def take(*tables: Table) -> Any:
        return [pd.DataFrame(one, columns=COLUMNS) for one in tables]

    def give(found: Any) -> Table:
        whole = found.astype(object)
        return whole.where(whole.notna(), None).values.tolist()  # type: ignore[no-any-return]

    def group(one: Any) -> Any:
        return one.groupby(["location", "vlan"]).agg(count=("used", "size"), used=("used", "sum")).reset_index()

    work: Any = {
        "filter": lambda one: one[(one["role"] == "Role 3") & (one["used_percent"] > 50)],
        "group": group,
        "sort": lambda one: one.sort_values(["used", "prefix"], ascending=[False, True]),
        "join": lambda one, other: one.merge(other, on="prefix"),
    }
    return _timed(work, take, give, rows, others)


def by_polars(rows: Table, others: Table) -> Any:
    """Do it by polars."""
    import polars as pl

    def take(*tables: Table) -> Any:
        return [pl.DataFrame(one, schema=COLUMNS, orient="row", infer_schema_length=100) for one in tables]

    def group(one: Any) -> Any:
        figures = [pl.len().alias("count"), pl.col("used").sum()]
        return one.group_by("location", "vlan").agg(*figures).sort("location", "vlan")

    work: Any = {
        "filter": lambda one: one.filter((pl.col("role") == "Role 3") & (pl.col("used_percent") > 50)),
        "group": group,
        "sort": lambda one: one.sort("used", "prefix", descending=[True, False]),
        "join": lambda one, other: one.join(other, on="prefix", maintain_order="left"),
    }
    return _timed(work, take, lambda found: list(map(list, found.rows())), rows, others)


SQL = {
    "filter": "select * from one where role = 'Role 3' and used_percent > 50",
    "group": "select location, vlan, count(*), sum(used) from one group by location, vlan order by location, vlan",
    "sort": "select * from one order by used desc, prefix",
    "join": f"select one.*, {', '.join(f'other.{name}' for name in COLUMNS[1:])} from one join other using (prefix)",
}


def by_duckdb(rows: Table, others: Table) -> Any:
    """Do it by duckdb, which takes rows fastest as a frame of pandas."""
    import duckdb
    import pandas as pd

    def take(*tables: Table) -> Any:
        at = duckdb.connect()
        for name, cells in zip(("one", "other"), tables, strict=False):
            at.register(f"{name}_frame", pd.DataFrame(cells, columns=COLUMNS))
            at.execute(f"create table {name} as select * from {name}_frame")
        return [at]

    return _timed(_sql(), take, lambda found: list(map(list, found)), rows, others)


def by_sqlite(rows: Table, others: Table) -> Any:
    """Do it by the standard library's database, in memory."""

    def take(*tables: Table) -> Any:
        at = sqlite3.connect(":memory:")
        for name, cells in zip(("one", "other"), tables, strict=False):
            at.execute(f"create table {name} ({', '.join(COLUMNS)})")
            at.executemany(f"insert into {name} values ({', '.join('?' * len(COLUMNS))})", cells)
        return [at]

    return _timed(_sql(), take, lambda found: list(map(list, found)), rows, others)


def _sql() -> Any:
    return {name: lambda at, sql=sql: at.execute(sql).fetchall() for name, sql in SQL.items()}


def _timed(work: Any, take: Any, give: Any, rows: Table, others: Table) -> Any:
    """Return every work as one that takes the rows in, gives them back and says how long it took between."""

    def whole(name: str) -> tuple[Table, float]:
        frames = take(rows, others) if name == "join" else take(rows)
        began = time.process_time()
        found = work[name](*frames)
        alone = time.process_time() - began
        return give(found), alone

    return {name: lambda name=name: whole(name) for name in work}


WAYS: dict[str, Callable[[Table, Table], Any]] = {
    "plain": by_hand,
    "tools/rows": by_tools,
    "pandas": by_pandas,
    "polars": by_polars,
    "duckdb": by_duckdb,
    "sqlite3": by_sqlite,
}


def measured(work: Callable[[], tuple[Table, float | None]], rounds: int = 5) -> tuple[float, float | None, Table]:
    """Return the seconds of the fastest round, those of the work alone, and what it found."""
    took, alone, found = [], [], []
    for _ in range(rounds):
        began = time.process_time()
        found, own = work()
        took.append(time.process_time() - began)
        alone += [] if own is None else [own]
    return min(took), min(alone, default=None), found


def main(count: int = 100_000) -> None:
    """Print the table."""
    rows, others = table(count, 1), table(count, count // 2)[: count * 9 // 10]
    print(f"{count:,} rows of 8 columns; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    print("| | filter | group | sort | join | all, times plain |\n| --- | --- | --- | --- | --- | --- |")
    first: dict[str, tuple[float, Table]] = {}
    for name, way in WAYS.items():
        if "/" not in name and name != "plain" and not find_spec(name):
            print(f"| {name} | not installed | | | | |")
            continue
        cells, whole = [], 0.0
        for what, work in way(rows, others).items():
            took, alone, found = measured(work)
            _, wanted = first.setdefault(what, (took, found))
            if sorted(map(repr, found)) != sorted(map(repr, wanted)) or (what == "sort" and found != wanted):
                sys.exit(f"{name} finds other rows than plain: {what}")
            whole += took
            cells.append(f"{took * 1000:.0f} ms" + ("" if alone is None else f" ({alone * 1000:.0f})"))
        times = whole / sum(base for base, _ in first.values())
        print(f"| {name} | {' | '.join(cells)} | {times:.1f} |")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
