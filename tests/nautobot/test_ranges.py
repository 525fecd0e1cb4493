"""IP address ranges: a real Nautobot's own figures of prefixes that have some, beside what is read of it over HTTP.

They are made in namespaces of their own, and removed again as soon as they were read.
"""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.answering import Answering
from tools.asking import Ask
from tools.frames import space_of
from tools.ipam.figures import Usage
from tools.models import ToolAnswer
from tools.ranges import ranges, used

pytestmark = [pytest.mark.nautobot, pytest.mark.nautobot_home]

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "nautobot_use.py"
SPACE = f"ranges {os.getpid()}"  # a run beside this one has its own
READER, NOTHING = 1, 3
AWKWARD = 150
UNSEEN = "The token may not read IP address ranges: those that count as used are not counted."

Account = Callable[[int | None], Answering]
Read = tuple[dict[str, Any], list[Any], list[Any], ToolAnswer]


def run(folder: Path, *arguments: str) -> None:
    command = '. "$NB_HOME/env.sh" && exec python "$0" "$@"'
    subprocess.run(["bash", "-c", command, SCRIPT, *arguments], cwd=folder, check=True)


@pytest.fixture
async def said(tmp_path: Path, account: Account) -> list[Read]:
    """For each namespace: what Nautobot counts, prefixes and ranges as read over HTTP, and the answer on the widest prefix."""
    answering = account(READER)
    try:
        await asyncio.to_thread(run, tmp_path, "use.json", "--awkward", str(AWKWARD), "--keep", SPACE)
        made = json.loads((tmp_path / "use.json").read_text(encoding="utf-8"))["awkward"]
        return [await read(answering, one) for one in made]
    finally:
        await asyncio.to_thread(run, tmp_path, "--remove", SPACE)


async def read(answering: Answering, made: dict[str, Any]) -> Read:
    space, source = made["namespace"], answering.nautobot
    prefixes = (await source.rows("prefixes_usage", locations=["null"], namespace=[space])).rows
    spans = (await source.rows("ip_address_ranges", namespace=[space])).rows
    widest = min(made["prefixes"], key=lambda one: int(one[0].rpartition("/")[2]))
    answered = await answering.answer("find_prefix", {"target": widest[0], "namespace": space, "limit": 1000})
    return made, list(prefixes), list(spans), answered.answer


async def test_prefixes_with_ranges_are_as_full_as_nautobot_says(said: list[Read]) -> None:
    compared = counting = changed = 0
    for made, prefixes, held, widest in said:
        ours = figures(prefixes, held)
        assert ours == {one[0]: (one[2], one[3]) for one in made["prefixes"]}
        spans = [list(ends) for ends in used(held, prefixes).get(made["namespace"], [])]
        assert sorted(spans) == sorted(made["ranges"])
        rows = [dict(zip(widest.columns, row, strict=True)) for row in widest.rows]
        assert [row["type"] for row in rows].count("range") == len(held)
        taken, addresses = ours[str(rows[0]["record"])]
        assert str(rows[0]["used"]).endswith(f"({Usage(addresses, taken).used_percent:g} %)")
        compared, counting = compared + len(ours), counting + len(spans)
        changed += sum(ours[prefix] != without for prefix, without in figures(prefixes, []).items())

    assert compared == AWKWARD
    assert counting > 5
    assert changed > 5


def figures(prefixes: list[Any], held: list[Any]) -> dict[str, tuple[int, int]]:
    """Return used addresses and all addresses of each prefix, by our count."""
    uses = space_of(prefixes, held).use_of_each()
    return {row["prefix"]: (use.used, use.addresses) for row, use in zip(prefixes, uses, strict=True)}


async def test_who_may_view_no_ranges_is_told_so(account: Account) -> None:
    for digit, notes in ((READER, []), (NOTHING, [UNSEEN])):
        ask = Ask(account(digit).nautobot)
        assert (list(await ranges(ask)), ask.notes) == ([], notes)
