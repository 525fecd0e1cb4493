"""Whether the sources could tell a number at all. Pure."""

from collections.abc import Sequence

from chainlit_app.check.binding import Placed
from chainlit_app.check.claims import Count
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.scopes import Filters, is_about, narrowed


def decidable(count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence) -> bool:
    """Say whether the sources could tell: how many branches there are is not to be seen where no type is."""
    if not evidence.indexes:
        return True
    if count.nouns == {"point"} and not any(index.counts == "point" for index in evidence.indexes):
        return False
    filters = [group for group in filters if not is_type_alone(group, evidence)]
    known = [index for index in evidence.indexes if all(_heard(group, index, evidence) for group in filters)]
    if filters and not known and all(member.known for group in filters for member in group.members):
        return False
    if count.factor and cited:
        asked = [index for index in evidence.indexes if index.number in cited]
        return any(is_about(column.name, count) or _tells_rates(index) for index in asked for column in index.columns)
    if not count.narrow or count.beside or count.number.percent:
        return True
    asked = [index for index in evidence.indexes if not cited or index.number in cited]
    return any(narrowed(index, word) or index.holds(word) or not index.rows for index in asked for word in count.narrow)


def _tells_rates(index: SourceIndex) -> bool:
    """Say whether changes of a rate are among those that a source tells."""
    return index.counts == "change" and index.holds("commit rate kbps")


def is_type_alone(group: Placed[Mention], evidence: Evidence) -> bool:
    """Say whether a group only says what kind of place is spoken of, of which the sources say nothing."""
    types = all(member.kind == "location type" for member in group.members)
    return types and not any(evidence.mask(index, one) for index in evidence.indexes for one in group.members)


def _heard(group: Placed[Mention], index: SourceIndex, evidence: Evidence) -> bool:
    return any(evidence.mask(index, member) or member.key in index.everywhere for member in group.members)
