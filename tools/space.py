"""Address space as arithmetic: how large, how much of it used. Pure, exact for IPv6 as well.

The rule is Nautobot's own (`Prefix.get_utilization`): a container is used by the prefixes in it, a pool by its
addresses, a network by both. Of an IPv4 network of /30 or larger the network and broadcast addresses do not count as
space, unless one of them is used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_interface, ip_network

Network = IPv4Network | IPv6Network
Span = tuple[int, int]  # first and last address


@dataclass(frozen=True)
class Space:
    """A prefix and what is in it."""

    network: Network
    type: str  # "container", "network" or "pool"
    children: Sequence[Network] = ()
    addresses: Sequence[int] = field(default=(), repr=False)

    @property
    def span(self) -> Span:
        return span(self.network)

    @property
    def used(self) -> list[Span]:
        """The parts of the prefix that are used."""
        spans: list[Span] = []
        if self.type != "pool":
            spans += [span(child) for child in self.children]
        if self.type != "container":
            spans += [(address, address) for address in self.addresses]
        return merged(spans)

    @property
    def reserved(self) -> list[Span]:
        """The network and broadcast address where they are no space for hosts."""
        first, last = self.span
        if self.type != "network" or self.network.version != 4 or last - first < 2:
            return []
        ends = [(first, first), (last, last)]
        return [] if common(ends, self.used) else ends


@dataclass(frozen=True)
class Usage:
    """How many addresses there are, and how many of them are used."""

    addresses: int
    used: int

    @property
    def free(self) -> int:
        return self.addresses - self.used

    @property
    def used_percent(self) -> float | None:
        """To two decimals; None where there is no space."""
        return round(100 * self.used / self.addresses, 2) if self.addresses else None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.addresses + other.addresses, self.used + other.used)


def usage(spaces: Sequence[Space]) -> Usage:
    """Return the use of prefixes of one namespace and family together: what overlaps counts once.

    Of one prefix alone it is exactly what Nautobot shows for it.
    """
    whole = merged([space.span for space in spaces])
    used = merged([part for space in spaces for part in space.used])
    reserved = merged([part for space in spaces for part in space.reserved])
    unusable = size(reserved) - size(common(reserved, used))
    return Usage(size(whole) - unusable, size(used))


def span(network: Network) -> Span:
    """Return the first and last address of a network."""
    return int(network.network_address), int(network.broadcast_address)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same addresses as spans that neither overlap nor touch, in order."""
    out: list[Span] = []
    for first, last in sorted(spans):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return out


def common(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return the addresses that are in both."""
    left, right = merged(some), merged(others)
    out: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            out.append((first, last))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return out


def size(spans: Iterable[Span]) -> int:
    """Return how many addresses separate spans hold."""
    return sum(last - first + 1 for first, last in spans)


def host(address: str) -> int:
    """Return an address, with or without a prefix length, as a number."""
    return int(ip_interface(address).ip)


def network(written: str) -> Network:
    """Return a prefix as Nautobot writes it."""
    return ip_network(written, strict=False)


def target(written: str) -> Network | None:
    """Return what a person wrote as an address or prefix; None where it is neither.

    An address with a length ("10.0.11.5/24") is that address: only a prefix has no host bits.
    """
    text = written.strip().removesuffix(".")
    try:
        if "/" not in text:
            return ip_network(ip_address(text))
        interface = ip_interface(text)
    except ValueError:
        return None
    return interface.network if interface.ip == interface.network.network_address else ip_network(interface.ip)
