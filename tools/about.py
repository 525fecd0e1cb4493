"""What the tools report about themselves: the names that a question may use."""

import asyncio

from tools.asking import Ask, Nautobot
from tools.errors import NotAllowed
from tools.models import LocationName, Names
from tools.organisation import NONE, Organisation


async def names(nautobot: Nautobot, organisation: Organisation = NONE) -> Names:
    """Return every name that a question may use; empty lists where the token may not see any. Raise a `SourceError`."""

    async def read() -> Names:
        ask = Ask(nautobot, organisation=organisation)
        tree, found = await asyncio.gather(
            ask.tree(),
            asyncio.gather(
                _names(ask, "roles", "dcim.device"),
                _names(ask, "roles", "ipam.prefix"),
                _names(ask, "statuses", "dcim.device", "ipam.prefix", "circuits.circuit", "dcim.location"),
                _names(ask, "namespaces"),
                _names(ask, "providers"),
                _names(ask, "device_names"),
            ),
        )
        device_roles, prefix_roles, statuses, namespaces, providers, devices = found
        return Names(
            mode=ask.lookups[0].mode,
            locations=[
                LocationName(
                    name=place.name,
                    type=place.type,
                    path=[above.name for above in tree.path(place)],
                    city=place.city,
                    description=place.description,
                    also=organisation.other_names(place.name),
                )
                for place in tree.by_id.values()
            ],
            location_types=tree.types,
            device_roles=device_roles,
            prefix_roles=prefix_roles,
            statuses=statuses,
            namespaces=namespaces,
            providers=providers,
            devices=devices,
        )

    return await nautobot.answering(None, read)


async def _names(ask: Ask, query: str, *content_types: str) -> list[str]:
    try:
        # One read for each type: Nautobot takes several as "all of these", not "any".
        reads = await asyncio.gather(*(ask.lookup(query, content_types=list(only)) for only in _each(content_types)))
    except NotAllowed:
        return []
    return sorted({row["name"] for rows in reads for row in rows if row["name"]})  # a device may have no name


def _each(content_types: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [(one,) for one in content_types] or [()]
