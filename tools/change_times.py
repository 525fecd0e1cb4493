"""The time that a question about changes means: "7d", "2026-11-01", "2026-11-01T14:00". Always UTC. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tools.errors import InvalidRequest

_AGO = re.compile(r"(\d{1,5})\s*(h|d|w|hours?|days?|weeks?)(?:\s+ago)?", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_WRITTEN = 40  # characters of a wrong value that are said back


@dataclass(frozen=True)
class Span:
    """From when to when, both included; None: no bound. Times are UTC."""

    since: datetime | None = None
    until: datetime | None = None
    said: str = ""  # "in the last 7 days", "since 2026-11-01", ""; for sentences

    @classmethod
    def of(cls, since: str | None, until: str | None, now: datetime) -> "Span":
        """Read both as they were written. Raise `InvalidRequest` where no change could lie between them."""
        first = _moment("since", since, now, end=False) if since else None
        last = _moment("until", until, now, end=True) if until else None
        if first and first > now:
            raise InvalidRequest(
                f"since lies in the future ({told(first)}): it is {told(now)} now. Ask for a time that has passed."
            )
        if first and last and first > last:
            raise InvalidRequest(f"since ({told(first)}) is after until ({told(last)}). Exchange them.")
        return cls(first, last, _words(since, until, first, last))

    @property
    def filters(self) -> dict[str, list[str] | None]:
        """The variables of a query."""
        return {
            "since": [self.since.isoformat()] if self.since else None,
            "until": [self.until.isoformat()] if self.until else None,
        }


def told(time: datetime) -> str:
    """Return a time for a sentence: "2026-11-19 14:25 UTC"."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day(time: datetime) -> str:
    """Return the date of a time, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d}"


def read(written: str) -> datetime:
    """Return a time of Nautobot's as UTC."""
    time = datetime.fromisoformat(written)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def _words(since: str | None, until: str | None, first: datetime | None, last: datetime | None) -> str:
    if since and not until and (found := _AGO.fullmatch(since.strip())):
        unit = {"h": "hour", "d": "day", "w": "week"}[found[2][0].lower()]
        number = int(found[1])
        return f"in the last {number} {unit}s" if number != 1 else f"in the last {unit}"
    parts = [
        f"{word} {day(time) if _is_day(written) else told(time)}"
        for word, written, time in (("since", since, first), ("until", until, last))
        if written and time
    ]
    return " ".join(parts)


def _moment(argument: str, written: str, now: datetime, *, end: bool) -> datetime:
    text = written.strip()
    try:
        if found := _AGO.fullmatch(text):
            return now - int(found[1]) * _UNITS[found[2][0].lower()]
        if text.casefold() == "now":
            return now
        if _is_day(text):
            return _day(text, now) + (timedelta(days=1, microseconds=-1) if end else timedelta())
        return read(text)
    except (ValueError, OverflowError):
        shown = text if len(text) <= _WRITTEN else text[: _WRITTEN - 1] + "…"
        raise InvalidRequest(
            f"{argument} cannot be '{shown}'. Write a date such as 2026-11-01, a time such as 2026-11-01T14:00 (UTC "
            "unless it says otherwise), or how long ago: 24h, 7d, 4w."
        ) from None


def _is_day(written: str) -> bool:
    return written.strip().casefold() in ("today", "yesterday") or bool(_DATE.fullmatch(written.strip()))


def _day(text: str, now: datetime) -> datetime:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    known = {"today": today, "yesterday": today - timedelta(days=1)}
    return known.get(text.casefold()) or datetime.fromisoformat(text).replace(tzinfo=UTC)
