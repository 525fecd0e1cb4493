"""Address space as it is recorded: the prefixes and addresses of any namespaces, in both families, and their figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from tools.ipam.figures import Usage
from tools.ipam.free import Free, free
from tools.ipam.numbers import (
    BITS,
    Networks,
    Numbers,
    Positions,
    Version,
    address,
    family,
    hosts,
    networks,
    numbers,
    of_family,
)
from tools.ipam.spans import Spans, union
from tools.ipam.together import Kinds, Members, together
from tools.ipam.use import Use, use

Ends = tuple[str, str]  # the first and last address of a range


@dataclass(frozen=True)
class Part:
    """The prefixes of one namespace and family, and its addresses."""

    found: Networks
    kinds: Kinds  # in the order of `found`
    hosts: Numbers
    ranges: Spans  # that are used as a whole

    @cached_property
    def use(self) -> Use:
        return use(self.found, self.kinds, self.hosts, self.ranges)

    def inside(self, first: int, last: int, length: int) -> Positions:
        """Return the prefixes that lie in a block and are longer than it, as positions in `found`."""
        start = int(np.searchsorted(self.found.first, first))
        end = int(np.searchsorted(self.found.first, last, side="right"))
        within = np.arange(start, end)
        return within[self.found.length[start:end] > length]

    def held(self, first: int, last: int) -> Numbers:
        """Return the addresses in a block."""
        return self.hosts[np.searchsorted(self.hosts, first) : np.searchsorted(self.hosts, last, side="right")]

    def free(self, first: int, last: int, length: int, also: Sequence[tuple[int, int]] = ()) -> Free:
        """Return what no prefix, address or range takes of a block; nor anything of `also`, first and last addresses.

        Of an IPv4 network that is recorded as one the network and broadcast address are no hosts, and not free either.
        """
        version = self.found.version
        inner, there = self.inside(first, last, length), self.held(first, last)
        taken: list[Spans] = [(self.found.first[inner], self.found.last[inner]), (there, there), self.ranges]
        if version == 4 and last - first > 1 and self.kind(first, length) == "network":
            also = [*also, (first, first), (last, last)]
        taken.append((numbers([one[0] for one in also], version), numbers([one[1] for one in also], version)))
        return free(version, first, last, union(*taken))

    def kind(self, first: int, length: int) -> str | None:
        """Return the type of the prefix that a block is; None where it is not recorded."""
        at = self.position(first, length)
        return None if at is None else str(self.kinds[at])

    def position(self, first: int, length: int) -> int | None:
        """Return where in `found` a prefix is; None where it is not recorded."""
        start = int(np.searchsorted(self.found.first, first))
        end = int(np.searchsorted(self.found.first, first, side="right"))
        at = start + int(np.searchsorted(self.found.length[start:end], length))
        return at if at < end and self.found.length[at] == length else None


class AddressSpace:
    """Prefixes, each with its type and namespace, and the addresses of each namespace."""

    def __init__(
        self,
        prefixes: Sequence[str],
        types: Sequence[str],
        namespaces: Sequence[str],
        addresses: Mapping[str, Sequence[str]],
        ranges: Mapping[str, Sequence[Ends]] = MappingProxyType({}),
    ) -> None:
        """Read the prefixes, the addresses, and the ranges that are used as a whole, which do not overlap.

        Raise `ValueError` for what is no prefix or address.
        """
        self._position = np.full(len(prefixes), -1, dtype=np.int64)  # in its part
        kinds = np.array([kind.lower() for kind in types], dtype="U9")
        positions: dict[tuple[str, Version], list[int]] = {}
        for at, (written, namespace) in enumerate(zip(prefixes, namespaces, strict=True)):
            positions.setdefault((namespace, family(written)), []).append(at)
        held = {(name, version): of_family(own, version) for name, own in addresses.items() for version in BITS}
        whole = {(name, version): _spans(own, version) for name, own in ranges.items() for version in BITS}
        filled = [key for key, own in held.items() if own] + [key for key, own in whole.items() if len(own[0])]
        for key in filled:
            positions.setdefault(key, [])
        self.parts: dict[tuple[str, Version], Part] = {}
        for (namespace, version), given in positions.items():
            own = networks([prefixes[at] for at in given], version)
            at_all = np.array(given, dtype=np.int64)[own.at]
            found = Networks(version, own.first, own.length, at_all)
            self._position[at_all] = np.arange(len(found))
            there = hosts(held.get((namespace, version), ()), version)
            spans = whole.get((namespace, version), _spans((), version))
            self.parts[namespace, version] = Part(found, kinds[at_all], there, spans)

    def part(self, namespace: str, version: Version) -> Part:
        """Return what is recorded in a namespace and family, which may be nothing."""
        nothing = numbers([], version)
        lengths = np.zeros(0, dtype=np.int64)
        empty = Part(Networks(version, nothing, lengths, lengths), np.array([], "U9"), nothing, (nothing, nothing))
        return self.parts.get((namespace, version), empty)

    def use_of_each(self) -> list[Usage]:
        """Return the use of every prefix, in the order in which they were given, exactly as Nautobot counts it."""
        out = [Usage(0, 0)] * len(self._position)
        for part in self.parts.values():
            figures = zip(part.found.at.tolist(), part.use.addresses.tolist(), part.use.used.tolist(), strict=True)
            for at, addresses, used in figures:
                out[at] = Usage(addresses, used)
        return out

    def use_of_groups(self, prefixes: Iterable[int], groups: Iterable[int], count: int) -> list[Usage]:
        """Return the use of groups 0 to `count` - 1: positions of prefixes as they were given, and a group for each.

        Within a namespace every address counts once in a group; namespaces and families are added up.
        """
        at, group = np.fromiter(prefixes, dtype=np.int64), np.fromiter(groups, dtype=np.int64)
        home = np.zeros(len(self._position), dtype=np.int64)
        for number, part in enumerate(self.parts.values()):
            home[part.found.at] = number
        order = np.argsort(home[at], kind="stable")
        edges = np.searchsorted(home[at][order], np.arange(len(self.parts) + 1))
        totals = [np.zeros(count, dtype=object), np.zeros(count, dtype=object)]
        for number, part in enumerate(self.parts.values()):
            mine = order[edges[number] : edges[number + 1]]
            if len(mine):
                members = Members(self._position[at[mine]], group[mine])
                figures = together(part.found, part.kinds, part.use.reserved, part.hosts, part.ranges, members, count)
                totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        return [Usage(int(addresses), int(used)) for addresses, used in zip(*totals, strict=True)]


def _spans(ranges: Sequence[Ends], version: Version) -> Spans:
    own = [ends for ends in ranges if family(ends[0]) == version]
    return numbers([address(first) for first, _ in own], version), numbers([address(last) for _, last in own], version)
