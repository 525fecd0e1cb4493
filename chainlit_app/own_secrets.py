"""The keys and tokens of this installation, so that they can be kept out of what leaves it."""

import os
from collections.abc import Iterator

from dotenv import dotenv_values
from pydantic import SecretStr

from sextant.telemetry.secrets import password_in, secrets_among
from tools.settings import LayeredSettings, WrongSetting

_PLACES = ("sextant_history", "sextant_audit", "sextant_keys")


def known_secrets() -> frozenset[str]:
    """Return every secret that the settings and the surroundings hold. Never print it."""
    given = {**dotenv_values(".env", encoding="utf-8"), **os.environ}
    return secrets_among(given).union(*(_of(kind) for kind in _kinds(LayeredSettings)))


def _kinds(kind: type[LayeredSettings]) -> Iterator[type[LayeredSettings]]:
    """Yield every kind of settings that this process has."""
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def _of(kind: type[LayeredSettings]) -> set[str]:
    try:
        settings = kind.load()
    except WrongSetting:
        return set()  # what cannot be used is used nowhere; the surroundings have been looked at
    values = [getattr(settings, name) for name in type(settings).model_fields]
    found = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    # Where something is kept may be an address with a password, or a path, which logs have to name.
    found -= {value.get_secret_value() for name in _PLACES if (value := getattr(settings, name, None))}
    found |= {password for name in _PLACES if (password := _password_at(getattr(settings, name, None)))}
    return found | {password for value in values if isinstance(value, str) and (password := password_in(value))}


def _password_at(place: SecretStr | None) -> str | None:
    return password_in(place.get_secret_value()) if place else None
