"""What a reader set for the page, and how a browser keeps it. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, get_args
from urllib.parse import unquote

from chainlit_app.detail import Detail

COOKIE = "sextant-settings"  # written by the page (composer.js), sent with each connection
DETAILS: tuple[Detail, ...] = get_args(Detail)
ROWS = (10, 25, 50, 100)
THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Preferences:
    """One reader's settings."""

    model: str
    detail: Detail = "normal"
    rows: int = ROWS[0]
    theme: str = THEMES[0]


def preferences(given: Mapping[str, Any], models: Sequence[str]) -> Preferences:
    """Return the settings in what was sent; what is missing or not to be had is as it comes."""
    model, detail, rows, theme = (str(given.get(name)) for name in ("model", "detail", "rows", "theme"))
    return Preferences(
        model=model if model in models else models[0],
        detail=next((one for one in DETAILS if one == detail), "normal"),
        rows=next((one for one in ROWS if str(one) == rows), ROWS[0]),
        theme=theme if theme in THEMES else THEMES[0],
    )


def kept(cookies: str) -> Mapping[str, Any]:
    """Return what the `Cookie` header of a browser holds of it; nothing where that is no JSON object."""
    try:
        found = SimpleCookie(cookies).get(COOKIE)
        read = json.loads(unquote(found.value)) if found else {}
    except (CookieError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
