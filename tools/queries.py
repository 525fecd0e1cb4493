"""The query files: one GraphQL operation each, named like its file, read again when edited."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from ipaddress import ip_interface
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    parse,
    value_from_ast_untyped,
)

from tools.errors import BrokenQuery, InvalidRequest
from tools.packaged import folder

_CIDR = {"targets", "addresses", "prefixes"}  # variables that are addresses or prefixes
_LEFT_OUT = re.compile(r"^# May be left out: (.*)", re.MULTILINE)
_NAME = re.compile(r"`([\w.]+)`")

Selecting = FieldNode | InlineFragmentNode | FragmentDefinitionNode


@dataclass(frozen=True)
class Query:
    """A query file, ready to run."""

    name: str
    file: str  # "prefixes_by_location.graphql"
    text: str  # as it stands in the file; this is what is sent, so line numbers of errors are the file's
    document: DocumentNode
    root: str  # the field of Nautobot's Query type that it reads
    key: str  # where its rows stand in an answer
    variables: frozenset[str]
    lists: frozenset[str]  # variables that are lists and required: filters that must not be empty
    field: FieldNode  # the root, as it is asked
    fields: frozenset[str]  # by their dotted names, such as "role.name"
    may_be_left_out: frozenset[str]  # of these, as the head of the file says

    def filters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what narrows the list: filters by their name in Nautobot, without the page."""
        found = {arg.name.value: value_from_ast_untyped(arg.value, dict(given)) for arg in self.field.arguments or ()}
        return {
            name: value
            for name, value in found.items()
            if name not in ("limit", "offset") and value not in (None, "", [])
        }


class Queries:
    """All query files: ours, and over them those of the user's folder."""

    def __init__(self, override: Path | None = None) -> None:
        self._ours: Traversable = folder("graphql")
        self._override = override
        self._read: dict[str, tuple[object, Query]] = {}

    def names(self) -> list[str]:
        """The names of all queries of the product, in order."""
        return sorted(_stem(entry.name) for entry in self._ours.iterdir() if entry.name.endswith(".graphql"))

    def get(self, name: str) -> Query:
        """The query of that name as its file stands now. Raise `BrokenQuery` with file, line and reason."""
        file = self._file(name)
        version = _version(file)
        known = self._read.get(name)
        if known is not None and known[0] == version:
            return known[1]
        query = read_query(name, file)
        if self._override is not None and file != self._ours / file.name:
            self._keeps_what_is_used(query)
        self._read[name] = (version, query)
        return query

    def problems(self) -> list[str]:
        """One sentence for each file that cannot be used."""
        found = []
        for name in self.names():
            try:
                self.get(name)
            except BrokenQuery as error:
                found.append(str(error))
        return found

    def own(self) -> tuple[list[str], list[str]]:
        """The names of the user's files that stand in for ours, and of those that stand in for none."""
        found = sorted(_stem(file.name) for file in self._override.glob("*.graphql")) if self._override else []
        ours = set(self.names())
        return [name for name in found if name in ours], [name for name in found if name not in ours]

    def _file(self, name: str) -> Traversable:
        file_name = f"{name}.graphql"
        if self._override is not None and (self._override / file_name).is_file():
            return self._override / file_name
        return self._ours / file_name

    def _keeps_what_is_used(self, query: Query) -> None:
        file = self._ours / query.file
        if not file.is_file():
            return
        ours = read_query(query.name, file)
        # A filter that is gone would be ignored in silence, and the answer would hold too much.
        for variable in sorted(ours.variables - query.variables):
            raise _broken(query.file, 1, f"the variable ${variable} is gone; put it and its filter back")
        # Without a field that is counted with, an answer would be wrong, and that as silently.
        left_out = ours.may_be_left_out - query.fields
        lost = [
            one for one in ours.fields - query.fields if not any(f"{one}.".startswith(f"{out}.") for out in left_out)
        ]
        if lost:
            raise _broken(query.file, _line(query.field), f"the field `{min(lost)}` is gone; put it back")


