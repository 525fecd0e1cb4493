"""Nautobot's filters on prefixes and addresses.

Nautobot compares the bytes of addresses without a look at the family, and so does this.
"""

import ipaddress
import re
from collections.abc import Callable

from tools.demo_filters import Fault, Filter, Test
from tools.demo_records import Records, Row

Span = tuple[bytes, bytes, int]  # first address, last address, prefix length


def _span(value: str) -> Span:
    network = ipaddress.ip_network(value.strip(), strict=False)
    return network.network_address.packed, network.broadcast_address.packed, network.prefixlen


def networks(compare: Callable[[Row, Span], bool]) -> Filter:
    """Prefixes that compare with any of the values; one value that is no network and none does."""

    def filter_(_: Records, wanted: list[str]) -> Test:
        try:
            spans = [_span(value) for value in wanted]
        except ValueError:
            return lambda row: False
        return lambda row: any(compare(row, span) for span in spans)

    return filter_


def equals(row: Row, span: Span) -> bool:
    """Whether a prefix is the span."""
    return (row["_first"], row["_last"], row["prefix_length"]) == span


def within(row: Row, span: Span) -> bool:
    """Whether a prefix lies inside the span."""
    return bool(row["_first"] >= span[0] and row["_last"] <= span[1] and row["prefix_length"] > span[2])


def within_or_equal(row: Row, span: Span) -> bool:
    """Whether a prefix lies inside the span or is it."""
    return bool(row["_first"] >= span[0] and row["_last"] <= span[1] and row["prefix_length"] >= span[2])


def _covers(row: Row, span: Span) -> bool:
    return bool(row["_first"] <= span[0] and row["_last"] >= span[1] and row["prefix_length"] <= span[2])


def within_any(_: Records, wanted: list[str]) -> Test:
    """Addresses inside any of the prefixes; a value that is no network is a failure."""
    spans = [_network_or_fail(value) for value in wanted]
    return lambda row: any(span[0] <= row["_host"] <= span[1] for span in spans)


def covering(_: Records, wanted: list[str]) -> Test:
    """Prefixes that cover any of the addresses or prefixes."""
    whole = networks(_covers)(_, [value for value in wanted if "/" in value])
    single = [value for value in wanted if "/" not in value]
    hosts = []
    for value in single:
        try:
            hosts.append(ipaddress.ip_address(value.strip()).packed)
        except ValueError:
            continue
    everything = bool(single) and not hosts  # Nautobot's answer to nothing but nonsense is every prefix
    return lambda row: everything or whole(row) or any(row["_first"] <= host <= row["_last"] for host in hosts)


def addressed(_: Records, wanted: list[str]) -> Test:
    """Addresses with any of the values; where one has a length, with that as well."""
    spans = [(value, _network_or_fail(value)) for value in wanted]
    bare = {ipaddress.ip_address(value.strip()).packed for value, _ in spans if "/" not in value}
    masked = [ipaddress.ip_interface(value.strip()) for value, _ in spans if "/" in value]
    # Any host with any length of the list, as Nautobot asks its database.
    hosts, lengths = {one.ip.packed for one in masked}, {one.network.prefixlen for one in masked}
    return lambda row: row["_host"] in bare or (row["_host"] in hosts and row["mask_length"] in lengths)


def _network_or_fail(value: str) -> Span:
    try:
        return _span(value)
    except ValueError:
        raise Fault(f"invalid IPNetwork {value}") from None


def searched(*texts: str, inside_only: bool = False) -> Filter:
    """What Nautobot's `q` finds: the words in a text, or the beginning of an address such as 10.0.11."""

    def filter_(_: Records, value: str) -> Test:
        word = value.strip()
        spans = _meant(word)

        def test(row: Row) -> bool:
            if any(word.lower() in row.get(text, "").lower() for text in texts):
                return True
            if inside_only:
                return any(span[0] <= row["_host"] <= span[1] for span in spans)
            return any(_inside(row, span) or _covers(row, span) for span in spans)

        return test if word else lambda row: True

    return filter_


def _inside(row: Row, span: Span) -> bool:
    return bool(row["_first"] >= span[0] and row["_last"] <= span[1])


def _meant(word: str) -> list[Span]:
    if word.isdigit() and int(word) < 256:  # may begin either family
        return [_beginning(word), _beginning(_as_six(word))]
    return [_beginning(_as_six(word.split("/", maxsplit=1)[0]))]


_HEXTET = re.compile(r"[a-f0-9]{4}|0?[a-f0-9]{3}|0{0,2}[a-f0-9]{2}|0{0,3}[a-f0-9]")


def _as_six(word: str) -> str:
    """The word with the colons that make it the beginning of an IPv6 address, where it looks like one."""
    if word.endswith(":"):
        return word if word.endswith("::") else word + ":"
    if ":" in word:
        return word if "::" in word else word + ":"
    return word + "::" if _HEXTET.fullmatch(word) or (word.isdigit() and int(word) > 255) else word


def _beginning(word: str) -> Span:
    """The network that the beginning of an address means: 10.10 is 10.10.0.0/16."""
    separator, size, bits, nothing = (":", 8, 16, "::/128") if ":" in word else (".", 4, 8, "0.0.0.0/32")
    parts = word.split(separator)
    if separator == ":" and parts[-1].isalnum():
        length = 128
    else:
        parts = [part for part in parts if part]
        length = bits * len(parts)
        parts += ["0"] * (size - len(parts))
    try:
        return _span(f"{separator.join(parts)}/{length}")
    except ValueError:
        return _span(nothing)
