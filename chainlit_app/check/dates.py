"""Dates as people write them: "24 August 2021" and "August 24, 2021" are 2021-08-24. Pure."""

from collections.abc import Sequence

from chainlit_app.check.words import Word

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORTEST = 3  # letters of a month's name


def date_at(words: Sequence[Word], at: int) -> str | None:
    """Return the date that the three words from one on tell, as it is recorded; None where they tell none."""
    keys = [word.key for word in words[at : at + 3]]
    if len(keys) < 3 or not all(keys):
        return None
    day, month = (keys[0], keys[1]) if keys[0][0].isdigit() else (keys[1], keys[0])
    day = day[:-2] if day.endswith(("st", "nd", "rd", "th")) else day
    order = _month(month)
    if not (order and day.isdecimal() and len(day) <= 2 and keys[2].isdecimal() and len(keys[2]) == 4):
        return None
    return f"{keys[2]}-{order:02}-{int(day):02}"


def day_at(words: Sequence[Word], at: int) -> str | None:
    """Return the day that two words tell without a year, "17 November" or "Nov 17"; None where they tell none."""
    keys = [word.key for word in words[at : at + 2]]
    if len(keys) < 2 or not all(keys):
        return None
    day, month = (keys[0], keys[1]) if keys[0][0].isdigit() else (keys[1], keys[0])
    day = day[:-2] if day.endswith(("st", "nd", "rd", "th")) else day
    order = _month(month)
    return f"{order:02}-{int(day):02}" if order and day.isdecimal() and len(day) <= 2 else None


def is_month(text: str) -> bool:
    """Say whether a word is the name of a month, or the first letters of one."""
    return _month(text) > 0


def _month(text: str) -> int:
    bare = text.rstrip(".")
    found = [at for at, month in enumerate(_MONTHS, 1) if len(bare) >= _SHORTEST and month.startswith(bare)]
    return found[0] if found else 0
