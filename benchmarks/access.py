"""Measure who may do what: python benchmarks/access.py. Prints the table of benchmarks/README.md.

With SEXTANT_RATES=redis://... also what a count in that Redis costs.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from chainlit_app.history.where import place
from sextant.access.api_keys import ApiKeys
from sextant.access.gate import Gate
from sextant.access.key_store import KeyStore
from sextant.access.policy import Policy, load
from sextant.access.principal import Principal
from sextant.access.rates import Rates
from tools.catalog import CATALOG

ROUNDS = 20_000
RATED = """
roles:
  viewer:
    tools: ["search_*", "get_*", "find_*", "count_*", "compare_*"]
    rates: {"*": 900000/second, "get_*": 900000/second}
groups:
  network operations: [viewer]
"""


def told(name: str, seconds: list[float]) -> None:
    """Print a row: name, median, fastest, the slowest but 5 %."""
    ordered = sorted(seconds)
    cells = (statistics.median(ordered), ordered[0], ordered[int(len(ordered) * 0.95)])
    print(f"| {name} | {' | '.join(f'{1000 * value:.4f} ms' for value in cells)} |", flush=True)


def decided(policy: Policy, who: Principal, tool: str) -> list[float]:
    """Return how long decisions took."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        policy.decide(who, tool)
        found.append(time.perf_counter() - began)
    return found


async def awaited(what: Callable[[int], Awaitable[object]], rounds: int) -> list[float]:
    """Return how long each took; the first, which loads a library, is left out."""
    await what(0)
    found = []
    for number in range(rounds):
        began = time.perf_counter()
        await what(number)
        found.append(time.perf_counter() - began)
    return found


async def main() -> None:
    print(f"Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}\n")
    print("| | median | fastest | 95 % within |\n| --- | --- | --- | --- |")
    people = [Principal(f"key:{number}", "x", frozenset({"viewer"}), "api_key") for number in range(1000)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policy.yaml"
        file.write_text(RATED, encoding="utf-8")
        plain, rated = load(), load(file)
        told("a decision: allowed", decided(plain, people[0], "get_device"))
        told("a decision: denied, with its sentence", decided(plain, people[0], "export_prefixes_to_csv"))
        told(f"the catalogue of one person ({len(CATALOG)} tools)", [_catalogue(plain, people[0]) for _ in range(2000)])
        gate = Gate(rated)
        told("the gate: decision and two rates, one person", await awaited(_entered(gate, people[:1]), ROUNDS))
        told("the same, 1,000 people in turns", await awaited(_entered(gate, people), ROUNDS))
        if address := os.environ.get("SEXTANT_RATES"):
            shared = Gate(rated, Rates(address))
            told("the same, counted in Redis", await awaited(_entered(shared, people), 2000))
            await shared.aclose()
        await _keys(Path(folder))


def _catalogue(policy: Policy, who: Principal) -> float:
    began = time.perf_counter()
    policy.tools_of(who, CATALOG)
    return time.perf_counter() - began


def _entered(gate: Gate, people: list[Principal]) -> Callable[[int], Awaitable[object]]:
    return lambda number: gate.enter(people[number % len(people)], "get_device")


async def _keys(folder: Path) -> None:
    store = KeyStore(place(str(folder / "keys.db")))
    _, text = await store.make("x", ["viewer"], days=None)
    known = ApiKeys(store)
    told("an API key, known for half a second", await awaited(lambda _: known.authenticate({"x-api-key": text}), 5000))
    told("an API key, read anew", await awaited(lambda _: ApiKeys(store).authenticate({"x-api-key": text}), 500))
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
