"""The file of who may log in: a line each, `name:hash`, made by `sextant password`."""

import asyncio
import hashlib
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

_NAME = re.compile(r"[^\s:#\x00-\x1f\x7f][^:\x00-\x1f\x7f]{0,62}")
_LEAST = 8  # characters of a password
_MOST = 1_000

_hasher = PasswordHasher()
# What a name is checked against that there is not: an answer takes as long as for one that there is.
_NOBODY = _hasher.hash(os.urandom(16).hex())


class WrongPasswords(Exception):
    """The file, a name or a password cannot be used; the message is one sentence."""


class TooMany(Exception):
    """Too many wrong passwords came of late; the message says how long to wait."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, round(seconds))
        super().__init__(
            f"Too many wrong passwords: try again in {self.seconds} second{'' if self.seconds == 1 else 's'}."
        )


class Passwords:
    """Names and their hashes, read anew when the file has changed."""

    def __init__(self, file: Path) -> None:
        """Raise `WrongPasswords` where the file cannot be used."""
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._hashes: Mapping[str, str] = {}
        self._at_once = asyncio.Semaphore(2)  # each check takes 64 MiB and a core
        self._refresh()
        if not self._hashes:
            raise WrongPasswords(f"{file} has no line: `sextant password NAME` makes one.")

    async def match(self, name: str, password: str) -> bool:
        """Say whether that is the name's password; a name that there is not takes as long."""
        self._refresh()
        known = self._hashes.get(name)
        async with self._at_once:
            right = await asyncio.to_thread(_verified, known or _NOBODY, password[:_MOST])
        return right and known is not None

    def mark(self, name: str) -> str | None:
        """Return what changes with a name's password, None for a name that there is not: no secret."""
        self._refresh()
        known = self._hashes.get(name)
        return hashlib.sha256(known.encode()).hexdigest()[:16] if known else None

    def _refresh(self) -> None:
        """Read the file if it has changed; one that cannot be read now leaves what was known."""
        try:
            now = self._file.stat()
            if self._seen == (now.st_mtime_ns, now.st_size):
                return
            self._hashes = read(self._file)
            self._seen = (now.st_mtime_ns, now.st_size)
        except OSError as error:
            if self._seen is None:
                raise WrongPasswords(
                    f"{self._file} cannot be read ({error.strerror}); `sextant password NAME` makes it."
                ) from error
        except WrongPasswords:
            if self._seen is None:
                raise


@dataclass
class Patience:
    """Counts wrong passwords, and makes whoever sends many of them wait."""

    free: int = 5  # wrong ones of a name from one address that cost nothing
    free_of_address: int = 20
    longest: float = 60.0  # seconds
    kept: int = 10_000  # names and addresses
    clock: Callable[[], float] = time.monotonic
    _wrong: OrderedDict[tuple[str, ...], tuple[int, float]] = field(default_factory=OrderedDict)

    def check(self, name: str, address: str) -> None:
        """Raise `TooMany` where this name or address has to wait."""
        until = max(self._wrong.get(key, (0, 0.0))[1] for key, _ in self._keys(name, address))
        if (wait := until - self.clock()) > 0:
            raise TooMany(wait)

    def wrong(self, name: str, address: str) -> None:
        """Count a wrong password."""
        for key, free in self._keys(name, address):
            count = self._wrong.pop(key, (0, 0.0))[0] + 1
            wait = min(self.longest, 2.0 ** min(count - free, 10)) if count >= free else 0.0
            self._wrong[key] = (count, self.clock() + wait)
        while len(self._wrong) > self.kept:
            self._wrong.popitem(last=False)

    def right(self, name: str, address: str) -> None:
        """Take back what was counted of a password that turned out to be right, and forget the wrong ones before."""
        self._wrong.pop((name, address), None)
        count, until = self._wrong.get((address,), (0, 0.0))
        if count:
            self._wrong[(address,)] = (count - 1, until if count - 1 >= self.free_of_address else 0.0)

    def _keys(self, name: str, address: str) -> tuple[tuple[tuple[str, ...], int], ...]:
        return ((name, address), self.free), ((address,), self.free_of_address)


def read(file: Path) -> dict[str, str]:
    """Return the hashes of a file by their names. Raise `OSError`, or `WrongPasswords` with the line."""
    found: dict[str, str] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise WrongPasswords(f"{file} is not a text file.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, hashed = line.strip().partition(":")
        if not colon or not _NAME.fullmatch(name):
            raise WrongPasswords(f"{file}, line {number}: not like `name:hash`; `sextant password NAME` makes lines.")
        if not _is_hash(hashed):
            raise WrongPasswords(f"{file}, line {number}: not an Argon2 hash; `sextant password {name}` makes one.")
        if name in found:
            raise WrongPasswords(f"{file}, line {number}: {name} is in it twice.")
        found[name] = hashed
    return found


def write(file: Path, name: str, password: str) -> bool:
    """Give a name a password; say whether the name is new. Raise `OSError` or `WrongPasswords`."""
    if not _NAME.fullmatch(name):
        raise WrongPasswords("A name has 1 to 63 characters, does not begin with a blank or #, and has no colon.")
    if not _LEAST <= len(password) <= _MOST:
        raise WrongPasswords(f"A password has {_LEAST} to {_MOST:,} characters.")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    if lines:
        read(file)  # what is wrong in it is said, not written over
    new = f"{name}:{_hasher.hash(password)}"
    others = [line for line in lines if not line.strip().startswith(f"{name}:")]
    place = next((at for at, line in enumerate(lines) if line.strip().startswith(f"{name}:")), len(others))
    _replace(file, "\n".join([*others[:place], new, *others[place:], ""]))
    return len(others) == len(lines)


def _replace(file: Path, text: str) -> None:
    """Write a file in one step, for its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as half:  # 0600
        half.write(text)
    os.replace(half.name, file)


def _verified(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


def _is_hash(hashed: str) -> bool:
    try:
        extract_parameters(hashed)
    except InvalidHashError:
        return False
    return True
