"""What was changed, by whom and when, as the change log has it."""

from evals.truth.network import Row, by_id, inside, load
from evals.truth.records import At

_DONE = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted"}
_KINDS = {
    "device": "devices", "interface": "interfaces", "prefix": "prefixes", "ipaddress": "addresses", "vlan": "vlans",
    "circuit": "circuits", "location": "locations",
}  # fmt: skip


def changes(
    record: str | None = None,
    kind: str | None = None,
    action: str | None = None,
    user: str | None = None,
    since: str | None = None,
    until: str | None = None,
    at: At = None,
) -> list[Row]:
    """Return changes, the newest first; `since` and `until` are days that count, `at` is where a record is then."""
    found = []
    for row in sorted(load("object_changes"), key=lambda row: row["time"], reverse=True):
        made = {
            "record": row["object_repr"],
            "user": row["user_name"],
            "action": _DONE[row["action"]],
            "kind": _KINDS[by_id("content_types")[row["changed_object_type"]["id"]]["model"]],
        }
        day = row["time"][:10]
        if (since and day < since) or (until and day > until):
            continue
        if at is not None and row["object_data"].get("location") not in inside(at):
            continue
        wanted = {"record": record, "kind": kind, "action": action, "user": user}
        if all(value is None or made[key] == value for key, value in wanted.items()):
            found.append(made)
    return found


def times_of(**filters: str) -> list[str]:
    """Return the days of changes."""
    days = []
    for row in sorted(load("object_changes"), key=lambda row: row["time"]):
        if row["object_repr"] == filters["record"] and filters.get("action") in (None, _DONE[row["action"]]):
            days.append(row["time"][:10])
    return days
