"""Small address spaces, and how to count in them slowly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from hypothesis import strategies as st

from tools.ipam.numbers import Networks, Version, family, hosts, networks, numbers
from tools.ipam.use import Use, use

Network = IPv4Network | IPv6Network
BASE: dict[Version, int] = {4: int(ip_address("10.0.0.0")), 6: int(ip_address("2001:db8::"))}
ROOM = 256  # addresses; few enough to name each


@dataclass(frozen=True)
class Space:
    """Prefixes of one namespace and family, with what is in them."""

    version: Version
    types: dict[str, str]
    addresses: list[str] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)

    @property
    def nets(self) -> list[Network]:
        return [ip_network(one) for one in self.types]

    @property
    def networks(self) -> Networks:
        return networks(list(self.types), self.version)

    @property
    def use(self) -> Use:
        first, last = zip(*self.ranges, strict=True) if self.ranges else ((), ())
        ranges = (numbers(first, self.version), numbers(last, self.version))
        return use(self.networks, list(self.types.values()), hosts(self.addresses, self.version), ranges)

    def in_order(self, column: Sequence[int]) -> list[int]:
        """Return a column of `networks` in the order of `types`."""
        out = [0] * len(self.types)
        for at, value in zip(self.networks.at.tolist(), column, strict=True):
            out[at] = int(value)
        return out


Figures = list[tuple[str, int, int]]


def figures(said: Mapping[str, Any], version: Version) -> tuple[Figures, Figures]:
    """Return what we and what Nautobot count in a namespace, as scripts/nautobot_use.py wrote it: prefix, used, addresses."""
    mine = [one for one in said["prefixes"] if family(one[0]) == version]
    ranges = [
        (int(ip_address(first)), int(ip_address(last))) for first, last in said["ranges"] if family(first) == version
    ]
    space = Space(version, {one[0]: one[1] for one in mine}, said["addresses"], ranges)
    use = space.use
    ours = list(zip(space.types, space.in_order(use.used), space.in_order(use.addresses), strict=True))
    return ours, [(one[0], one[2], one[3]) for one in mine]


def each(net: Network) -> set[int]:
    """Return every address of a prefix."""
    return set(range(int(net[0]), int(net[-1]) + 1))


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    """Draw a few prefixes of one /24 (or its like in IPv6), addresses and ranges: nested, full, empty, at the ends."""
    version: Version = draw(st.sampled_from([4, 6]))
    bits = 32 if version == 4 else 128
    base = BASE[version]
    types: dict[str, str] = {}
    for _ in range(draw(st.integers(0, 10))):
        length = draw(st.integers(bits - 8, bits))
        first = base + (draw(st.integers(0, ROOM - 1)) >> (bits - length) << (bits - length))
        types[str(ip_network((first, length)))] = draw(st.sampled_from(["container", "network", "pool"]))
    at = st.integers(0, ROOM - 1)
    addresses = [str(ip_address(base + one)) for one in draw(st.lists(at, max_size=10))]
    starts = draw(st.lists(st.tuples(at, st.integers(0, 20)), max_size=3))
    ranges = [(base + start, base + min(start + more, ROOM - 1)) for start, more in starts]
    return Space(version, types, addresses, ranges)
