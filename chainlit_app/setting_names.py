"""Names that somebody set as settings and that are none: a slip of the pen would be a default that nobody chose."""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from tools.settings import LayeredSettings, yaml_names

_NEAR = 0.85  # as alike as AUHT_MODE and AUTH_MODE


def names_of(kinds: Iterable[type[LayeredSettings]]) -> set[str]:
    """Return the names of all settings of these kinds."""
    return {name.upper() for kind in kinds for name in kind.model_fields} | {"SEXTANT_CONFIG"}


def strangers(known: set[str]) -> list[str]:
    """Return a sentence for each name that is set and none of those known, though it was meant as one.

    The environment holds much else, so there only what is spelt nearly like a setting counts. Raises `WrongSetting`.
    """
    files = [(".env", set(dotenv_values(".env", encoding="utf-8"))), yaml_names()]
    found = [_said(name, "the environment", known) for name in sorted(set(os.environ) - known) if _near(name, known)]
    for file, names in files:
        odd = sorted({name.upper() for name in names} - known)
        found += [_said(name, file, known) for name in odd if name.startswith("SEXTANT_") or _near(name, known)]
    return found


def _near(name: str, known: set[str]) -> list[str]:
    return get_close_matches(name, sorted(known), n=1, cutoff=_NEAR)


def _said(name: str, where: str, known: set[str]) -> str:
    near = _near(name, known)
    return f"{name} in {Path(where).name} is no setting{f': is {near[0]} meant?' if near else ''}"
