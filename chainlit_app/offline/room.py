"""Free space: "the next free /24 in ...", "how many /26 fit into ...", "free addresses in ..."."""

import re
from dataclasses import replace

from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.listing import expanded
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Reading

_MOST = 4  # places that are looked at, each with an answer of its own
_ADDRESSES = re.compile(
    r"\b(?:ips?|address(?:es)?|hosts?)\b(?!\s+(?:space|range|block|pool|subnet|network|prefix)\w*)", re.IGNORECASE
)
_EVERYWHERE = "all locations"


def bits(prefix: str) -> int:
    """Return the length of a single address of a prefix's family."""
    return 128 if ":" in prefix else 32


def room(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    """Read a question for free blocks; where none is named to look in, that is asked."""
    free_length = bool(found.lengths) and found.texts.get("act:taken", "").lower() == "free"
    strong = "next" in found.room or free_length
    targets = tuple(target for target in reading.targets if "/" in target)
    if not (strong or found.room and targets) or len(targets) < len(reading.targets):
        return None
    if reading.devices or set(reading.topics) - {"prefixes", "locations"}:
        return None
    filters = reading.filters
    if filters.length is None and _ADDRESSES.search(found.text):
        if not targets:
            return Reading("ask", reason="free_address", places=reading.places)
        filters = replace(filters, length=bits(targets[0]))
    wanted = reading.but(
        job="free", topics=("prefixes",), filters=filters, order="", top=None, counting=False, limit=found.top
    )
    if targets:
        return wanted
    if not reading.places and found.whole:
        return wanted.but(places=(_EVERYWHERE,))
    wanted = expanded(wanted, names)
    nowhere = not wanted.places or len(wanted.places) > _MOST
    return wanted.but(job="ask", reason="free_where") if nowhere else wanted
