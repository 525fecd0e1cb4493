"""The demo network: answers the query files in this process from `demo_fixtures/`, as Nautobot would.

Only the transport differs from a live Nautobot: the same query files, variables and answers, the same errors for an
unknown name or field. Nothing is read before the first question.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping
from importlib.resources.abc import Traversable
from typing import Any, cast

from gql import GraphQLRequest
from gql.transport import AsyncTransport
from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    execute_sync,
    validate,
)

from tools.demo_fields import COLLECTION, TYPES
from tools.demo_records import FixtureError, Records
from tools.demo_resolvers import Resolvers, union_member


class DemoTransport(AsyncTransport):
    """The demo network in place of a Nautobot's `/api/graphql/`."""

    def __init__(self, folder: Traversable) -> None:
        self._network = DemoNetwork(folder)

    async def connect(self) -> None:
        """Nothing to connect to."""

    async def close(self) -> None:
        """Nothing to close."""

    async def execute(self, request: GraphQLRequest, *_: Any, **__: Any) -> ExecutionResult:
        """The answer; its errors are those a Nautobot would send. Raises `FixtureError`."""
        return await asyncio.to_thread(self._network.answer, request)

    async def count(self, root: str, filters: Mapping[str, Any]) -> int | None:
        """How many records there are. Raises `FixtureError`."""
        return await asyncio.to_thread(self._network.count, root, filters)

    def subscribe(self, request: GraphQLRequest) -> AsyncGenerator[ExecutionResult, None]:
        """Nautobot has no subscriptions."""
        raise NotImplementedError("Nautobot has no subscriptions")


class DemoNetwork:
    """The records of a folder behind Nautobot's schema."""

    def __init__(self, folder: Traversable) -> None:
        self._records = Records(folder)
        self._schema: GraphQLSchema | None = None
        self._allowed: set[str] = set()  # texts of queries that the schema allows: looking takes longer than answering
        self._lock = threading.Lock()

    def answer(self, request: GraphQLRequest) -> ExecutionResult:
        """Execute one request. Raises `FixtureError` where the fixtures cannot be read."""
        schema = self.schema()
        text = request.payload["query"]
        if text not in self._allowed:
            errors: list[GraphQLError] | None = validate(schema, request.document)
            if errors:
                return _as_sent(ExecutionResult(errors=errors))
            self._allowed.add(text)
        result = execute_sync(
            schema,
            request.document,
            variable_values=request.variable_values,
            operation_name=request.operation_name,
        )
        for error in result.errors or ():
            if isinstance(error.original_error, FixtureError):
                raise error.original_error
        return _as_sent(result)

    def count(self, root: str, filters: Mapping[str, Any]) -> int:
        """Count the records of a list with these filters. Raises `FixtureError`."""
        query = self.schema().query_type
        assert query is not None and query.fields[root].resolve is not None
        return len(query.fields[root].resolve(None, cast(Any, None), **filters))

    def schema(self) -> GraphQLSchema:
        """The schema with its resolvers. Raises `FixtureError`."""
        with self._lock:
            if self._schema is None:
                self._schema = self._build()
            return self._schema

    def _build(self) -> GraphQLSchema:
        file = self._records.folder / "schema.graphql"
        try:
            schema = build_schema(file.read_text(encoding="utf-8"), assume_valid=True)
        except GraphQLError as error:
            line = error.locations[0].line if error.locations else 1
            raise FixtureError(f"{file}, line {line}: {error.message}") from error
        except OSError as error:
            raise FixtureError(f"{file} cannot be read: {error.strerror}") from error
        resolvers = Resolvers(self._records)
        for graphql_type in schema.type_map.values():
            if isinstance(graphql_type, GraphQLEnumType):
                self._records.choices[graphql_type.name] = frozenset(graphql_type.values)
            elif isinstance(graphql_type, GraphQLUnionType):
                graphql_type.resolve_type = union_member
            elif isinstance(graphql_type, GraphQLObjectType) and graphql_type.name in TYPES:
                for name, field in graphql_type.fields.items():
                    field.resolve = resolvers.of(graphql_type.name, name, field)
        assert schema.query_type is not None
        for type_name, (plural, single, _) in TYPES.items():
            if plural in schema.query_type.fields:
                schema.query_type.fields[plural].resolve = resolvers.root_list(plural)
                schema.query_type.fields[single].resolve = resolvers.root_single(COLLECTION[type_name])
        return schema


def _as_sent(result: ExecutionResult) -> ExecutionResult:
    """The result with its errors as they come over HTTP: plain dictionaries."""
    if result.errors:
        result.errors = cast(list[GraphQLError], [error.formatted for error in result.errors])
    return result
