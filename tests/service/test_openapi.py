"""The OpenAPI document: what it says is what happens, whatever is sent."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

EXAMPLES = 25  # of each route


@pytest.fixture(scope="session")
def api(running: Any) -> Any:
    """Return the document of a service that runs over the demo network."""
    return schemathesis.openapi.from_url(f"{running.url}/openapi.json")


# Not schemathesis' own plugin: it knows the insides of an older pytest.
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not allowed"])
def test_every_answer_is_one_that_the_document_tells_of(api: Any, mode: GenerationMode) -> None:
    tried = []
    for found in api.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def asked(case: Any) -> None:
            case.call_and_validate()

        try:
            asked()
        except Unsatisfiable:
            continue  # nothing can be wrong in a request without parameters
        tried.append(operation.label)
    assert {"POST /query", "POST /tools/invoke", "GET /results/{id}", "GET /conversations/{name}"} <= set(tried)


async def test_the_document_names_every_route_and_its_problems(service: Any) -> None:
    document = (await (await service()).get("/openapi.json")).json()
    assert set(document["paths"]) >= {"/healthz", "/readyz", "/tools", "/tools/invoke", "/query", "/results/{id}"}
    for path, method in (("/query", "post"), ("/tools/invoke", "post"), ("/conversations/{name}", "delete")):
        told = document["paths"][path][method]["responses"]
        assert list(told["422"]["content"]) == ["application/problem+json"], path
    assert list(document["paths"]["/readyz"]["get"]["responses"]["503"]["content"]) == ["application/json"]
    assert {"ProblemDocument", "Wrong"} <= set(document["components"]["schemas"])
