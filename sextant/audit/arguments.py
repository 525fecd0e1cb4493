"""The words of `sextant audit` on the command line. What they do is loaded when it is wanted."""

import argparse
import re
from datetime import UTC, datetime, timedelta

KINDS = ("question", "tool", "allow", "deny", "export", "login", "key", "trail")  # of `sextant.audit.trail`
_EPILOG = """exit code of verify: 0 every row is as it was written, 1 some are not or are missing, 2 wrong use or
settings, 3 the trail cannot be read. docs/audit.md says what is recorded."""
_AGO = re.compile(r"(\d{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_ANCHOR = re.compile(r"\d{1,18}:[0-9a-f]{64}")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Give the command line its `audit`."""
    audit = commands.add_parser(
        "audit",
        help="what was asked, called, refused and taken away",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    jobs = audit.add_subparsers(required=True, metavar="WHAT")
    show = jobs.add_parser("show", help="print the newest rows, one a line")
    _filters(show)
    show.add_argument("--newest", type=_count, default=100, metavar="N", help="so many rows, 100 if not given; 0: all")
    show.add_argument("--json", action="store_true", help="print a JSON object a line")
    show.set_defaults(command=_show)

    export = jobs.add_parser("export", help="save all rows, or some, as a file")
    _filters(export)
    files = export.add_mutually_exclusive_group(required=True)
    files.add_argument("--csv", metavar="FILE", help="as CSV; - prints it")
    files.add_argument("--json", metavar="FILE", help="as JSON, an object a line; - prints it")
    export.set_defaults(command=_export)

    verify = jobs.add_parser("verify", help="see whether every row is as it was written, and none is missing")
    verify.add_argument(
        "--anchor", type=_anchor, metavar="NUMBER:HASH", help="the end of the trail as an earlier verify printed it"
    )
    verify.set_defaults(command=_verify)


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", type=_since, metavar="WHEN", help="2026-01-31, 2026-01-31T08:00, or 30m, 12h, 7d ago"
    )
    parser.add_argument("--who", metavar="NAME", help="the id or the name of who did it")
    parser.add_argument("--kind", choices=KINDS, help="only such rows")


def _show(given: argparse.Namespace) -> int:
    from sextant.audit import commands

    return commands.show(given)


def _export(given: argparse.Namespace) -> int:
    from sextant.audit import commands

    return commands.export(given)


def _verify(given: argparse.Namespace) -> int:
    from sextant.audit import commands

    return commands.verify(given)


def _since(said: str) -> datetime:
    if ago := _AGO.fullmatch(said):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{said!r} is no time: write 2026-01-31, 2026-01-31T08:00 or 7d") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _anchor(said: str) -> str:
    if not _ANCHOR.fullmatch(said):
        raise argparse.ArgumentTypeError(
            "an anchor is a number, a colon and 64 hexadecimal digits, as verify prints it"
        )
    return said


def _count(said: str) -> int:
    if not said.isdecimal():
        raise argparse.ArgumentTypeError(f"{said!r} is no number of rows")
    return int(said)
