"""Who uses an address, and what that device is or has: the look-up first, then the record or the interfaces of the device it names."""

import re

from chainlit_app.offline.account import accounted
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import first, section
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.understand import understand


def owner(text: str, names: Gazetteer) -> Reading | None:
    """Read "who uses 10.1.2.3, and what else is on that device?"; None where it is another question."""
    found = first(text, section("owner", "device"))
    rest = facts(found[0] if found else text, names)
    topics = () if found else _of_device(rest)
    reading = understand(rest, names)
    hosts = [target for target in reading.targets if "/" not in target]
    if not (found or topics) or reading.job != "find" or len(hosts) != 1 or len(reading.targets) != 1:
        return None
    asked = accounted(rest, reading, names)
    return reading.but(of_found=True, topics=topics) if asked is reading else asked


def _of_device(found: Facts) -> tuple[str, ...]:
    """Return whether something is asked that only the record of the device tells: "what model has 10.1.2.3?"."""
    said = {"models", "platforms", "racks"} & {*found.topics} or "maker" in found.acts
    serial = re.search(r"serial|rack|position|asset", found.texts.get("act:detail", ""), re.IGNORECASE)
    return ("device",) if said or serial else ()
