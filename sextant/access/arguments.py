"""The words of `sextant keys` on the command line. What they do is loaded when it is wanted."""

import argparse
from collections.abc import Callable

_EPILOG = """a new key is printed to standard output, once: only its hash is kept. exit code: 0 done, 1 there is no such
key, 2 wrong use or settings. docs/accounts.md says how keys are used."""
_MOST_DAYS = 36_500


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Give the command line its `keys`."""
    keys = commands.add_parser(
        "keys",
        help="API keys for the service (AUTH_MODE=api_key)",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    jobs = keys.add_subparsers(required=True, metavar="WHAT")
    make = jobs.add_parser("make", help="make a key and print it")
    make.add_argument("name", metavar="NAME", help="who or what it is for")
    make.add_argument(
        "--role", action="append", metavar="ROLE", help="a role of the policy, viewer if not given; may be repeated"
    )
    make.add_argument(
        "--days", type=_days, metavar="N", help="days until it ends; not given: it does not end by itself"
    )
    make.set_defaults(command=_late("make"))

    listed = jobs.add_parser("list", help="print all keys, without their secrets")
    listed.add_argument("--json", action="store_true", help="print a JSON object a line")
    listed.set_defaults(command=_late("listed"))

    rotate = jobs.add_parser("rotate", help="give a key another secret and print it; the old one ends")
    rotate.add_argument("id", metavar="ID", help="as `sextant keys list` prints it")
    rotate.set_defaults(command=_late("rotate"))

    revoke = jobs.add_parser("revoke", help="end a key, within a second")
    revoke.add_argument("id", metavar="ID", help="as `sextant keys list` prints it")
    revoke.set_defaults(command=_late("revoke"))


def _late(name: str) -> Callable[[argparse.Namespace], int]:
    def run(given: argparse.Namespace) -> int:
        from sextant.access import commands

        return commands.run(name, given)

    return run


def _days(said: str) -> float:
    try:
        days = float(said)
    except ValueError:
        days = 0
    if not 0 < days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{said} is no number of days, above 0 and up to {_MOST_DAYS:,}")
    return days
