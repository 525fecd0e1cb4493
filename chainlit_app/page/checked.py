"""What stands under an answer: where its data come from, and what the check of its facts found. Pure."""

from collections.abc import Sequence
from typing import Any

from chainlit_app.page import words
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
        "text": check_said(check),
        "tone": "quiet" if is_fine(check) else "warning",
        "facts": _listed(check.facts),
    }


def is_fine(check: Checked) -> bool:
    """Say whether a reader may rest: everything was looked up and found, and nothing had to be taken out."""
    return not check.sourceless and not check.removed and check.found == len(check.facts)


def check_said(check: Checked) -> str:
    """Return a check in one line: "14 of 14 facts found in the sources"."""
    total, missing = len(check.facts), len(check.facts) - check.found
    said: list[str] = []
    if check.sourceless:
        said.append("Not checked against data: nothing was looked up for this.")
    elif total:
        facts = f"{check.found:,} of {total:,} {'fact' if total == 1 else 'facts'} found"
        said.append(f"{facts}, {missing:,} not" if missing else f"{facts} in the sources")
    if check.corrected:
        said.append(f"{_counted(check.corrected, 'citation')} corrected")
    if check.removed:
        said.append(f"{_counted(len(check.removed), 'citation')} of no source removed")
    return " · ".join(said)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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
