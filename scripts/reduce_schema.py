"""Reduce Nautobot's GraphQL schema to what the demo serves.

    python scripts/reduce_schema.py schema-3.2.graphql.gz

The argument is the full SDL of a Nautobot 3.2 (5.7 MB, may be gzipped); the result is demo_fixtures/schema.graphql,
which the demo answers from and against which a test validates every query file.
"""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from tools.demo_arguments import FILTERS
from tools.demo_fields import CONTENT_TYPE, LEFT_OUT, REVERSE, STORED_KINDS, STORED_LISTS, TYPES

ROOT = {plural: name for name, (plural, _, _) in TYPES.items()}


def named(node: TypeNode) -> str:
    """The name of a type without its list and non-null marks."""
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value


def is_list(node: TypeNode) -> bool:
    """Whether values of this type are lists."""
    return isinstance(node, ListTypeNode) or (isinstance(node, NonNullTypeNode) and isinstance(node.type, ListTypeNode))


class Reduction:
    """Picks the definitions that the demo serves out of a whole schema."""

    def __init__(self, document: DocumentNode) -> None:
        self._types = {node.name.value: node for node in document.definitions if isinstance(node, TypeDefinitionNode)}

    def text(self) -> str:
        """The reduced schema as SDL."""
        types = {name: self._object(name) for name in TYPES}
        types[CONTENT_TYPE] = f"type {CONTENT_TYPE} {{\n  app_label: String!\n  model: String!\n}}"
        used = {named(field.type) for name in TYPES for field in self._fields(name)}
        used |= {named(argument.type) for plural in ROOT for argument in self._arguments(plural)}
        for name in sorted(used - set(types) - {"ID", "String", "Int", "Float", "Boolean"}):
            types[name] = self._other(name)
        return "\n\n".join([self._query(), *types.values()]) + "\n"

    def _fields(self, type_name: str) -> Iterator[FieldDefinitionNode]:
        node = self._types[type_name]
        assert isinstance(node, ObjectTypeDefinitionNode)
        return (field for field in node.fields or () if self._is_served(type_name, field))

    def _is_served(self, type_name: str, field: FieldDefinitionNode) -> bool:
        name, target = field.name.value, named(field.type)
        if name in LEFT_OUT:
            return False
        if (type_name, name) in STORED_KINDS:
            return True
        if is_list(field.type):
            return (type_name, name) in STORED_LISTS or name in REVERSE.get(type_name, {})
        node = self._types.get(target)
        if isinstance(node, UnionTypeDefinitionNode):
            return True
        return target in TYPES or not isinstance(node, ObjectTypeDefinitionNode)

    def _object(self, name: str) -> str:
        lines = [f"  {field.name.value}: {print_ast(field.type)}" for field in self._fields(name)]
        return "\n".join([f"type {name} {{", *lines, "}"])

    def _other(self, name: str) -> str:
        node = self._types[name]
        if isinstance(node, UnionTypeDefinitionNode):
            return f"union {name} = " + " | ".join(t.name.value for t in node.types or () if t.name.value in TYPES)
        if isinstance(node, EnumTypeDefinitionNode):
            return f"enum {name} {{ " + " ".join(value.name.value for value in node.values or ()) + " }"
        return f"scalar {name}"

    def _arguments(self, plural: str) -> Iterator[InputValueDefinitionNode]:
        query = self._types["Query"]
        assert isinstance(query, ObjectTypeDefinitionNode)
        field = next(field for field in query.fields or () if field.name.value == plural)
        unknown = set(FILTERS[plural]) - {argument.name.value for argument in field.arguments or ()}
        if unknown:
            raise SystemExit(f"Nautobot's {plural} has no argument {', '.join(sorted(unknown))}")
        wanted = {"limit", "offset", *FILTERS[plural]}
        return (argument for argument in field.arguments or () if argument.name.value in wanted)

    def _query(self) -> str:
        lines = []
        for name, (plural, single, _) in TYPES.items():
            arguments = ", ".join(f"{a.name.value}: {print_ast(a.type)}" for a in self._arguments(plural))
            lines += [f"  {plural}({arguments}): [{name}]", f"  {single}(id: ID): {name}"]
        return "\n".join(["type Query {", *lines, "}"])


def main(source: str, target: Path) -> None:
    """Write the reduction of the schema in the file `source` to `target`."""
    data = Path(source).read_bytes()
    whole = gzip.decompress(data) if source.endswith(".gz") else data
    head = "# Nautobot 3.2's GraphQL schema, reduced to what the demo serves. Made by scripts/reduce_schema.py.\n\n"
    target.write_text(head + Reduction(parse(whole.decode(), no_location=True)).text(), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1], Path(__file__).parent.parent / "demo_fixtures" / "schema.graphql")
