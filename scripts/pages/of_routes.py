"""The page of the HTTP routes and the OpenAPI document, from the service."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from parts import escaped, kind, made_by, table

from sextant.service.app import create_app

HEAD = """# HTTP routes

What `sextant serve` answers, from its OpenAPI document ([openapi.json](openapi.json); the service has it at `/openapi.json`). How to
use it is told on [HTTP](http.md), who may on [Accounts and rights](accounts.md). An error is a problem document (RFC 9457).

"""
_METHODS = ("get", "post", "put", "patch", "delete")


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    found: dict[str, Any] = create_app().openapi()
    return found


def openapi_document() -> str:
    """Return the document as a file."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def routes_page() -> str:
    """Return the page."""
    found = document()
    routes = list(_routes(found))
    page = made_by("the OpenAPI document of the service") + HEAD
    page += table(("Route", "For"), ((f"[`{name}`](#{_anchor(name)})", _title(one)) for name, one in routes))
    return page + "".join(_route(name, one, found) for name, one in routes)


def _routes(found: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in sorted(found["paths"].items()):
        for method in _METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def _anchor(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower()).strip("-")


def _title(one: Mapping[str, Any]) -> str:
    return escaped(one.get("summary", ""))


def _route(name: str, one: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    page = f"\n## `{name}` {{: #{_anchor(name)} }}\n\n{one.get('description') or one.get('summary', '')}\n\n"
    sent = [
        (f"`{field['name']}`", field["in"], kind(field.get("schema", {})), escaped(field.get("description", "")))
        for field in one.get("parameters", ())
    ]
    if sent:
        page += table(("Parameter", "In", "Kind", "Meaning"), sent) + "\n"
    for media, body in one.get("requestBody", {}).get("content", {}).items():
        page += f"Body, `{media}`:\n\n{_fields(body.get('schema', {}), found)}\n"
    return page + table(("Answer", "Means"), _answers(one))


def _answers(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for status, answer in sorted(one.get("responses", {}).items()):
        media = ", ".join(f"`{name}`" for name in answer.get("content", {}))
        yield f"{status}", f"{escaped(answer.get('description', ''))}{f' ({media})' if media else ''}"


def _fields(schema: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    while "$ref" in schema:
        schema = found["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    required = schema.get("required", ())
    rows = [
        (
            f"`{name}`{' **required**' if name in required else ''}",
            kind(field),
            escaped(field.get("description", "")),
        )
        for name, field in schema.get("properties", {}).items()
    ]
    return table(("Field", "Kind", "Meaning"), rows)
