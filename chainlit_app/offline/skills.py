"""The abilities beyond listing, each with a way to say it of its own: asked in turn whether a question is theirs."""

from chainlit_app.offline.changes import changed
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.problems import problems
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.side_by_side import compared
from chainlit_app.offline.supposed import fragmented, left_by_place, racks, supposed

DONE = ("problems", "compare", "changes", "racks", "free", "rows")
_SKILLS = (changed, compared, problems, supposed, racks, left_by_place, fragmented)


def skilled(text: str, names: Gazetteer) -> Reading | None:
    """Return how a question is understood that is for one of these abilities; None where it is for none."""
    found = [reading for skill in _SKILLS if (reading := skill(text, names))]
    return next((reading for reading in found if reading.job in DONE), found[0] if found else None)
