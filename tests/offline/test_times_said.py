"""When something was, in words: as the tools take a time."""

from datetime import UTC, datetime

import pytest

from chainlit_app.offline.times import period

THURSDAY = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("last week", {"since": "7d"}),
        ("in the last 3 hours", {"since": "3h"}),
        ("over the past few days", {"since": "3d"}),
        ("in the last couple of  weeks", {"since": "14d"}),
        ("within the last two months", {"since": "60d"}),
        ("since a year ago", {"since": "365d"}),
        ("today", {"since": "2026-11-19"}),
        ("yesterday", {"since": "2026-11-18", "until": "2026-11-18"}),
        ("since yesterday", {"since": "2026-11-18"}),
        ("on Monday", {"since": "2026-11-16", "until": "2026-11-16"}),
        ("on thursday", {"since": "2026-11-19"}),
        ("since Friday", {"since": "2026-11-13"}),
        ("this week", {"since": "2026-11-16"}),
        ("this month", {"since": "2026-11-01"}),
        ("so far this year", {"since": "2026-01-01"}),
        ("in October", {"since": "2026-10-01", "until": "2026-10-31"}),
        ("in December", {"since": "2025-12-01", "until": "2025-12-31"}),
        ("in February 2024", {"since": "2024-02-01", "until": "2024-02-29"}),
        ("since March", {"since": "2026-03-01"}),
        ("in 2025", {"since": "2025-01-01", "until": "2025-12-31"}),
        ("since 2025", {"since": "2025-01-01"}),
        ("on 2026-10-05", {"since": "2026-10-05", "until": "2026-10-05"}),
        ("since 2026-10-05 14:00", {"since": "2026-10-05T14:00"}),
        ("before 2026-10-05", {"until": "2026-10-05"}),
        ("between 2026-10-01 and 2026-10-05", {"since": "2026-10-01", "until": "2026-10-05"}),
    ],
)
def test_a_time_is_taken_out_of_a_question(text, said):
    rest, found = period(f"what changed {text} at OSL01", THURSDAY)

    assert (rest.split(), found) == (["what", "changed", "at", "OSL01"], said)


@pytest.mark.parametrize(
    "text", ["what may change at OSL01", "devices at March01", "the last change", "10.1.20.0/24", "VLAN 2026"]
)
def test_words_that_only_look_like_a_time_stay(text):
    assert period(text, THURSDAY) == (text, {})


def test_days_are_those_of_utc():
    late = datetime.fromisoformat("2026-11-19T23:30:00-05:00")

    assert period("today", late)[1] == {"since": "2026-11-20"}
