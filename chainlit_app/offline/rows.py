"""A question about the rows before: "which of them ...", "sort them by ...", "how many per ...?"; nothing is read again."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chainlit_app.offline.columns import PERCENT, columns_of
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, left, section
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Reading, declined
from chainlit_app.offline.refine import Refined, named, own_nouns, refined
from chainlit_app.offline.values import by_value

_ALLOWED = frozenset(
    [
        "refers",
        "leads",
        "acts:count",
        "acts:detail",
        "acts:find",
        "acts:analyze",
        "groups",
        "pick",
        "held:how",
        "held:each",
    ]
)
_FIGURES = frozenset(["analyze_prefixes_dataframe", "count_records"])
_NEVER = frozenset(["what_about", "and"])  # "what about voice?" asks anew


def rows(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Return how a question goes on from the rows of `results`; None where it does not.

    `past`: every result of the conversation.
    """
    results = _ungrouped(text, results, past)
    usable = [
        one
        for one in results
        if one.outcome == "found" and one.rows and one.name and one.call.name != "export_prefixes_to_csv"
    ]
    # Rows that others were picked from are not what is gone on from.
    usable = [one for one in usable if one.call.name == "get_rows"] or usable
    whole = facts(text, names)
    if (
        not usable
        or _NEVER & set(whole.leads)
        and not ("them" in whole.refers and every(text, section("rows", "points"))[1])
        or whole.refused
        and {"action", "opinion"} & {kind for kind, _ in whole.refused}
    ):
        return None
    read = [(one, _one(text, one, past, names)) for one in usable]
    fitting = [(one, done) for one, done in read if isinstance(done, Refined)]
    if not fitting and (behind := _behind(usable, past)):
        # "Any of them not active?" after their models: of the rows that were counted.
        read = [(one, _one(text, one, past, names)) for one in behind]
        fitting = [(one, done) for one, done in read if isinstance(done, Refined)]
    if not fitting and "up_or_down" in whole.flags and "them" in whole.refers and not (whole.topics or whole.places):
        return declined("live", "up or down")
    if not fitting:
        return next((done for _, done in read if isinstance(done, Reading)), None)
    spec = fitting[0][1].spec
    if before.job != "rows" and spec.get("figures") == [{"figure": "count"}] and "group_by" not in spec:
        return None  # the same question once more says how many there are
    if (every_ := _of_each(before, fitting[0][0], spec)) is not None:
        return every_
    same = tuple(one.name for one, done in fitting if done.spec == spec)
    steps = None if "either" in spec else _steps(before, spec)
    return Reading("rows", spec=spec, results=same, base=ground(before), steps=steps, live_state=fitting[0][1].live)


def _behind(results: Sequence[Result], past: Sequence[Result]) -> list[Result]:
    """Return the rows that were counted or of which some columns were shown; nothing where it is neither."""
    names = {one.call.arguments["result"] for one in results if one.call.name == "get_rows" and one.call.arguments.keys() & {"group_by", "columns", "figures"}}  # fmt: skip
    return [one for one in past if one.name in names and one.rows]


def _of_each(before: Reading, result: Result, spec: Mapping[str, Any]) -> Reading | None:
    """Read "the top 5" of figures that have fewer rows as of the prefixes behind them."""
    top = spec.get("top") or 0
    if before.job != "analyze" or "prefix" in before.groups or result.total >= top or set(spec) - {"top", "sort_by"}:
        return None
    return before.but(groups=("prefix",), order="fullest", top=top)


def _ungrouped(text: str, results: Sequence[Result], past: Sequence[Result]) -> Sequence[Result]:
    """Return the rows that were counted in place of their counts, where other groups are asked for."""
    if not every(text, section("rows", "again_by"))[1]:
        return results
    names = [one.call.arguments.get("result") if "group_by" in one.call.arguments else one.name for one in results]
    return [one for one in past if one.name in names] or results


def ground(before: Reading) -> Reading:
    """Return the reading that read the rows which a question goes on from."""
    return before.base if before.job in ("rows", "file") and before.base else before


def _steps(before: Reading, spec: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return all that was done to the rows that were read; None where that is more than one step."""
    if before.job != "rows":
        return spec
    if before.steps is None or set(before.steps) - {"where"}:
        return None
    return {
        **before.steps,
        **spec,
        **({"where": [*before.steps["where"], *spec.get("where", ())]} if before.steps else {}),
    }


def _one(text: str, result: Result, past: Sequence[Result], names: Gazetteer) -> Refined | Reading | None:
    columns = columns_of(result, past)
    done = refined(text, columns, names)
    _ranked(done, text, result)
    done.steps = result.call.name == "get_rows"
    done.rest = every(done.rest, section("rows", "filling"))[0]
    by_value(done, result, names)
    rest, whole = facts(done.rest, names), facts(text, names)
    points = _points(text, whole)
    done.them = "them" in whole.refers
    used = named(done, rest, names)
    # "That" and "by role" go back only where nothing else is named: "switches that have ...", "routers per country".
    weak = ("it" in whole.refers or done.idioms) and not (rest.topics or rest.weak or used or rest.device_roles)
    lead = bool({"only", "instead"} & set(whole.leads)) and not rest.places
    pointing = "them" in whole.refers or lead or points or weak
    if done.strange == "not":
        return Reading("ask", reason="which_not") if pointing else None
    if done.strange:
        listed = ", ".join(columns)
        return Reading("ask", reason="no_column", words=(done.strange, listed)) if pointing else None
    if not pointing or not done.spec or _says_more(done, rest, used):
        return None
    # Groups of figures are no groups of records: address use by role is another analysis.
    figures = result.call.name in _FIGURES or "group_by" in result.call.arguments
    anew = figures and not done.told and "group_by" in done.spec and "figures" not in done.spec
    return None if anew else done


def _points(text: str, whole: Facts) -> bool:
    """Return whether the wording goes back to rows; "what is in X?" does not, "which are in X?" does."""
    subject = whole.targets or whole.places or whole.devices or whole.strange
    rules = ("points",) if subject else ("points", "points_what")
    return any(every(text, section("rows", rule))[1] for rule in rules)


def _ranked(done: Refined, text: str, result: Result) -> None:
    """Rank figures that are in no order of their own: their "top 3" are the fullest, or those with most."""
    if "top" not in done.spec or "sort_by" in done.spec or result.call.arguments.keys() & {"sort_by", "first"}:
        return
    name = next((name for name in (PERCENT, "count") if name in done.columns), "")
    if name and re.search(r"\btop\b", text, re.IGNORECASE):
        done.spec["sort_by"] = f"-{name}"


def _says_more(done: Refined, rest: Facts, used: set[str]) -> bool:
    nouns = own_nouns(done.columns)
    return bool(left(rest, {*_ALLOWED, *used, *nouns}) or rest.refused or rest.whole)
