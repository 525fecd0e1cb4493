"""The page of the commands, from the parser that reads them."""

import argparse
from collections.abc import Iterator

from parts import code, escaped, made_by, table

from chainlit_app.cli import _parser

HEAD = """# Commands

Settings are not options: they come from [the environment, a file or the defaults](configuration.md). Every command has `--help`.

"""


def commands_page() -> str:
    """Return the page; it does not lean on argparse's own layout, which differs from Python to Python."""
    found = list(commands(_parser()))
    page = made_by("the parser of the command line") + HEAD
    page += table(("Command", "For"), ((f"[`{name}`](#{_anchor(name)})", escaped(said)) for name, said, _ in found))
    return page + "".join(_command(name, said, parser) for name, said, parser in found)


def commands(
    parser: argparse.ArgumentParser, before: str = "sextant"
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield every command and those below it: what is typed, what it is for, and its parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield f"{before} {name}", helps.get(name, ""), command
                yield from commands(command, f"{before} {name}")


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _command(name: str, said: str, parser: argparse.ArgumentParser) -> str:
    page = f"\n## `{name}` {{: #{_anchor(name)} }}\n\n{said[:1].upper()}{said[1:]}.\n"
    taken = [
        (code(_typed(one)), escaped(one.help or ""))
        for one in parser._actions
        if not isinstance(one, argparse._HelpAction | argparse._SubParsersAction)
    ]
    if taken:
        page += "\n" + table(("Takes", "Meaning"), taken)
    if parser.epilog:
        page += f"\n{' '.join(parser.epilog.split())}\n"
    return page


def _typed(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest)
    if not action.option_strings:
        return f"{name} ..." if action.nargs in ("+", "*") else name
    choices = "|".join(map(str, action.choices)) if action.choices else name
    return ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {choices}")
