"""What is noted in this process of a tool call: its request id, from the call to the requests to Nautobot. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sextant.telemetry import request


@contextmanager
def call(meta: Mapping[str, Any]) -> Iterator[None]:
    """Run a call under the request id that its `_meta` names, or under one of its own."""
    with request.within(request.accepted(meta.get(request.META_KEY))):
        yield


def headers() -> dict[str, str]:
    """Return what a request to Nautobot says of where it comes from."""
    id = request.request_id.get()
    return {request.HEADER: id} if id else {}
