"""What can go wrong for a client, sorted by who must act.

* SextantError
  x Unreachable          no answer: is it running there, and is the way to it open?
  * ProblemError         the service says what is wrong: `problem`, and its `request_id` for whoever runs it
    x NotAuthenticated   401: other credentials
    x NotAllowed         403: other rights, or another origin
    x NotFound           404: another name
    x Invalid            400, 405, 413, 422: another request
    x TryLater           408, 409, 429, 503: the same request, after `retry_after` seconds
    x Broken             500 and the rest: a defect of the service
"""

from sextant_client.models import Problem


class SextantError(Exception):
    """Whatever goes wrong; the message is for people."""


class Unreachable(SextantError):
    """There is no answer."""


class ProblemError(SextantError):
    """The service says what is wrong."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        super().__init__(problem.detail or problem.title or f"The service answered with {problem.status}.")
        self.problem, self.retry_after = problem, retry_after

    @property
    def status(self) -> int:
        """The status of the answer over HTTP."""
        return self.problem.status

    @property
    def request_id(self) -> str:
        """Under which the service's logs have the request."""
        return self.problem.request_id


class NotAuthenticated(ProblemError):
    """The service does not know who asks."""


class NotAllowed(ProblemError):
    """Who asks may not."""


class NotFound(ProblemError):
    """There is no such tool, result, conversation or model."""


class Invalid(ProblemError):
    """The request cannot be used; `problem.errors` says which part of it."""


class TryLater(ProblemError):
    """Not now; `retry_after` says in how many seconds, where the service knows."""


class Broken(ProblemError):
    """The service has a defect."""


_KINDS: dict[int, type[ProblemError]] = {
    401: NotAuthenticated,
    403: NotAllowed,
    404: NotFound,
    **dict.fromkeys((400, 405, 406, 413, 415, 422), Invalid),
    **dict.fromkeys((408, 409, 429, 502, 503, 504), TryLater),
}


def error_of(problem: Problem, retry_after: float | None = None) -> ProblemError:
    """Return what is raised for a problem."""
    return _KINDS.get(problem.status, Broken)(problem, retry_after)
