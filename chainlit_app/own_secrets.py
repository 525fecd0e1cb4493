"""The keys and tokens of this installation, so that they can be kept out of what leaves it."""

import os
import re
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr

from chainlit_app.settings import AppSettings
from tools.settings import LayeredSettings, ToolSettings, WrongSetting

# A provider's key may come from its own variable (OPENAI_API_KEY), which no setting of ours names.
_NAMES = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE)$", re.IGNORECASE)


def known_secrets() -> frozenset[str]:
    """Return every secret that the settings and the surroundings hold. Never print it."""
    given = {**dotenv_values(".env", encoding="utf-8"), **os.environ}
    found = {value for name, value in given.items() if value and _NAMES.search(name)}
    found |= {password for value in given.values() if value and (password := _password(value))}
    for kind in (AppSettings, ToolSettings):
        found |= _of(kind)
    return frozenset(found)


def _of(kind: type[LayeredSettings]) -> set[str]:
    try:
        settings = kind.load()
    except WrongSetting:
        return set()  # what cannot be used is used nowhere; the surroundings have been looked at
    values = [getattr(settings, name) for name in type(settings).model_fields]
    found = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    return found | {password for value in values if isinstance(value, str) and (password := _password(value))}


def _password(address: str) -> str | None:
    """Return the password in an address such as postgresql://name:password@host."""
    if "://" not in address:
        return None
    try:
        password = urlsplit(address).password
    except ValueError:
        return None
    return unquote(password) if password else None
