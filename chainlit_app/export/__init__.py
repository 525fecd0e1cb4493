"""A conversation as files: Markdown for people, JSON for programs, both without secrets. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chainlit_app.archive import ConversationRecord
from chainlit_app.conversation import Conversation
from chainlit_app.export.json_text import NotAnExport, as_json, from_json, schema_text
from chainlit_app.export.markdown_text import ROWS, markdown
from chainlit_app.export.redaction import redacted
from chainlit_app.own_secrets import known_secrets
from chainlit_app.words import file_name

__all__ = ["File", "NotAnExport", "as_json", "files", "from_json", "markdown", "redacted", "schema_text"]


@dataclass(frozen=True)
class File:
    """A file to offer: its name says what it holds."""

    name: str
    content: str
    mime: str


def files(conversation: Conversation, secrets: Iterable[str] | None = None, *, rows: bool = False) -> list[File]:
    """Return a conversation as Markdown and as JSON, called by its name or its first question.

    The JSON holds the rows of its sources only with `rows`; the Markdown quotes the first ones. `secrets` are values
    that must not be in them; without any, those of this installation's settings.
    """
    record = ConversationRecord.of(conversation)
    if not rows:
        record = record.first_rows(ROWS)  # to look for secrets in rows takes long
    record = redacted(record, known_secrets() if secrets is None else secrets)
    name = _called(record)
    day = record.began.date()
    return [
        File(file_name(name, day, "md"), markdown(record), "text/markdown; charset=utf-8"),
        File(file_name(name, day, "json"), as_json(record, rows=rows), "application/json"),
    ]


def _called(record: ConversationRecord) -> str:
    """Return what a file's name says of a conversation; of one without words for it, that it is one."""
    said = record.name or (record.turns[0].question if record.turns else "")
    return f"sextant {said}" if re.search(r"[A-Za-z0-9]", said) else "sextant conversation"
