"""How one answer is judged, beside what is true. Each mark is empty where it is right, or says what is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chainlit_app.turn import Fact, Source, TurnEnded
from evals.invented import invented
from evals.questions import Expected, Question, Truth
from evals.rows import Compared, compare, plain
from evals.truth.network import by_id, place_ids

_CHIP = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"(?<![\w.:/])\d[\d,]*(?:\.\d+)?(?![\w/:]|\.\d)")
_DENIED = re.compile(
    r"\b(?:can(?:no|')?t|cannot|could not|do(?:es)? not|don't|no tool|not able|unable|won't|will not|only read|outside)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Call:
    """A call that was made."""

    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came of a question, as the chat shows it."""

    ended: TurnEnded
    calls: Sequence[Call] = ()
    sources: Sequence[Source] = ()  # of the conversation so far
    asked: Sequence[str] = ()  # the questions of the conversation so far
    seconds: float = 0.0

    @property
    def cited(self) -> list[Source]:
        """The sources that this turn brought, then those of earlier turns that its text cites."""
        new = {source.number for source in self.ended.sources}
        named = {int(number) for number in _CHIP.findall(self.ended.text)}
        return [*self.ended.sources, *(one for one in self.sources if one.number in named - new)]


@dataclass(frozen=True)
class Marks:
    """The marks of one answer."""

    tools: str = ""  # the right tools
    arguments: str = ""  # with the right arguments
    outcome: str = ""  # found, empty, unknown, ambiguous, refused: as it should be
    facts: str = ""  # each fact exact
    complete: str = ""  # no row lost, none too many
    cited: str = ""  # each fact carries a source, and the source has it
    invented: str = ""  # nothing that the sources lack

    @property
    def exact(self) -> bool:
        """Whether a reader gets the truth, whole and with its sources; whichever tools led there."""
        return not (self.outcome or self.facts or self.complete or self.cited or self.invented)

    @property
    def wrong(self) -> dict[str, str]:
        """The marks that are not right, and why."""
        return {name: why for name, why in vars(self).items() if why}


def judge(question: Question, answer: Answer) -> Marks:
    """Return the marks of an answer."""
    tools, arguments = _way(question.tools, answer.calls)
    facts, complete = _facts(question, answer)
    return Marks(
        tools,
        arguments,
        _outcome(question, answer),
        facts,
        complete,
        _cited(question, answer),
        invented(answer.ended, answer.cited, answer.asked, question.truth.says),
    )


def _outcome(question: Question, answer: Answer) -> str:
    wanted, ended = question.truth.outcome, answer.ended
    if ended.failed:
        return f"failed: {ended.outcome}"
    match wanted:
        case "refused":
            if answer.calls:
                return "called a tool instead of refusing"
            refused = ended.declined or ended.outcome == "ambiguous" or _DENIED.search(ended.text)
            return "" if refused else "did not refuse"
        case "asked":
            return "" if not answer.ended.sources and "?" in ended.text else "did not ask back"
        case "help":
            told = not ended.declined and not answer.calls and ended.outcome == "answered"
            return "" if told else "did not say what it can do"
        case "empty" if ended.outcome == "answered" and answer.ended.sources:
            # What was read on the way had rows; what came of it has none.
            return "" if not answer.ended.sources[-1].table.rows else "answered instead of empty"
        case _:
            return "" if ended.outcome == wanted else f"{ended.outcome} instead of {wanted}"


def _facts(question: Question, answer: Answer) -> tuple[str, str]:
    """Return what is wrong with the facts, and what is lost."""
    truth, text = question.truth, answer.ended.text
    wrong = [f"does not say {said}" for said in truth.says if not says(text, said)]
    wrong += [f"says {word!r}" for word in truth.never if word.lower() in text.lower()]
    wrong += [f"has no {name}" for name in truth.has if not (says(text, name) or _holds(answer.cited, name))]
    lost = []
    for table in truth.tables if truth.outcome == "answered" else ():
        found = best(answer.cited, table, truth.key)
        if found is None:
            lost.append(f"no source has any of the {len(table)} rows")
        else:
            wrong += [found.cells] if found.wrong else []
            lost += [found.rows] if found.rows else []
    lost += _parts(truth, answer)
    if truth.files and not any(kind in file for kind in truth.files for file in _files(answer)):
        wrong.append(f"no {' or '.join(truth.files)} file")
    return "; ".join(wrong), "; ".join(lost)


def _holds(sources: Sequence[Source], name: Any) -> bool:
    return any(says(str(cell), name) for source in sources for row in source.table.rows for cell in row)


def _parts(truth: Truth, answer: Answer) -> list[str]:
    """Return which rows no source has among others, and a number of rows that none has."""
    lost = []
    if truth.includes:
        found = best(answer.cited, truth.includes, list(truth.includes[0]), others=True)
        if found is None or found.lost:
            lost.append(f"no source has, among others, {', '.join(found.lost[:3] if found else ['any of the rows'])}")
    if truth.total and truth.total not in {len(source.table.rows) for source in answer.cited}:
        lost.append(f"no source has {truth.total} rows")
    return lost


def says(text: str, said: Any) -> bool:
    """Return whether a text states a figure, or a name; the digits of a name or a citation are no figure."""
    text = _CHIP.sub("", text)
    if isinstance(said, int | float) and not isinstance(said, bool):
        return plain(said) in {plain(float(number.replace(",", ""))) for number in _NUMBER.findall(text)}
    return re.search(rf"(?<![\w.]){re.escape(str(said))}(?![\w/]|\.\d)", text, re.IGNORECASE) is not None


