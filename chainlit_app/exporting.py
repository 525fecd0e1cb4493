"""`sextant ask --export` and `sextant read`: conversations as files."""

import sys
from pathlib import Path

from chainlit_app import export
from chainlit_app.conversation import Conversation


class WrongFile(Exception):
    """A file that cannot be written, or that is no conversation of ours; the message says why."""


def target(name: str) -> Path:
    """Return where a conversation will be saved. Raise `WrongFile` before anything was asked in vain."""
    path = Path(name)
    if path.suffix.lower() not in (".md", ".json"):
        raise WrongFile(f"--export: {path} is neither a .md nor a .json file.")
    if not path.parent.is_dir() or path.is_dir():
        raise WrongFile(f"--export: {path} cannot be written (there is no such folder).")
    return path


def save(conversation: Conversation, path: Path, *, rows: bool = False) -> None:
    """Write a conversation as its file's name says. Raise `WrongFile`."""
    as_markdown, as_json = export.files(conversation, rows=rows)
    text = (as_markdown if path.suffix.lower() == ".md" else as_json).content
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise WrongFile(f"--export: {path} cannot be written ({error.strerror}).") from error
    print(f"Saved {path}", file=sys.stderr)


def read(name: str) -> str:
    """Return an exported conversation as Markdown, after its format and its digests have been checked."""
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        record = export.from_json(text.decode("utf-8-sig"))
    except OSError as error:
        raise WrongFile(f"{name} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise WrongFile(f"{name} is no conversation of Sextant: it is not text in UTF-8.") from error
    except export.NotAnExport as wrong:
        raise WrongFile(f"{'Standard input' if name == '-' else name}: {wrong}") from wrong
    return export.markdown(record)
