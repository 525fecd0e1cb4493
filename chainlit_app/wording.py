"""What the loop writes to a model: its own calls back to it, and results as data that cannot pass for anything else."""

import json
from collections.abc import Sequence
from html import escape

from chainlit_app.conversation import Line
from chainlit_app.turn import Message, Source, ToolCall, ToolResult
from tools.amounts import of_all
from tools.models import ToolAnswer

# What stands for a result that never came.
STOPPED = ToolResult("This call was stopped before it had a result.", failed=True, seconds=0.0, error="Stopped.")


def asked(text: str, calls: Sequence[ToolCall]) -> Line:
    """Return the model's message. Arguments that were not JSON go back empty: providers parse the history."""
    return Line(
        {
            "role": "assistant",
            "content": text or None,
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": json.dumps(call.arguments or {}, ensure_ascii=False)},
                }
                for call in calls
            ],
        }
    )


def told(call: ToolCall, result: ToolResult, source: Source | None) -> Line:
    """Return the result as the model reads it, and what stays of it when its rows have to go."""
    answer = result.answer
    if answer is None:
        return Line(_message(call, result.text, "failed"))
    number = str(source.number) if source else ""
    data = answer.source.mode if answer.source else ""
    if not answer.rows:
        gone = _message(call, "Left out: it is about other data than this question.", answer.outcome, data=data)
        return Line(_message(call, result.text, answer.outcome, number, answer, data), withheld=gone)
    return Line(
        _message(call, result.text, answer.outcome, number, answer, data),
        short=_message(call, _subject(answer, number), answer.outcome, number, answer, data, shown=0),
        withheld=_message(
            call, "Left out: these are other data than this question is answered from.", answer.outcome, data=data
        ),
    )


def unfinished(call: ToolCall) -> Line:
    """Return what stands for a result that never came: a call without one makes a history unusable."""
    return Line(_message(call, STOPPED.text, "stopped"))


def _subject(answer: ToolAnswer, number: str) -> str:
    kept = f"they are still kept as r{number}" if number else "call the tool again where they are needed"
    return f"{answer.subject}. Its rows are left out here for room; {kept}."


def _message(
    call: ToolCall,
    text: str,
    outcome: str,
    number: str = "",
    answer: ToolAnswer | None = None,
    data: str = "",
    shown: int | None = None,
) -> Message:
    rows = f'rows="{answer.total if answer else 0}"'
    if answer and answer.more != 0:
        rows += f' of="{of_all(answer.total, answer.more)}"'
    seen = (answer.shown if answer else 0) if shown is None else shown
    result = f' result="r{number}"' if number else ""
    content = (
        f'<tool_result source="{number}"{result} tool="{escape(call.name)}" outcome="{outcome}" {rows}'
        f' shown="{seen}" data="{data}">\n{escape(text, quote=False)}\n</tool_result>'
    )
    return {"role": "tool", "tool_call_id": call.id, "content": content}
