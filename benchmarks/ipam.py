"""What address space costs: use, free blocks and overlaps of many prefixes, beside loops over netaddr and ipaddress.

    python benchmarks/ipam.py [PREFIXES] [ADDRESSES]

The loops count what Nautobot's own `get_utilization` counts, each prefix by itself, once its children and addresses are
known; they are timed on a part and said per prefix. All read the same text in one process.
"""

import ipaddress
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import netaddr

from tools.ipam.free import free
from tools.ipam.numbers import Version, hosts, networks
from tools.ipam.overlaps import across, duplicates, nested
from tools.ipam.use import use

ROUNDS, PART = 5, 2_000


def written(prefixes: int, addresses: int) -> tuple[list[str], list[str], list[str]]:
    """Return prefixes, their types and addresses: /26 networks in /16 containers, a tenth of all IPv6."""
    fourth = prefixes * 9 // 10
    nets = [f"{ipaddress.IPv4Address((10 << 24) + 64 * at)}/26" for at in range(fourth)]
    nets += [f"2001:db8:{at >> 16:x}:{at & 65535:x}::/64" for at in range(prefixes - fourth)]
    above = [f"{ipaddress.IPv4Address((10 << 24) + (at << 16))}/16" for at in range(fourth * 64 // 65536 + 1)]
    above.append("2001:db8::/32")
    held = [str(ipaddress.IPv4Address((10 << 24) + at * 11 % (fourth * 64))) for at in range(addresses * 9 // 10)]
    sixth = prefixes - fourth
    for at in range(addresses - len(held)):
        net = at % sixth
        held.append(f"2001:db8:{net >> 16:x}:{net & 65535:x}::{at // sixth + 1:x}")
    return [*nets, *above], ["network"] * len(nets) + ["container"] * len(above), held


def ours(prefixes: list[str], types: list[Any], held: list[str]) -> int:
    """Return the used addresses, having done all the rest as well."""
    used = 0
    versions: tuple[Version, Version] = (4, 6)
    for version in versions:
        found = networks(prefixes, version)
        used += int(use(found, types, hosts(held, version)).used.sum())
        nested(found), duplicates(found), across(found, ["Global"] * len(prefixes))
        whole = 32 if version == 4 else 128
        below = found.part(found.length > found.length.min())
        free(version, 0, (1 << whole) - 1, (below.first, below.last)).blocks()
    return used


def by_netaddr(prefixes: list[str], held: dict[str, list[str]]) -> int:
    """Return the used addresses, as Nautobot counts them."""
    return sum(int(netaddr.IPSet(held.get(one, [])).size) for one in prefixes if netaddr.IPNetwork(one).size)


def by_ipaddress(prefixes: list[str], held: dict[str, list[str]]) -> int:
    """Return the used addresses, with the standard library."""
    used = 0
    for one in prefixes:
        net = ipaddress.ip_network(one)
        used += len({address for text in held.get(one, []) if (address := ipaddress.ip_address(text)) in net})
    return used


def fastest(work: Callable[[], int], rounds: int = ROUNDS) -> float:
    """Return the seconds of the fastest round."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def main(prefixes: int = 100_000, addresses: int = 500_000) -> None:
    """Print the table."""
    texts, types, held = written(prefixes, addresses)
    part = texts[:PART]
    # The loops are spared the search for what lies where; of ours it is the main part.
    inside: dict[str, list[str]] = {}
    for address in held:
        if ":" not in address:
            key = f"{ipaddress.IPv4Address(int(ipaddress.IPv4Address(address)) & ~63)}/26"
            inside.setdefault(key, []).append(address)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mine = fastest(lambda: ours(texts, types, held))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{len(texts):,} prefixes, {len(held):,} addresses\n")
    print("| | a prefix | all | times |\n| --- | --- | --- | --- |")
    print(f"| Sextant: use, free blocks, overlaps | {mine / len(texts) * 1e6:.1f} us | {mine:.2f} s, +{more:.0f} MB | 1 |")
    for name, loop in (("netaddr: use", by_netaddr), ("ipaddress: use", by_ipaddress)):
        each = fastest(lambda loop=loop: loop(part, inside), 3) / len(part)  # type: ignore[misc]
        print(f"| {name} | {each * 1e6:.1f} us | {each * len(texts):.1f} s | {each / (mine / len(texts)):.0f} |")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
