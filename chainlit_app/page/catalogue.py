"""The catalogue of tools as the page shows it: what each takes, an example in names there are, a form to try it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from chainlit_app.page.starters import busy_locations
from tools.models import Names

_NAMES_OFFERED = 1_000  # of one kind, under an input of the form
SERVER = "Sextant's tools"


def catalogue_props(
    schemas: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
    names: Names | None,
    address: str | None,
    wanted: str = "",
) -> dict[str, Any]:
    """Return what the catalogue shows: its tools by server, and what is searched for at first.

    `address` is one that is recorded, for tools that take one; without it they have no example.
    """
    tools = [_tool(schema["function"], titles, names, address) for schema in schemas]
    return {
        "servers": [{"name": SERVER, "does": "Read Nautobot; none changes anything.", "tools": tools}],
        "names": _offered(names) if names else {},
        "wanted": wanted,
    }


def _tool(
    function: Mapping[str, Any], titles: Mapping[str, str], names: Names | None, address: str | None
) -> dict[str, Any]:
    schema = function["parameters"]
    required = schema.get("required", ())
    parameters = [
        _parameter(name, inner, name in required, function) for name, inner in schema.get("properties", {}).items()
    ]
    parameters.sort(key=lambda one: not one["required"])
    return {
        "name": function["name"],
        "title": titles.get(function["name"]) or function["name"].replace("_", " ").capitalize(),
        "does": function["description"],
        "parameters": parameters,
        "example": _example(parameters, names, address),
    }


def _parameter(name: str, schema: Mapping[str, Any], required: bool, function: Mapping[str, Any]) -> dict[str, Any]:
    kinds = _kinds(schema)
    choices = [choice for choice in _choices(schema) if choice is not None]
    return {
        "name": name,
        "does": schema.get("description", ""),
        "required": required,
        "kind": "choice" if choices else next((k for k in ("boolean", "integer", "number") if k in kinds), "text"),
        "many": "array" in kinds and not choices,
        "choices": choices,
        "default": schema.get("default"),
        "least": schema.get("minimum"),
        "most": schema.get("maximum"),
        "names": _names_of(name, function),
    }


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    named = schema.get("type", [])
    own = [named] if isinstance(named, str) else list(named)
    return own + [kind for inner in schema.get("anyOf", ()) for kind in _kinds(inner)]


def _choices(schema: Mapping[str, Any]) -> list[Any]:
    found = list(schema.get("enum", ()))
    for inner in schema.get("anyOf", ()):
        found += _choices(inner)
    return list(dict.fromkeys(found or schema.get("items", {}).get("enum", ())))


# Which of the reported names a parameter takes, by what it is called.
_KINDS_OF_NAMES = {
    "location": "locations",
    "inside": "locations",  # or a prefix
    "device": "devices",
    "status": "statuses",
    "namespace": "namespaces",
    "provider": "providers",
    "location_type": "location_types",
}


def _names_of(name: str, function: Mapping[str, Any]) -> str | None:
    if name == "role":
        return "prefix_roles" if "prefix" in function["name"] else "device_roles"
    return _KINDS_OF_NAMES.get(name)


def _offered(names: Names) -> dict[str, list[str]]:
    kinds = ["devices", "statuses", "namespaces", "providers", "location_types", "device_roles", "prefix_roles"]
    lists = {kind: list(getattr(names, kind)) for kind in kinds}
    lists["locations"] = [location.name for location in names.locations]
    return {kind: found[:_NAMES_OFFERED] for kind, found in lists.items()}


def example_location(names: Names | None) -> str | None:
    """Return a location where there is something to see; None where none is known."""
    found = busy_locations(names) if names else []
    return found[0].name if found else None


def _example(
    parameters: Sequence[Mapping[str, Any]], names: Names | None, address: str | None
) -> dict[str, Any] | None:
    """Return arguments that find something; None where there is no name for what must be given."""
    example: dict[str, Any] = {}
    for one in parameters:
        value = _example_value(one, names, address)
        if value is not None and (one["required"] or one["name"] in ("location", "group_by")):
            example[one["name"]] = value
        elif one["required"]:
            return None
    if "location" in example and any(one["name"] == "location_type" for one in parameters):
        example["location"] = _around(example["location"], names)  # it looks for what is inside
    return example


def _around(place: str, names: Names | None) -> str:
    paths = (location.path for location in names.locations if location.name == place) if names else ()
    return next((path[-1] for path in paths if path), place)


def _example_value(parameter: Mapping[str, Any], names: Names | None, address: str | None) -> Any:
    choices = parameter["choices"]
    if choices:
        return "role" if "role" in choices else choices[0]
    if parameter["name"] == "target":
        return address
    if parameter["name"] == "result":
        return "r1"  # the first source of the conversation
    place = example_location(names)
    if names is None or place is None:
        return None
    if parameter["names"] == "locations":
        return place
    found: list[str] = getattr(names, parameter["names"]) if parameter["names"] else []
    return next((name for name in found if name.casefold().startswith(place.casefold())), next(iter(found), None))
