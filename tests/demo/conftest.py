"""A network of a handful of records, small enough to know by heart."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gql import Client, GraphQLRequest

from tools.demo import DemoTransport
from tools.packaged import folder

Ask = Callable[..., Any]


def key(name: str) -> str:
    """The same id for the same name, always."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def ref(name: str) -> dict[str, str]:
    return {"id": key(name)}


def record(name: str, /, **fields: Any) -> dict[str, Any]:
    return {"id": key(name), **fields}


def named(*names: str, **fields: Any) -> list[dict[str, Any]]:
    return [record(name, name=name, **fields) for name in names]


def prefix(text: str, *places: str, namespace: str = "Global", **fields: Any) -> dict[str, Any]:
    own = f"{text} in {namespace}"
    more = {"locations": [ref(place) for place in places]} if places else {}
    return record(own, prefix=text, namespace=ref(namespace), status=ref("Active"), **more, **fields)


def address(text: str, parent: str, *ports: str, **fields: Any) -> dict[str, Any]:
    more = {"interfaces": [ref(port) for port in ports]} if ports else {}
    return record(f"{text} {parent}", address=text, parent=ref(parent), status=ref("Active"), **more, **fields)


def place(name: str, kind: str, parent: str | None = None, **fields: Any) -> dict[str, Any]:
    above = {"parent": ref(parent)} if parent else {}
    return record(name, name=name, location_type=ref(kind), status=ref("Active"), **above, **fields)


def device(name: str, site: str, role: str, **fields: Any) -> dict[str, Any]:
    return record(
        name, name=name, location=ref(site), role=ref(role), device_type=ref("X1"), status=ref("Active"), **fields
    )


def port(owner: str, name: str, **fields: Any) -> dict[str, Any]:
    return record(f"{owner} {name}", name=name, device=ref(owner), type="A_1000BASE_T", status=ref("Active"), **fields)


