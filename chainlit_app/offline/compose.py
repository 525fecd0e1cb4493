"""The answer: figures first with their sources, a few rows, how the question was read, and what to ask next."""

import re
from collections.abc import Iterable, Sequence

from chainlit_app.detail import Detail
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.further import FURTHER
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.lexicon import table
from chainlit_app.offline.read_as import plain, read_as
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.suggestions import fill, slots, suggest
from chainlit_app.offline.told_rows import as_many, told_rows
from chainlit_app.offline.words import fold
from tools.amounts import readable

_FEW = 3  # rows that are told in words
_SOME = 5  # of those that a condition found
_ALL = 8  # rows: so few are told all
_MANY = 10  # where full answers are wanted
_LONGEST, _MOST_WORDS = 40, 8  # characters of a word that is repeated, words of a tag
_FIGURES = frozenset({"addresses", "used", "free", "count", "free addresses", "free blocks"})
_CELLS = 6
DEMO_NOTICE = "These are demo data."
_FREE_TEXT = frozenset(
    {"comments", "description", "notes", "local context data", "local config context data", "in full"}
)
# "For the devices of a place use get_devices_by_location." tells a model which tool to call next.
_FOR_MODELS = re.compile(r" [^.]* use [a-z]+(?:_[a-z]+)+\.$")
_TOLD = ("get_rows", "get_changes")
_NO_ROWS = ("export_prefixes_to_csv",)  # the summary says them
_RANKED = ("analyze", "count", *_TOLD)
_OF_ROWS = re.compile(r"\bthat\b|\bhow many per\b", re.IGNORECASE)  # such a question goes on from rows
_NO_ADDRESS = re.compile(
    r"\bis (?:no|not an?|neither an?) (?:valid )?(?:IP )?(?:prefix|address|network)\b", re.IGNORECASE
)
_ABSENT = re.compile(r" No row has .*$", re.DOTALL)
_NOT_SAID = ("found", "empty")


def answer(
    reading: Reading,
    rounds: Sequence[Sequence[Result]],
    names: Gazetteer,
    *,
    question: str,
    told: bool = False,
    detail: Detail = "normal",
) -> str:
    """Return the answer from what the tools found; `told`: that they are demo data was said before."""
    results = [result for one in rounds for result in one]
    # Rows that others were picked from are told by their figures only.
    last = rounds[-1] if rounds else ()
    picked = any(result.call.name == "get_rows" for result in last)
    said = [_told(r, detail if r in last or not picked else "short") for r in _worth(results, reading)]
    parts = [text for text in said if text]
    parts += [text for text in _remarks(reading, results, names) if not (told and text == DEMO_NOTICE)]
    if detail == "short":
        return "\n\n".join(parts)
    parts.append(f"Read as: {read_as(reading)}.")
    if more := [text for text in _next(reading, results, names) if text.strip("?") != question.strip("? ")][:2]:
        parts.append("Next: " + " · ".join(more))
    return "\n\n".join(parts)


def intro() -> str:
    """Return what the reader says of itself, where it is asked or where it cannot do something."""
    return str(table("wording")["intro"]["text"])


def _worth(results: Sequence[Result], reading: Reading) -> list[Result]:
    """Return the results to tell of: a look-up on the way only where it did not simply work."""
    on_the_way = {"get_device"} if reading.site_of else {"search_locations"} if reading.lookup else set()
    asked_again = {
        str(r.call.arguments.get("device"))
        for r in results
        if r.call.arguments.get("connected") and reading.filters.match
    }
    read_anew = any(r.outcome != "gone" for r in results)
    return [
        r for r in results
        if not (r.outcome == "gone" and read_anew)
        and not (r.call.name in on_the_way and r.outcome == "found" and len(results) > 1 and reading.lookup)
        and not (r.outcome == "empty" and r.call.arguments.get("match") == "uplink" and str(r.call.arguments.get("device")) in asked_again)
    ]  # fmt: skip


def _told(result: Result, detail: Detail) -> str:
    cite = f" [{result.source}]" if result.source else ""
    summary = _FOR_MODELS.sub("", result.summary) if result.outcome == "unknown" else result.summary
    if result.outcome == "found" and _of_many_values(result):
        summary = _ABSENT.sub("", summary)  # of the sites of a country most have no row
    text = plain(summary) or "The tool gave no answer."
    lines = [f"{text}{cite}"]
    if result.outcome in ("ambiguous", "unknown"):
        lines += _choices(result)
    elif result.outcome == "found":
        lines += _examples(result, cite, detail)
    elif result.outcome == "empty" and not result.summary:
        lines = [f"Nothing is recorded there.{cite}"]
    elif result.outcome not in _NOT_SAID:
        lines += [f"- {plain(name)}" for name, _ in result.candidates]
        lines.append(_step(result))
    lines += [f"Note: {plain(note)}{cite}" for note in result.notes]
    return _apart(line for line in lines if line)


