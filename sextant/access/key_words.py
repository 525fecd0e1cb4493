"""API keys: what one looks like, and what is kept of it. Pure."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

# Programs that look for secrets in what was published find them by their beginning.
_BEGIN = "sextant"


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key: all but its secret."""

    id: str
    name: str
    roles: frozenset[str]
    hashed: str
    made: datetime
    changed: datetime  # when it got the secret that it has now
    expires: datetime | None
    revoked: datetime | None

    def ended(self, now: datetime) -> str | None:
        """Return why it counts no more: "revoked" or "expired"; None where it does."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else None


def new_id() -> str:
    """Return an id: no secret, and no other key's but once in four billion."""
    return secrets.token_hex(4)


def new_secret() -> str:
    """Return 256 random bits."""
    return secrets.token_urlsafe(32)


def text_of(id: str, secret: str) -> str:
    """Return a key as its owner has it."""
    return f"{_BEGIN}_{id}_{secret}"


def parts_of(text: str) -> tuple[str, str] | None:
    """Return id and secret of a key; None for what is none."""
    begin, _, rest = text.partition("_")
    id, _, secret = rest.partition("_")
    return (id, secret) if begin == _BEGIN and len(id) == 8 and len(secret) == 43 and text.isascii() else None


def hash_of(secret: str) -> str:
    """Return what is kept of a secret.

    A slow hash, as passwords have it, makes guessing dear. Among 2**256 secrets there is nothing to guess, so a fast
    one is as good, and a key is checked at each request.
    """
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def fits(secret: str, key: Key | None) -> bool:
    """Say whether that is the key's secret, in the same time whether it is, or there is no such key."""
    return hmac.compare_digest(hash_of(secret), key.hashed if key else _NOBODY) and key is not None


_NOBODY = hash_of(new_secret())
