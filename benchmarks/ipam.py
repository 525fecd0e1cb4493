"""What address space costs: parents, use and free blocks of many prefixes, beside loops over netaddr and ipaddress.

    python benchmarks/ipam.py [PREFIXES] [ADDRESSES]

All read the same text and must find the same. The loops are written as one would: sorted, the prefix around each by a
stack, its addresses by bisection, then Nautobot's own way with sets (netaddr), or sums and gaps (ipaddress). They get a
tenth, for they take long. Times are of the processor, of the fastest of some rounds.
"""

import ipaddress
import os
import resource
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import netaddr
import numpy as np

from tools.ipam.free import free
from tools.ipam.numbers import Version, hosts, networks
from tools.ipam.overlaps import across, duplicates, nested
from tools.ipam.use import use

Figures = tuple[int, int, int]  # prefixes with one around them, used addresses, free blocks of containers
VERSIONS: tuple[Version, Version] = (4, 6)


def written(prefixes: int, addresses: int) -> tuple[list[str], list[Any], list[str]]:
    """Return prefixes, their types and addresses: /26 networks with gaps in /16 containers, a tenth of all IPv6."""
    fourth = prefixes * 9 // 10
    nets = [f"{ipaddress.IPv4Address((10 << 24) + 64 * (at * 5 // 4))}/26" for at in range(fourth)]
    nets += [f"2001:db8:{at >> 16:x}:{at & 65535:x}::/64" for at in range(prefixes - fourth)]
    last = 64 * (fourth * 5 // 4)
    above = [f"{ipaddress.IPv4Address((10 << 24) + (at << 16))}/16" for at in range((last >> 16) + 1)]
    above += [f"2001:db8:{at:x}::/48" for at in range((prefixes - fourth >> 16) + 1)]
    held = []
    for at in range(addresses * 9 // 10):
        net, host = at % fourth, at // fourth + 1
        held.append(str(ipaddress.IPv4Address((10 << 24) + 64 * (net * 5 // 4) + host)))
    sixth = prefixes - fourth
    for at in range(addresses - len(held)):
        net = at % sixth
        held.append(f"2001:db8:{net >> 16:x}:{net & 65535:x}::{at // sixth + 1:x}")
    return [*nets, *above], ["network"] * len(nets) + ["container"] * len(above), held


def ours(prefixes: list[str], types: list[Any], held: list[str]) -> Figures:
    """Return the figures by tools/ipam."""
    parents = used = blocks = 0
    for version in VERSIONS:
        found = networks(prefixes, version)
        up = found.parents
        parents += int((up >= 0).sum())
        used += int(use(found, types, hosts(held, version)).used.sum())
        first, last = found.first, found.last
        for at in np.flatnonzero(np.array(types)[found.at] == "container").tolist():
            below = up == at
            blocks += len(free(version, first[at], last[at], (first[below], last[below])).blocks())
    return parents, used, blocks


def overlaps(prefixes: list[str]) -> int:
    """Return how many pairs tools/ipam finds that overlap: one in the other, the same twice, across namespaces."""
    spaces = ["one", "other"] * (len(prefixes) // 2 + 1)
    return sum(
        len(nested(found)[0]) + len(duplicates(found)) + len(across(found, spaces)[0])
        for found in (networks(prefixes, version) for version in VERSIONS)
    )


def by_netaddr(prefixes: list[str], types: list[Any], held: list[str]) -> Figures:
    """Return the figures by netaddr."""
    nets = sorted(zip(map(netaddr.IPNetwork, prefixes), types, strict=True))
    addresses = sorted(set(map(netaddr.IPAddress, held)))
    values = {version: [int(one) for one in addresses if one.version == version] for version in VERSIONS}
    up = around([(net.version, net.first, net.last) for net, _ in nets])
    used = blocks = 0
    for (net, kind), children in zip(nets, below(up, [net for net, _ in nets]), strict=True):
        inside = netaddr.IPSet(children)
        if kind == "container":
            used += inside.size
            blocks += len(list((netaddr.IPSet([net]) - inside).iter_cidrs()))
        else:
            own = values[net.version]
            here = own[bisect_left(own, net.first) : bisect_right(own, net.last)]
            used += (inside | netaddr.IPSet(netaddr.IPAddress(one, net.version) for one in here)).size
    return sum(at >= 0 for at in up), used, blocks


def by_ipaddress(prefixes: list[str], types: list[Any], held: list[str]) -> Figures:
    """Return the figures by the standard library."""
    nets: list[Any] = [(ipaddress.ip_network(one), kind) for one, kind in zip(prefixes, types, strict=True)]
    nets.sort(key=lambda one: (one[0].version, one[0]))
    addresses = set(map(ipaddress.ip_address, held))
    values = {version: sorted(int(one) for one in addresses if one.version == version) for version in VERSIONS}
    up = around([(net.version, int(net[0]), int(net[-1])) for net, _ in nets])
    used = blocks = 0
    for (net, kind), children in zip(nets, below(up, [net for net, _ in nets]), strict=True):
        used += sum(child.num_addresses for child in children)
        if kind == "container":
            blocks += sum(1 for _ in gaps(net, children))
        else:
            own = values[net.version]
            here = own[bisect_left(own, int(net[0])) : bisect_right(own, int(net[-1]))]
            taken = [(int(child[0]), int(child[-1])) for child in children]
            used += sum(not any(first <= one <= last for first, last in taken) for one in here)
    return sum(at >= 0 for at in up), used, blocks


def gaps(net: Any, children: Iterable[Any]) -> Iterable[Any]:
    """Yield the free blocks of a network, of children in their order that do not overlap."""
    kind, at, end = type(net[0]), int(net[0]), int(net[-1])
    for child in children:
        if at < int(child[0]):
            yield from ipaddress.summarize_address_range(kind(at), kind(int(child[0]) - 1))
        at = int(child[-1]) + 1
    if at <= end:
        yield from ipaddress.summarize_address_range(kind(at), kind(end))


def around(nets: Sequence[tuple[int, int, int]]) -> list[int]:
    """Return for each of sorted networks (family, first, last) where the smallest one around it is; -1: nowhere."""
    up, open_ = [], list[int]()
    for at, (version, first, _) in enumerate(nets):
        while open_ and (nets[open_[-1]][0] != version or nets[open_[-1]][2] < first):
            open_.pop()
        up.append(open_[-1] if open_ else -1)
        open_.append(at)
    return up


def below(up: Sequence[int], nets: Sequence[Any]) -> list[list[Any]]:
    """Return for each network those that lie directly in it."""
    out: list[list[Any]] = [[] for _ in up]
    for at, above in enumerate(up):
        if above >= 0:
            out[above].append(nets[at])
    return out


def fastest(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the seconds of the processor that the fastest round took, and what it found."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        found = work()
        took.append(time.process_time() - began)
    return min(took), found


def main(prefixes: int = 100_000, addresses: int = 500_000) -> None:
    """Print the tables."""
    print(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    whole, part = written(prefixes, addresses), written(prefixes // 10, addresses // 10)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    all_, _ = fastest(lambda: ours(*whole), 5)
    apart, _ = fastest(lambda: overlaps(whole[0]), 5)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{len(whole[0]):,} prefixes, {len(whole[2]):,} addresses: {all_:.2f} s, overlaps {apart:.2f} s, +{more:.0f} MB\n"
    )
    mine, wanted = fastest(lambda: ours(*part), 10)
    print(f"| {len(part[0]):,} prefixes, {len(part[2]):,} addresses | seconds | times |\n| --- | --- | --- |")
    print(f"| tools/ipam | {mine:.3f} | 1 |")
    for name, loop in (("ipaddress", by_ipaddress), ("netaddr", by_netaddr)):
        took, found = fastest(lambda loop=loop: loop(*part), 3)  # type: ignore[misc]
        if found != wanted:
            sys.exit(f"{name} finds {found}, tools/ipam {wanted}")
        print(f"| {name} | {took:.3f} | {took / mine:.0f} |")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
