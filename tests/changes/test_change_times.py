"""What a time means: dates, times of any zone, and how long ago; all of it UTC."""

from datetime import UTC, datetime

import pytest

from tools.change_times import Span
from tools.errors import InvalidRequest

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("7d", at(2026, 11, 14, 15, 30)),
        ("24h", at(2026, 11, 20, 15, 30)),
        ("2w", at(2026, 11, 7, 15, 30)),
        ("3 days ago", at(2026, 11, 18, 15, 30)),
        ("1 Week", at(2026, 11, 14, 15, 30)),
        ("2026-11-01", at(2026, 11, 1)),
        ("2026-11-01T14:00", at(2026, 11, 1, 14)),
        ("2026-11-01 14:00:05", at(2026, 11, 1, 14, 0, 5)),
        ("2026-11-01T14:00:00Z", at(2026, 11, 1, 14)),
        ("2026-11-01T14:00:00+02:00", at(2026, 11, 1, 12)),
        ("today", at(2026, 11, 21)),
        ("yesterday", at(2026, 11, 20)),
        ("now", NOW),
    ],
)
def test_a_time_is_read_as_people_write_it(written: str, meant: datetime) -> None:
    assert Span.of(written, None, NOW).since == meant


def test_until_a_date_includes_that_day() -> None:
    assert Span.of(None, "2026-11-01", NOW).until == at(2026, 11, 1, 23, 59, 59, 999999)
    assert Span.of("2026-11-01", "2026-11-01", NOW).since == at(2026, 11, 1)


@pytest.mark.parametrize("written", ["last week", "7", "7m", "9999999d", "2026-13-01", "11/01/2026", "x" * 200])
def test_what_is_no_time_is_refused_with_the_ways_to_write_one(written: str) -> None:
    with pytest.raises(InvalidRequest, match="Write a date such as") as told:
        Span.of(written, None, NOW)

    assert len(str(told.value)) < 250


def test_a_time_that_is_still_to_come_is_refused_with_what_it_is_now() -> None:
    with pytest.raises(InvalidRequest, match=r"future \(2026-12-01 00:00 UTC\): it is 2026-11-21 15:30 UTC now"):
        Span.of("2026-12-01", None, NOW)
    assert Span.of(None, "2026-12-01", NOW).until is not None


def test_a_time_after_its_own_end_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="Exchange them"):
        Span.of("2026-11-10", "2026-11-01", NOW)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (None, None, ""),
        ("7d", None, "in the last 7 days"),
        ("1d", None, "in the last day"),
        ("24h", None, "in the last 24 hours"),
        ("2026-11-01", None, "since 2026-11-01"),
        ("2026-11-01T14:00", "2026-11-05", "since 2026-11-01 14:00 UTC until 2026-11-05"),
        ("7d", "yesterday", "since 2026-11-14 15:30 UTC until 2026-11-20"),
    ],
)
def test_the_time_is_said_as_it_was_meant(since: str | None, until: str | None, said: str) -> None:
    assert Span.of(since, until, NOW).said == said
