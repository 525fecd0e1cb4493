"""What this process says of itself to whoever runs it: its logs. Set up once, by the way in."""

from chainlit_app.own_secrets import known_secrets
from sextant.telemetry import logs
from sextant.telemetry.logs import Level
from tools.settings import ToolSettings


def start(quietest: Level) -> None:
    """Write logs as the settings want them; `quietest` is the level where they name none. Raise `WrongSetting`."""
    settings = ToolSettings.load()
    logs.configure(settings.sextant_log, settings.sextant_log_level or quietest, known_secrets)
