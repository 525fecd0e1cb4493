"""Where the demo's answers come from: files that may be wrong, a schema that is Nautobot's, queries that fit it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from graphql import GraphQLObjectType, OperationDefinitionNode, build_schema, parse, validate

from tools.demo import DemoTransport
from tools.demo_arguments import FILTERS
from tools.demo_fields import REVERSE, TYPES
from tools.demo_records import FixtureError, natural, natural_port
from tools.packaged import folder

Ask = Callable[..., Any]

SCHEMA = build_schema((folder("demo_fixtures") / "schema.graphql").read_text(encoding="utf-8"))
QUERIES = sorted(Path(str(folder("graphql"))).glob("*.graphql"))


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_query_file_fits_nautobots_schema(file: Path) -> None:
    document = parse(file.read_text(encoding="utf-8"))

    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name is not None
    assert operation.name.value == file.stem
    assert validate(SCHEMA, document) == []


def test_a_field_that_nautobot_does_not_know_fails() -> None:
    (error,) = validate(SCHEMA, parse("{prefixes{prefx}}"))

    assert error.message.startswith("Cannot query field 'prefx' on type 'PrefixType'")


def test_the_schema_is_what_the_executor_serves() -> None:
    assert SCHEMA.query_type is not None
    for name, (plural, single, _) in TYPES.items():
        assert SCHEMA.query_type.fields[plural].args.keys() == {"limit", "offset", *FILTERS[plural]}
        assert single in SCHEMA.query_type.fields
        served = SCHEMA.type_map[name]
        assert isinstance(served, GraphQLObjectType)
        assert REVERSE.get(name, {}).keys() <= served.fields.keys()


def broken(tmp_path: Path, tiny_folder: Path, text: str) -> DemoTransport:
    (tmp_path / "schema.graphql").write_text((tiny_folder / "schema.graphql").read_text())
    (tmp_path / "locations.json").write_text(text)
    return DemoTransport(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[\n{"id": "1"},\n{"id" "2"}\n]', r"locations\.json, line 3: Expecting ':' delimiter"),
        ("{}", r"locations\.json, line 1: a list of records is expected"),
        ('[{"name": "x"}]', r"locations\.json: record 1 is not an object with an id"),
        (
            '[{"id": "1", "name": "x", "status": {"id": "7"}}]',
            r"statuses\.json has no record 7",
        ),
    ],
)
async def test_a_broken_fixture_is_named_with_its_line(
    tmp_path: Path, tiny_folder: Path, text: str, reason: str
) -> None:
    transport = broken(tmp_path, tiny_folder, text)

    with pytest.raises(FixtureError, match=reason) as caught:
        await transport.execute(GraphQLRequest("{locations{name status{name}}}"))
    assert caught.value.outcome == "defect"


async def test_a_missing_folder_and_a_broken_schema_are_named(tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match=r"schema\.graphql cannot be read: No such file"):
        await DemoTransport(tmp_path / "nowhere").execute(GraphQLRequest("{locations{name}}"))
    (tmp_path / "schema.graphql").write_text("type Query {\n  a:\n}")
    with pytest.raises(FixtureError, match=r"schema\.graphql, line 3: Syntax Error"):
        await DemoTransport(tmp_path).execute(GraphQLRequest("{locations{name}}"))


async def test_a_kind_of_record_that_the_fixtures_lack_is_an_empty_list(ask: Ask) -> None:
    assert (await ask("{tags{name} racks{name}}")).data == {"tags": [], "racks": []}


async def test_gql_gets_its_answers_as_from_nautobot(client: Client) -> None:
    async with client as session:
        assert await session.execute(GraphQLRequest("{namespaces{name}}")) == {
            "namespaces": [{"name": "Global"}, {"name": "Lab"}]
        }
        with pytest.raises(NotImplementedError):
            session.transport.subscribe(GraphQLRequest("subscription{a}"))


def test_nothing_is_read_before_the_first_question() -> None:
    code = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from tools.demo import DemoTransport
from tools.packaged import folder
DemoTransport(folder("demo_fixtures"))
print(json.dumps([name for name in opened if "demo_fixtures" in name]))
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["NYC9", "NYC10", "nyc1"], natural),
        (["Ethernet1/1", "Ethernet1/2", "Ethernet1/10", "Ethernet2/1"], natural_port),
        (["GigabitEthernet0/0/0", "GigabitEthernet0/0/1", "Ethernet1/1", "Vlan9", "Vlan10"], natural_port),
        (["Ethernet1", "Ethernet1.5", "Ethernet1:2"], natural_port),
    ],
)
def test_names_sort_as_people_count(names: list[str], key: Callable[[str], str]) -> None:
    last, *others = reversed(names)

    assert sorted([*others, last], key=key) == names


async def test_every_field_of_every_record_of_the_demo_network_has_a_value_of_its_type(real: Ask) -> None:
    for name, (plural, _, _) in TYPES.items():
        served = SCHEMA.type_map[name]
        assert isinstance(served, GraphQLObjectType)
        leaves = [field for field, kind in served.fields.items() if not hasattr(_bare(kind.type), "fields")]
        leaves = [field for field in leaves if not hasattr(_bare(served.fields[field].type), "types")]

        result = await real(f"{{{plural}{{{' '.join(leaves)}}}}}")

        assert not result.errors, plural


def _bare(kind: Any) -> Any:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


def test_every_stored_field_of_the_demo_network_is_one_of_nautobots() -> None:
    source = Path(str(folder("demo_fixtures")))
    for name, (plural, _, _) in TYPES.items():
        served = SCHEMA.type_map[name]
        assert isinstance(served, GraphQLObjectType)
        for file in [*source.glob(f"{plural}.json"), *source.glob(f"{plural}/*.json")]:
            for row in json.loads(file.read_text(encoding="utf-8")):
                assert row.keys() <= served.fields.keys(), file