def best(
    sources: Sequence[Source], true: Sequence[Mapping[str, Any]], key: Sequence[str], *, others: bool = False
) -> Compared | None:
    """Return how the source that fits best differs from true rows; several that each hold a part count as one.

    `others`: what a source has beside them does not matter.
    """
    found = [_compared([source], true, key) for source in sources if source.table.rows]
    if not found:
        return None
    if not any(one.same for one in found):
        parts = [
            source
            for source, one in zip((s for s in sources if s.table.rows), found, strict=True)
            if not one.extra and not one.wrong
        ]
        if len(parts) > 1:
            found.append(_compared(parts, true, key))
    return min(found, key=lambda one: len(one.lost) + (0 if others else len(one.extra) + len(one.wrong)))


def _compared(sources: Sequence[Source], true: Sequence[Mapping[str, Any]], key: Sequence[str]) -> Compared:
    """Compare the rows of sources; groups without any record may be told of or left out."""
    columns, rows = sources[0].table.columns, list[Sequence[Any]]()
    for source in sources:
        at = source.table.columns.index("count") if "count" in source.table.columns else None
        empty = "count" in true[0] and not any(row["count"] == 0 for row in true)
        rows += [row for row in source.table.rows if not (empty and at is not None and row[at] == 0)]
    if any(source.table.columns != columns for source in sources):
        columns = []
    found = compare(columns, list(dict.fromkeys(map(tuple, rows))), true, key)
    dropped = sum(source.answer.total - len(source.table.rows) for source in sources)
    return Compared([*found.lost, f"{dropped} rows of the source"], found.extra, found.wrong) if dropped else found


def _files(answer: Answer) -> list[str]:
    kinds = [source.answer.model_dump() for source in answer.ended.sources]
    return [f"{name} {value}" for kind in kinds for name, value in kind.items() if name.endswith("_uri") and value]


def _cited(question: Question, answer: Answer) -> str:
    ended = answer.ended
    if question.truth.outcome not in ("answered", "empty") or ended.failed:
        return ""
    check = ended.check
    if check is None:  # it ends with a question back
        return "" if answer.ended.sources and _CHIP.search(ended.text) else "nothing that could be checked"
    wrong = []
    if check.removed:
        wrong.append(f"cites sources that there are not: {', '.join(map(str, check.removed))}")
    if check.corrected:
        wrong.append(f"{check.corrected} facts cite another source than the one that has them")
    if check.sourceless or not answer.cited:
        wrong.append("speaks of data without a source")
    bare = [fact.text for fact in check.facts if fact.verdict != "not_found" and not _is_cited(check.text, fact)]
    if bare:
        wrong.append(f"without a source: {', '.join(dict.fromkeys(bare))}")
    return "; ".join(wrong)


def _is_cited(text: str, fact: Fact) -> bool:
    """Return whether the source of a fact is named in its paragraph or before; any source where none is its own."""
    end = text.find("\n\n", fact.start)
    named = _CHIP.findall(text[: end if end >= 0 else len(text)])
    return str(fact.source) in named if fact.source else bool(named)


def _way(ways: Sequence[Sequence[Expected]], calls: Sequence[Call]) -> tuple[str, str]:
    """Return what is wrong with the tools that were called, and with their arguments."""
    if not ways:
        return "", ""
    made = sorted({call.tool for call in calls})
    fitting = [way for way in ways if sorted({tool for tool, _ in way}) == made]
    if not fitting:
        wanted = " or ".join(" and ".join(sorted({tool for tool, _ in way})) or "no tool" for way in ways)
        return f"called {' and '.join(made) or 'nothing'}, not {wanted}", "not those of the right tools"
    if any(_same_calls(way, calls) for way in fitting):
        return "", ""
    told = "; ".join(f"{call.tool}({', '.join(f'{k}={v!r}' for k, v in call.arguments.items())})" for call in calls)
    return "", f"called {told}"


def _same_calls(way: Sequence[Expected], calls: Sequence[Call]) -> bool:
    return all(any(_same(call, one) for call in calls) for one in way) and all(
        any(_same(call, one) for one in way) for call in calls
    )


def _same(call: Call, expected: Expected) -> bool:
    tool, arguments = expected
    given = {name: value for name, value in call.arguments.items() if name != "limit" and value not in (None, "", [])}
    wanted = {name: value for name, value in arguments.items() if name != "*"}
    if call.tool != tool or not wanted.keys() <= given.keys():
        return False
    if "*" not in arguments and given.keys() - wanted.keys():
        return False
    return all(value == "*" or _meant(name, given[name]) == _meant(name, value) for name, value in wanted.items())


def _meant(name: str, value: Any) -> Any:
    """Return what an argument means: a site by its code or its city, a device in any case."""
    if isinstance(value, list):
        found = [_meant(name, one) for one in value]
        return found[0] if len(found) == 1 else sorted(found, key=str)
    if name in ("location", "inside") and isinstance(value, str):
        try:
            places = place_ids(value)
        except KeyError:
            return value.lower()
        return min(by_id("locations")[place]["name"] for place in places) if len(places) == 1 else sorted(places)
    return plain(value)
