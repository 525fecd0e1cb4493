"""The demo network's change log agrees with its records: after the last change of each, it holds what it holds now."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

FIELDS = {"dcim.device": "devices", "dcim.interface": "interfaces", "dcim.location": "locations"}
FIELDS |= {"ipam.prefix": "prefixes", "ipam.ipaddress": "ip_addresses", "ipam.vlan": "vlans"}
FIELDS |= {"circuits.circuit": "circuits"}


@pytest.fixture
def log(shipped: Any) -> list[dict[str, Any]]:
    """All changes, the oldest first."""
    return sorted(shipped["object_changes"], key=lambda change: change["time"])


def kind(change: dict[str, Any]) -> str:
    return str(change["object_data_v2"]["object_type"])


def plain(value: Any) -> Any:
    """A value without the shapes around it: the ids of what it refers to, and choices in lower case."""
    if isinstance(value, dict):
        return value.get("id", value.get("value"))
    if isinstance(value, list):
        return sorted(plain(one) for one in value)
    return value or None


def test_the_last_change_of_a_record_is_what_it_is_now(log: list[dict[str, Any]], shipped: Any) -> None:
    last = {change["changed_object_id"]: change for change in log}
    compared = 0
    for record_id, change in last.items():
        now = {row["id"]: row for row in shipped[FIELDS[kind(change)]]}.get(record_id)
        assert (now is None) is (change["action"] == "DELETE"), change["object_repr"]
        held = change["object_data_v2"]
        for name, value in (now or {}).items():
            if name in held:
                written = value.removeprefix("A_").lower().replace("_", "-") if name in ("type", "mode") else value
                assert plain(held[name]) == plain(written), (change["object_repr"], name)
                compared += 1
    assert compared > 500


def test_both_forms_of_a_record_hold_the_same(log: list[dict[str, Any]]) -> None:
    for change in log:
        old, new = change["object_data"], change["object_data_v2"]
        for name in set(old) & set(new) - {"created", "custom_fields"}:
            assert plain(old[name]) == plain(new[name]), (change["object_repr"], name)


def test_a_record_is_created_first_and_deleted_last(log: list[dict[str, Any]]) -> None:
    actions: dict[str, list[str]] = {}
    for change in log:
        actions.setdefault(change["changed_object_id"], []).append(change["action"])

    assert all("CREATE" not in done[1:] and "DELETE" not in done[:-1] for done in actions.values())


def test_the_log_has_its_size_and_its_people(log: list[dict[str, Any]]) -> None:
    assert Counter(change["action"] for change in log) == {"UPDATE": 107, "CREATE": 25, "DELETE": 7}
    assert Counter(change["user_name"] for change in log) == {
        "netops-automation": 54,
        "asilva": 31,
        "mrossi": 28,
        "jkowalski": 25,
        "contractor7": 1,
    }
    assert len({change["time"] for change in log}) == len(log) == 139
    assert (log[0]["time"][:10], log[-1]["time"][:10]) == ("2026-10-05", "2026-11-19")
    assert all(datetime.fromisoformat(change["time"]).tzinfo for change in log)
    assert set(map(kind, log)) == set(FIELDS)


def test_changes_made_at_once_share_a_request(log: list[dict[str, Any]]) -> None:
    sizes = Counter(change["request_id"] for change in log if change["user_name"] == "netops-automation")

    assert sorted(sizes.values()) == [6, 24, 24]