def read_query(name: str, file: Traversable) -> Query:
    """Parse one file. Raise `BrokenQuery` where it is missing or does not hold one query named `name`."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BrokenQuery(f"The query file {file.name} is missing. Put it back.") from None
    except (OSError, UnicodeDecodeError):
        raise BrokenQuery(f"The query file {file.name} cannot be read as UTF-8 text. Restore it.") from None
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        line = error.locations[0].line if error.locations else 1
        raise _broken(file.name, line, error.message.rstrip(".")) from None
    operation, field = _single(name, file.name, document)
    declared = {v.variable.name.value: v.type for v in operation.variable_definitions or ()}
    for page in ("limit", "offset"):
        if page not in declared:
            raise _broken(file.name, _line(operation), f"the variable ${page} is missing; answers come in pages")
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    return Query(
        name=name,
        file=file.name,
        text=text,
        document=document,
        root=field.name.value,
        key=field.alias.value if field.alias else field.name.value,
        variables=frozenset(declared),
        lists=frozenset(
            v for v, t in declared.items() if isinstance(t, NonNullTypeNode) and isinstance(t.type, ListTypeNode)
        ),
        field=field,
        fields=frozenset(_fields(field, fragments)),
        may_be_left_out=frozenset(_NAME.findall("".join(_LEFT_OUT.findall(text)))),
    )


def _single(name: str, file: str, document: DocumentNode) -> tuple[OperationDefinitionNode, FieldNode]:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1:
        raise _broken(file, 1, f"it holds {len(operations)} operations; one is allowed")
    operation = operations[0]
    if operation.operation is not OperationType.QUERY:
        raise _broken(file, _line(operation), "only a query is allowed: nothing is ever written")
    if operation.name is None or operation.name.value != name:
        raise _broken(file, _line(operation), f"the query must be named {name}, like its file")
    fields = operation.selection_set.selections
    if len(fields) != 1 or not isinstance(fields[0], FieldNode):
        raise _broken(file, _line(operation), "it must ask for one list of records")
    field = fields[0]
    inner = field.selection_set.selections if field.selection_set else ()
    if not any(isinstance(s, FieldNode) and s.name.value == "id" and s.alias is None for s in inner):
        raise _broken(file, _line(field), "`id` must be among the fields; links to Nautobot need it")
    return operation, field


def _fields(node: Selecting, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str]:
    """Yield the dotted names of the fields inside; one under another name is another field."""
    for inner in node.selection_set.selections if node.selection_set else ():
        if isinstance(inner, FieldNode):
            name = (inner.alias or inner.name).value
            name = name if name == inner.name.value else f"{name} for {inner.name.value}"
            yield from () if name.startswith("__") else (name,)
            yield from (f"{name}.{one}" for one in _fields(inner, fragments))
        elif isinstance(inner, InlineFragmentNode):
            yield from _fields(inner, fragments)
        elif isinstance(inner, FragmentSpreadNode) and (found := fragments.get(inner.name.value)):
            others = {name: one for name, one in fragments.items() if one is not found}  # none is inside itself
            yield from _fields(found, others)


def checked(query: Query, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables that are given. Raise where a filter would be ignored in silence, or mean everything."""
    given = {name: value for name, value in variables.items() if value is not None}
    for name, value in given.items():
        if name not in query.variables:
            # Nautobot ignores a variable that a query does not declare, and the answer would hold too much.
            raise BrokenQuery(f"The query file {query.file} does not declare ${name}. Put it and its filter back.")
        if value == "" or (isinstance(value, list) and (not value or "" in value)):
            # For Nautobot an empty filter is no filter.
            raise InvalidRequest(
                f"An empty value for {name} would mean all of them. Name at least one, or leave it out."
            )
        if name in _CIDR:
            _check_cidrs(value)
    for name in sorted(query.lists - given.keys()):
        raise InvalidRequest(f"The query {query.name} needs {name}.")
    return given


def _check_cidrs(values: list[str]) -> None:
    for value in values:
        try:
            ip_interface(value)
        except ValueError:
            # Nautobot takes some of these for "all prefixes" and answers with the whole network.
            raise InvalidRequest(
                "An address or a prefix is not written as one, such as 10.0.11.7 or 10.0.0.0/16."
            ) from None


def _broken(file: str, line: int, reason: str) -> BrokenQuery:
    return BrokenQuery(f"The query file {file} is broken in line {line}: {reason}.")


def _line(node: OperationDefinitionNode | FieldNode) -> int:
    return node.loc.start_token.line if node.loc else 1


def _stem(file_name: str) -> str:
    return file_name.removesuffix(".graphql")


def _version(file: Traversable) -> object:
    if not isinstance(file, Path):  # inside an archive: nobody edits it
        return file.name
    try:
        stat = file.stat()
    except OSError:
        return None
    return str(file), stat.st_mtime_ns, stat.st_size
