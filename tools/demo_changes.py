"""Nautobot's filters on its change log."""

from collections.abc import Callable
from datetime import UTC, datetime

from tools.demo_filters import BadValue, Filter, Test
from tools.demo_records import Records, Row

_BOUNDS: dict[str, Callable[[datetime, datetime], bool]] = {
    "": lambda time, value: time == value,
    "__gt": lambda time, value: time > value,
    "__gte": lambda time, value: time >= value,
    "__lt": lambda time, value: time < value,
    "__lte": lambda time, value: time <= value,
}


def moment(field: str) -> dict[str, Filter]:
    """The filters of a time: equal, and its bounds; a time without a zone is UTC."""

    def bounded(compare: Callable[[datetime, datetime], bool]) -> Filter:
        def filter_(_: Records, wanted: list[str]) -> Test:
            times = [_time(value) for value in wanted]
            return lambda row: any(compare(datetime.fromisoformat(row[field]), time) for time in times)

        return filter_

    return {field + suffix: bounded(compare) for suffix, compare in _BOUNDS.items()}


def changed_kind(records: Records, wanted: str) -> Test:
    """Changes of records of a kind such as dcim.device; of a kind that is none there are no changes."""

    def test(row: Row) -> bool:
        kind = records.follow(row, "changed_object_type", "content_types")
        return kind is not None and f"{kind['app_label']}.{kind['model']}" == wanted.lower()

    return test


def _time(value: str) -> datetime:
    try:
        time = datetime.fromisoformat(value.strip())
    except ValueError:
        raise BadValue("Enter a valid date/time.") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
