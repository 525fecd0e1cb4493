"""`python -P -m tools`: the tool server on standard input and output."""

import logging
import sys

import anyio

from tools.loading import Loading
from tools.server import serve
from tools.settings import ToolSettings, WrongSetting


def main() -> int:
    """Serve until standard input closes. Return 2 where a setting cannot be used, and say which."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = ToolSettings.load()
    except WrongSetting as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    anyio.run(serve, Loading(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
