"""Who uses an address, and what else that device has: the look-up first, then the interfaces of the device it names."""

from chainlit_app.offline.account import accounted
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import first, section
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.understand import understand


def owner(text: str, names: Gazetteer) -> Reading | None:
    """Read "who uses 10.1.2.3, and what else is on that device?"; None where it is another question."""
    found = first(text, section("owner", "device"))
    if not found:
        return None
    rest = facts(found[0], names)
    reading = understand(rest, names)
    hosts = [target for target in reading.targets if "/" not in target]
    if reading.job != "find" or len(hosts) != 1 or len(reading.targets) != 1:
        return None
    asked = accounted(rest, reading, names)
    return reading.but(of_found=True) if asked is reading else asked
