"""The page of the tools, from the catalogue that the server lists."""

from collections.abc import Iterator, Mapping
from typing import Any

from parts import escaped, kind, made_by, table

from tools.catalog import CATALOG, Entry
from tools.server import INSTRUCTIONS, RESOURCES, described

HEAD = """# Tools

What a model sees, word for word: every tool with its arguments, as the MCP server lists them. All of them only read.
`sextant tools --list` prints the same. A place may be called by name, code, city or alias; an answer's rows are kept under a
name (`r1`, `r2` ...), and wherever a tool takes a location, a device or a prefix it takes such a result as well.

"""
# A question that the offline reader answers with each tool, which the tests ask; empty where it has no words for one.
QUESTIONS = {
    "search_locations": "Which locations are there in Germany?",
    "get_prefixes_by_location": "Which prefixes are at NYC01?",
    "find_prefix": "Where is 10.0.11.77?",
    "find_free_space": "What is the next free /24 in NYC01?",
    "get_devices_by_location": "List the devices at FRA01",
    "get_device": "Show me device NYC01-cor001",
    "get_interfaces_by_device": "What is connected to NYC01-cor001?",
    "get_vlans_by_location": "Which VLANs are at Frankfurt?",
    "get_circuits": "Which circuits end at NYC01?",
    "analyze_prefixes_dataframe": "How full are the user data prefixes in NAM?",
    "export_prefixes_to_csv": "Export the prefixes at NYC01 as CSV",
    "count_records": "How many devices are there by role?",
    "get_rows": "Which prefixes are in EMEA? Then: now by role",
    "find_problems": "Any problems in EMEA?",
    "compare_locations": "Compare NYC01 and FRA01",
    "get_changes": "What changed at DEB10?",
}


def tools_page() -> str:
    """Return the page. Raise `SystemExit` where a tool has no question."""
    if lacking := [name for name in CATALOG if name not in QUESTIONS]:
        raise SystemExit(
            f"Give QUESTIONS in scripts/pages/of_tools.py a question that these answer: {', '.join(lacking)}"
        )
    page = made_by("the catalogue of the tool server") + HEAD
    page += table(
        ("Tool", "For", "A question it answers"),
        ((f"[`{one.name}`](#{one.name})", escaped(one.title), _question(one)) for one in CATALOG.values()),
    )
    page += "\n" + "\n".join(_tool(entry) for entry in CATALOG.values())
    page += f"\n## What the server says of itself\n\n> {INSTRUCTIONS}\n\n## Resources\n\n"
    page += (
        "Beside the tools the server has resources; what a result's address is stands in the answer that made it.\n\n"
    )
    page += table(("Resource", "Holds"), _resources())
    return page


def _question(entry: Entry) -> str:
    return f"*{QUESTIONS[entry.name]}*" if QUESTIONS[entry.name] else "with a language model"


def _tool(entry: Entry) -> str:
    schema = described(entry).inputSchema
    required = schema.get("required", ())
    rows = list(_arguments(schema, required))
    return (
        f"## {entry.name} {{: #{entry.name} }}\n\n**{entry.title}.** {escaped(entry.description)}\n\n"
        f"Ask: {_question(entry)}\n\n" + table(("Argument", "Kind", "Meaning"), rows)
    )


def _arguments(schema: Mapping[str, Any], required: object) -> Iterator[tuple[str, str, str]]:
    names = required if isinstance(required, list) else []
    for name, field in schema["properties"].items():
        must = " **required**" if name in names else ""
        yield f"`{name}`{must}", kind(field), escaped(field.get("description", ""))


def _resources() -> Iterator[tuple[str, str]]:
    for name, description in RESOURCES.items():
        yield f"`sextant://{name}`", escaped(description)
    yield "`sextant://results/{id}`", "All rows of an answer, as JSON."
    yield "`sextant://results/{id}.csv`, `.json`, `.xlsx`", "The same as a [file](files.md)."
