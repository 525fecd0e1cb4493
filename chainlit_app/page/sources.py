"""What the side panel says of a source, and what stands in the list of all: enough to check an answer. Pure."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from chainlit_app.conversation import Conversation, Turn
from chainlit_app.titles import call_title
from chainlit_app.turn import Source
from chainlit_app.words import origin_said, seconds_said, source_numbers, web
from tools import amounts
from tools.models import QueryRun
from tools.models import Source as Origin


def source_props(conversation: Conversation, source: Source) -> dict[str, Any]:
    """Return the properties of the element SourcePanel."""
    answer, origin = source.answer, source.answer.source
    turn = _turn_of(conversation, source.number)
    return {
        "number": source.number,
        "title": call_title(source.call),
        "summary": answer.summary,
        "notes": [note for note in answer.notes if origin is None or note != origin.note],  # that one stands above
        "question": turn.question if turn else "",
        "cited": _citing(conversation).get(source.number, []),
        "rows": rows_said(source),
        "took": seconds_said(source.seconds),
        "tool": source.call.name,
        "arguments": _json(source.call.arguments or {}),
        "list": _page(answer.list_url, origin),
        "queries": _queries(origin) if origin else [],
        **_read(origin),
    }


def list_props(conversation: Conversation) -> dict[str, Any]:
    """Return the properties of the element SourceList: every source, and which answers cite it."""
    questions = {source.number: turn for turn in conversation.turns for source in turn.sources}
    citing = _citing(conversation)
    return {
        "sources": [
            {
                "number": source.number,
                "title": call_title(source.call),
                "rows": rows_said(source),
                "question": questions[source.number].question if source.number in questions else "",
                "cited": citing.get(source.number, []),
                **_read(source.answer.source),
            }
            for source in conversation.sources
        ]
    }


def rows_said(source: Source) -> str:
    """Return "22 of 22 rows": how many of those that there are stand in the panel."""
    return amounts.rows_said(len(source.table.rows), source.answer.total, source.answer.more)


def moment_said(moment: datetime) -> str:
    """Return when something was read, to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def graphiql(url: str, query: str, variables: dict[str, Any]) -> str:
    """Return the address that opens a query in Nautobot's own GraphiQL, filled in.

    It stands behind the "#", where GraphiQL reads it and no server or proxy logs it.
    """
    filled = f"query={quote(query, safe='')}&variables={quote(_json(variables), safe='')}"
    return f"{url.rstrip('/')}/graphql/#{filled}"


def _read(origin: Origin | None) -> dict[str, Any]:
    if origin is None:
        return {"mode": "unknown", "origin": "", "why": "", "at": ""}
    return {
        "mode": origin.mode,
        "origin": origin_said(origin.mode, origin.url),
        "why": origin.note,
        "at": moment_said(origin.retrieved_at),
    }


def _queries(origin: Origin) -> list[dict[str, Any]]:
    """Return each query once, with how often it was asked: a tool may look a name up more than once."""
    asked: dict[str, list[QueryRun]] = {}
    for run in origin.queries:
        asked.setdefault(_json([run.file, run.variables, run.text]), []).append(run)
    return [_query(runs[0], len(runs), origin) for runs in asked.values()]


def _query(run: QueryRun, times: int, origin: Origin) -> dict[str, Any]:
    live = _page(origin.url, origin)
    return {
        "file": run.file,
        "rows": f"{run.rows:,} {'row' if run.rows == 1 else 'rows'}" + (f", asked {times} times" if times > 1 else ""),
        "took": seconds_said(run.seconds),
        "text": run.text,
        "variables": _json(run.variables),
        "graphiql": graphiql(live, run.text, run.variables) if live and run.text else None,
    }


def _page(url: str | None, origin: Origin | None) -> str | None:
    """Return an address in Nautobot; demo data has none that one could open."""
    return web(url) if origin and origin.mode == "live" else None


def _turn_of(conversation: Conversation, number: int) -> Turn | None:
    return next((turn for turn in conversation.turns if any(s.number == number for s in turn.sources)), None)


def _citing(conversation: Conversation) -> dict[int, list[int]]:
    """Return which answers, counted from 1, cite each source."""
    found: dict[int, list[int]] = {}
    for at, turn in enumerate(conversation.turns, start=1):
        if turn.ended and not turn.ended.failed:
            for number in source_numbers(turn.ended.text):
                found.setdefault(number, []).append(at)
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
