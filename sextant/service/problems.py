"""What went wrong, as a client reads it: RFC 9457 problem documents, each with the id of its request."""

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sextant.access.refusals import Denied, Refusal, TooMany, Unauthenticated
from sextant.audit.trail import NotRecorded
from sextant.telemetry.request import request_id

logger = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_TYPE = "urn:sextant:problem:"
_TOLD = 20  # parts of a request that are named; whoever sends thousands of wrong ones is not sent as many sentences
_LONGEST = 200  # characters of where such a part stands: keys are as long as a client likes

# By status: the last word of `type`, which a program may go by.
_KINDS: Mapping[int, str] = {
    400: "bad-request",
    401: "not-authenticated",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "too-slow",
    409: "busy",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "too-many",
    500: "defect",
    503: "unavailable",
    504: "timeout",
}
_SAID: Mapping[int, str] = {
    404: "There is nothing here. /docs lists what there is.",
    405: "This path has no such method; the Allow header says which it has.",
    500: "Something in Sextant itself went wrong; its log says what, under this request id.",
}


class Wrong(BaseModel):
    """A part of a request that cannot be used."""

    where: str = Field(description="where it stands, such as body.question")
    message: str


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="what a program may go by, such as urn:sextant:problem:too-many")
    title: str
    status: int
    detail: str = Field(description="what was wrong, what is allowed and what to do")
    instance: str = Field(description="the path that was asked for")
    request_id: str = Field(description="under which the logs have it; also in the header X-Request-ID")
    errors: list[Wrong] = Field(default=[], description="with 422: the parts that cannot be used, 20 at most")


class Problem(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
        errors: Sequence[Wrong] = (),
    ) -> None:
        """`retry_after`: seconds, of which whole ones are told, at least 1."""
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))

    def document(self, path: str) -> ProblemDocument:
        """Return what a client is told."""
        return ProblemDocument(
            type=_TYPE + _KINDS.get(self.status, "other"),
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            instance=path,
            request_id=request_id.get() or "",
            errors=list(self.errors),
        )

    def response(self, path: str) -> Response:
        """Return the document as a response."""
        content = self.document(path).model_dump_json(exclude_defaults=True)
        return Response(content, self.status, self.headers, MEDIA_TYPE)


def defect() -> Problem:
    """Return what a client is told of a bug: nothing of its insides."""
    return Problem(500, _SAID[500])


def of_refusal(refusal: Refusal | NotRecorded) -> Problem:
    """Return what is told of a request that accounts, rights or the audit do not let in."""
    match refusal:
        case Unauthenticated():
            return Problem(401, str(refusal), headers={"WWW-Authenticate": refusal.challenge})
        case Denied():
            return Problem(403, str(refusal))
        case TooMany():
            return Problem(429, str(refusal), retry_after=refusal.retry_after_seconds)
        case _:
            return Problem(503, str(refusal), retry_after=5)


def install(app: FastAPI) -> None:
    """Let an app tell everything that goes wrong in it as a problem document."""

    async def of_problem(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, Problem)
        return problem.response(request.url.path)

    async def refused(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, (Refusal, NotRecorded))
        return of_refusal(refusal).response(request.url.path)

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        said = _SAID.get(error.status_code, str(error.detail))
        return Problem(error.status_code, said, headers=error.headers).response(request.url.path)

    async def of_request(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _invalid(error).response(request.url.path)

    async def of_bug(request: Request, error: Exception) -> Response:
        return defect().response(request.url.path)

    app.add_exception_handler(Problem, of_problem)
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(NotRecorded, refused)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_request)
    app.add_exception_handler(Exception, of_bug)


def _invalid(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if any(one["type"] == "json_invalid" for one in errors):
        return Problem(400, "The body is no JSON.")
    wrong = [Wrong(where=_place(one["loc"]), message=_message(one)) for one in errors[:_TOLD]]
    named = "; ".join(f"{one.where}: {one.message}" for one in wrong[:3])
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
    return Problem(422, f"{named}{more}.", errors=wrong)


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "model_attributes_type" and tuple(error["loc"]) == ("body",):
        return "Input should be a JSON object, sent with the header Content-Type: application/json"
    return str(error["msg"])


def _place(where: Sequence[Any]) -> str:
    return ".".join(str(part) for part in where)[:_LONGEST]
