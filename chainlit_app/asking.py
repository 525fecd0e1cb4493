"""`sextant ask`: questions in a terminal, over the same loop, model and tools as the page."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from chainlit_app import exporting, observing, terminal, watching
from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.files import csv_file, json_file, xlsx_file
from chainlit_app.host import Host, check_models, open_host
from chainlit_app.record import record
from chainlit_app.settings import load_settings
from chainlit_app.turn import Source, ToolFinished, ToolProgress, ToolStarted, TurnEnded
from chainlit_app.words import name_of
from sextant.access.gate import LOOP
from sextant.access.principal import LOCAL
from sextant.access.refusals import Refusal
from sextant.audit.opening import record_now
from sextant.audit.questions import asked
from sextant.audit.trail import Event, NotRecorded, digest

_EXPORT = "export_prefixes_to_csv"
_MAKERS = {"csv": csv_file, "json": json_file, "xlsx": xlsx_file}


class NoFolder(Exception):
    """The folder for files cannot be used; the message says why."""


def run(
    questions: Sequence[str],
    *,
    as_json: bool = False,
    folder: str | None = None,
    export: str | None = None,
    rows: bool = False,
) -> int:
    """Answer in order; return 0 when every question was answered, else 1.

    Raise `WrongSetting`, `NoFolder`, `NotRecorded`, or `WrongFile` for the file that the conversation is saved in.
    """
    settings = load_settings()
    observing.start("error", "sextant-ask")
    check_models(settings)
    host = open_host(settings)
    files = _folder(folder) if folder is not None else None
    target = exporting.target(export) if export is not None else None
    conversation = Conversation()
    try:
        return asyncio.run(_run(host, questions, conversation, as_json, files))
    finally:
        # Also of a conversation that was stopped: what was answered is worth keeping.
        if target:
            asyncio.run(record_now(settings, _taken(str(target), {"rows": rows})))
            exporting.save(conversation, target, rows=rows)


async def _run(
    host: Host, questions: Sequence[str], conversation: Conversation, as_json: bool, folder: Path | None
) -> int:
    code = 0
    async with host:
        warming = asyncio.create_task(host.warm())  # the tools and the model start side by side
        for number, question in enumerate(questions):
            try:
                ended = await _ended(host, question, conversation)
                files = [await _saved(host, source, folder) for source in ended.sources] if folder else []
            except (Refusal, NotRecorded) as no:
                print(no, file=sys.stderr, flush=True)
                code = 1
                continue
            if as_json:
                print(record(conversation.turns[-1], files).model_dump_json(), flush=True)
            else:
                _say(ended, conversation, files, heading=question if len(questions) > 1 else "", first=number == 0)
            if ended.outcome not in ("answered", "empty"):
                code = 1
        warming.cancel()
    return code


async def _ended(host: Host, question: str, conversation: Conversation) -> TurnEnded:
    answered = answer(question, conversation, host.llm, host.tools_of(LOCAL), host.budget, names=host.names)
    with watching.turn("terminal") as watched:
        async with asked(host.trail, LOCAL, question, watched), aclosing(answered) as events:
            await host.gate.enter(LOCAL, LOOP)
            async for event in events:
                watched.hear(event)
                match event:
                    case ToolStarted():
                        print(terminal.started(event), file=sys.stderr, flush=True)
                    case ToolProgress():
                        print(terminal.running(event), file=sys.stderr, flush=True)
                    case ToolFinished():
                        print(terminal.finished(event), file=sys.stderr, flush=True)
    assert watched.ended is not None  # the loop's promise
    return watched.ended


def _say(ended: TurnEnded, conversation: Conversation, files: Sequence[str], *, heading: str, first: bool) -> None:
    if ended.failed:
        print(terminal.plain(ended.text), file=sys.stderr, flush=True)
        return
    blocks = [f"> {heading}"] if heading else []
    blocks.append(terminal.answer(ended, conversation.sources))
    blocks += [f"Saved {file}" for file in files]
    if not files and any(source.call.name == _EXPORT for source in ended.sources):
        blocks.append("Not saved here: with --csv FOLDER all rows of every source are saved as files.")
    print(("" if first else "\n") + "\n\n".join(blocks), flush=True)


def _folder(name: str) -> Path:
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoFolder(f"--csv: {folder} cannot be used ({error.strerror}).") from error
    return folder


def _kind(source: Source) -> str:
    """Return the kind of file that was asked for; CSV where no other was."""
    wanted = (source.call.arguments or {}).get("format") if source.call.name == _EXPORT else None
    return str(wanted) if wanted in _MAKERS else "csv"


async def _saved(host: Host, source: Source, folder: Path) -> str:
    """Return the file with all rows of a source. Raise `NotRecorded` before there is one."""
    await host.trail.record(_taken(name_of(source, _kind(source)), source.call.arguments, source))
    return str(_save(source, folder))


def _taken(file: str, arguments: object, source: Source | None = None) -> Event:
    origin = source.answer.source if source else None
    rows = source.answer.total if source else None
    return Event("export", LOCAL, file, "saved", digest(arguments), rows=rows, mode=origin.mode if origin else None)


def _save(source: Source, folder: Path) -> Path:
    """Write all rows of a source; a file that is there already is left alone."""
    kind = _kind(source)
    content = _MAKERS[kind](source)
    name = Path(name_of(source, kind))
    for number in range(1, 10_000):
        path = folder / (name.name if number == 1 else f"{name.stem}-{number}{name.suffix}")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        except OSError as error:
            raise NoFolder(f"--csv: {path} cannot be written ({error.strerror}).") from error
        return path
    raise NoFolder(f"--csv: {folder} holds too many files of that name.")
