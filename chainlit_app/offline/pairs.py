"""Two tables beside each other: "which VLANs does one site have that the other lacks?", "which are in both?"."""

import re
from collections.abc import Sequence
from typing import Any

from chainlit_app.offline.columns import columns_of
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, first, left, section
from chainlit_app.offline.onwards import usable
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.rows import ground
from chainlit_app.offline.understand import places_of

_BESIDE = ("kind", "what", "standard", "have it", "differs")  # columns of a comparison that are no location
_PLACE = r"(?:the\s+)?[\w-]+(?:\s+[\w-]+){0,3}"


def pair(text: str, names: Gazetteer) -> Reading | None:
    """Read a question for what one place has and another lacks, or both have; two reads come first."""
    for rule, keep in (("lacks", "only_first"), ("common", "both")):
        found = first(text, section("pairs", rule), _PLACE)
        if not found:
            continue
        rest, match = found
        places = [_one_place(match[part], names) for part in ("first", "second")]
        wanted = facts(every(rest, section("pairs", "filling"))[0], names)
        topic = next((topic for topic in wanted.topics if topic in section("pairs", "key")), "")
        model = "models" in wanted.topics or "roles" in wanted.topics
        topic = topic or ("devices" if model else "")
        if not all(places) or not topic or left(wanted, {"topics", "leads", "refers"}):
            continue
        key = "role" if "roles" in wanted.topics else section("pairs", "key")[topic]
        base = Reading("records", topics=(topic,), places=tuple(places))
        return Reading("rows", base=base, spec={"key": key, "keep": keep})
    return None


def _one_place(written: str, names: Gazetteer) -> str:
    found = facts(written, names)
    places, _, kinds = places_of(found, names)
    inner = names.of_type(kinds[0], places) if len(kinds) == 1 and places else list(places)
    said = left(found, {"places", "types", "weak", "topics:locations", "refers:it"})
    return inner[0] if len(inner) == 1 and not said and names.type_of(inner[0]) else ""


def beside(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "which are in both?" after two tables of one kind."""
    rest, keeps = _kept(text)
    there = usable(results)
    if len(there) == 1 and "differs" in there[0].columns:
        return _lines(text, rest, keeps, before, there[0])
    if not keeps:
        return None
    rest = every(rest, [*section("pairs", "filling"), *section("rows", "filling")])[0]
    found = facts(rest, names)
    tools = {one.call.name for one in there}
    columns = columns_of(there[0], past) if there else ()
    topic = next((topic for topic in section("pairs", "key") if ground(before).topics == (topic,)), "")
    if left(found, {"refers", "leads", "topics"}):
        return None
    if len(there) != 2 or len(tools) != 1 or not topic or section("pairs", "key")[topic] not in columns:
        return Reading("ask", reason="which_two")
    spec = {"compare_with": there[1].name, "key": section("pairs", "key")[topic]}
    kept = {"keep": keeps[0]} if len(keeps) == 1 else {"keep": keeps}
    return Reading("rows", results=(there[0].name,), spec={**spec, **kept}, base=ground(before))


def _kept(text: str) -> tuple[str, list[str]]:
    """Return the text without which side of a comparison is meant, and that side, or both of them."""
    for rule, keeps in (
        ("not_both", ["only_first", "only_second"]),
        ("both", ["both"]),
        ("only_first", ["only_first"]),
        ("only_second", ["only_second"]),
    ):
        rest, number = every(text, section("pairs", rule))
        if number:
            return rest, keeps
    return text, []


def _lines(text: str, rest: str, keeps: list[str], before: Reading, result: Result) -> Reading | None:
    """Read "only the differences", "which are only in the first?" as lines of a comparison."""
    sides = [name for name in result.columns if name not in _BESIDE]
    spec: list[dict[str, Any]] = []
    for rule, value in (("differ", True), ("alike", False)):
        if every(text, section("pairs", rule))[1]:
            spec = [{"column": "differs", "is": "equals", "value": value}]
    if len(keeps) == 1 and len(sides) == 2:
        tests = {
            "only_first": ("greater", "equals"),
            "only_second": ("equals", "greater"),
            "both": ("greater", "greater"),
        }
        pairs = zip(sides, tests[keeps[0]], strict=True)
        spec = [{"column": side, "is": test, "value": 0} for side, test in pairs]
    left_over = re.sub(r"[\W_]+", "", every(rest, [*section("pairs", "filling"), *section("rows", "filling")])[0])
    if not spec or keeps and left_over:
        return Reading("ask", reason="which_two") if keeps else None
    steps = {"where": spec}
    return Reading("rows", results=(result.name,), spec=steps, base=ground(before), steps=steps)