def _of_many_values(result: Result) -> bool:
    conditions = result.call.arguments.get("where") or ()
    values = [one.get("value") for one in conditions if isinstance(one, dict)]
    return any(isinstance(value, list) and len(value) > _FEW for value in values)


def _apart(lines: Iterable[str]) -> str:
    """Return lines of text; a blank one after a list, so that what follows is not a part of its last item."""
    text = ""
    for line in lines:
        ends_list = text.rpartition("\n")[2].startswith("- ") and not line.startswith("- ")
        text += ("\n\n" if ends_list else "\n" if text else "") + line
    return text


def _choices(result: Result) -> list[str]:
    shown = [f"- {plain(name)}" + (f": {plain(detail)}" if detail else "") for name, detail in result.candidates]
    if not shown:
        return ["Check the spelling, or ask which sites there are."]
    return [
        *shown,
        "Which one do you mean?"
        if result.outcome == "ambiguous"
        else "Did you mean one of these? Name it and I look again.",
    ]


def _step(result: Result) -> str:
    """Return what to do next; nothing where the tool says it of a length, a date or a column itself."""
    if result.outcome == "invalid":
        return "Put it another way, for example with a full address." if _NO_ADDRESS.search(result.summary) else ""
    return {
        "not_allowed": "Ask whoever runs this chat for a token with the right to read it.",
        "unavailable": 'Try again in a moment; "sextant doctor" says what is reachable.',
    }.get(result.outcome, "Try another question; the log has the details.")


def _examples(result: Result, cite: str, detail: Detail) -> list[str]:
    """Tell a few rows in words: all of very few, the first of a ranking."""
    if not result.rows or result.call.name in _NO_ROWS or detail == "short":
        return []
    own = told_rows(result)
    if own is not None:
        return [f"{line}{cite}" for line in own]
    few = result.call.arguments.get("connected") or result.call.arguments.get("only") or result.call.name in _TOLD
    some = (_ALL if result.total <= _ALL else _SOME) if few else _FEW
    some = _MANY if detail == "full" else some
    if len(result.rows) > _FEW and some == _FEW and not result.call.name.startswith(_RANKED):
        return []
    kept = [i for i, name in enumerate(result.columns) if name.lower() not in _FREE_TEXT]
    lines = []
    for row in result.rows[:some]:
        cells = [(result.columns[i], row[i]) for i in kept if i < len(row) and row[i]]
        if cells and not row[0]:
            cells.insert(0, ("", f"without {result.columns[0]}"))
        if cells:
            first, rest = cells[0], cells[1:] if result.call.name == "get_device" else _foremost(cells[1:], result)
            told = ", ".join(_cell(name, value) for name, value in rest)
            lines.append(f"- {_head(first)}{': ' + told if told else ''}{cite}")
    if result.call.name == "count_records" and "fewer_than" not in result.call.arguments and len(result.rows) > some:
        order = "Fewest first:" if result.call.arguments.get("first") == "fewest" else "Most first:"
        return [order, *lines, *(f"{line}{cite}" for line in as_many(result, some))]
    return lines


def _foremost(cells: list[tuple[str, str]], result: Result) -> list[tuple[str, str]]:
    """Return the cells that are told: among them those that rows were picked or sorted by."""
    conditions = result.call.arguments.get("where") or ()
    asked = [str(one.get("column")) for one in conditions if isinstance(one, dict)]
    asked.append(str(result.call.arguments.get("sort_by") or "").removeprefix("-").replace("_", " "))
    told = sorted(cells, key=lambda cell: cell[0] not in asked)[: _CELLS - 1]
    return [cell for cell in cells if cell in told]


def _head(cell: tuple[str, str]) -> str:
    """Return the first cell of a row; a bare number with what it is."""
    name, value = cell
    bare = value.replace(".", "", 1).isdigit()
    return plain(f"{'VLAN' if name.lower() in ('vid', 'vlan') else name} {value}" if bare else value)


def _cell(name: str, value: str) -> str:
    if name == "name":
        return plain(value)
    if name.endswith(" percent"):
        return plain(f"{value} % {name.removesuffix(' percent')}")
    return (
        f"{plain(name)} {readable(int(value))}"
        if name in _FIGURES and value.isdigit()
        else f"{plain(name)} {plain(value)}"
    )


