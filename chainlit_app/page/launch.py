"""Start the browser app from a checkout or an installed wheel, without a trace in the folder one stands in."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

from chainlit_app.history.where import Place
from chainlit_app.passwords import Passwords, WrongPasswords
from sextant.access.settings import AccessSettings

APP = Path(__file__).parent.parent / "app.py"

# Chainlit loads its chat platforms and its data layers by these, whoever set them and what for.
_NOT_OURS = (
    "DATABASE_URL",
    "LITERAL_API_KEY",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_WEBSOCKET_TOKEN",
    "TEAMS_APP_ID",
    "TEAMS_APP_PASSWORD",
    "DISCORD_BOT_TOKEN",
    "CHAINLIT_CUSTOM_AUTH",
)


class Address(Protocol):
    """Where to listen and who may come in; part of the app's settings."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def passwords(self) -> Path | None: ...
    @property
    def open(self) -> bool: ...
    @property
    def history(self) -> Place: ...


class NoStart(Exception):
    """The page does not start; the message says what to do."""


class PortTaken(NoStart):
    """The address cannot be listened on."""


def run(settings: Address) -> None:
    """Serve the page until it is stopped; the process ends with it. Raise `NoStart` before anything is started."""
    check_access(settings.host, settings)
    check_history(settings.history)
    claim(settings.host, settings.port)
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    # Chainlit writes into the folder it runs in, and servers that share one delete each other's files.
    home = tempfile.mkdtemp(prefix="sextant-")
    os.environ["CHAINLIT_APP_ROOT"] = home
    os.environ["CHAINLIT_HOST"] = settings.host
    os.environ["CHAINLIT_PORT"] = str(settings.port)
    try:
        # Imported late: Chainlit reads the environment, and writes its files, while it is imported.
        from chainlit.cli import run_chainlit
        from chainlit.config import config

        config.run.headless = True
        run_chainlit(str(APP))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def check_access(host: str, settings: Address) -> None:
    """Raise `NoStart` where other machines could come in without a login, and nobody has said that they may."""
    if settings.passwords:
        try:
            Passwords(settings.passwords)
        except WrongPasswords as wrong:
            raise NoStart(f"SEXTANT_PASSWORDS: {wrong}") from wrong
    elif not is_loopback(host) and not settings.open and not AccessSettings.load().page_login:
        raise NoStart(
            f"Sextant has no login, and at {host} other machines reach it: everyone on the network could ask."
            " Give it passwords (`sextant password NAME`, then SEXTANT_PASSWORDS) or an issuer (SEXTANT_OIDC_CLIENT_ID), or"
            " listen on 127.0.0.1."
            " Where something in front of it lets in only who may ask, SEXTANT_OPEN=true starts it."
        )


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_history(place: Place) -> None:
    """Raise `NoStart` where no history can be kept, or a newer Sextant has written it. What may pass ends no chat."""
    # Imported late: SQLAlchemy is for the chat alone.
    from chainlit_app.history.store import Store
    from chainlit_app.history.trouble import HistoryTrouble, NewerHistory, WrongFile

    async def opened() -> None:
        store = Store(place)
        try:
            await store.open()
        finally:
            await store.close()

    try:
        asyncio.run(opened())
    except NewerHistory as newer:
        raise NoStart(f"SEXTANT_HISTORY: {newer}") from newer
    except WrongFile as wrong:
        raise NoStart(
            f"SEXTANT_HISTORY: {wrong} Name a file that can be, an address like"
            " postgresql://user:password@host/database, or off, which keeps nothing."
        ) from wrong
    except HistoryTrouble:
        return  # said when it is used


def claim(host: str, port: int, setting: str = "SEXTANT_PORT") -> None:
    """Raise `PortTaken` where nothing can listen at that address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if sys.platform != "win32":  # there it would allow to share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Sextant cannot listen on {host}:{port} ({error.strerror}). Another program may use it:"
                f" choose another port, for example {setting}={port + 1}."
            ) from error


def forget_home() -> None:
    """Delete the folder that `run` made; Chainlit ends its process without a word to those who wait."""
    home = os.environ.get("CHAINLIT_APP_ROOT", "")
    if Path(home).name.startswith("sextant-") and Path(home).parent == Path(tempfile.gettempdir()):
        shutil.rmtree(home, ignore_errors=True)


def address_said(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1", "localhost") else host
    return f"http://{name}:{port}"
