"""When space runs out: not on record; what is, is offered in its place."""

from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import first, section
from chainlit_app.offline.reading import Reading, declined
from chainlit_app.offline.understand import places_of


def forecast(text: str, names: Gazetteer) -> Reading | None:
    """Read "when do we run out of space at X?" as what can be told of X; None where nothing is foretold."""
    asked = first(text, section("forecast", "said"))
    if not asked:
        return None
    found = facts(text, names)
    places, written, _ = places_of(found, names)
    blocks = tuple(target for target in found.targets if "/" in target)
    if blocks:
        shown = Reading("find", targets=blocks)
    elif places:
        shown = Reading("analyze", topics=("prefixes",), places=places, written=written)
    else:
        return declined("forecast")
    return Reading("ask", reason="forecast", places=places, proposal=shown)
