"""What was changed, by whom and when, as the change log has it."""

from evals.truth.network import Row, by_id, load

_DONE = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted"}
_KINDS = {
    "device": "devices", "interface": "interfaces", "prefix": "prefixes", "ipaddress": "addresses", "vlan": "vlans",
    "circuit": "circuits", "location": "locations",
}  # fmt: skip


def _record(row: Row) -> str:
    """Return what a change is of; an interface by the device that has it."""
    device = row["object_data"].get("device")
    names = {one["id"]: one["name"] for one in load("devices")}
    names |= {one["changed_object_id"]: one["object_repr"] for one in load("object_changes")}
    return f"{names[device]} {row['object_repr']}" if device else str(row["object_repr"])


def changes(
    record: str | None = None,
    kind: str | None = None,
    action: str | None = None,
    user: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[Row]:
    """Return changes, the newest first; `since` and `until` are days that count.

    Those of a device are also those of its interfaces, as on its page in Nautobot.
    """
    found = []
    for row in sorted(load("object_changes"), key=lambda row: row["time"], reverse=True):
        made = {"record": _record(row), "user": row["user_name"], "action": _DONE[row["action"]]}
        day, model = row["time"][:10], by_id("content_types")[row["changed_object_type"]["id"]]["model"]
        if (since and day < since) or (until and day > until) or kind not in (None, _KINDS[model]):
            continue
        if record and made["record"] != record and not made["record"].startswith(f"{record} "):
            continue
        if action in (None, made["action"]) and user in (None, made["user"]):
            found.append(made)
    return found


def day_of(record: str, action: str) -> str:
    """Return the day on which something was first done to a record."""
    rows = [row for row in load("object_changes") if row["object_repr"] == record and _DONE[row["action"]] == action]
    return min(str(row["time"]) for row in rows)[:10]
