"""What stands under an answer: where its data come from, and what the check of its facts found. Pure."""

from collections.abc import Sequence
from typing import Any

from chainlit_app import words
from chainlit_app.page.marks import NOT_FOUND
from chainlit_app.turn import Checked, Fact, TurnEnded, Verdict

_VERDICTS: dict[Verdict, str] = {
    "found": "Found",
    "elsewhere": "Found in another source than the one cited; the chip was corrected",
    "derived": "Follows from the rows",
    "not_found": NOT_FOUND,
}


def footer_props(ended: TurnEnded, seconds: float, key: str) -> dict[str, Any]:
    """Return the properties of the element AnswerFooter."""
    return {"key_": key, "line": words.footer(ended, seconds), "check": check_props(ended.check)}


def check_props(check: Checked | None) -> dict[str, Any] | None:
    """Return what a check found, as the page tells it; None where there was nothing to check."""
    if check is None or not (check.facts or check.removed or check.sourceless):
        return None
    return {
        "text": words.check_said(check),
        "tone": "quiet" if is_fine(check) else "warning",
        "facts": _listed(check.facts),
    }


def is_fine(check: Checked) -> bool:
    """Say whether a reader may rest: everything was looked up and found, and nothing had to be taken out."""
    return not check.sourceless and not check.removed and check.found == len(check.facts)


def _listed(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Return the facts for the list, those that were not found first; what is said twice stands there once."""
    rows: dict[tuple[object, ...], dict[str, Any]] = {}
    order = sorted(range(len(facts)), key=lambda i: facts[i].verdict != "not_found")
    for number in order:
        fact = facts[number]
        row = rows.setdefault(
            (fact.text, fact.kind, fact.verdict, fact.source, fact.where),
            {
                "text": fact.text,
                "kind": fact.kind,
                "verdict": fact.verdict,
                "said": _VERDICTS[fact.verdict],
                "where": fact.where,
                "source": fact.source,
                "places": [],
            },
        )
        row["places"].append(number)
    return list(rows.values())
