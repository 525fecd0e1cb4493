"""Records counted, by any of their properties."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from evals.truth.network import Row, above, load
from evals.truth.records import At, circuits, devices, locations, prefixes, racks, vlans

_KINDS: dict[str, Callable[..., list[Row]]] = {
    "devices": devices, "prefixes": prefixes, "vlans": vlans, "circuits": circuits, "locations": locations, "racks": racks
}  # fmt: skip
_PLACES = {
    "region": "Region",
    "country": "Country",
    "branch": "Branch",
    "campus": "Campus",
    "data center": "Data Center",
}


def _ids() -> dict[str, str]:
    return {row["name"]: row["id"] for row in load("locations")}


def count(record: str, by: str | None = None, **filters: Any) -> list[Row]:
    """Return how many records each group has; groups without any are left out. `by` None: one row for all."""
    rows = _KINDS[record](**filters)
    if by is None:
        return [{"count": len(rows)}]
    ids, totals = _ids(), Counter[Any]()
    for row in rows:
        places = row["location"] if isinstance(row["location"], list) else [row["location"]]
        if by in _PLACES:
            totals.update({above(ids[place], _PLACES[by]) for place in places} - {None})
        elif by == "location":
            totals.update(places)
        else:
            totals[row[by]] += 1
    return [{by: key, "count": number} for key, number in sorted(totals.items(), key=lambda item: str(item[0]))]


def total(record: str, **filters: Any) -> int:
    """Return how many records there are."""
    return len(_KINDS[record](**filters))


def fewer(record: str, than: int, type: str, at: At = None, least: int = 0, **filters: Any) -> list[Row]:
    """Return the locations of a type with fewer records than so many, and at least so many."""
    numbers = {row["location"]: row["count"] for row in count(record, "location", at=at, **filters)}
    return [
        {"location": place["location"], "count": numbers.get(place["location"], 0)}
        for place in locations(at, type)
        if least <= numbers.get(place["location"], 0) < than
    ]


def more(record: str, than: int, type: str, at: At = None, **filters: Any) -> list[Row]:
    """Return the locations of a type with more records than so many."""
    numbers = {row["location"]: row["count"] for row in count(record, "location", at=at, **filters)}
    return [
        {"location": place["location"], "count": numbers[place["location"]]}
        for place in locations(at, type)
        if numbers.get(place["location"], 0) > than
    ]


def most(record: str, by: str, top: int = 1, **filters: Any) -> list[Row]:
    """Return the groups with the most records, and those that share the last place."""
    rows = sorted(count(record, by, **filters), key=lambda row: -row["count"])
    return [row for row in rows if row["count"] >= rows[min(top, len(rows)) - 1]["count"]]


def lacks(record: str, column: str, first: str, second: str, **filters: Any) -> list[Row]:
    """Return the rows at a first place whose value in a column no row at the second has."""
    there = {row[column] for row in _KINDS[record](at=second, **filters)}
    return [row for row in _KINDS[record](at=first, **filters) if row[column] not in there]


def side_by_side(record: str, by: str, places: list[str]) -> list[Row]:
    """Return how many records of each group each of some locations has."""
    numbers = {place: {row[by]: row["count"] for row in count(record, by, at=place)} for place in places}
    groups = sorted({group for found in numbers.values() for group in found}, key=str)
    return [{by: group, **{place: numbers[place].get(group, 0) for place in places}} for group in groups]


def leading(of: list[Any], column: str, top: int, largest: bool = True, keep: list[str] | None = None) -> list[Row]:
    """Return the first rows of other facts in the order of a column, and those that share the last place."""
    from evals.truth import fact

    rows = sorted(fact(of), key=lambda row: row[column], reverse=largest)
    last = rows[min(top, len(rows)) - 1][column]
    chosen = [row for row in rows if (row[column] >= last if largest else row[column] <= last)]
    return [{name: row[name] for name in keep} for row in chosen] if keep else chosen


def where(of: list[Any], column: str, is_: str, value: Any) -> list[Row]:
    """Return those rows of other facts whose cell compares so with a value."""
    from evals.truth import fact

    tests: dict[str, Callable[[Any], bool]] = {
        "equals": lambda cell: cell == value,
        "at_least": lambda cell: cell is not None and cell >= value,
        "greater": lambda cell: cell is not None and cell > value,
        "less": lambda cell: cell is not None and cell < value,
        "contains": lambda cell: value in str(cell),
        "starts_with": lambda cell: str(cell).startswith(value),
        "is_empty": lambda cell: cell in (None, "", []),
        "is_not_empty": lambda cell: cell not in (None, "", []),
    }
    return [row for row in fact(of) if tests[is_](row[column])]


def grouped(of: list[Any], by: str) -> list[Row]:
    """Return how many rows of other facts each value of a column has."""
    from evals.truth import fact

    totals = Counter(row[by] for row in fact(of))
    return [{by: key, "count": number} for key, number in totals.items()]


def size(of: list[Any]) -> int:
    """Return how many rows other facts have."""
    from evals.truth import fact

    return len(fact(of))


def sum_of(of: list[Any], column: str) -> Any:
    """Return the sum of a column of other facts."""
    from evals.truth import fact

    return sum(row[column] for row in fact(of))