def _remarks(reading: Reading, results: Sequence[Result], names: Gazetteer) -> list[str]:
    remarks = []
    if reading.live_state:
        remarks.append(
            "Whether a port is up right now is not on record; the table says which are enabled and what is connected."
        )
    if reading.as_file and "format" not in reading.spec and any(r.outcome == "found" and r.total for r in results):
        remarks.append("All rows are in the CSV under this answer.")
    if (
        any(r.total > r.shown for r in results if r.outcome == "found")
        and "interfaces" in reading.topics
        and reading.of_found
    ):
        remarks.append("Interfaces are of the devices shown in the first table.")
    kinds = {r.data for r in results}
    if "fallback" in kinds:
        remarks.append("Nautobot did not answer: these are demo data.")
    elif "demo" in kinds:
        remarks.append(DEMO_NOTICE)
    if reading.job == "overview" and any(r.outcome == "found" for r in results):
        place = f"{names.at(*reading.places)} {plain(' and '.join(reading.places))}"
        remarks.append(f"What would you like to see {place}: prefixes, devices, VLANs, circuits or address use?")
    return remarks


def _next(reading: Reading, results: Sequence[Result], names: Gazetteer) -> list[str]:
    """Return next questions, the fitting ones first; none while a name is open."""
    if any(r.outcome == "ambiguous" for r in results) or reading.job == "overview":
        return []
    if any(r.outcome == "unknown" for r in results):
        return []
    topic = (
        reading.job
        if reading.job in ("analyze", "export", "count", "find", "free", *FURTHER)
        else (reading.topics[-1] if reading.topics else "count")
    )
    values: dict[str, str] = {}
    ground = reading.base if reading.job in ("rows", "file") and reading.base else reading
    known = [place for place in ground.places if place in names.locations]
    sites = [
        cell for r in results if r.call.name == "get_device" for cell in r.column("location") if cell in names.locations
    ]
    if known or sites:
        values["place"] = (known or sites)[0]
    if len(reading.targets) == 1:
        values["target"] = reading.targets[0]
    if len(reading.devices) == 1:
        values["device"] = reading.devices[0]
    offered = [reading.narrower] if reading.narrower else []
    templates = table("examples")["next"].get(topic, ())
    if "place" in values:
        templates = [text.replace(" at {place}", f" {names.at(values['place'])} {{place}}") for text in templates]
    offered += fill(list(templates), values)
    # Of the examples those that name no place: another one has nothing to do with the question.
    examples = [text for text in table("examples")["questions"]["all"] if "{" not in text]
    every = dict.fromkeys([*offered, *table("examples")["next_everywhere"].get(topic, ()), *examples])
    rows = any(r.outcome == "found" and r.rows for r in results)
    return [text for text in every if rows or not _OF_ROWS.search(text)]


def spoken(reading: Reading, names: Gazetteer, question: str, *, first: bool) -> str:
    """Return the words of an answer that needs no tool: talk, a question back, or why not.

    `first`: what the reader is was not said before.
    """
    if reading.job == "talk":
        text = str(table("wording")["talk"][reading.reason])
        if reading.reason in ("help", "about", "greet"):
            text += "\n\n" + _questions("", names, "For example:")
        return f"{intro()}\n\n{text}" if reading.reason == "about" or first and reading.reason != "thanks" else text
    section = "ask" if reading.job == "ask" else "declined"
    place = f" {names.at(*reading.places)} {' and '.join(reading.places)}" if reading.places else ""
    words = [plain(_as_written(word, question)) for word in reading.words]
    text = str(table("wording")[section][reading.reason]).format(
        words='", "'.join(words),
        first=words[0] if words else "",
        rest=", ".join(plain(word) for word in reading.words[1:]),
        place=plain(place),
        proposal=read_as(reading.proposal) if reading.proposal else "",
    )
    if section == "declined":
        text += "\n\n" + _questions(question, names, "I can answer, for example:")
    return f"{intro()}\n\n{text}" if first and section == "declined" else text


def _as_written(word: str, question: str) -> str:
    """Return a word as the question has it, with its accents; cut where it is too long to be repeated."""
    plainly = (part.strip(".,;:!?\"'()") for part in question.split())
    written = next((part for part in plainly if fold(part) == word), word)
    cut = [part if len(part) <= _LONGEST else f"{part[: _LONGEST - 1]}…" for part in written.split()]
    return " ".join(cut[:_MOST_WORDS]) + (" …" if len(cut) > _MOST_WORDS else "")


def _questions(question: str, names: Gazetteer, lead: str) -> str:
    return "\n".join([lead, *(f"- {text}" for text in suggest(question, names))])


__all__ = ["answer", "intro", "plain", "read_as", "slots", "spoken"]
