"""Ask a Nautobot how full prefixes are, by its own count: what tools/ipam/use.py must agree with.

    python3 scripts/nautobot_use.py OUT.json [--awkward 2000] [--keep NAME]
    python3 scripts/nautobot_use.py --remove NAME

Run it with that Nautobot's own Python and NAUTOBOT_CONFIG (its API does not tell utilisation). It writes what it counts
for every prefix that is there, and for awkward ones that it makes by chance (the same ones in each run) in namespaces
of their own; those are undone before it ends, unless they are to be kept to be read over HTTP, and then removed.
"""

import argparse
import json
import random
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

Network = IPv4Network | IPv6Network
SPACES = (("10.64.0.0/22", 32), ("192.0.2.0/24", 32), ("2001:db8::/118", 128), ("2001:db8:8000::/34", 66))
PER_NAMESPACE = 25


def main() -> None:
    """Write the counts to a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--awkward", type=int, default=2000, help="how many prefixes to make")
    parser.add_argument("--keep", metavar="NAME", help="keep what is made, in namespaces that begin with this name")
    parser.add_argument("--remove", metavar="NAME", help="remove what was kept")
    given = parser.parse_args()
    import nautobot

    nautobot.setup()
    from django.db import transaction
    from nautobot.ipam.models import Namespace

    if given.remove:
        remove(given.remove)
        return
    if given.out is None:
        parser.error("say where to write")
    there = [counted(namespace) for namespace in Namespace.objects.order_by("name")]
    with transaction.atomic():
        made = awkward(given.awkward, given.keep or "awkward")
        transaction.set_rollback(not given.keep)
    told = {"nautobot": nautobot.__version__, "there": [one for one in there if one["prefixes"]], "awkward": made}
    given.out.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


def counted(namespace: Any) -> dict[str, Any]:
    """Return a namespace's prefixes with Nautobot's figures, its addresses and its ranges that count as used."""
    from nautobot.ipam import models

    prefixes = models.Prefix.objects.filter(namespace=namespace).order_by("network", "prefix_length")
    addresses = models.IPAddress.objects.filter(parent__namespace=namespace).order_by("host")
    ranges = []
    if hasattr(models, "IPAddressRange"):  # since 3.2
        found = models.IPAddressRange.objects.filter(parent__namespace=namespace, count_as_utilized=True)
        ranges = [[str(one.start_host), str(one.end_host)] for one in found]
    return {
        "namespace": namespace.name,
        "prefixes": [[str(one.prefix), one.type, *(int(n) for n in one.get_utilization())] for one in prefixes],
        "addresses": [str(host) for host in addresses.values_list("host", flat=True)],
        "ranges": ranges,
    }


def remove(name: str) -> None:
    """Remove the namespaces that begin with a name, and all that is in them."""
    from nautobot.ipam import models

    made = models.Namespace.objects.filter(name__startswith=f"{name} ")
    if hasattr(models, "IPAddressRange"):
        models.IPAddressRange.objects.filter(parent__namespace__in=made).delete()
    models.IPAddress.objects.filter(parent__namespace__in=made).delete()
    for prefix in models.Prefix.objects.filter(namespace__in=made).order_by("-prefix_length"):
        prefix.delete()
    made.delete()


def awkward(wanted: int, name: str) -> list[dict[str, Any]]:
    """Return the same of namespaces that are made for it."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.extras.models import Status
    from nautobot.ipam import models

    chance = random.Random(7)
    status = Status.objects.get(name="Active")
    if hasattr(models, "IPAddressRange"):
        status.content_types.add(ContentType.objects.get_for_model(models.IPAddressRange))
    out, made = [], 0
    while made < wanted:
        namespace = models.Namespace.objects.create(name=f"{name} {len(out)}")
        written, longest = chance.choice(SPACES)
        space = ip_network(written)
        nets = {space} | {block(chance, space, longest) for _ in range(min(PER_NAMESPACE, wanted - made) - 1)}
        for net in sorted(nets, key=lambda one: one.prefixlen):
            kind = chance.choice(("container", "network", "network", "pool"))
            models.Prefix.objects.create(prefix=str(net), namespace=namespace, type=kind, status=status)
        for address in {one for net in nets for one in inside(chance, net)}:
            models.IPAddress.objects.create(
                address=f"{address}/{address.max_prefixlen}", namespace=namespace, status=status
            )
        if hasattr(models, "IPAddressRange"):
            ranged(chance, namespace, nets, status)
        out.append(counted(namespace))
        made += len(nets)
    return out


def block(chance: random.Random, space: Network, longest: int) -> Network:
    """Return a block of the space, often a small one."""
    length = max(chance.randint(space.prefixlen, longest), chance.randint(space.prefixlen, longest))
    first = int(space[0]) + (chance.randrange(1 << (length - space.prefixlen)) << (space.max_prefixlen - length))
    return ip_network((first, length))


def inside(chance: random.Random, net: Network) -> list[Any]:
    """Return some addresses of a block: its ends more often than chance would have it."""
    first, last = int(net[0]), int(net[-1])
    picks = [chance.randint(first, last) for _ in range(chance.randint(0, 3))]
    picks += [end for end in (first, last) if chance.random() < 0.15]
    return [ip_address(pick) if net.version == 4 else type(net[0])(pick) for pick in picks]


def ranged(chance: random.Random, namespace: Any, nets: set[Network], status: Any) -> None:
    """Make ranges in some blocks; not every one counts as used."""
    from django.core.exceptions import ValidationError
    from nautobot.ipam.models import IPAddressRange

    for net in sorted(nets):
        if chance.random() > 0.15:
            continue
        first = chance.randint(int(net[0]), int(net[-1]))
        last = min(first + chance.randint(0, 20), int(net[-1]))
        made = IPAddressRange(
            start_address=str(type(net[0])(first)),
            end_address=str(type(net[0])(last)),
            namespace=namespace,
            status=status,
            count_as_utilized=chance.random() < 0.7,
        )
        try:
            made.validated_save()
        except ValidationError:  # across two of the smaller blocks: Nautobot has no parent for it
            continue


if __name__ == "__main__":
    main()
