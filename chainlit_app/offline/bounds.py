"""Bounds of a number: "over 80 % full", "utilisation >= 80 %", "between 20 and 40 % used", "exhausted"."""

import re

from chainlit_app.offline.columns import NUMBERS, PERCENT, column
from chainlit_app.offline.idioms import first, section

_KBPS = {"k": 1, "m": 1_000, "g": 1_000_000}
_WORDS = (
    (re.compile(r"no\s+(?:less|fewer)|not\s+(?:less|fewer)|least|minimum|at\s+or\s+above|>=|≥", re.IGNORECASE), "at_least"),
    (re.compile(r"no\s+more|not\s+more|at\s+most|up\s+to|maximum|at\s+or\s+below|<=|≤", re.IGNORECASE), "at_most"),
    (re.compile(r"^(?:or|and)\s+(?:less|below|under|lower|fewer)", re.IGNORECASE), "at_most"),
    (re.compile(r"^(?:or\s|and\s|upward|plus|\+)", re.IGNORECASE), "at_least"),
    (re.compile(r"less|under|below|beneath|fewer|lower|smaller|emptier|slower|<", re.IGNORECASE), "less"),
)  # fmt: skip
_SHARE = re.compile(
    r"full|filled|fullness|fill\s+\w+|used|use|usage|in\s+use|utili[sz]\w+|occup\w+|taken|consumed|allocated|exhausted|capacity",
    re.IGNORECASE,
)
_FREE = re.compile(r"free|left|unused|available|empty", re.IGNORECASE)
_TURNED = {"less": "greater", "greater": "less", "at_least": "at_most", "at_most": "at_least"}
Bound = tuple[str, str, float | int]  # a column, how it compares, and with what


def bounds(text: str, columns: tuple[str, ...], words: str) -> tuple[str, list[Bound]]:
    """Return the text without the bounds that it names, and those of columns that there are."""
    for read in (_between, _full, _number):
        if found := read(text, columns, words):
            return found
    return text, []


def _number(text: str, columns: tuple[str, ...], words: str) -> tuple[str, list[Bound]] | None:
    found = first(text, section("rows", "number"), words)
    if not found:
        return None
    rest, match = found
    name, free = _measured(match, columns)
    if not name:
        return None
    said = match.groupdict()
    rate = _KBPS[(said.get("rate") or "k")[0].lower()]
    # "90 % full", without a word for more or less, is said of what is at least so full.
    test = _test(said.get("is") or said.get("sign") or "at least")
    return rest, [_bound(name, test, _figure(match["number"]) * rate, free=free)]


def _between(text: str, columns: tuple[str, ...], words: str) -> tuple[str, list[Bound]] | None:
    found = first(text, section("rows", "between"), words)
    if not found:
        return None
    rest, match = found
    name, free = _measured(match, columns)
    pairs = (("at_least", match["low"]), ("at_most", match["high"]))
    return (rest, [_bound(name, test, _figure(number), free=free) for test, number in pairs]) if name else None


def _full(text: str, columns: tuple[str, ...], words: str) -> tuple[str, list[Bound]] | None:
    found = first(text, section("rows", "full"), words) if "free" in columns or PERCENT in columns else None
    if not found:
        return None
    return found[0], [(PERCENT, "at_least", 100) if PERCENT in columns else ("free", "at_most", 0)]


def _bound(name: str, test: str, number: float, *, free: bool) -> Bound:
    """Return a bound; of a share that is free that of the share which is used."""
    number, test = (100 - number, _TURNED[test]) if free else (number, test)
    return name, test, int(number) if float(number).is_integer() else round(number, 4)


def _figure(text: str) -> float:
    return float(text.replace(",", ""))


def _test(said: str) -> str:
    return next((test for pattern, test in _WORDS if pattern.search(said)), "greater")


def _measured(match: re.Match[str], columns: tuple[str, ...]) -> tuple[str, bool]:
    """Return the column that a number is of, and whether it is the share that is free instead of that which is used."""
    said = match.groupdict()
    unit, own = said.get("unit") or said.get("unit2") or "", said.get("col") or ""
    if said.get("rate"):
        name = column(own, columns)
        return name if name in NUMBERS else next((name for name in columns if name.endswith("kbps")), ""), False
    if said.get("percent") or re.fullmatch(r"full", unit, re.IGNORECASE):
        free = bool(_FREE.fullmatch(unit) or not unit and _FREE.fullmatch(own))
        share = free or not (unit or own) or bool(_SHARE.fullmatch(unit or own)) or column(own, columns) == PERCENT
        return (PERCENT if PERCENT in columns and share else ""), free
    name = column(unit, columns) or column(own, columns)
    name = name or next((name for said, name in ((_FREE, "free"), (_SHARE, "used")) if said.fullmatch(unit)), "")
    name = name if name in columns else ""
    if name or unit or own:
        return (name if name in NUMBERS else ""), False
    return ("count" if "count" in columns else ""), False
