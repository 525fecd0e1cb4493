"""`sextant`: the chat, a question in a terminal, an exported conversation, the tool server, and what is set up.

Imports are late: `sextant --help` answers at once.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import NoReturn

from sextant.access import arguments as keys
from sextant.audit import arguments as audit

ANSWERED, NOT_ANSWERED, WRONG_USE, INTERRUPTED, NO_READER = 0, 1, 2, 130, 141

_EPILOG = """settings come from the environment, .env, sextant.yaml (or SEXTANT_CONFIG), in this order; .env.example lists
them. Without any, answers come from the demo network and questions are read by the offline reader."""

_ASK_EPILOG = """steps go to standard error, the answer and its sources to standard output.
exit code: 0 answered (also "nothing is recorded there"), 1 not answered, 2 wrong use or settings, 130 stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows a question mark
    try:
        code = command(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who read us has read enough. Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_READER
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sextant", description="Ask your network's source of truth in plain words.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"sextant-chat {version('sextant-chat')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    chat = commands.add_parser("chat", help="the chat in your browser")
    chat.set_defaults(command=_chat)

    ask = commands.add_parser(
        "ask",
        help="answer questions here in the terminal",
        epilog=_ASK_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ask.add_argument("questions", nargs="+", metavar="QUESTION", help="a question; those after it are follow-ups")
    ask.add_argument("--json", action="store_true", help="print one JSON object a question, one a line")
    ask.add_argument("--csv", metavar="FOLDER", help="save all rows of every source there, as CSV or as asked for")
    ask.add_argument("--export", metavar="FILE", help="save the conversation as FILE.md or FILE.json, without secrets")
    ask.add_argument("--rows", action="store_true", help="with --export FILE.json: all rows of every source as well")
    ask.set_defaults(command=_ask)

    read = commands.add_parser("read", help="check an exported conversation and print it as Markdown")
    read.add_argument("file", metavar="FILE", help="a conversation as JSON; - reads standard input")
    read.set_defaults(command=_read)

    tools = commands.add_parser("tools", help="the tool server (MCP) on standard input and output")
    tools.add_argument("--list", action="store_true", help="print the catalogue of tools instead")
    tools.set_defaults(command=_tools)

    serve = commands.add_parser("serve", help="the tools and the answers over HTTP and MCP")
    serve.set_defaults(command=_serve)

    password = commands.add_parser("password", help="give a name a password for the page (SEXTANT_PASSWORDS)")
    password.add_argument("name", metavar="NAME", help="who may log in with it")
    password.add_argument("--file", metavar="FILE", help="the file, where SEXTANT_PASSWORDS does not name it")
    password.set_defaults(command=_password)

    keys.add_to(commands)
    audit.add_to(commands)

    doctor = commands.add_parser("doctor", help="what is set up and reachable, and what to do where it is not")
    doctor.set_defaults(command=_doctor)
    return parser


def _chat(given: argparse.Namespace) -> int:
    from chainlit_app.host import check_models
    from chainlit_app.page import launch
    from chainlit_app.setting_names import names_of, strangers
    from chainlit_app.settings import AppSettings, load_settings
    from sextant.access.settings import AccessSettings
    from sextant.service.settings import ServiceSettings
    from tools.settings import ToolSettings, WrongSetting

    try:
        settings = load_settings()
        for strange in strangers(names_of([AppSettings, ToolSettings, AccessSettings, ServiceSettings])):
            print(strange, file=sys.stderr)
        check_models(settings)
        launch.run(settings)
    except WrongSetting as wrong:
        return _wrong_use(str(wrong))
    except launch.NoStart as no:
        return _wrong_use(str(no))
    return ANSWERED


def _ask(given: argparse.Namespace) -> int:
    from chainlit_app import asking, exporting
    from sextant.audit.trail import NotRecorded
    from tools.settings import WrongSetting

    if not all(question.strip() for question in given.questions):
        return _wrong_use("A question is empty.")
    try:
        return asking.run(given.questions, as_json=given.json, folder=given.csv, export=given.export, rows=given.rows)
    except (WrongSetting, asking.NoFolder, exporting.WrongFile, NotRecorded) as wrong:
        return _wrong_use(str(wrong))


def _read(given: argparse.Namespace) -> int:
    from chainlit_app import exporting

    try:
        print(exporting.read(given.file), end="")
    except exporting.WrongFile as wrong:
        return _wrong_use(str(wrong))
    return ANSWERED


def _tools(given: argparse.Namespace) -> int:
    if not given.list:
        _become_the_tool_server()
    from chainlit_app import catalogue
    from chainlit_app.turn import ToolboxTrouble
    from tools.settings import WrongSetting

    try:
        print(catalogue.listed())
    except WrongSetting as wrong:
        return _wrong_use(str(wrong))
    except ToolboxTrouble as trouble:
        print(trouble, file=sys.stderr)
        return NOT_ANSWERED
    return ANSWERED


def _become_the_tool_server() -> NoReturn:
    # -P: a folder named tools in the working directory is not ours.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "tools"])


def _serve(given: argparse.Namespace) -> int:
    from chainlit_app.page.launch import NoStart
    from sextant.service import run
    from tools.settings import WrongSetting

    try:
        run.run()
    except (WrongSetting, NoStart) as wrong:
        return _wrong_use(str(wrong))
    return ANSWERED


def _doctor(given: argparse.Namespace) -> int:
    from chainlit_app import doctor
    from sextant.service.settings import ServiceSettings

    return doctor.run([ServiceSettings])


def _password(given: argparse.Namespace) -> int:
    from chainlit_app import password

    try:
        print(password.set_one(given.name, given.file))
    except password.NotSet as wrong:
        return _wrong_use(str(wrong))
    return ANSWERED


def _wrong_use(reason: str) -> int:
    print(reason, file=sys.stderr)
    return WRONG_USE
