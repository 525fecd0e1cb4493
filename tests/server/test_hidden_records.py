"""What a token may not view is never said to be nothing. Nautobot leaves such records out of others in silence."""

from collections.abc import Sequence
from typing import Any

import pytest

from tools.answering import Answered, Answering

SITE = {"id": "id-FRA01", "name": "FRA01"}
ADDRESSES = frozenset({"ip_addresses"})


async def asked(fake: Any, hidden: Sequence[str], tool: str, rows: dict[str, Any], **arguments: Any) -> Answered:
    """Return the answer of a tool where some kinds of record are hidden."""
    nautobot = fake("live", "https://nautobot.example", **rows)
    nautobot.hidden = frozenset(hidden)
    return await Answering(nautobot).answer(tool, arguments)


async def test_hidden_roles_and_statuses_are_not_said_to_be_missing(fake: Any) -> None:
    prefixes = [{"id": f"p{n}", "prefix": f"10.0.{n}.0/24", "type": "NETWORK", "locations": [SITE]} for n in range(3)]
    rows = {"prefixes_by_location": prefixes}

    found = (await asked(fake, ["roles", "statuses"], "get_prefixes_by_location", rows, location="FRA01")).answer

    assert found.summary == "3 prefixes at FRA01."
    assert "The token may not read roles and statuses: they are not shown." in found.notes
    assert not {"role", "status"} & set(found.columns)


async def test_hidden_addresses_are_not_said_to_be_missing(fake: Any) -> None:
    device = {"id": "d", "name": "FRA01-a", "role": {"name": "Router"}, "status": {"name": "Active"}, "location": SITE}
    port = {"id": "i", "name": "e0", "enabled": True, "device": {"id": "d", "name": "FRA01-a"}}
    rows = {"device_names": [{"id": "d", "name": "FRA01-a"}], "device": [device], "interfaces_by_device": [port]}

    shown = (await asked(fake, ADDRESSES, "get_device", rows, device="FRA01-a")).answer
    ports = (await asked(fake, ADDRESSES, "get_interfaces_by_device", rows, device="FRA01-a")).answer

    assert "primary address" not in shown.summary
    assert "with addresses" not in ports.summary
    for answer in (shown, ports):
        assert "The token may not read IP addresses: they are not shown." in answer.notes


@pytest.mark.parametrize(
    ("tool", "hidden", "arguments", "missing"),
    [
        ("analyze_prefixes_dataframe", "ip_addresses", {"location": "FRA01"}, "IP addresses"),
        ("analyze_prefixes_dataframe", "vlans", {"location": "FRA01", "group_by": "vlan"}, "VLANs"),
        ("count_records", "roles", {"record": "prefixes", "group_by": "role"}, "roles"),
        ("count_records", "circuit_terminations", {"record": "circuits", "group_by": "location"}, "ends of circuits"),
        ("search_locations", "statuses", {"status": "Planned"}, "statuses"),
    ],
)
async def test_figures_that_depend_on_hidden_records_are_refused(
    fake: Any, tool: str, hidden: str, arguments: dict[str, Any], missing: str
) -> None:
    answer = (await asked(fake, [hidden], tool, {}, **arguments)).answer

    assert (answer.outcome, answer.rows) == ("not_allowed", [])
    assert f"may not read {missing}" in answer.summary
