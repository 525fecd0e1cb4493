"""The kinds of filters that Nautobot has, as the demo understands them.

Their oddities are Nautobot's own, each compared with a running one (tests/nautobot): a name is case-sensitive and one
unknown name fails the whole list, a location means everything below it as well, and an empty list filters nothing.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from tools.demo_fields import COLLECTION, REVERSE, TYPES
from tools.demo_records import Records, Row, references

Test = Callable[[Row], bool]
Filter = Callable[[Records, Any], Test]
Reach = Callable[[Records, Row], Iterable[str]]  # the ids of related records


class BadValue(Exception):
    """A value that Nautobot refuses, in its words."""


class Fault(Exception):
    """A value at which Nautobot itself fails; the message is its own."""


def unknown_choice(value: str) -> BadValue:
    """What Nautobot says to a name or id that it does not have."""
    return BadValue(f"Select a valid choice. {value} is not one of the available choices.")


def is_uuid(text: str) -> bool:
    """Whether Nautobot reads this as an id."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


# ---- related records -------------------------------------------------------------------------------------------------


def own(field: str) -> Reach:
    """The records that a field refers to."""
    return lambda _, row: references(row, field)


def via(field: str, collection: str, then: Reach) -> Reach:
    """What the records that a field refers to lead to."""

    def reach(records: Records, row: Row) -> Iterable[str]:
        for target in references(row, field):
            yield from then(records, records.get(collection, target))

    return reach


def back(collection: str, field: str, then: Reach | None = None) -> Reach:
    """The records that refer to this one, or what they lead to."""

    def reach(records: Records, row: Row) -> Iterable[str]:
        for source in records.pointing(collection, field).get(row["id"], ()):
            if then is None:
                yield source["id"]
            else:
                yield from then(records, source)

    return reach


def chosen(records: Records, collection: str, key: str, values: list[str]) -> set[str]:
    """The ids of the records with these names or ids. Raises `BadValue` for one that is not there."""
    found: set[str] = set()
    for value in values:
        if is_uuid(value):
            matching = {str(uuid.UUID(value))} & records.by_id(collection).keys()
        elif key == "id":
            raise BadValue(f"“{value}” is not a valid UUID.")
        elif key == "vid" and not value.isdigit():
            raise Fault(f"Field 'vid' expected a number but got '{value}'.")
        else:
            matching = {row["id"] for row in records.all(collection) if str(row.get(key)) == value}
        if not matching:
            raise unknown_choice(value)
        found |= matching
    return found


def with_descendants(records: Records, collection: str, ids: set[str]) -> set[str]:
    """These ids and those of all records below."""
    children = records.pointing(collection, "parent")
    todo, found = list(ids), set(ids)
    while todo:
        for child in children.get(todo.pop(), ()):
            if child["id"] not in found:
                found.add(child["id"])
                todo.append(child["id"])
    return found


def choice(reach: Reach, collection: str, key: str = "name", *, tree: bool = False) -> Filter:
    """Records related to any of the named ones (names or ids; "null" means none); with `tree` or to one below."""

    def filter_(records: Records, values: list[str]) -> Test:
        wanted = chosen(records, collection, key, [value for value in values if value != "null"])
        if tree:
            wanted = with_descendants(records, collection, wanted)
        none_too = "null" in values

        def test(row: Row) -> bool:
            related = list(reach(records, row))
            return (none_too and not related) or not wanted.isdisjoint(related)

        return test

    return filter_


def every(reach: Reach, collection: str, key: str = "name") -> Filter:
    """Records related to all of the named ones, as Nautobot reads several tags."""

    def filter_(records: Records, values: list[str]) -> Test:
        wanted = [chosen(records, collection, key, [value]) for value in values]
        return lambda row: all(set(reach(records, row)) & one for one in wanted)

    return filter_


def has(*reaches: Reach) -> Filter:
    """Whether a record has related ones at all."""

    def filter_(records: Records, value: bool) -> Test:
        return lambda row: any(any(True for _ in reach(records, row)) for reach in reaches) is value

    return filter_


def located(field: str = "location") -> Filter:
    """Records at locations or anywhere below them."""
    return choice(own(field), "locations", tree=True)


# ---- values ----------------------------------------------------------------------------------------------------------


def negated(filter_: Filter) -> Filter:
    """What the filter does not let through."""

    def negative(records: Records, value: Any) -> Test:
        test = filter_(records, value)
        return lambda row: not test(row)

    return negative


def values(field: str, compare: Callable[[str, str], bool]) -> Filter:
    """Records whose text compares with any of the values."""

    def filter_(_: Records, wanted: list[str]) -> Test:
        return lambda row: any(compare(row.get(field) or "", value) for value in wanted)

    return filter_


