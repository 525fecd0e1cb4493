"""A running Nautobot that holds exactly the demo network (make seed), and the demo beside it."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from gql import GraphQLRequest
from graphql import GraphQLError, parse

from tools.answering import Answering
from tools.demo import DemoNetwork
from tools.nautobot import Nautobot
from tools.packaged import folder
from tools.settings import ToolSettings

Answer = dict[str, Any]
Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def nautobot_api() -> Iterator[httpx.Client]:
    """The Nautobot under NAUTOBOT_TEST_URL."""
    token = os.environ["NAUTOBOT_TEST_TOKEN"]
    with httpx.Client(
        base_url=os.environ["NAUTOBOT_TEST_URL"], headers={"Authorization": f"Token {token}"}, timeout=60
    ) as client:
        yield client


@pytest.fixture(scope="session")
def ask_nautobot(nautobot_api: httpx.Client) -> Ask:
    """Asks the real one: the whole body of its answer."""

    def ask(query: str, variables: dict[str, Any] | None = None) -> Answer:
        body = {"query": query, "variables": variables or {}}
        answer: Answer = nautobot_api.post("/api/graphql/", json=body).json()
        return answer

    return ask


@pytest.fixture(scope="session")
def ask_demo() -> Ask:
    """Asks the demo, in the shape of a Nautobot's body."""
    network = DemoNetwork(folder("demo_fixtures"))

    def ask(query: str, variables: dict[str, Any] | None = None) -> Answer:
        try:
            parse(query)
        except GraphQLError as error:
            return {"errors": [error.formatted]}
        result = network.answer(GraphQLRequest(query, variable_values=variables or {}))
        return {"data": result.data, "errors": result.errors}

    return ask


@pytest.fixture(scope="session")
def own_ids(ask_nautobot: Ask, ask_demo: Ask) -> dict[str, str]:
    """The ids of what every Nautobot makes for itself at random (statuses, roles, Global), as the demo has them."""
    query = "{statuses{id name} roles{id name} namespaces{id name}}"
    real, demo = ask_nautobot(query)["data"], ask_demo(query)["data"]
    return {
        there["id"]: here["id"]
        for kind in real
        for there in real[kind]
        for here in demo[kind]
        if there["name"] == here["name"] and there["id"] != here["id"]
    }


@pytest.fixture
async def account() -> AsyncIterator[Callable[[int | None], Answering]]:
    """What answers with the token of a test account, forty equal digits; None is the demo."""
    opened: list[Nautobot] = []

    def answering(digit: int | None) -> Answering:
        settings: dict[str, Any] = {"demo_mode": "true", "nautobot_url": None}
        if digit is not None:
            settings = {
                "demo_mode": "false",
                "nautobot_url": os.environ["NAUTOBOT_TEST_URL"],
                "nautobot_token": str(digit) * 40,
                "nautobot_timeout": 60,
            }
        opened.append(Nautobot(ToolSettings.load(**settings)))
        return Answering(opened[-1], rows_shown=1000)

    yield answering
    for nautobot in opened:
        await nautobot.aclose()
