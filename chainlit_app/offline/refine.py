"""What a question does with the rows before: which of them, in which order, by which groups, which columns."""

import re
from dataclasses import dataclass, field
from typing import Any

from chainlit_app.offline.bounds import bounds
from chainlit_app.offline.columns import NUMBERS, PERCENT, column, pattern
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, first, section
from chainlit_app.offline.parts import Facts

_FIGURES_FIRST = ("count", PERCENT, "used")
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_FIGURES = {"total": "sum", "sum": "sum", "average": "mean", "mean": "mean", "add": "sum", "highest": "max", "largest": "max", "maximum": "max", "max": "max", "lowest": "min", "smallest": "min", "minimum": "min", "min": "min"}  # fmt: skip
_OPPOSITE = {
    "equals": "not_equals",
    "contains": "not_contains",
    "greater": "at_most",
    "at_most": "greater",
    "less": "at_least",
    "at_least": "less",
    "is_empty": "is_not_empty",
    "is_not_empty": "is_empty",
}
_MOST_SITES = 100  # of a country or a region that rows are picked by
_OF_ROWS = frozenset(
    [
        "sort",
        "sort_any",
        "top",
        "top_with",
        "figures",
        "figure_all",
        "whose",
        "how_many",
        "group",
        "by_whom",
        "only",
        "distinct",
    ]
)


@dataclass
class Refined:
    """What is done with rows, and the rest of the question."""

    columns: tuple[str, ...]
    rest: str
    spec: dict[str, Any] = field(default_factory=dict)
    idioms: int = 0  # ways to say what is done with rows as a whole
    strange: str = ""  # a column that the rows do not have
    told: bool = False  # what the rows have is asked for: "which sites are those?"
    live: bool = False  # up or down is asked for, which is not on record
    them: bool = False  # the rows themselves are pointed at: "which of them are in ...?"
    steps: bool = False  # the rows are already those that were picked from others

    @property
    def words(self) -> str:
        """What matches the columns."""
        return pattern(self.columns)

    def take(self, rule: str) -> re.Match[str] | None:
        """Use up the first match of a rule, and return it."""
        found = first(self.rest, section("rows", rule), self.words)
        if found is None:
            return None
        self.rest = found[0]
        self.idioms += rule in _OF_ROWS
        return found[1]

    def where(self, name: str, test: str, value: object = None) -> None:
        """Add a condition."""
        self.spec.setdefault("where", []).append({"column": name, "is": test, **({} if value is None else {"value": value})})  # fmt: skip


def refined(text: str, columns: tuple[str, ...], names: Gazetteer) -> Refined:
    """Return what the words do with rows of these columns; what they say besides is left in `rest`."""
    done = Refined(columns, text)
    for rule in (_order, _groups, _strange, _picked, _numbers, _texts, _emptiness):
        rule(done)
    _negated(done)
    return done


def _order(done: Refined) -> None:
    while match := done.take("sort"):
        name = column(match["col"], done.columns)
        done.rest, down = every(done.rest, section("rows", "down"))
        done.rest, up = every(done.rest, section("rows", "up"))
        first_down = down or name in NUMBERS and not up
        done.spec["sort_by"] = f"-{name}" if first_down else name
    if match := done.take("top_with"):
        down = match["which"].lower() in ("most", "highest", "largest", "biggest", "greatest")
        name = column(match["col"] or "", done.columns) or next((n for n in _FIGURES_FIRST if n in done.columns), "")
        done.spec["top"] = _NUMBERS.get(match["number"].lower()) or int(match["number"])
        done.spec["sort_by"] = f"-{name}" if down else name
    elif match := done.take("top"):
        done.spec["top"] = _NUMBERS.get(match["number"].lower()) or int(match["number"])
        if match["col"]:
            done.spec["sort_by"] = f"-{column(match['col'], done.columns)}"


def _strange(done: Refined) -> None:
    if strange := done.take("sort_any"):
        done.strange = strange["any"]


def _groups(done: Refined) -> None:
    if match := done.take("figures"):
        done.spec["group_by"] = column(match["col"], done.columns)
        done.spec["figures"] = [{"figure": _FIGURES[match["figure"].lower()], "column": column(match["of"], done.columns)}]  # fmt: skip
    elif match := done.take("group"):
        by = [column(match[part], done.columns) for part in ("col", "and") if match[part]]
        done.spec["group_by"] = by[0] if len(by) == 1 else by
    elif "who" in done.columns and done.take("by_whom"):
        done.spec["group_by"] = "who"
    elif match := done.take("whose"):
        done.told = True
        said = match.groupdict().get("col")
        done.spec["group_by"] = column(said or "location", done.columns) or next(iter(done.columns))
    elif (found := first(done.rest, section("rows", "figure_all"), done.words)) and _summed(found[1], done.columns):
        match = done.take("figure_all") or found[1]
        figure = _FIGURES[(match.groupdict().get("figure") or "sum").lower()]
        done.spec["figures"] = [{"figure": figure, "column": column(match["of"], done.columns)}]
    elif done.take("how_many"):
        done.spec["figures"] = [{"figure": "count"}]


def _summed(match: re.Match[str], columns: tuple[str, ...]) -> bool:
    """Return whether a figure is of a column of numbers; the sum of VLAN ids says nothing."""
    return column(match["of"], columns) in NUMBERS - {"vlan", "prefixes", "position"}


def _picked(done: Refined) -> None:
    if match := done.take("only"):
        parts = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", match["cols"])
        wanted = [column(re.sub(r"^(?:the|their)\s+", "", part.strip()), done.columns) for part in parts]
        done.spec["columns"] = wanted[0] if len(wanted) == 1 else wanted
    elif match := done.take("distinct"):
        done.spec |= {"columns": column(match["col"], done.columns), "distinct": True}


