"""A kind of record that this Nautobot does not have: told apart from a broken query, and seldom asked for."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.answering import Answering
from tools.demo import DemoTransport
from tools.errors import BrokenQuery, NotServed
from tools.nautobot import Nautobot
from tools.packaged import folder


class Counting(DemoTransport):
    """The demo network, and how often it was asked."""

    asked = 0

    async def execute(self, *given: Any, **options: Any) -> Any:
        self.asked += 1
        return await super().execute(*given, **options)


@pytest.fixture
def before_ranges(tmp_path: Path) -> Counting:
    """A demo network under the schema of a Nautobot that has no ranges yet."""
    demo = folder("demo_fixtures")
    schema = (demo / "schema.graphql").read_text(encoding="utf-8")
    schema = re.sub(r"^  ip_address_ranges?\b.*\n", "", schema, flags=re.MULTILINE)
    (tmp_path / "schema.graphql").write_text(schema.replace("IPAddressRangeType", "Unused"), encoding="utf-8")
    for file in demo.iterdir():
        if file.name != "schema.graphql":
            (tmp_path / file.name).symlink_to(str(file))
    return Counting(tmp_path)


async def test_a_list_that_is_not_there_is_asked_for_again_only_after_a_while(
    nautobot: Callable[..., Nautobot], before_ranges: Counting
) -> None:
    now = [1000.0]
    source = nautobot(demo_mode="true", demo=before_ranges, clock=lambda: now[0])

    for _ in range(3):
        with pytest.raises(NotServed, match="has no field ip_address_ranges on Query"):
            await source.rows("ip_address_ranges")
    assert before_ranges.asked == 1

    now[0] += source.settings.sextant_cache_seconds + 1
    with pytest.raises(NotServed):
        await source.rows("ip_address_ranges")
    assert before_ranges.asked == 2


async def test_figures_are_the_same_where_there_can_be_no_ranges(
    nautobot: Callable[..., Nautobot], before_ranges: Counting
) -> None:
    older = Answering(nautobot(demo_mode="true", demo=before_ranges))
    now = Answering(nautobot(demo_mode="true"))

    for call in (
        ("analyze_prefixes_dataframe", {"location": "NYC01"}),
        ("find_prefix", {"target": "10.0.11.0/24"}),
        ("find_free_space", {"inside": "NYC01"}),
    ):
        there, here = (await older.answer(*call)).answer, (await now.answer(*call)).answer
        assert (there.outcome, there.summary, there.rows, there.notes) == ("found", here.summary, here.rows, here.notes)


async def test_a_field_that_a_record_lacks_is_still_a_broken_query(
    nautobot: Callable[..., Nautobot], tmp_path: Path
) -> None:
    text = (folder("graphql") / "namespaces.graphql").read_text(encoding="utf-8")
    (tmp_path / "namespaces.graphql").write_text(text.replace("    name\n", "    name\n    nam\n"), encoding="utf-8")

    with pytest.raises(BrokenQuery, match="has no field nam on NamespaceType") as trouble:
        await nautobot(demo_mode="true", sextant_queries=str(tmp_path)).rows("namespaces")

    assert not isinstance(trouble.value, NotServed)
