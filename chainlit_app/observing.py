"""What this process tells whoever runs it: logs, figures, traces. Set up once, by the way in."""

import atexit
from typing import Protocol

from chainlit_app.own_secrets import known_secrets
from sextant.telemetry import logs, traces
from sextant.telemetry.logs import Level
from sextant.telemetry.secrets import masking
from tools.settings import ToolSettings, WrongSetting


class MetricsSettings(Protocol):
    """The settings of figures, as `chainlit_app.settings` has them."""

    @property
    def sextant_metrics_port(self) -> int | None: ...
    @property
    def sextant_metrics_host(self) -> str: ...


def start(quietest: Level, service: str, figures: MetricsSettings | None = None) -> None:
    """Begin, as the settings want it. Raise `WrongSetting`, also where the port for figures is taken.

    `quietest` is the level of logs where the settings name none; `service` is what traces call this process; `figures`
    is given by what runs for long enough to be asked for them.
    """
    settings = ToolSettings.load()
    logs.configure(settings.sextant_log, settings.sextant_log_level or quietest, known_secrets)
    masked = masking(known_secrets()) if settings.sextant_trace_content else None
    traces.start(service, settings.sextant_traces, masked)
    if figures is not None and figures.sextant_metrics_port is not None:
        _serve(figures.sextant_metrics_host, figures.sextant_metrics_port)


def _serve(host: str, port: int) -> None:
    from sextant.telemetry import prometheus

    try:
        atexit.register(prometheus.serve(host, port))
    except OSError as error:
        raise WrongSetting(
            f"SEXTANT_METRICS_PORT: nothing can listen on {host}:{port} ({error.strerror})."
            " Another program may use it: choose another port."
        ) from None
