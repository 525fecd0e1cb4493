"""When: "last week", "since yesterday", "in October", as the tools take a time. In UTC; no clock is read here."""

import re
from datetime import UTC, date, datetime, timedelta

from chainlit_app.offline.idioms import first, section

_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "twelve": 12, "few": 3, "couple of": 2}  # fmt: skip
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip

_SHORT = "|".join(rf"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS) + "|sept"


_DATE = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_SHORT})|(?P<m2>{_SHORT})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)\b\.?"
    r",?(?:\s+(?P<y>20\d\d))?(?!\d)|\b(?P<d3>\d{1,2})\.\s?(?P<m3>\d{1,2})\.(?P<y3>20\d\d)\b|\b(?P<y4>20\d\d)/(?P<m4>\d{1,2})/(?P<d4>\d{1,2})\b",
    re.IGNORECASE,
)


# "Between 1 and 5 November": the month is that of both days.
_SPAN = re.compile(
    rf"\b(?P<lead>between|from)\s+(?P<from>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:and|to|until|till|through|-)\s*(?P<to>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>(?:{_SHORT})\b(?:,?\s+20\d\d)?)",
    re.IGNORECASE,
)


def plain_dates(text: str, today: date) -> str:
    """Return the text with days such as "10 Nov 2026", "Nov 10" or "10.11.2026" as 2026-11-10; without a year the last such day."""
    text = _SPAN.sub(r"\g<lead> \g<from> \g<month> and \g<to> \g<month>", text)
    return _DATE.sub(lambda match: _plain(match, today), text)


def _plain(match: re.Match[str], today: date) -> str:
    said = {key.rstrip("234"): value for key, value in match.groupdict().items() if value}
    month = int(said["m"]) if said["m"].isdigit() else [name[:3] for name in _MONTHS].index(said["m"][:3].lower()) + 1
    try:
        day = date(int(said.get("y") or today.year), month, int(said["d"]))
    except ValueError:
        return match[0]  # no day: for the tool to say, or not read
    return (day if said.get("y") or day <= today else day.replace(year=day.year - 1)).isoformat()


def period(text: str, now: datetime) -> tuple[str, dict[str, str]]:
    """Return the text without the time it names, and that time as `since` and `until`; empty where it names none.

    "Last week" is the seven days up to now; "October" the last one that has begun.
    """
    text = plain_dates(text, now.astimezone(UTC).date())
    for rule, patterns in section("when").items():
        if rule == "month" and not re.search(r"\b(?:in|during|since|from|last|of)\s+\w", text, re.IGNORECASE):
            continue
        if found := first(text, patterns):
            rest, match = found
            if said := _said(rule, match, now):
                return rest, said
    return text, {}


def _said(rule: str, match: re.Match[str], now: datetime) -> dict[str, str]:
    said = {key: value for key, value in match.groupdict().items() if value}
    today = now.astimezone(UTC).date()
    if rule in ("between", "since", "until"):
        return {key: value.replace(" ", "T") for key, value in said.items()}
    if rule == "on":
        return {"since": said["on"].replace(" ", "T"), "until": said["on"][:10]}
    if rule == "last":
        return _last(said)
    if rule == "this":
        return {"since": _this(said["this"].lower(), today).isoformat()}
    if rule == "year":
        whole = "only" in said
        return {"since": f"{said['year']}-01-01", **({"until": f"{said['year']}-12-31"} if whole else {})}
    if rule == "month":
        return _month(said, today)
    day = _day(said["day"].lower(), today)
    return {"since": day.isoformat()} if rule == "since_day" or day == today else _whole(day)


def _last(said: dict[str, str]) -> dict[str, str]:
    unit, written = said["unit"].lower(), " ".join(said.get("number", "one").lower().split())
    number = int(written) if written.isdigit() else _NUMBERS[written]
    return {"since": f"{number}h" if unit == "hour" else f"{number * _DAYS[unit]}d"}


def _this(unit: str, today: date) -> date:
    if unit == "week":
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if unit == "month" else today.replace(month=1, day=1)


def _month(said: dict[str, str], today: date) -> dict[str, str]:
    month = _MONTHS.index(said["month"].lower()) + 1
    year = int(said.get("year") or today.year - (month > today.month))
    start = date(year, month, 1)
    if said.get("from"):
        return {"since": start.isoformat()}
    end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return {"since": start.isoformat(), "until": end.isoformat()}


def _day(name: str, today: date) -> date:
    if name in ("today", "yesterday"):
        return today - timedelta(days=name == "yesterday")
    return today - timedelta(days=(today.weekday() - _WEEK.index(name)) % 7)


def _whole(day: date) -> dict[str, str]:
    return {"since": day.isoformat(), "until": day.isoformat()}
