"""What `sextant serve` is told, beside the settings of the host and of the tools: its address and its limits."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from chainlit_app.settings import HostName, HostNames
from sextant.access.settings import LOOPBACK
from tools.settings import LayeredSettings


def _origins(value: str) -> str:
    found = [origin.strip().rstrip("/").lower() for origin in value.split(",") if origin.strip()]
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            raise ValueError(f"{origin} is no origin")
    if not found:
        raise ValueError("no origin in it")
    return ",".join(dict.fromkeys(found))


class ServiceSettings(LayeredSettings):
    """The settings of the service."""

    sextant_serve_host: HostName = Field(
        "127.0.0.1", description="the address to listen on: 127.0.0.1, or 0.0.0.0 for other machines as well"
    )
    sextant_serve_port: int = Field(7001, ge=1, le=65_535, description="a port, 1 to 65535")
    sextant_serve_hostnames: HostNames | None = Field(
        None, description="the names and addresses under which clients reach the service, with commas between"
    )
    sextant_serve_origins: Annotated[str, AfterValidator(_origins)] | None = Field(
        None, description="origins of web pages that may use the service, such as https://portal.example.com"
    )
    sextant_serve_body_kb: int = Field(
        256, ge=1, le=1_048_576, description="kilobytes of a request's body, 1 to 1048576"
    )
    sextant_serve_depth: int = Field(
        32, ge=2, le=1000, description="lists and objects inside one another in a body, 2 to 1000"
    )
    sextant_serve_read_seconds: float = Field(
        10, ge=0.1, le=600, description="seconds for a client to send its request, 0.1 to 600"
    )
    sextant_serve_parallel: int = Field(64, ge=1, le=10_000, description="requests answered at once, 1 to 10000")
    sextant_serve_connections: int = Field(2_000, ge=1, le=100_000, description="connections at once, 1 to 100000")
    sextant_serve_stop_seconds: float = Field(
        7, ge=0, le=600, description="seconds for running answers to end when the service stops, 0 to 600"
    )
    sextant_mcp_sessions: int = Field(2_000, ge=1, le=100_000, description="MCP sessions at once, 1 to 100000")
    sextant_mcp_idle_minutes: float = Field(
        30, ge=0.01, le=10_080, description="minutes until an MCP session that nobody uses ends, 0.01 to 10080"
    )

    @property
    def hostnames(self) -> frozenset[str] | None:
        """Names under which the service may be addressed; None: any, where it listens for other machines."""
        named = self.sextant_serve_hostnames
        if named is None and self.sextant_serve_host not in LOOPBACK:
            return None
        return LOOPBACK | frozenset(named.split(",") if named else ())

    @property
    def origins(self) -> frozenset[str]:
        """Origins beside its own whose pages may use the service."""
        return frozenset((self.sextant_serve_origins or "").split(",")) - {""}