COMPARE: dict[str, Callable[[str, str], bool]] = {
    "": lambda text, value: text == value,
    "__ie": lambda text, value: text.lower() == value.lower(),
    "__ic": lambda text, value: value.lower() in text.lower(),
    "__isw": lambda text, value: text.lower().startswith(value.lower()),
    "__iew": lambda text, value: text.lower().endswith(value.lower()),
}
_NEGATIVE = {"__n": "", "__nie": "__ie", "__nic": "__ic", "__nisw": "__isw", "__niew": "__iew"}


def text(field: str) -> dict[str, Filter]:
    """The filters of a text field: exact, case-blind, contained, and their negations."""
    found = {field + suffix: values(field, compare) for suffix, compare in COMPARE.items()}
    return found | {field + suffix: negated(found[field + positive]) for suffix, positive in _NEGATIVE.items()}


_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "": lambda number, value: number == value,
    "__gt": lambda number, value: number > value,
    "__gte": lambda number, value: number >= value,
    "__lt": lambda number, value: number < value,
    "__lte": lambda number, value: number <= value,
}


def number(field: str) -> dict[str, Filter]:
    """The filters of a number: equal, its bounds, and not equal."""

    def bounded(compare: Callable[[int, int], bool]) -> Filter:
        def filter_(_: Records, wanted: list[int]) -> Test:
            return lambda row: row.get(field) is not None and any(compare(row[field], value) for value in wanted)

        return filter_

    found = {field + suffix: bounded(compare) for suffix, compare in _BOUNDS.items()}
    return found | {field + "__n": negated(found[field])}


def flag(field: str, *, default: bool) -> Filter:
    """Records whose flag is set or not."""
    return lambda _, value: lambda row: bool(row.get(field, default)) is value


def equal(field: str) -> Filter:
    """Records whose field has the one value."""
    return lambda _, value: lambda row: row.get(field) == value


def enum_name(value: str) -> str:
    """How GraphQL spells a choice of Nautobot's: 10gbase-x-sfpp is A_10GBASE_X_SFPP."""
    name = re.sub(r"\W", "_", value).upper()
    return f"A_{name}" if name[:1].isdigit() else name


def kind(field: str, enumeration: str, default: str | None = None) -> dict[str, Filter]:
    """The filters of a choice; a value outside of the enumeration is refused."""

    def exact(records: Records, wanted: list[str]) -> Test:
        for value in wanted:
            if value != value.lower() or enum_name(value) not in records.choices[enumeration]:
                raise unknown_choice(value)
        names = {enum_name(value) for value in wanted}
        return lambda row: row.get(field, default) in names

    def case_blind(_: Records, wanted: list[str]) -> Test:
        names = {enum_name(value.lower()) for value in wanted}
        return lambda row: row.get(field, default) in names

    return {field: exact, f"{field}__ie": case_blind}


def keys(field: str) -> Filter:
    """Records whose field is any of these ids."""

    def filter_(_: Records, wanted: list[str]) -> Test:
        if not all(is_uuid(value) for value in wanted):
            raise BadValue("Enter a valid UUID.")
        found = {str(uuid.UUID(value)) for value in wanted}
        return lambda row: row[field] in found

    return filter_


ids = keys("id")


def kind_of(collection: str) -> str:
    """How Nautobot names the kind of a collection's records: dcim.device."""
    single, path = next((single, path) for plural, single, path in TYPES.values() if plural == collection)
    return f"{path.split('/')[0]}.{single.replace('_', '')}"


def content_types(type_name: str, *, all_of: bool) -> Filter:
    """Records meant for kinds such as dcim.device: for all of the named ones, or for any."""
    served = {kind_of(collection) for collection, _ in REVERSE[type_name].values()}

    def filter_(records: Records, wanted: list[str]) -> Test:
        used = records.pointing(COLLECTION[type_name], "content_types")
        known = {f"{row['app_label']}.{row['model']}": row["id"] for row in records.all("content_types")}
        for value in wanted:
            if value not in served and known.get(value) not in used:  # a kind that never has a role or status
                raise unknown_choice(value)
        kinds = {known.get(value) for value in wanted}
        if all_of:
            return lambda row: kinds.issubset(references(row, "content_types"))
        return lambda row: not kinds.isdisjoint(references(row, "content_types"))

    return filter_


def search(*fields: str, number: str = "", related: Iterable[tuple[Reach, str, str]] = ()) -> Filter:
    """Records in which the words occur, as Nautobot's search field `q` does.

    `number` is a field that has to equal them, `related` leads to texts of other records.
    """

    def filter_(records: Records, value: str) -> Test:
        word = value.lower()
        whole = int(value) if number and value.strip().isdigit() else None

        def texts(row: Row) -> Iterable[str | None]:
            yield from (row.get(field) for field in fields)
            for reach, collection, key in related:
                yield from (records.get(collection, target).get(key) for target in reach(records, row))

        def test(row: Row) -> bool:
            if row["id"] == word.strip() or (whole is not None and row.get(number) == whole):
                return True
            return any(word in (found or "").lower() for found in texts(row))

        return test

    return filter_
