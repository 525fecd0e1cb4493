"""What is told of free blocks, in sentences."""

from collections.abc import Sequence

from tools.amounts import readable
from tools.asking import number_of
from tools.free_blocks import Found, largest, share

_SINGLY = 3  # blocks up to here are told of one by one


def summary(found: Sequence[Found], length: int | None, label: str) -> str:
    """Return what is free, in a sentence or two; of many blocks all together."""
    if len(found) <= _SINGLY:
        several = len({one.namespace for one in found}) > 1
        return " ".join(_told(one, length, several) for one in found)
    free, whole = sum(one.free.addresses for one in found), sum(one.space for one in found)
    kind = "containers" if found[0].whole.places else "prefixes"
    where = f"the {len(found)} {kind} of {label}"
    if length is None:
        blocks = number_of(sum(one.count for one in found), "free block", "free blocks")
        return f"{amount(free, whole, ' addresses are free in ')}{where}: {blocks}."
    first = next((one for one in found if one.count), None)
    if first is None:
        return f"No /{length} fits in {where}."
    told = f"{sum(one.count for one in found):,} /{length} fit in {where}"
    return f"{told}; the next free one is {first.rows[0][0]} in {where_of(first, several=False)}."


def _told(found: Found, length: int | None, several: bool) -> str:
    where = where_of(found, several)
    free, whole = found.free.addresses, found.space
    if not free:
        return f"{where} is full: no address of it is free. {_held(found)}"
    if length is None:
        blocks = number_of(found.count, "free block", "free blocks")
        told = f"{where} has {amount(free, whole, ' addresses free, in ')}{blocks}; the largest is {_largest(found)}."
    elif length == found.whole.network.max_prefixlen:
        told = f"The next free address in {where} is {found.rows[0][4]}{amount(free, whole, ' are free', '; ')}."
    else:
        fit = f"{found.count:,} {'fits' if found.count == 1 else 'fit'}"
        told = f"The next free /{length} in {where} is {found.rows[0][0]}; {fit}." if found.count else ""
        told = told or f"No /{length} fits in {where}."
        told += f"{amount(free, whole, ' addresses are free.', ' ')} The largest free block is {_largest(found)}."
    return f"{told} {_held(found)}"


def _largest(found: Found) -> str:
    part = share(found.free)
    return largest(found.free) + ("" if part in (None, 100.0) else f", {part:g} % of what is free")


def where_of(found: Found, several: bool) -> str:
    """Return where a block is, in words; with its namespace where there are several."""
    space = f" (namespace {found.namespace})" if several and found.namespace else ""
    return f"{found.whole.network}{f' at {found.whole.places}' if found.whole.places else ''}{space}"


def _held(found: Found) -> str:
    kind = f"is a {found.kind}" if found.kind else "is itself not recorded"
    held = f"{number_of(found.prefixes, 'prefix', 'prefixes')} and {number_of(found.addresses, 'address', 'addresses')}"
    return f"{found.whole.network} {kind} and holds {held}."


def notes(found: Sequence[Found]) -> list[str]:
    """Return what a reader must know of the blocks that are listed."""
    told = [
        f"The first {len(one.rows):,} of {one.count:,} free blocks are listed."
        for one in found
        if one.count > len(one.rows)
    ]
    if containers := sum(one.containers for one in found):
        inside = number_of(containers, "container", "containers")
        told.append(f"The space of the {inside} inside counts as taken: look in one of them for what is free there.")
    return told


def amount(free: int, whole: int, after: str, before: str = "") -> str:
    """Return "246 of 254" with the words around it; nothing where digits would be lost, as mostly in IPv6."""
    said = f"{readable(free)} of {readable(whole)}"
    return "" if "e" in said else f"{before}{said}{after}"
