"""The page of /docs: every route with an example, made from the OpenAPI document. It loads nothing but its style."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

STYLE: Final = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; }
section { border-top: 1px solid var(--line); padding: .5rem 0 1rem; }
h2 code { font-size: 1.1rem; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
"""


def page(document: Mapping[str, Any], base: str) -> str:
    """Return an OpenAPI document as HTML; `base` is the address that the examples speak to."""
    info = document["info"]
    sections = "\n".join(_sections(document, base))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(info["title"])}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<main>
<h1>{escape(info["title"])}</h1>
<p>{escape(info["description"])}</p>
<p>Version {escape(info["version"])}. For programs: <a href="/openapi.json">/openapi.json</a>.</p>
{sections}
</main>
</body>
</html>
"""


def _sections(document: Mapping[str, Any], base: str) -> Iterator[str]:
    schemas = document.get("components", {}).get("schemas", {})
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            body = _body(one, schemas)
            rows = "".join(_rows(one, body))
            table = f"<table><tr><th>Field</th><th>What it is</th></tr>{rows}</table>" if rows else ""
            said = f"<p>{escape(one['description'])}</p>" if one.get("description") else ""
            answers = ", ".join(one["responses"])
            yield (
                f'<section><h2><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h2>'
                f"<p>{escape(one['summary'])}. Answers: {answers}.</p>{said}{table}"
                f"<pre>{escape(_curl(method, base + path, body))}</pre></section>"
            )


def _body(one: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    found = schemas.get(name, {})
    assert isinstance(found, dict)
    return found


def _rows(one: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    required = set(body.get("required", ()))
    fields = {f"{given['name']} ({given['in']})": given for given in one.get("parameters", ())}
    fields |= {
        name + ("" if name in required else " (optional)"): of for name, of in body.get("properties", {}).items()
    }
    for name, of in fields.items():
        yield f"<tr><td><code>{escape(name)}</code></td><td>{escape(of.get('description', ''))}</td></tr>"


def _curl(method: str, address: str, body: Mapping[str, Any]) -> str:
    if not body:
        return f"curl -s {'-X DELETE ' if method == 'delete' else ''}{address}"
    example = {name: of["examples"][0] for name, of in body.get("properties", {}).items() if of.get("examples")}
    return f"curl -s {address} -H 'Content-Type: application/json' \\\n  -d '{json.dumps(example)}'"
