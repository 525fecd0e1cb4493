"""Words that stand in the cells of the rows before: "only the MPLS ones" of circuits, where a column has that word."""

import re

from chainlit_app.offline.conversation import Result
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.refine import Refined

_NOT_SAID = frozenset(["description", "detail", "comments", "what changed", "note"])  # prose: any word may stand there


def by_value(done: Refined, result: Result, names: Gazetteer) -> None:
    """Add a condition for each word that nothing else knows and that cells of one column alone have.

    The cells are those of the rows that were shown; the condition is for every row.
    """
    found = facts(done.rest, names)
    for word in dict.fromkeys([*found.unknown, *found.held, *found.strange]):
        said = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE)
        columns = [
            name
            for at, name in enumerate(result.columns)
            if name not in _NOT_SAID and any(at < len(row) and said.search(row[at]) for row in result.rows)
        ]
        if len(columns) == 1 and re.search(r"[a-z]{2}", word, re.IGNORECASE):
            whole = next((cell for cell in result.column(columns[0]) if cell.lower() == word.lower()), "")
            done.where(columns[0], "equals" if whole else "contains", whole or word)
            done.rest = said.sub(" ", done.rest)
