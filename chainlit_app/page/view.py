"""What a turn looks like on the page: one description for the turn that runs and for one that is read from history.

All are plain dicts as Chainlit's page takes them. The ids follow from the turn's, so that what a page says of an answer
("thumbs up", "open [1]") means the same turn after a reload or a restart.
"""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from chainlit_app import titles, words
from chainlit_app.conversation import Conversation, Step, Turn
from chainlit_app.page.checked import footer_props
from chainlit_app.page.markdown import escaped, shown
from chainlit_app.page.marks import key_of, marked
from chainlit_app.page.pictures import picture_element
from chainlit_app.page.tables import table_element
from chainlit_app.page.threads import beside
from chainlit_app.turn import ToolCall, ToolResult

AUTHOR = "Sextant"
RUN = "on_message"  # Chainlit's name for what holds the steps and the answer of a question; its page knows it by that

_ICONS = {"search": "search", "get": "database", "find": "radar", "analyze": "chart-column", "export": "file-down"}

Dict = dict[str, Any]


def part_id(turn_id: str, part: str) -> str:
    """Return the id of a part of a turn: "question", "answer", "call/0"."""
    return str(uuid5(NAMESPACE_URL, f"sextant/{turn_id}/{part}"))


def run_id(turn: Turn) -> str:
    """Return the id under which the page speaks of a turn: its own, where that is a UUID."""
    try:
        return str(UUID(turn.id))
    except ValueError:
        return part_id(turn.id, "run")


def turn_steps(conversation: Conversation, turn: Turn) -> list[Dict]:
    """Return a finished turn: the question, its run, the calls, the answer."""
    began, ended = turn.began, turn.began + timedelta(seconds=turn.seconds)
    question = _step(conversation, part_id(turn.id, "question"), "User", "user_message", None, began, began)
    run = _step(conversation, run_id(turn), RUN, "run", question["id"], began, ended)
    started = {"createdAt": time_of(began), "start": time_of(began)}
    calls = [
        call_ended(call_started(conversation, turn, at, step.call) | started, step, time_of(ended))
        for at, step in enumerate(turn.steps)
    ]
    return [
        {**question, "output": turn.question},
        {**run, "input": turn.question, "feedback": feedback(turn)},
        *calls,
        answer_message(conversation, turn),
    ]


def feedback(turn: Turn) -> Dict | None:
    """Return what the reader said of an answer; None where nothing."""
    if turn.feedback is None:
        return None
    value = 1 if turn.feedback.value == "up" else 0
    return {"id": run_id(turn), "forId": run_id(turn), "value": value, "comment": turn.feedback.comment or None}


def call_started(conversation: Conversation, turn: Turn, at: int, call: ToolCall) -> Dict:
    """Return a call that runs, the turn's `at`th."""
    id = part_id(turn.id, f"call/{at}")
    step = _step(conversation, id, titles.call_title(call), "tool", run_id(turn), datetime.now(UTC), None)
    icon = _ICONS.get(call.name.split("_")[0], "database")
    given = json.dumps(call.arguments, ensure_ascii=False, indent=4) if call.arguments is not None else call.raw
    return {**step, "input": given, "showInput": "json", "metadata": {"icon": icon}}


def call_ended(started: Dict, step: Step, ended: str) -> Dict:
    """Return a call and what came of it."""
    return {
        **started,
        "name": words.call_done(step.call, step.result, repeated=step.repeated),
        "output": _result_text(step.result, step.source),
        "isError": words.is_trouble(step.result),
        "end": ended,
    }


def answer_message(conversation: Conversation, turn: Turn, text: str | None = None) -> Dict:
    """Return the answer of a turn, or `text` on its way there."""
    at = turn.began + timedelta(seconds=turn.seconds)
    step = _step(conversation, part_id(turn.id, "answer"), AUTHOR, "assistant_message", run_id(turn), at, at)
    return {**step, "output": answer_text(conversation, turn) if text is None else text}


def notice(conversation: Conversation, text: str) -> Dict:
    """Return a message of ours that belongs to no turn."""
    now = datetime.now(UTC)
    step = _step(conversation, part_id(conversation.id, "notice"), AUTHOR, "assistant_message", None, now, now)
    return {**step, "output": text}


def answer_text(conversation: Conversation, turn: Turn) -> str:
    """Return the Markdown of an answer, also where it did not come to its end."""
    if turn.ended is None:
        return "\n\n".join([*_partial(turn), "*Still being answered: the answer appears here.*"])
    if turn.ended.outcome == "stopped":
        return "\n\n".join([*_partial(turn), f"*{escaped(turn.ended.text)}*"])
    if turn.ended.failed:
        return "\n\n".join([*_partial(turn), escaped(turn.ended.text)])
    facts = turn.ended.check.facts if turn.ended.check else ()
    sources = {source.number: source for source in conversation.sources}
    return marked(words.next_questions(turn.ended)[0], key_of(turn.id), sources, facts)


async def elements_shown(conversation: Conversation, turn: Turn) -> AsyncIterator[Dict]:
    """Yield what stands below an answer, each as soon as it is made, without holding up other chats."""
    async for element in beside(turn_elements(conversation, turn)):
        yield element


def turn_elements(conversation: Conversation, turn: Turn) -> Iterator[Dict]:
    """Yield what stands below an answer. It takes as long as there are rows: not for an event loop."""
    if turn.ended is None:
        return
    message = part_id(turn.id, "answer")
    yield {
        "id": part_id(turn.id, "footer"),
        "type": "custom",
        "name": "AnswerFooter",
        "display": "inline",
        "forId": message,
        "props": footer_props(turn.ended, turn.seconds, key_of(turn.id)),
    }
    for source in turn.ended.sources:
        if table := table_element(conversation.id, source, for_id=message):
            yield table
    if questions := words.offered_next(turn, turn.ended):
        yield {
            "id": part_id(turn.id, "next"),
            "type": "custom",
            "name": "NextQuestions",
            "display": "inline",
            "forId": message,
            "props": {"questions": questions},
        }
    # Last, for only drawing tells whether there is something to draw.
    for source in turn.ended.sources:
        if picture := picture_element(conversation.id, source, for_id=message):
            yield picture


def _partial(turn: Turn) -> list[str]:
    said = shown(turn.said).rstrip()
    return [f"{said} …"] if said else []


def _result_text(result: ToolResult, source: int | None) -> str:
    if result.answer is None:
        return escaped(result.error or result.text)
    lines = [escaped(result.error or result.answer.summary), *(f"- {escaped(note)}" for note in result.answer.notes)]
    lines += [f"- {escaped(found.name)}: {escaped(found.detail)}" for found in result.answer.candidates]
    if source:
        lines.append(f"Source {source}")
    return "\n".join(lines)


def _step(
    conversation: Conversation,
    id: str,
    name: str,
    kind: str,
    parent: str | None,
    began: datetime,
    ended: datetime | None,
) -> Dict:
    return {
        "streaming": False,
        "isError": False,
        "waitForAnswer": False,
        "input": "",
        "output": "",
        "metadata": {},
        "id": id,
        "threadId": conversation.id,
        "parentId": parent,
        "name": name,
        "type": kind,
        "createdAt": time_of(began),
        "start": time_of(began),
        "end": time_of(ended) if ended else None,
    }


def now() -> str:
    """Return the time now, as Chainlit writes it."""
    return time_of(datetime.now(UTC))


def time_of(moment: datetime) -> str:
    """Return a time as Chainlit writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
