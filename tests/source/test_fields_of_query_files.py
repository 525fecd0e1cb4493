"""A query file of one's own that leaves a field out: an answer without it, or a sentence that names file and field."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import REMOVE, FieldNode, Visitor, print_ast, visit

from tools.answering import Answered, Answering
from tools.demo import DemoTransport
from tools.errors import BrokenQuery
from tools.nautobot import Nautobot
from tools.packaged import folder
from tools.queries import Queries, Query
from tools.settings import ToolSettings

Calls = list[tuple[str, dict[str, Any]]]
LOOK_UP: Calls = [("find_prefix", {"target": "10.0.11.0/24"}), ("find_prefix", {"target": "10.0.11.1"})]
CALLS: dict[str, Calls] = {
    "addresses": [("find_problems", {"problems": ["duplicate_addresses"]})],
    "addresses_by_address": LOOK_UP,
    "addresses_in_use": [("find_free_space", {"inside": "10.0.11.0/24"})],
    "addresses_within": LOOK_UP,
    "changes": [("get_changes", {"location": "GIG01"})],
    "changes_in_full": [("get_changes", {"location": "GIG01"})],
    "circuits": [("get_circuits", {}), ("find_problems", {"problems": ["single_circuit"]})],
    "circuits_by_location": [("get_circuits", {"location": "NYC01"})],
    "device": [("get_device", {"device": "NYC01-cor001"})],
    "device_names": [("get_device", {"device": "NYC01-cor001"})],
    "devices_by_location": [("get_devices_by_location", {"location": "NYC01"})],
    "devices_by_location_and_role": [("get_devices_by_location", {"location": "NYC01", "role": "Access Switch"})],
    "interfaces_by_device": [
        ("get_interfaces_by_device", {"device": "NYC01-acc001"}),
        ("get_interfaces_by_device", {"device": "NYC01-acc001", "connected": True}),
    ],
    "ip_address_ranges": [("find_free_space", {"inside": "10.0.0.0/16"})],
    "locations": [("search_locations", {"query": "campus"})],
    "namespaces": [("get_prefixes_by_location", {"location": "NYC01", "namespace": "Global"})],
    "prefixes_by_location": [
        ("get_prefixes_by_location", {"location": "NYC01"}),
        ("find_free_space", {"inside": "NYC01"}),
        ("find_problems", {"location": "NYC01", "problems": ["overlaps"]}),
        ("compare_locations", {"location": ["NYC01", "LON01"]}),
    ],
    "prefixes_containing": LOOK_UP,
    "prefixes_usage": [
        ("analyze_prefixes_dataframe", {"location": "NYC01"}),
        ("find_free_space", {"inside": "NYC01", "of": "location"}),
    ],
    "prefixes_within": [*LOOK_UP, ("find_free_space", {"inside": "10.0.0.0/16"})],
    "providers": [("get_circuits", {"location": "NYC01", "provider": "Meridian"})],
    "rack_names": [("find_free_space", {"inside": "USD01-R01", "of": "rack_units"})],
    "rack_units": [("find_free_space", {"inside": "USD01", "of": "rack_units"})],
    "racks_by_location": [("count_records", {"record": "racks", "location": "USD01"})],
    "roles": [("get_prefixes_by_location", {"location": "NYC01", "role": "User Data"})],
    "statuses": [("get_prefixes_by_location", {"location": "NYC01", "status": "Active"})],
    "vlans_by_location": [
        ("get_vlans_by_location", {"location": "NYC01"}),
        ("find_problems", {"location": "NYC01", "problems": ["vlans_without_prefix"]}),
    ],
}
FIGURE = re.compile(r"\d[\d,./:]*")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one's own query files."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def answering(own: Path) -> Answering:
    settings = ToolSettings.load(_env_file=None, demo_mode="true", sextant_queries=str(own))
    return Answering(Nautobot(settings, demo=DemoTransport(folder("demo_fixtures"))))


def without(query: Query, path: str) -> str | None:
    """Return a query without a field; None where nothing would be left around it."""

    class Cut(Visitor):
        here: list[str]

        def enter_field(self, node: FieldNode, *_: object) -> object:
            if ".".join([*self.here[1:], node.name.value]) == path:
                return REMOVE
            self.here.append(node.name.value)
            return None

        def leave_field(self, node: FieldNode, *_: object) -> None:
            self.here.pop()

    cut = Cut()
    cut.here = []
    text = print_ast(visit(query.document, cut))
    return text if all(re.findall(r"\{([^{}]*)", text)) and "{}" not in re.sub(r"\s", "", text) else None


def cells(answered: Answered) -> dict[str, list[Any]]:
    answer = answered.answer
    return {name: [row[at] for row in answer.rows] for at, name in enumerate(answer.columns)}


def paths(query: Query) -> Iterator[tuple[str, str]]:
    for path in sorted(query.fields - {"id"}):
        if text := without(query, path):
            yield path, text


def test_every_query_file_is_tried() -> None:
    assert sorted(CALLS) == Queries().names()


@pytest.mark.parametrize("name", sorted(CALLS))
async def test_a_field_that_is_left_out_never_makes_an_answer_wrong(answering: Answering, own: Path, name: str) -> None:
    query, file = Queries().get(name), own / f"{name}.graphql"
    whole: list[Answered] = []
    for path, text in paths(query):
        file.write_text(text, encoding="utf-8")
        try:
            Queries(own).get(name)
        except BrokenQuery as broken:
            assert f"{name}.graphql" in str(broken) and f"`{path}` is gone" in str(broken)
            continue
        finally:
            file.unlink()
        whole = whole or [await answering.answer(*call) for call in CALLS[name]]
        assert f"{name}.graphql" in str([one.answer.source for one in whole])
        file.write_text(text, encoding="utf-8")
        for call, before in zip(CALLS[name], whole, strict=True):
            after = await answering.answer(*call)
            if after.answer.outcome == "defect":
                assert f"{name}.graphql" in after.answer.summary and f"`{path}` " in after.answer.summary
                continue
            known = cells(before)
            assert after.answer.outcome == before.answer.outcome, path
            assert set(FIGURE.findall(after.answer.summary)) <= set(FIGURE.findall(before.answer.summary)), path
            for column, held in cells(after).items():
                assert all(now in (then, None) for now, then in zip(held, known[column], strict=True)), (path, column)
        file.unlink()


def test_what_the_head_of_a_file_says_may_be_left_out_is_among_its_fields() -> None:
    for name in Queries().names():
        query = Queries().get(name)
        assert query.may_be_left_out <= query.fields, name


def test_an_edited_file_may_use_fragments_and_add_fields(own: Path) -> None:
    text = Queries().get("prefixes_usage").text
    body = text[text.index("    id\n") : text.rindex("  }\n}")]
    edited = text.replace(body, "    ...Used\n    id\n    tags { name }\n")
    (own / "prefixes_usage.graphql").write_text(f"{edited}\nfragment Used on PrefixType {{\n{body}}}\n")
    try:
        assert "tags" in Queries(own).get("prefixes_usage").fields
    finally:
        (own / "prefixes_usage.graphql").unlink()


@pytest.mark.parametrize(("field", "said"), [("type", "type"), ("namespace", "namespace { name }")])
async def test_a_file_without_what_is_counted_is_named_with_the_field(
    answering: Answering, own: Path, field: str, said: str
) -> None:
    text = Queries().get("prefixes_usage").text
    (own / "prefixes_usage.graphql").write_text(re.sub(rf"^    {re.escape(said)}\n", "", text, flags=re.MULTILINE))
    try:
        told = (await answering.answer("analyze_prefixes_dataframe", {"location": "NYC01"})).answer
    finally:
        (own / "prefixes_usage.graphql").unlink()

    assert told.outcome == "defect"
    assert re.fullmatch(
        rf"The query file prefixes_usage.graphql is broken in line \d+: the field `{field}` is gone; put it back\.",
        told.summary,
    )
