"""A running Nautobot that holds exactly the demo network (make seed), and the demo beside it."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from gql import GraphQLRequest
from graphql import GraphQLError, parse

from tools.demo import DemoNetwork
from tools.packaged import folder

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
