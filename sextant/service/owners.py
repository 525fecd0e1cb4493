"""Whose result is whose: rows that one principal was given are nobody else's, whoever knows their id. Pure."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from chainlit_app.turn import Source
from tools.models import Earlier, ToolAnswer

SCHEME = "sextant://results/"
_MOST = 20_000  # results, each with its arguments; the tool server has room for about as many


class Owners:
    """The results that each principal was given, the oldest forgotten first."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, tuple[str, Earlier]] = OrderedDict()

    def note(self, who: str, answer: ToolAnswer, arguments: Mapping[str, Any]) -> str | None:
        """Keep to whom an answer's rows were given; return the id of the result, None where it has no rows."""
        if answer.result_uri is None or not answer.total:
            return None
        id = answer.result_uri.removeprefix(SCHEME)
        self._given[id] = who, Earlier(uri=answer.result_uri, tool=answer.tool, arguments=dict(arguments))
        if len(self._given) > _MOST:
            self._given.popitem(last=False)
        return id

    def note_sources(self, who: str, sources: Iterable[Source]) -> None:
        """Keep to whom the sources of an answer were given."""
        for source in sources:
            self.note(who, source.answer, source.call.arguments or {})

    def find(self, who: str, id: str) -> Earlier | None:
        """Return a principal's own result; None where there is none of theirs."""
        owner, earlier = self._given.get(id, ("", None))
        return earlier if owner == who else None
