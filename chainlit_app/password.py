"""`sextant password`: asks for a password and writes its hash into the file of who may log in."""

import sys
from getpass import getpass
from pathlib import Path

from chainlit_app import passwords
from chainlit_app.history.where import home
from chainlit_app.settings import AppSettings
from tools.settings import WrongSetting


class NotSet(Exception):
    """The password is not set; the message is one sentence."""


def set_one(name: str, file: str | None) -> str:
    """Ask for a password, write it, and return what to say about that. Raise `NotSet`."""
    there = Path(file).expanduser().absolute() if file else _file()
    try:
        new = passwords.write(there, name, _asked(name))
    except passwords.WrongPasswords as wrong:
        raise NotSet(str(wrong)) from wrong
    except OSError as error:
        raise NotSet(f"{there} cannot be written ({error.strerror}).") from error
    done = f"{name} can log in with it." if new else f"{name} has a new password; the old one ends what it had open."
    return f"{done} The file is {there}: SEXTANT_PASSWORDS={there} makes the page ask for a login."


def _file() -> Path:
    """Return the file that is set, or the one beside the history."""
    try:
        set_there = AppSettings.load().passwords
    except WrongSetting:
        raise NotSet("A setting is wrong (`sextant doctor` says which): name the file with --file.") from None
    return set_there or home() / "passwords"


def _asked(name: str) -> str:
    if not sys.stdin.isatty():  # from a pipe: one line
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(f"Password for {name}: ")
    if getpass("Once more: ") != password:
        raise NotSet("The two are not the same: nothing is changed.")
    return password
