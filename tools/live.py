"""A Nautobot over HTTP: GraphQL through gql, and a few REST reads that GraphQL has no word for. Nothing is written."""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from gql import GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import ExecutionResult

from tools import watching
from tools.errors import SourceError, Unavailable
from tools.live_errors import from_connection, from_status, not_sensible, rest_path, too_slow
from tools.queries import Query
from tools.settings import ToolSettings

# It writes a line with the address for every request.
logging.getLogger("httpx").setLevel(logging.WARNING)

_DROPPED = {"RemoteProtocolError", "ReadError", "WriteError", "CloseError"}
_WARM_UP = 3  # times the usual: a restarted Nautobot builds its GraphQL schema at the first query
_LONGEST_PATH = 3_500  # more is refused by many a server in front of Nautobot
_LOOK = 3.0  # seconds for a look at Nautobot's health


class AsWritten(GraphQLRequest):
    """A request that sends the file's own text: lines in an error are the file's, and nothing is printed anew."""

    def __init__(self, query: Query, variables: dict[str, Any]) -> None:
        declared = {name: value for name, value in variables.items() if name in query.variables}
        super().__init__(query.document, variable_values=declared)
        self._text = query.text
        self.query = query

    @property
    def payload(self) -> dict[str, Any]:
        return {"query": self._text, "variables": self.variable_values}


