"""What is left of a Sextant that ends: nothing, however it ends."""

import signal
from collections.abc import Callable
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.slow

CALL = {"tool": "search_locations", "arguments": {"query": "campus"}}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("command", ["serve", "chat"])
def test_no_tool_server_outlives_it(
    run: Callable[..., Any], until: Any, alive: Callable[[int], bool], command: str, how: signal.Signals
) -> None:
    service = run(command)
    until(service.tool_servers, "it starts no tool server")
    (tools,) = service.tool_servers()
    assert service.end(how) == (0 if how == signal.SIGTERM else -how)
    until(lambda: not alive(tools), "the tool server still runs")


def test_a_call_that_waits_for_a_nautobot_without_an_answer_is_given_up(
    run: Callable[..., Any], until: Any, alive: Callable[[int], bool], silent: Any
) -> None:
    service = run(
        "serve",
        watched="/healthz",
        DEMO_MODE="false",
        NAUTOBOT_URL=silent.url,
        NAUTOBOT_TOKEN="x" * 40,
        NAUTOBOT_TIMEOUT="300",
        SEXTANT_CALL_SECONDS="300",
        SEXTANT_SERVE_STOP_SECONDS="1",
    )
    with silent.threads as threads:
        asking = threads.submit(httpx.post, f"{service.url}/tools/invoke", json=CALL, timeout=120)
        until(lambda: silent.asked, "Nautobot is not asked")
        (tools,) = service.tool_servers()
        assert service.end() == 0
        given_up = asking.result()
    assert (given_up.status_code, given_up.headers["retry-after"]) == (503, "5")
    until(lambda: not alive(tools), "the tool server still runs")