def _numbers(done: Refined) -> None:
    done.rest, found = bounds(done.rest, done.columns, done.words)
    for name, test, number in found:
        done.where(name, test, number)


def _texts(done: Refined) -> None:
    if match := done.take("within"):
        name = next(
            (name for name in ("prefix", "primary address", "addresses", "address") if name in done.columns), ""
        )
        if name:
            done.where(name, "within", match["net"])
        else:
            done.rest += f" {match['net']}"
    found = first(done.rest, section("rows", "text"), done.words)
    name = column(found[1]["col"], done.columns) if found else ""
    if found and name and name not in NUMBERS - {"vlan", "prefixes"}:
        match = found[1]
        said = (match.groupdict().get("is") or "contains").lower()
        done.rest = found[0]
        done.where(name, "starts_with" if re.match("start|begin", said) else "contains", match["value"])


def _emptiness(done: Refined) -> None:
    if match := done.take("empty"):
        done.where(column(match["col"], done.columns), "is_empty")
    elif match := done.take("there"):
        done.where(column(match["col"], done.columns), "is_not_empty")


def _negated(done: Refined) -> None:
    done.rest, number = every(done.rest, section("rows", "negated"))
    done.spec["not"] = bool(number)


def named(done: Refined, found: Facts, names: Gazetteer) -> set[str]:
    """Add what the rest of the question names: roles, statuses, models; return the parts of it that are used up."""
    used: set[str] = set()
    for part, name, values in _values(done, found, names):
        if name in done.columns and values:
            done.where(name, "equals", values[0] if len(values) == 1 else values)
            used |= {part, f"topics:{part}"}  # "from provider X": the noun of the name too
    if found.vids and "vlan" in done.columns:
        joined = "prefix" in done.columns
        values = [f"{vid} " if joined else vid for vid in found.vids]
        done.where("vlan", "starts_with" if joined else "equals", values[0] if len(values) == 1 else values)
        used |= {"vids", "topics:vlans"}
    elif found.vids and "untagged vlan" in done.columns:
        # A port is in a VLAN untagged or tagged: two questions of the same rows.
        vids = list(dict.fromkeys(found.vids))
        untagged = {"column": "untagged vlan", "is": "starts_with", "value": _one([f"{vid} " for vid in vids])}
        tagged = {"column": "tagged vlans", "is": "equals", "value": _one([str(vid) for vid in vids])}
        done.spec["either"] = [untagged, tagged]
        used |= {"vids", "topics:vlans"}
    if found.prefix_roles and "role" not in used and "name" in done.columns and "vlan" in done.columns:
        done.where("name", "contains", found.prefix_roles[0].split()[-1].lower())
        used |= {"prefix_roles"}
    used |= _flags(done, found)
    if done.spec.pop("not", False) and (conditions := done.spec.get("where")):
        # Of which of several conditions the opposite is meant, the words do not say.
        only = conditions[0]
        only["is"] = _OPPOSITE.get(only["is"], "") if len(conditions) == 1 else ""
        done.strange = done.strange or ("" if only["is"] else "not")
    return used


def _one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _values(done: Refined, found: Facts, names: Gazetteer) -> list[tuple[str, str, list[Any]]]:
    roles = "prefix_roles" if "prefix" in done.columns else "device_roles"
    sites = [place.names[0] for _, place in found.places if len(place.names) == 1]
    holds = {parent for place in names.names.locations for parent in place.path}
    inner = sites if len(sites) == len(found.places) and not set(sites) & holds else []
    if done.them and len(sites) == len(found.places) == 1 and set(sites) & holds and "location" in done.columns:
        within = [place.name for place in names.names.locations if names.within(place.name, sites[0])]
        inner = [*sites, *within] if len(within) <= _MOST_SITES else []
    return [
        (roles, "role", getattr(found, roles)), ("statuses", "status", found.statuses), ("models", "model", found.models), ("kinds", "type", found.kinds),
        ("lengths", "prefix length", found.lengths), ("versions", "ip version", found.versions), ("providers", "provider", found.providers),
        ("namespaces", "namespace", found.namespaces), ("types", "type" if "parent" in done.columns else "location type", found.types),
        ("places", "location", inner),
    ]  # fmt: skip


def _flags(done: Refined, found: Facts) -> set[str]:
    used = set()
    rules = {"enabled": ("enabled", "equals", True), "disabled": ("enabled", "equals", False), "connected": ("connected device", "is_not_empty", None),
             "unconnected": ("connected device", "is_empty", None), "no_primary_ip": ("primary address", "is_empty", None)}  # fmt: skip
    for flag in found.flags:
        # A port that ends at a circuit is connected too: where the tool can be asked once more, it says which are.
        either_end = (
            flag.endswith("connected") and {"circuit", "connected device"} <= set(done.columns) and not done.steps
        )
        if flag in rules and rules[flag][0] in done.columns and not either_end:
            done.where(*rules[flag])
            used.add(f"flags:{flag}")
    if "up_or_down" in found.flags and "enabled" in done.columns:
        # Whether a port is up is not on record; that it is switched on is.
        done.where("enabled", "equals", found.texts.get("flag:up_or_down", "").lower() != "down")
        done.live = True
        used.add("flags:up_or_down")
    return used


_NOUNS = {
    "prefix": "prefixes",
    "device": "devices",
    "vlan": "vlans",
    "circuit": "circuits",
    "interface": "interfaces",
    "location": "locations",
}


def own_nouns(columns: tuple[str, ...]) -> set[str]:
    """Return the topics that rows of these columns are of: "those devices"."""
    return {f"topics:{_NOUNS[columns[0]]}"} if columns and columns[0] in _NOUNS else set()


__all__ = ["Refined", "named", "own_nouns", "refined"]