class Live:
    """A connection to one Nautobot, made at the first request. Raises only errors of tools/errors.py."""

    def __init__(self, settings: ToolSettings) -> None:
        if settings.nautobot_url is None:
            raise ValueError("a live source needs NAUTOBOT_URL")
        self.url = settings.nautobot_url
        self.version: str | None = None  # "3.2", once Nautobot has said so
        self._timeout = settings.nautobot_timeout
        # Where demo data stands ready, nobody waits longer than usual for a Nautobot that may never answer.
        self._warm = settings.kind == "auto"
        self._token_set = settings.nautobot_token is not None
        headers = {"Accept": "application/json"}
        if settings.nautobot_token is not None:
            headers["Authorization"] = f"Token {settings.nautobot_token.get_secret_value()}"
        self._client_options: dict[str, Any] = {
            "headers": headers,
            "event_hooks": {"request": [_say_where_from], "response": [_note_status]},
            "follow_redirects": False,  # a redirected POST becomes a GET, and the token would travel along
        }
        if settings.nautobot_ca_file is not None:
            self._client_options["verify"] = ssl.create_default_context(cafile=str(settings.nautobot_ca_file))
        self._graphql: HTTPXAsyncTransport | None = None
        self._rest: httpx.AsyncClient | None = None

    async def execute(self, request: GraphQLRequest, *, within: float | None = None) -> ExecutionResult:
        """Run one request. `errors` in the answer are for the caller; every other trouble is raised."""
        seconds = within or (self._timeout if self._warm else self._timeout * _WARM_UP)
        name = request.query.name if isinstance(request, AsWritten) else None
        with watching.nautobot("POST", self.url, "/api/graphql/", name) as asked:
            try:
                async with asyncio.timeout(seconds):  # httpx bounds each read, not the whole
                    result = await self._post(request, seconds, retry=True)
            except TimeoutError:
                asked.error = "timeout"
                raise too_slow() from None
        self._warm = True
        return result

    async def _post(self, request: GraphQLRequest, seconds: float, *, retry: bool) -> ExecutionResult:
        if self._graphql is None:
            # The slash at the end matters: without it Nautobot redirects.
            self._graphql = HTTPXAsyncTransport(url=f"{self.url}/api/graphql/", **self._client_options)
            await self._graphql.connect()
        connect = min(5.0, self._timeout)
        try:
            result = await self._graphql.execute(request, extra_args={"timeout": (connect, seconds, seconds, seconds)})
        except TransportConnectionFailed as error:
            if retry and type(error.__cause__).__name__ in _DROPPED:
                return await self._post(request, seconds, retry=False)
            raise self._connection_trouble(error) from None
        except TransportServerError as error:
            raise await self._server_trouble(error) from None
        except (TransportError, TypeError, AttributeError):  # the last two: JSON that is not an object
            raise not_sensible() from None
        self._note_version(self._graphql.response_headers)
        return result

    def _note_version(self, headers: Mapping[str, str] | None) -> None:
        if headers is not None and (version := headers.get("API-Version")):
            self.version = version

    def _connection_trouble(self, error: TransportConnectionFailed) -> Unavailable:
        cause = type(error.__cause__).__name__
        return from_connection(cause, str(error), secure=self.url.startswith("https"))

    async def _server_trouble(self, error: TransportServerError) -> SourceError:
        response = getattr(error.__cause__, "response", None)
        status = error.code or 0
        self._note_version(response.headers if response is not None else None)
        trouble = from_status(status, response.text if response is not None else "", token_set=self._token_set)
        return await self.diagnosed(trouble) if status >= 500 else trouble

    async def diagnosed(self, trouble: SourceError) -> SourceError:
        """Return the trouble with what Nautobot's health page names as not working, where it does."""
        if not isinstance(trouble, Unavailable):
            return trouble
        answer = await self._get("/health/", _LOOK)
        if answer is None or answer.status_code != 500:
            return trouble
        down = sorted(
            _part(name) for name, state in _json_object(answer).items() if state != "working" and name.isalnum()
        )
        return Unavailable(f"{trouble} Its health page names as not working: {', '.join(down)}.") if down else trouble

    async def may_read(self, root: str) -> bool | None:
        """Say whether the token may read a kind of record; None where that cannot be told.

        GraphQL leaves out in silence what a token may not see. REST says so.
        """
        path = rest_path(root)
        if path is None:
            return None
        answer = await self._get(f"/api/{path}/?limit=1", self._timeout)
        if answer is None or answer.status_code not in {200, 403}:
            return None
        return answer.status_code == 200

    async def may_write(self) -> bool | None:
        """Say whether the token could change something, asked without changing anything; None where unknown."""
        answer = await self._send("OPTIONS", "/api/extras/tags/", self._timeout)
        if answer is None or answer.status_code != 200:
            return None
        return "actions" in _json_object(answer)

    async def count(self, root: str, filters: Mapping[str, Any]) -> int | None:
        """Say how many records there are, by REST, whose filters are GraphQL's; None where that cannot be told."""
        path = rest_path(root)
        if path is None:
            return None
        page = f"/api/{path}/?{urlencode({'limit': 1, **filters}, doseq=True)}"
        answer = await self._get(page, self._timeout) if len(page) < _LONGEST_PATH else None
        found = _json_object(answer).get("count") if answer is not None and answer.status_code == 200 else None
        return found if isinstance(found, int) else None

    async def _get(self, path: str, seconds: float) -> httpx.Response | None:
        return await self._send("GET", path, seconds)

    async def _send(self, method: str, path: str, seconds: float) -> httpx.Response | None:
        if self._rest is None:
            self._rest = httpx.AsyncClient(**self._client_options)
        with watching.nautobot(method, self.url, path.partition("?")[0]) as asked:
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._rest.request(method, f"{self.url}{path}", timeout=seconds)
            except (httpx.HTTPError, TimeoutError) as error:
                asked.error = "timeout" if isinstance(error, (TimeoutError, httpx.TimeoutException)) else "unavailable"
                return None
            return answer

    async def aclose(self) -> None:
        """Close all connections."""
        if self._graphql is not None:
            await self._graphql.close()
            self._graphql = None
        if self._rest is not None:
            await self._rest.aclose()
            self._rest = None


async def _say_where_from(request: httpx.Request) -> None:
    request.headers.update(watching.headers())


async def _note_status(response: httpx.Response) -> None:
    watching.answered(response.status_code)


def _part(name: str) -> str:
    return {"DatabaseBackend": "the database", "RedisBackend": "Redis", "MigrationsBackend": "migrations"}.get(
        name, name
    )


def _json_object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
