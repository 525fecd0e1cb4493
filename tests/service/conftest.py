"""A service in this process, over tools and models of a test's own; and one as its users run it."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from mcp import types
from pydantic import AnyUrl

from chainlit_app.agent import Budget
from chainlit_app.host import Host
from chainlit_app.limits import Limits
from chainlit_app.settings import AppSettings
from sextant.access.principal import Principal
from sextant.access.refusals import Unauthenticated
from sextant.service.app import create_app
from sextant.service.run import server_of
from sextant.service.settings import ServiceSettings
from tools.models import Names, Status

BASE = "http://localhost:7001"


@pytest.fixture
def tools(fakes: SimpleNamespace) -> Any:
    """Return tools that know devices at NYC01, and what a host asks beside them."""

    class Tools(fakes.FakeToolbox):  # type: ignore[misc,name-defined]
        def __init__(self, **answers: Any) -> None:
            super().__init__(**answers)
            self.files: dict[str, bytes] = {}
            self.answers_now = True

        async def titles(self) -> dict[str, str]:
            return {"get_device": "One device"}

        async def status(self) -> Status:
            return Status(mode="demo", setting="demo", url=None, detail="", answers=self.answers_now)

        async def names(self) -> Names:
            return Names.model_validate({**dict.fromkeys(Names.model_fields, ()), "mode": "demo"})

        async def file(self, uri: str) -> tuple[bytes, str]:
            return self.files[uri], "text/csv"

        async def catalogue(self) -> list[types.Tool]:
            return [
                types.Tool(name=one["function"]["name"], inputSchema=one["function"]["parameters"])
                for one in self.tools
            ]

        async def resources(self) -> tuple[list[types.Resource], list[types.ResourceTemplate]]:
            return [types.Resource(name="status", uri=AnyUrl("sextant://status"))], []

        async def aclose(self) -> None:
            return None

    return Tools(NYC01=fakes.answer("sw1", "sw2"))


Service = Callable[..., Any]


class Begun(Host):
    """A host whose model and tools need no start."""

    async def warm(self) -> None:
        """Load nothing."""


@asynccontextmanager
async def living(app: Any) -> AsyncIterator[None]:
    """Run the life of an app in one task, as a server does: pytest ends a fixture in another than it began in."""
    begun, end = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.router.lifespan_context(app):
            begun.set()
            await end.wait()

    task = asyncio.create_task(live())
    await begun.wait()
    yield
    end.set()
    await task


@pytest.fixture
async def service(fakes: SimpleNamespace, tools: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    """Return a function that starts a service in this process and returns its client; `client.served` is what it serves."""
    monkeypatch.chdir("/")  # no .env of a developer
    async with AsyncExitStack() as stack:

        async def start(
            *script: Any,
            limits: Limits | None = None,
            toolbox: Any = tools,
            lifespan: bool = True,
            trail: Any = None,
            **settings: Any,
        ) -> Any:
            model = fakes.ScriptedLLM(*(script or (Exception("no question was expected"),)))
            host = Host(toolbox, Budget(), {"scripted": model}, limits, trail=trail)
            app = create_app(ServiceSettings.load(**settings), AppSettings.load(sextant_history="off"), host)
            if lifespan:
                await stack.enter_async_context(living(app))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            client: Any = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=BASE))
            client.served, client.model, client.app = app.state.served, model, app
            return client

        yield start


class ByName:
    """An authenticator for tests: whoever sends X-Who is who they say; `X-Roles` are their roles, viewer by default."""

    async def authenticate(self, headers: Mapping[str, str], address: str = "") -> Principal:
        name = headers.get("x-who")
        if not name:
            raise Unauthenticated("Say who you are.", 'ApiKey realm="Sextant"')
        roles = headers.get("x-roles", "viewer").split(",")
        return Principal(f"key:{name}", name, frozenset(roles), "api_key")

    async def aclose(self) -> None:
        return None


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let services of this process know who asks by a header."""
    monkeypatch.setattr("sextant.service.app.authenticator", lambda *_: ByName())


@pytest.fixture
async def listening(service: Service) -> AsyncIterator[Service]:
    """Return a function that lets a service in this process listen, and returns its client; `client.url` is where."""
    async with AsyncExitStack() as stack:

        async def start(*script: Any, port: int | None = None, **given: Any) -> Any:
            client = await service(*script, lifespan=False, **given)
            port = port or free_port()
            server = server_of(client.app, client.served, port)
            serving = asyncio.create_task(server.serve())
            while not server.started:
                await asyncio.sleep(0.01)

            async def stop() -> None:
                server.handle_exit(15, None)
                await serving

            stack.push_async_callback(stop)
            url = f"http://127.0.0.1:{port}"
            real: Any = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))
            real.url, real.server, real.serving = url, server, serving
            real.served, real.model, real.sessions = client.served, client.model, client.app.state.sessions
            return real

        yield start


@pytest.fixture(name="free_port")
def _free_port() -> Callable[[], int]:
    return free_port


class Process:
    """`sextant serve` as a process of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "LANG", "COV"))}
        ours = {
            "DEMO_MODE": "true",
            "SEXTANT_HISTORY": "off",
            "SEXTANT_AUDIT": "off",
            "SEXTANT_SERVE_PORT": str(self.port),
        }
        self.log = folder / f"serve-{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).parent / "sextant", "serve"],
                cwd=folder,
                env={**kept, **ours, **settings},
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        """Return when it answers."""
        until = time.monotonic() + 90
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=30).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"It does not start: {self.log.read_text()}")

    def stop(self) -> int:
        """End it as its users do; return its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Process]]:
    """Return a function that starts `sextant serve` with settings and waits until it is ready."""
    started: list[Process] = []

    def start(**settings: str) -> Process:
        process = Process(tmp_path_factory.mktemp("serve"), **settings)
        started.append(process)
        process.wait()
        return process

    yield start
    for one in started:
        if one.process.poll() is None:
            one.stop()


@pytest.fixture(scope="session")
def running(serve: Callable[..., Process]) -> Process:
    """Return a service over the demo network that all tests may ask."""
    return serve()


@pytest.fixture
def soon() -> Callable[[Callable[[], bool]], Any]:
    """Return a function that waits until something holds."""

    async def wait(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0.005)

    return wait
