"""A conversation as JSON, and back: docs/conversation.schema.json says what is in it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, to_json
from pydantic_core import from_json as parsed

from chainlit_app.archive import ConversationRecord
from chainlit_app.digest import digest

_WIDTH = 120
_PROBLEMS = 5  # that are told at once


class NotAnExport(Exception):
    """A file that is no conversation of ours; the message says which key is wrong and what is allowed."""


def as_json(record: ConversationRecord, *, rows: bool = False) -> str:
    """Return a conversation as JSON that people can read too. Without `rows`, sources hold their count and digest."""
    kept = record if rows else record.without_rows()
    return _written(kept.model_dump(mode="json")) + "\n"


def from_json(text: str) -> ConversationRecord:
    """Return the conversation of an export. Raise `NotAnExport`."""
    try:
        told = parsed(text)
    except ValueError as error:
        raise NotAnExport(f"This is not JSON: {error}.") from None
    _check_head(told)
    try:
        record = ConversationRecord.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise NotAnExport(_in_words(error)) from None
    _check_digests(record)
    return record


def schema_text() -> str:
    """Return the JSON Schema of an export, as docs/conversation.schema.json holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ConversationRecord.model_json_schema(mode="serialization"),
    }
    return _written(schema) + "\n"


def _check_head(told: object) -> None:
    if not isinstance(told, Mapping) or told.get("format") != "sextant-conversation":
        raise NotAnExport('This is no conversation of Sextant. Allowed for "format": "sextant-conversation".')
    version = told.get("version")
    if isinstance(version, int) and version > 1:
        raise NotAnExport(f'"version": this file has {version}, this Sextant reads 1. Read it with a newer Sextant.')


def _check_digests(record: ConversationRecord) -> None:
    for source in record.sources():
        table = source.table
        if table is None or source.redacted or len(table.rows) != source.answer.total:
            continue  # not all the rows that were read are here
        if digest(table.columns, table.rows) != source.digest:
            raise NotAnExport(f"The rows of source {source.number} do not fit their digest: somebody changed them.")


def _in_words(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    lines = [f"{_place(problem['loc'])}: {_said(problem)}." for problem in problems[:_PROBLEMS]]
    if len(problems) > _PROBLEMS:
        lines.append(f"And {len(problems) - _PROBLEMS:,} more.")
    return "\n".join(lines)


def _place(where: tuple[int | str, ...]) -> str:
    """Return a place in a file as one would write it: turns[0].sources[2].digest."""
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return written.removeprefix(".") or "the file"


def _said(problem: ErrorDetails) -> str:
    match problem["type"]:
        case "missing":
            return "this key is missing"
        case "extra_forbidden":
            return "there is no such key in this format"
        case "literal_error":
            return f"allowed: {problem.get('ctx', {}).get('expected')}"
        case "value_error":
            return str(problem.get("ctx", {}).get("error", problem["msg"]))
        case _:
            return problem["msg"].replace("Input should", "this should", 1).rstrip(".")


def _written(value: Any) -> str:
    return "\n".join(_lines(value, 0))


def _lines(value: Any, depth: int, before: str = "", after: str = "") -> Iterator[str]:
    """Yield a value of JSON line by line: what fits on a line stands on one."""
    indent = "  " * depth
    one = to_json(value, inf_nan_mode="null").decode()
    if not isinstance(value, (dict, list)) or not value or len(indent) + len(before) + len(one) <= _WIDTH:
        yield f"{indent}{before}{one}{after}"
        return
    pairs = list(value.items()) if isinstance(value, dict) else [(None, each) for each in value]
    yield f"{indent}{before}{'{' if isinstance(value, dict) else '['}"
    for number, (key, each) in enumerate(pairs):
        name = "" if key is None else f"{to_json(key).decode()}: "
        yield from _lines(each, depth + 1, name, "," if number < len(pairs) - 1 else "")
    yield f"{indent}{'}' if isinstance(value, dict) else ']'}{after}"
