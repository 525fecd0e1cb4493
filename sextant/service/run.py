"""`sextant serve`: the service as a process, until it is told to stop."""

import asyncio
import logging
import os
import sys
import time
from types import FrameType
from typing import NoReturn

import uvicorn
from starlette.types import ASGIApp

from chainlit_app import observing
from chainlit_app.host import check_models
from chainlit_app.page.launch import address_said, check_history, claim
from chainlit_app.setting_names import names_of, strangers
from chainlit_app.settings import AppSettings, load_settings
from sextant.access.settings import AccessSettings
from sextant.service.app import create_app
from sextant.service.bounds import Running
from sextant.service.connections import patient
from sextant.service.served import Served
from sextant.service.settings import ServiceSettings
from sextant.telemetry import traces
from tools.settings import ToolSettings

logger = logging.getLogger(__name__)

_CLOSE_SECONDS = 2  # for connections to close, once nothing is answered any more


class Server(uvicorn.Server):
    """A server that ends what it has begun: told to stop, it refuses what is new and waits for running answers."""

    def __init__(self, config: uvicorn.Config, running: Running, seconds: float) -> None:
        super().__init__(config)
        self._running, self._seconds = running, seconds
        self._until: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; told twice, stop at once."""
        if self._running.stopping:
            self.should_exit = self.force_exit = True
            return
        self._running.stopping = True
        self._until = time.monotonic() + self._seconds

    async def on_tick(self, counter: int) -> bool:
        """Say whether to end, ten times a second."""
        if self._until is not None:
            late = time.monotonic() - self._until
            if late > 0 and not self._running.given_up:
                self._running.give_up()
            if not self._running.count or late > _CLOSE_SECONDS:
                # Streams that wait for news (sse-starlette) end by this.
                self.should_exit = True
        return await super().on_tick(counter)


def run() -> None:
    """Serve until a signal. Raise `WrongSetting` or `NoStart` before anything is started."""
    settings, host_settings = ServiceSettings.load(), load_settings()
    observing.start("info", "sextant-serve", host_settings)
    for strange in strangers(names_of([AppSettings, ToolSettings, AccessSettings, ServiceSettings])):
        logger.warning("%s", strange)
    check_models(host_settings)
    check_history(host_settings.history)
    claim(settings.sextant_serve_host, settings.sextant_serve_port, "SEXTANT_SERVE_PORT")
    app = create_app(settings, host_settings)
    server = server_of(app, app.state.served, settings.sextant_serve_port)
    with asyncio.Runner() as runner:
        runner.run(_serve(server, address_said(settings.sextant_serve_host, settings.sextant_serve_port)))
        _leave()


def server_of(app: ASGIApp, served: Served, port: int) -> Server:
    """Return what lets an app listen at that port."""
    settings = served.settings
    config = uvicorn.Config(
        app,
        host=settings.sextant_serve_host,
        port=port,
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_CLOSE_SECONDS,
        http=patient(settings.sextant_serve_read_seconds),
        ws="none",
    )
    server = Server(config, served.running, settings.sextant_serve_stop_seconds)
    served.running.connections = lambda: len(server.server_state.connections)
    return server


def _leave() -> NoReturn:
    """End the process. Python would wait for threads whose work nobody waits for: an import, rows of a given up answer."""
    traces.close()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


async def _serve(server: Server, address: str) -> None:
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    if server.started:
        print(f"Sextant serves at {address} (what there is: {address}/docs)", flush=True)
    await serving
