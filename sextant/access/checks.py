"""What `sextant doctor` finds of accounts and rights. Never a secret."""

from collections.abc import Collection
from datetime import UTC, datetime

from chainlit_app.history.where import Place
from chainlit_app.settings import AppSettings
from sextant.access.authenticator import authenticator
from sextant.access.gate import LOOP
from sextant.access.policy import Policy
from sextant.access.rates import Rates, shown
from sextant.access.refusals import Unauthenticated, Unavailable
from sextant.access.settings import AccessSettings
from tools.models import Check
from tools.settings import WrongSetting


async def checks(policy: Policy, tools: Collection[str], app: AppSettings) -> list[Check]:
    """Return what was found; `tools` are those that there are, none where that is not known."""
    access = AccessSettings.load()
    found = [await _accounts(policy, access, app), _rights(policy, tools, access)]
    if access.page_login:
        found.append(await _issuer("Page login", access))
    if access.rates:
        found.append(await _rates(access.rates))
    return found


async def _accounts(policy: Policy, access: AccessSettings, app: AppSettings) -> Check:
    said = f"AUTH_MODE={access.auth_mode}"
    if access.auth_mode == "none":
        return Check(name="Accounts", ok=True, detail=f"{said}: whoever reaches `sextant serve` may ask")
    if access.auth_mode == "bearer":
        return await _issuer("Accounts", access)
    if access.auth_mode == "api_key":
        return await _keys(said, access.keys(app.history))
    try:
        knows = authenticator("127.0.0.1", policy, access, app)
        try:
            await knows.authenticate({})
        finally:
            await knows.aclose()
    except Unauthenticated:
        return Check(name="Accounts", ok=True, detail=f"{said}: the passwords can be read")
    except (WrongSetting, Unavailable) as trouble:
        return Check(name="Accounts", ok=False, detail=f"{said}: {trouble}", todo="see docs/accounts.md")
    return Check(
        name="Accounts",
        ok=False,
        detail=f"{said}: a request without a password was let in",
        todo="report it with this output",
    )


async def _keys(said: str, place: Place) -> Check:
    from sextant.access.key_store import KeyStore, KeysTrouble

    store = KeyStore(place)
    try:
        count = sum(key.ended(datetime.now(UTC)) is None for key in await store.all())
    except KeysTrouble as trouble:
        return Check(name="Accounts", ok=False, detail=f"{said}: {trouble}", todo="see docs/accounts.md")
    finally:
        await store.close()
    todo = (
        "" if count else "nobody can come in: `sextant keys make NAME`, with the settings of the service, makes a key"
    )
    return Check(name="Accounts", ok=True, detail=f"{said}: {count} of the keys in {place} count", todo=todo)


def _rights(policy: Policy, tools: Collection[str], access: AccessSettings) -> Check:
    named = access.sextant_policy or "the built-in policy"
    strangers = policy.strangers([*tools, LOOP]) if tools else []
    if strangers:
        todo = "look at how they are spelt: `sextant tools --list` has the names"
        return Check(name="Rights", ok=False, detail=f"{named}: no tool is called {', '.join(strangers)}", todo=todo)
    return Check(name="Rights", ok=True, detail=f"{named}: {', '.join(policy.roles)}")


async def _issuer(name: str, access: AccessSettings) -> Check:
    from sextant.access.issuer import Issuer, NoIssuer

    issuer = Issuer(access.sextant_oidc_issuer or "")
    try:
        await issuer.key("")
    except NoIssuer as trouble:
        todo = "see SEXTANT_OIDC_ISSUER: its tokens cannot be checked"
        return Check(name=name, ok=False, detail=str(trouble), todo=todo)
    return Check(name=name, ok=True, detail=f"the issuer {issuer.address} answers")


async def _rates(address: str) -> Check:
    rates = Rates(address)
    try:
        away = await rates.trouble()
    finally:
        await rates.aclose()
    todo = "see SEXTANT_RATES; until then each process counts its own calls"
    return Check(name="Rates", ok=away is None, detail=away or f"{shown(address)} answers", todo=todo if away else "")
