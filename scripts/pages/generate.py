#!/usr/bin/env python3
"""Write the pages of docs/ that follow from the code, or say which are not current.

python scripts/pages/generate.py [--check] [FOLDER]     (--check: nothing is written; it ends with 1 where one is not current)
"""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from of_commands import commands_page
from of_routes import openapi_document, routes_page
from of_settings import fields, settings_page
from of_tools import tools_page

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "configuration.md": settings_page,
    "tools.md": tools_page,
    "commands.md": commands_page,
    "http-reference.md": routes_page,
    "openapi.json": openapi_document,
}


def main(arguments: list[str]) -> int:
    """Write what is not current, or with --check only name it. Return how the process ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("folder", nargs="?", type=Path, default=DOCS, help="another folder than docs/")
    given = parser.parse_args(arguments)
    folder = given.folder.absolute()
    _forget_settings()
    stale = []
    for name, page in PAGES.items():
        text, file = page(), folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not given.check:
                file.write_text(text, encoding="utf-8")
    if stale:
        print(f"{'Not current, run `make docs`' if given.check else 'Written'}: {', '.join(stale)}")
    return int(given.check and bool(stale))


def _forget_settings() -> None:
    """Leave the settings of who runs this behind: a page says the same on every machine."""
    for key in [key for key in os.environ if key in fields() or key == "SEXTANT_CONFIG"]:
        del os.environ[key]
    os.environ["SEXTANT_HISTORY"] = "off"
    logging.disable(logging.WARNING)  # what a service warns of at its start: none is started here
    os.chdir(tempfile.mkdtemp(prefix="sextant-pages-"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
