"""`sextant keys`: make, list, rotate and revoke API keys."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any

from chainlit_app.settings import AppSettings, load_settings
from sextant.access.key_store import KeyStore, KeysTrouble
from sextant.access.key_words import Key, new_id
from sextant.access.policy import Policy, load
from sextant.access.principal import LOCAL
from sextant.access.settings import AccessSettings
from sextant.audit.opening import record_now
from sextant.audit.trail import Event, NotRecorded
from tools.settings import WrongSetting

DONE, NO_SUCH_KEY, WRONG_USE = 0, 1, 2
_LONGEST = 100  # characters of a name


class NotDone(Exception):
    """What was asked for is not done; the message is one sentence."""

    def __init__(self, sentence: str, code: int = WRONG_USE) -> None:
        super().__init__(sentence)
        self.code = code


def run(job: str, given: argparse.Namespace) -> int:
    """Do a job of `sextant keys`; return the exit code."""
    try:
        app, access = load_settings(), AccessSettings.load()
        asyncio.run(_run(_JOBS[job], given, app, access))
    except NotDone as wrong:
        return _say(str(wrong), wrong.code)
    except (WrongSetting, KeysTrouble, NotRecorded) as wrong:
        return _say(str(wrong), WRONG_USE)
    return DONE


class _Keys:
    """The keys, and the record of what is done with them."""

    def __init__(self, store: KeyStore, policy: Policy, app: AppSettings) -> None:
        self.store, self.policy = store, policy
        self._app = app

    async def record(self, what: str, outcome: str) -> None:
        """Record what is about to be done. Raise `NotRecorded` where it then must not be."""
        await record_now(self._app, Event("key", LOCAL, what, outcome))


Job = Callable[[_Keys, argparse.Namespace], Coroutine[None, None, None]]


async def _run(job: Job, given: argparse.Namespace, app: AppSettings, access: AccessSettings) -> None:
    policy = load(access.sextant_policy)
    if not (decision := policy.may(LOCAL, "keys")).allowed:
        raise NotDone(decision.reason)
    store = KeyStore(access.keys(app.history))
    try:
        await job(_Keys(store, policy, app), given)
    finally:
        await store.close()


async def _make(keys: _Keys, given: argparse.Namespace) -> None:
    name, roles = given.name.strip(), given.role or ["viewer"]
    if not name or not name.isprintable() or len(name) > _LONGEST:
        raise NotDone(f"A key's name has 1 to {_LONGEST} characters that can be printed.")
    if unknown := [role for role in roles if role not in keys.policy.roles]:
        raise NotDone(f"There is no role {', '.join(unknown)}. There are {', '.join(keys.policy.roles)}.")
    id = new_id()
    await keys.record(f"key {id} of {name}", f"made with {', '.join(sorted(set(roles)))}")
    key, text = await keys.store.make(name, roles, given.days, id)
    print(text)
    ends = f"ends {_date(key.expires)}" if key.expires else "does not end by itself"
    _say(f"Key {key.id} for {name} ({', '.join(sorted(key.roles))}) {ends}. It is not shown again: keep it safe.")
    _say("It goes into the header X-API-Key; AUTH_MODE=api_key makes the service ask for it.")


async def _listed(keys: _Keys, given: argparse.Namespace) -> None:
    found, now = await keys.store.all(), datetime.now(UTC)
    if given.json:
        for key in found:
            print(json.dumps(_said(key, now), ensure_ascii=False))
        return
    if not found:
        _say("There is no key yet: `sextant keys make NAME` makes one.")
        return
    rows = [("ID", "NAME", "ROLES", "MADE", "SECRET SINCE", "ENDS", "STATE"), *(_row(key, now) for key in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


async def _rotate(keys: _Keys, given: argparse.Namespace) -> None:
    key = await _existing(keys, given.id)
    await keys.record(f"key {key.id} of {key.name}", "rotated")
    text = await keys.store.rotate(key.id)
    if text is None:
        raise NotDone(f"Key {key.id} is revoked: make another.", NO_SUCH_KEY)
    print(text)
    _say(f"Key {key.id} of {key.name} has this secret now; the one before ends within a second.")


async def _revoke(keys: _Keys, given: argparse.Namespace) -> None:
    key = await _existing(keys, given.id)
    await keys.record(f"key {key.id} of {key.name}", "revoked")
    await keys.store.revoke(key.id)
    _say(f"Key {key.id} of {key.name} ends within a second.")


async def _existing(keys: _Keys, id: str) -> Key:
    key = await keys.store.find(id)
    if key is None:
        raise NotDone(f"There is no key {id}: `sextant keys list` prints those that there are.", NO_SUCH_KEY)
    if key.revoked is not None:
        raise NotDone(f"Key {id} was revoked {_date(key.revoked)}.", NO_SUCH_KEY)
    return key


def _said(key: Key, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "roles": sorted(key.roles),
        "made": key.made.isoformat(timespec="seconds"),
        "changed": key.changed.isoformat(timespec="seconds"),
        "expires": key.expires.isoformat(timespec="seconds") if key.expires else None,
        "state": key.ended(now) or "counts",
    }


def _row(key: Key, now: datetime) -> tuple[str, ...]:
    ends = _date(key.expires) if key.expires else "-"
    roles = ", ".join(sorted(key.roles))
    return key.id, key.name, roles, _date(key.made), _date(key.changed), ends, key.ended(now) or "counts"


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _say(sentence: str, code: int = DONE) -> int:
    print(sentence, file=sys.stderr)
    return code


_JOBS: Mapping[str, Job] = {"make": _make, "listed": _listed, "rotate": _rotate, "revoke": _revoke}