@pytest.fixture(scope="session")
def tiny_records() -> dict[str, list[dict[str, Any]]]:
    """Region North over Oslo (site9, site10) and Bergen; region South with nothing in it."""
    return {
        "content_types": [
            record(f"{app}.{model}", app_label=app, model=model)
            for app, model in (("ipam", "vlan"), ("ipam", "prefix"), ("dcim", "device"))
        ],
        "statuses": named("Active", "Planned", content_types=[ref("dcim.device")]),
        "roles": [
            record("Access", name="Access", content_types=[ref("dcim.device")]),
            record("Core", name="Core", weight=10, content_types=[ref("dcim.device")]),
            record(
                "Users",
                name="Users",
                content_types=[ref("ipam.vlan"), ref("ipam.prefix")],
            ),
        ],
        "namespaces": named("Lab", "Global"),
        "location_types": [record("Region", name="Region"), record("Site", name="Site", parent=ref("Region"))],
        "locations": [
            place("site10", "Site", "North", facility="Oslo", description="Second house"),
            place("site9", "Site", "North", facility="Oslo"),
            place("North", "Region"),
            place("South", "Region"),
        ],
        "manufacturers": named("Acme"),
        "device_types": [record("X1", model="X1", manufacturer=ref("Acme"))],
        "devices": [
            device("site9-core1", "site9", "Core", primary_ip4=ref("10.9.0.1/24 10.9.0.0/24 in Global")),
            device("site9-acc10", "site9", "Access"),
            device("site9-acc9", "site9", "Access"),
            device("site10-acc1", "site10", "Access", comments="spare"),
        ],
        "interfaces": [
            port("site9-core1", "Ethernet10", description="to acc9"),
            port("site9-core1", "Ethernet9", enabled=False),
            port("site9-core1", "Vlan100", tagged_vlans=[ref("v200"), ref("v100")]),
            port("site9-acc9", "Ethernet1"),
            port("site9-acc10", "Ethernet1"),
        ],
        "cables": [
            record(
                "cable1",
                terminations=[
                    {"cable_end": "A", "interface": ref("site9-core1 Ethernet10")},
                    {"cable_end": "B", "interface": ref("site9-acc9 Ethernet1")},
                ],
            ),
            record(
                "cable2",
                terminations=[
                    {"cable_end": "A", "circuit_termination": ref("c1 A")},
                    {"cable_end": "B", "interface": ref("site9-acc10 Ethernet1")},
                ],
            ),
        ],
        "vlan_groups": named("campus"),
        "vlans": [
            record("v200", vid=200, name="voice", vlan_group=ref("campus"), locations=[ref("site9")]),
            record("v100", vid=100, name="data", vlan_group=ref("campus"), locations=[ref("site9"), ref("site10")]),
            record("v300", vid=300, name="nowhere"),
        ],
        "prefixes": [
            prefix("10.9.0.0/24", "site9", parent=ref("10.0.0.0/8 in Global"), role=ref("Users"), vlan=ref("v100")),
            prefix("10.9.0.0/24", namespace="Lab", type="POOL"),
            prefix("10.10.0.0/31", "site10", "site9", parent=ref("10.0.0.0/8 in Global")),
            prefix("10.0.0.0/8", "North", type="CONTAINER"),
            prefix("2001:db8::/64", "site9", description="six"),
        ],
        "ip_addresses": [
            address("10.9.0.10/24", "10.9.0.0/24 in Global"),
            address("10.9.0.1/24", "10.9.0.0/24 in Global", "site9-core1 Vlan100", dns_name="gw.example"),
            address("10.9.0.1/24", "10.9.0.0/24 in Lab"),
            address("2001:db8::1/64", "2001:db8::/64 in Global", "site9-core1 Vlan100"),
        ],
        "providers": named("Telenor"),
        "circuit_types": named("Fibre"),
        "circuits": [record("c1", cid="c1", provider=ref("Telenor"), circuit_type=ref("Fibre"), status=ref("Active"))],
        "circuit_terminations": [record("c1 A", circuit=ref("c1"), term_side="A", location=ref("site9"))],
    }


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory, tiny_records: dict[str, list[dict[str, Any]]]) -> Path:
    """The tiny network as fixtures, devices in two files, under the real schema."""
    target = tmp_path_factory.mktemp("tiny")
    (target / "schema.graphql").write_text((folder("demo_fixtures") / "schema.graphql").read_text(encoding="utf-8"))
    for collection, rows in tiny_records.items():
        if collection == "devices":
            (target / collection).mkdir()
            (target / collection / "a.json").write_text(json.dumps(rows[:2]))
            (target / collection / "b.json").write_text(json.dumps(rows[2:]))
        else:
            (target / f"{collection}.json").write_text(json.dumps(rows))
    return target


@pytest.fixture(scope="session")
def ask(tiny_folder: Path) -> Ask:
    """Asks the tiny network; gives the whole result."""
    return asking(tiny_folder)


@pytest.fixture(scope="session")
def real() -> Ask:
    """Asks the demo network that the program ships."""
    return asking(folder("demo_fixtures"))


def asking(source: Any) -> Ask:
    transport = DemoTransport(source)

    async def ask_(query: str, **variables: Any) -> Any:
        return await transport.execute(GraphQLRequest(query, variable_values=variables))

    return ask_


@pytest.fixture
def client(tiny_folder: Path) -> Client:
    return Client(transport=DemoTransport(tiny_folder))


class Shipped:
    """The records that the program ships, as they stand in the files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records: dict[str, list[dict[str, Any]]] = {}
        for path in sorted(root.rglob("*.json")):
            field = path.relative_to(root).parts[0].removesuffix(".json")
            self.records.setdefault(field, []).extend(json.loads(path.read_text(encoding="utf-8")))
        self.by_id = {row["id"]: row for rows in self.records.values() for row in rows}

    def __getitem__(self, field: str) -> list[dict[str, Any]]:
        return self.records[field]

    def name(self, reference: dict[str, str]) -> str:
        """What the record behind a reference is called."""
        row = self.by_id[reference["id"]]
        return str(row.get("name") or row.get("prefix") or row.get("model"))

    def at(self, site: str, field: str) -> list[dict[str, Any]]:
        """The records of a kind at one site."""
        return [
            row
            for row in self[field]
            if site in [self.name(place) for place in (*row.get("locations", ()), *filter(None, [row.get("location")]))]
        ]


@pytest.fixture(scope="session")
def shipped() -> Shipped:
    return Shipped(Path(__file__).parents[2] / "demo_fixtures")
