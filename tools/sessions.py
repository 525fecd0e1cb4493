"""Names of results for clients that give none: r1, r2 and so on, of each session on its own. Pure."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from tools.models import Earlier, ToolAnswer
from tools.results import SCHEME

_MOST = 10_000  # names of a session; far more than there is room for results


class Sessions:
    """Which results each session has had."""

    def __init__(self) -> None:
        self._names: WeakKeyDictionary[object, dict[str, Earlier]] = WeakKeyDictionary()
        self._count: WeakKeyDictionary[object, int] = WeakKeyDictionary()

    def earlier(self, session: object) -> Mapping[str, Earlier]:
        """Return the results of a session by their names."""
        return self._names.get(session, {})

    def address(self, session: object, written: str) -> str:
        """Return the address of a result where one of the session's names stands in it: sextant://results/r2.csv."""
        key, dot, kind = written.removeprefix(SCHEME).partition(".")
        known = self.earlier(session).get(key) if written.startswith(SCHEME) else None
        return f"{known.uri}{dot}{kind}" if known else written

    def named(self, session: object, answer: ToolAnswer, arguments: Mapping[str, Any]) -> ToolAnswer:
        """Return an answer with the name that its rows have from now on; one without rows gets none."""
        if not answer.total or answer.result_uri is None:
            return answer
        names = self._names.setdefault(session, {})
        number = self._count[session] = self._count.get(session, 0) + 1
        names[f"r{number}"] = Earlier(uri=answer.result_uri, tool=answer.tool, arguments=dict(arguments))
        names.pop(f"r{number - _MOST}", None)
        return answer.model_copy(update={"result": f"r{number}"})
