"""What the side panel says of a source: enough to check an answer, or to ask again. Pure."""

import json

from chainlit_app.page.markdown import escaped, fenced
from chainlit_app.page.words import call_title, origin_said, seconds_said
from chainlit_app.turn import Source


def source_text(source: Source) -> str:
    """Return the panel's Markdown: what was asked and of whom, when, with which queries and how many rows."""
    answer, origin = source.answer, source.answer.source
    lines = [f"**{escaped(call_title(source.call))}**", escaped(answer.summary)]
    lines += [f"- {escaped(note)}" for note in answer.notes]
    facts = [("Rows", f"{len(source.table.rows):,} of {answer.total:,} rows"), ("Took", seconds_said(source.seconds))]
    if origin:
        facts = [
            ("Data", escaped(origin_said(origin.mode, origin.url) + (f": {origin.note}" if origin.note else ""))),
            ("Read at", f"{origin.retrieved_at:%Y-%m-%d %H:%M:%S} UTC"),
            *facts,
        ]
    if answer.list_url:
        facts.append(("In Nautobot", _page(answer.list_url)))
    lines += ["", "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts), ""]
    lines += [f"**Tool** {escaped(source.call.name)}", fenced(_json(source.call.arguments), "json")]
    for query in origin.queries if origin else []:
        lines.append(f"**Query** {escaped(query.file)}, {query.rows:,} rows in {seconds_said(query.seconds)}")
        lines.append(fenced(_json(query.variables), "json"))
    return "\n\n".join(_blocks(lines))


def _blocks(lines: list[str]) -> list[str]:
    """Return paragraphs; the rows of a table and of a list stay together."""
    blocks: list[str] = []
    for line in lines:
        if blocks and line[:2] in ("| ", "|-", "- ") and blocks[-1][:1] == line[:1]:
            blocks[-1] += "\n" + line
        elif line:
            blocks.append(line)
    return blocks


def _page(url: str) -> str:
    # A path without a host is the demo's: there is no Nautobot to open.
    if not url.startswith(("http://", "https://")):
        return f"{escaped(url)} (demo data: no Nautobot to open)"
    return f"[open the list](<{url.replace('<', '%3C').replace('>', '%3E')}>)"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
