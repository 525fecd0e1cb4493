"""Where the history is: in a file, in a PostgreSQL, or in the memory of this process. Pure."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from platformdirs import user_data_path

OFF = "off"
_POSTGRES = ("postgresql", "postgres", "postgresql+asyncpg")
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_EXAMPLE = "postgresql://user:password@host/database"


class WrongPlace(Exception):
    """There can be no history there; the message is one sentence."""


@dataclass(frozen=True)
class Place:
    """Where a history is. Its address may hold a password: `str` gives it without."""

    kind: Literal["file", "postgresql", "memory"]
    address: str = ""  # a path, or what SQLAlchemy takes

    def __str__(self) -> str:
        if self.kind == "postgresql":
            parts = urlsplit(self.address)
            return urlunsplit(("postgresql", parts.netloc.rpartition("@")[2], parts.path, "", ""))
        return self.address or "in memory"

    def __repr__(self) -> str:
        return f"<history: {self}>"

    @property
    def folder(self) -> Path | None:
        """The folder for what belongs to a history: beside its file. None: nothing is kept on disk."""
        if self.kind == "memory":
            return None
        return Path(self.address).parent if self.kind == "file" else home()


def home() -> Path:
    """Return the folder for what is kept where nothing else is set."""
    return user_data_path("sextant", appauthor=False)


def place(setting: str | None, file: str = "history.db") -> Place:
    """Return where a setting puts the history, or what else has a file of that name. Raise `WrongPlace`."""
    said = (setting or "").strip()
    if said.lower() == OFF:
        return Place("memory")
    scheme, there, _ = said.partition("://")
    if there and scheme in _POSTGRES:
        return Place("postgresql", _postgres(said))
    if there:
        raise WrongPlace("not a path, an address that begins with postgresql://, or off")
    path = Path(said).expanduser().absolute() if said else home() / file
    if path.is_dir():
        raise WrongPlace(f"{path} is a folder: name a file in it, such as {path / file}")
    return Place("file", str(path))


def _postgres(said: str) -> str:
    try:
        parts = urlsplit(said)
        there = parts.hostname and parts.path.strip("/") and (parts.port is None or parts.port > 0)
    except ValueError:
        there = None
    if not there:
        raise WrongPlace(f"not an address like {_EXAMPLE}")
    options = parse_qsl(parts.query)
    if any(name not in ("sslmode", "ssl") or value not in _SSL_MODES for name, value in options):
        raise WrongPlace(f"behind the ? only sslmode may stand, as one of {', '.join(_SSL_MODES)}")
    query = urlencode([("ssl", value) for _, value in options])  # libpq says sslmode, asyncpg says ssl
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, query, ""))
