"""`python -P -m tools`: the tool server on standard input and output."""

import os
import sys
from collections.abc import Iterable

import anyio
from dotenv import dotenv_values

from sextant.telemetry import logs, traces
from sextant.telemetry.secrets import secrets_among
from tools.loading import Loading
from tools.server import serve
from tools.settings import ToolSettings, WrongSetting


def main() -> int:
    """Serve until standard input closes. Return 2 where a setting cannot be used, and say which."""
    try:
        settings = ToolSettings.load()
    except WrongSetting as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    logs.configure(settings.sextant_log, settings.sextant_log_level or "warning", lambda: _secrets(settings))
    traces.start("sextant-tools", settings.sextant_traces)
    anyio.run(serve, Loading(settings))
    return 0


def _secrets(settings: ToolSettings) -> Iterable[str]:
    token = settings.nautobot_token
    yield from secrets_among({**dotenv_values(".env", encoding="utf-8"), **os.environ})
    if token is not None:  # from the YAML file, perhaps
        yield token.get_secret_value()


if __name__ == "__main__":
    sys.exit(main())
