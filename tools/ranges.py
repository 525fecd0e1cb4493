"""IP address ranges: spans of addresses inside one prefix, which Nautobot has from 3.2 on.

Nautobot's rules (nautobot/ipam/models.py, 3.2): a range marked "fully utilized" is used as a whole, in the prefix that
is its parent (`Prefix.get_utilization`); in an exclusive one no address may be made, so none there is free
(`Prefix.get_available_ips`). A range that is neither says only what its addresses are for.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.asking import Ask, Row, number_of
from tools.errors import NotAllowed, NotServed
from tools.space import Network, host

Ends = tuple[str, str]  # first and last address

RANGE_PAGE = "/ipam/ip-address-ranges/{id}/"
_UNSEEN = "The token may not read IP address ranges: those that count as used are not counted."


async def ranges(ask: Ask, namespace: str | None = None) -> Sequence[Row]:
    """Return all ranges, or those of a namespace; none where this Nautobot is of a time before there were any.

    Where the token may not view them there are none either, and the answer says so.
    """
    try:
        return await ask.rows("ip_address_ranges", namespace=[namespace] if namespace else None)
    except NotServed as error:
        if error.root != "ip_address_ranges":  # a slip in a query file of the user's
            raise
        return []
    except NotAllowed:
        ask.notes.append(_UNSEEN)
        return []


def used(rows: Iterable[Row], prefixes: Iterable[Row]) -> dict[str, list[Ends]]:
    """Return of each namespace the ranges that count as used in one of the prefixes."""
    marked = [row for row in rows if row.get("count_as_utilized")]
    known = {row["id"] for row in prefixes} if marked else ()
    return _spans(row for row in marked if _parent(row) in known)


def taken(rows: Iterable[Row]) -> dict[str, list[Ends]]:
    """Return of each namespace the ranges whose addresses are not free: those that count as used, and exclusive ones."""
    return _spans(row for row in rows if row.get("count_as_utilized") or row.get("is_exclusive"))


def parents(rows: Iterable[Row]) -> set[str]:
    """Return the ids of the prefixes that ranges, or addresses, are in."""
    return {parent for row in rows if (parent := _parent(row))}


def touching(rows: Iterable[Row], wanted: Network) -> list[dict[str, Any]]:
    """Return the ranges that share addresses with a prefix, in order, as rows to be shown among addresses."""
    first, last = int(wanted.network_address), int(wanted.broadcast_address)
    found = [
        (start, row)
        for row in rows
        if (":" in row["start_host"]) is (wanted.version == 6)
        and (start := host(row["start_host"])) <= last
        and host(row["end_host"]) >= first
    ]
    return [_shown(row) for _, row in sorted(found, key=lambda one: one[0])]


def told_of(shown: Sequence[Mapping[str, Any]], is_address: bool) -> str:
    """Return a sentence on such rows, after others; nothing where there are none."""
    if not shown:
        return ""
    if is_address:
        marks = ", ".join(mark for mark in (shown[0].get("name"), shown[0]["figures"]) if mark)
        return f" It is in the range {shown[0]['address']}{f' ({marks})' if marks else ''}."
    start = "the first " if shown[1:] else ""
    return f" {number_of(len(shown), 'IP address range', 'IP address ranges')} there, {start}{shown[0]['address']}."


def _shown(row: Row) -> dict[str, Any]:
    marks = ["used as a whole"] * bool(row.get("count_as_utilized")) + ["exclusive"] * bool(row.get("is_exclusive"))
    said = " ".join(filter(None, (row.get("name"), row.get("description"))))
    span = f"{row['start_host']}-{row['end_host']}"
    return {**row, "address": span, "type": "RANGE", "figures": ", ".join(marks) or None, "description": said}


def _parent(row: Row) -> str | None:
    return (row.get("parent") or {}).get("id")


def _spans(rows: Iterable[Row]) -> dict[str, list[Ends]]:
    found: dict[str, list[Ends]] = {}
    for row in rows:
        if parent := row.get("parent"):  # none where the token may not view it
            space = (parent.get("namespace") or {}).get("name") or ""
            found.setdefault(space, []).append((row["start_host"], row["end_host"]))
    return found
