"""The catalogue of tools, for people."""

import asyncio
from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

from chainlit_app.host import open_host
from chainlit_app.settings import load_settings
from sextant.access.principal import LOCAL


def listed() -> str:
    """Return every tool with what it does and takes. Raise `WrongSetting` or `ToolboxTrouble`."""
    return asyncio.run(_listed())


async def _listed() -> str:
    async with open_host(load_settings()) as host:
        return catalogue(await host.tools_of(LOCAL).schemas())


def catalogue(schemas: Sequence[Mapping[str, Any]]) -> str:
    """Return function schemas as text."""
    return "\n\n".join(_tool(schema["function"]) for schema in schemas)


def _tool(function: Mapping[str, Any]) -> str:
    parameters = function["parameters"]
    required = set(parameters.get("required", ()))
    lines = [function["name"], _wrapped(function["description"], 4)]
    for name, schema in parameters.get("properties", {}).items():
        must = ", required" if name in required else ""
        lines.append(_wrapped(f"{name} ({_type(schema)}{must}): {schema.get('description', '')}".rstrip(": "), 4, 8))
    return "\n".join(lines)


def _type(schema: Mapping[str, Any]) -> str:
    """Return what a value may be: its words where they are listed, else its kinds."""
    found: list[str] = []
    for kind in (schema, *schema.get("anyOf", ())):
        if "enum" in kind:
            found += [str(value) for value in kind["enum"] if value is not None]
            continue
        named = kind.get("type", [])
        for name in [named] if isinstance(named, str) else named:
            found.append(f"list of {_type(kind.get('items', {}))}" if name == "array" else name)
    return " | ".join(dict.fromkeys(name for name in found if name != "null")) or "any"


def _wrapped(text: str, first: int, rest: int | None = None) -> str:
    indent = " " * (first if rest is None else rest)
    return fill(" ".join(text.split()), 110, initial_indent=" " * first, subsequent_indent=indent)
