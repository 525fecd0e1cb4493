"""An OpenID Connect issuer: what it says of itself, and the keys that its signatures are checked with."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from sextant.access.refusals import Unavailable

logger = logging.getLogger(__name__)

_KEPT = 3600.0  # seconds that keys are kept
_OLDEST = 24 * 3600.0  # seconds that keys are kept where the issuer does not answer
_PAUSE = 10.0  # seconds between two looks for a key that is not known, and after one that failed
_PATIENCE = 5.0  # seconds
_MOST = 1_000_000  # bytes of an answer

Keys = Mapping[str, Mapping[str, Any]]  # by their ids; that of a key without one is ""


class NoIssuer(Unavailable):
    """The issuer does not answer, or is not what it should be; the message is one sentence."""


@dataclass
class Issuer:
    """One issuer, asked as seldom as can be."""

    address: str
    clock: Callable[[], float] = time.monotonic
    _about: Mapping[str, Any] | None = None
    _keys: Keys | None = None
    _read_at: float = 0.0
    _tried_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, id: str) -> Mapping[str, Any] | None:
        """Return a key by its id, "" for the only one; None where there is none. Raise `NoIssuer`.

        A key that is not known may be new: the issuer is asked, but by strangers not more often than every few seconds.
        """
        found = self._known(id)
        if found and (self.clock() < self._read_at + _KEPT or self._reading.locked()):
            return found  # also while the issuer is asked: a known key does not wait for one that may not answer
        async with self._reading:  # one asks for all
            if (found := self._known(id)) and self.clock() < self._read_at + _KEPT:
                return found
            if self.clock() >= self._tried_at + _PAUSE:
                await self._read()
            elif self._keys is None:
                raise NoIssuer(f"The issuer {self.address} did not answer: try again in a few seconds.")
        return self._known(id)

    async def about(self) -> Mapping[str, Any]:
        """Return what the issuer says of itself. Raise `NoIssuer`."""
        if self._about is None:
            async with httpx.AsyncClient(timeout=_PATIENCE) as client:
                self._about = await self._discovered(client)
        return self._about

    def _known(self, id: str) -> Mapping[str, Any] | None:
        if self._keys is None:
            return None
        if id:
            return self._keys.get(id)
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    async def _read(self) -> None:
        self._tried_at = self.clock()
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE) as client:
                self._about = await self._discovered(client)
                self._keys = _signing(await _json(client, self._place("jwks_uri")))
        except NoIssuer as trouble:
            if self._keys is None or self.clock() > self._read_at + _OLDEST:
                self._keys = None
                raise
            # Keys do not go bad the moment their issuer is away.
            logger.warning("%s Its keys of before are used.", trouble)
        else:
            self._read_at = self.clock()

    async def _discovered(self, client: httpx.AsyncClient) -> Mapping[str, Any]:
        found = await _json(client, f"{self.address.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.address:
            raise NoIssuer(
                f"SEXTANT_OIDC_ISSUER is {self.address}, but the issuer there calls itself {found.get('issuer')!r}."
            )
        return found

    def _place(self, name: str) -> str:
        return place_in(self._about or {}, name, self.address)


def place_in(about: Mapping[str, Any], name: str, issuer: str) -> str:
    """Return an address that an issuer names. Raise `NoIssuer` for one that is less safe than the issuer's own."""
    said = str(about.get(name, ""))
    scheme = urlsplit(said).scheme
    if scheme != "https" and (scheme != "http" or urlsplit(issuer).scheme != "http"):
        raise NoIssuer(f"The issuer {issuer} names no {name} that begins with https://.")
    return said


async def _json(client: httpx.AsyncClient, address: str) -> Mapping[str, Any]:
    try:
        async with asyncio.timeout(_PATIENCE):  # for all of it: a byte now and then is no answer
            found = json.loads(await _content(client, address))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise NoIssuer(f"{address} does not answer ({type(error).__name__}).") from error
    except (ValueError, RecursionError) as error:
        raise NoIssuer(f"{address} does not answer with JSON.") from error
    if not isinstance(found, dict):
        raise NoIssuer(f"{address} does not answer with a JSON object.")
    return found


async def _content(client: httpx.AsyncClient, address: str) -> bytes:
    async with client.stream("GET", address, headers={"accept": "application/json"}) as response:
        if response.status_code != 200:
            raise NoIssuer(f"{address} answers with {response.status_code}.")
        body = b""
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > _MOST:
                raise NoIssuer(f"{address} answers with more than {_MOST:,} bytes.")
    return body


def _signing(found: Mapping[str, Any]) -> Keys:
    listed = found.get("keys")
    keys = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    # A shared secret has no place in a public list, and a key for encryption signs nothing.
    usable = [key for key in keys if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"]
    return {str(key.get("kid", "")): key for key in usable}
