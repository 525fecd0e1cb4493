"""What whole calls cost that count address space or look for problems, from rows as Nautobot sends them to the answer.

    python benchmarks/space.py [PREFIXES] [ADDRESSES]

The rows are made, not read: what is measured is ours alone. Times are of the processor, of the fastest of some rounds;
`longest wait` is the longest time that anything else would have had to wait for the event loop meanwhile, by the clock.
"""

import asyncio
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from ipam import written

from tools.answering import Answering
from tools.loading import seldom_looked_for_garbage
from tools.models import Earlier, QueryRun, Status, ToolAnswer
from tools.nautobot import Rows

SITES, ROUNDS, TICK = 400, 3, 0.002
Row = dict[str, Any]


class Network:
    """Rows in place of a Nautobot: prefixes, the addresses in them, devices without a primary address."""

    def __init__(self, prefixes: int, addresses: int) -> None:
        kinds = [("World", "Region", None), ("Land", "Country", "World")]
        kinds += [(f"SITE{at:03}", "Campus", "Land") for at in range(SITES)]
        self._rows: dict[str, list[Row]] = {"locations": [_place(*kind) for kind in kinds]}
        nets, types, held = written(prefixes, addresses)
        rows = [_prefix(at, net, kind) for at, (net, kind) in enumerate(zip(nets, types, strict=True))]
        fourth, sixth = prefixes * 9 // 10, prefixes - prefixes * 9 // 10
        self._rows["addresses"] = found = []
        for at, address in enumerate(held):  # the same order as there
            six = at - addresses * 9 // 10
            row = rows[at % fourth if six < 0 else fourth + six % sixth]
            found.append(
                {"id": f"a{at}", "address": f"{address}/{128 if six >= 0 else 32}", "parent": row, "interfaces": []}
            )
            row["ip_addresses"].append({"address": address})
        self._rows["prefixes_usage"] = self._rows["prefixes_by_location"] = self._rows["prefixes_within"] = rows

    async def rows(self, query: str, *, turn: str | None = None, **variables: Any) -> Rows:
        """Return the rows of a query: of one type where that is asked for, all whatever else is."""
        rows, types = self._rows.get(query, []), variables.get("type")
        rows = [row for row in rows if row["type"].casefold() in types] if types else rows
        run = QueryRun(file=f"{query}.graphql", variables={}, rows=len(rows), seconds=0)
        return Rows(rows, run, "demo", None, datetime.now(UTC))

    async def answering(self, turn: str | None, work: Callable[[], Awaitable[Any]], *, fresh: bool = False) -> Any:
        """Run a call."""
        return await work()

    async def looked(self) -> Status:
        """Say that it is made up."""
        return Status(mode="demo", setting="demo", url=None, detail="Made up.")

    async def checks(self) -> list[Any]:
        """Check nothing."""
        return []


def _place(name: str, kind: str, parent: str | None) -> Row:
    above = {"id": parent} if parent else None
    status = {"name": "Active"}
    return {
        "id": name, "name": name, "location_type": {"name": kind}, "status": status, "parent": above,
        "facility": "", "description": "",
    }  # fmt: skip


def _prefix(at: int, net: str, kind: str) -> Row:
    site = f"SITE{at % SITES:03}"
    return {
        "id": f"p{at}", "prefix": net, "type": kind.upper(), "status": {"name": "Active"},
        "role": {"name": f"Role {at % 9}"}, "vlan": {"id": f"v{at}", "vid": at % 4000, "name": "data"},
        "namespace": {"name": "Global"}, "locations": [{"id": site, "name": site}], "description": "",
        "prefix_length": int(net.partition("/")[2]), "ip_version": 6 if ":" in net else 4, "ip_addresses": [],
    }  # fmt: skip


CALLS: list[tuple[str, str, Row]] = [
    ("use by region", "analyze_prefixes_dataframe", {}),
    ("use by location and role", "analyze_prefixes_dataframe", {"group_by": ["location", "role"]}),
    ("the fullest 20 prefixes", "analyze_prefixes_dataframe", {"group_by": ["prefix"], "top": 20}),
    ("space left by location", "find_free_space", {"inside": "all", "of": "location"}),
    ("unused prefixes", "find_problems", {"problems": ["unused_prefixes"]}),
    ("overlaps", "find_problems", {"problems": ["overlaps"]}),
    ("duplicate addresses", "find_problems", {"problems": ["duplicate_addresses"]}),
    ("addresses outside prefixes", "find_problems", {"problems": ["addresses_outside_prefixes"]}),
    ("problems of all kinds", "find_problems", {}),
    ("list of prefixes", "get_prefixes_by_location", {"location": "all"}),
    ("sorted and filtered rows of it", "get_rows", {
        "result": "r1", "where": [{"column": "role", "is": "starts_with", "value": "Role"}], "sort_by": ["-prefix"],
    }),
]  # fmt: skip


async def measured(work: Awaitable[Any]) -> tuple[float, float, Any]:
    """Return seconds of the processor, the longest wait for the event loop, and the result."""
    longest, done = 0.0, False

    async def tick() -> None:
        nonlocal longest
        while not done:
            began = time.perf_counter()
            await asyncio.sleep(TICK)
            longest = max(longest, time.perf_counter() - began - TICK)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(2 * TICK)
    longest, began = 0.0, time.process_time()
    found = await work
    took, done = time.process_time() - began, True
    await ticking
    return took, longest, found


async def main(prefixes: int = 100_000, addresses: int = 500_000) -> None:
    """Print the table."""
    print(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    seldom_looked_for_garbage()  # as the tool server does
    answering = Answering(Network(prefixes, addresses), seconds=600)  # type: ignore[arg-type]
    first = await answering.answer("get_prefixes_by_location", {"location": "all"})
    earlier = {"r1": Earlier(uri=first.answer.result_uri, tool="get_prefixes_by_location", arguments={})}
    print(
        f"| {prefixes:,} prefixes, {addresses:,} addresses | seconds | longest wait | rows |\n| --- | --- | --- | --- |"
    )
    for name, tool, arguments in CALLS:
        rounds = [await measured(answering.answer(tool, arguments, earlier=earlier)) for _ in range(ROUNDS)]
        answer: ToolAnswer = rounds[0][2].answer
        if answer.outcome not in ("found", "empty"):
            sys.exit(f"{name}: {answer.summary}")
        took, wait = min(one[0] for one in rounds), min(one[1] for one in rounds)
        print(f"| {name} | {took:.2f} | {wait * 1000:.0f} ms | {answer.total:,} |")
    print(f"\nMemory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB.")


if __name__ == "__main__":
    asyncio.run(main(*(int(one) for one in sys.argv[1:])))
