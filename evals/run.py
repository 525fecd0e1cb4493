"""The questions through the whole path: the loop, the model, the tool server in a process of its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.host import Host, check_models, open_host
from chainlit_app.settings import AppSettings
from chainlit_app.turn import TurnEnded
from evals.questions import Question, Talk
from evals.score import Answer, Call, Marks, judge
from tools.settings import ToolSettings

Report = Callable[["Asked"], None]


@dataclass(frozen=True)
class Asked:
    """One question as it was answered, and its marks."""

    id: str
    kind: str
    question: Question
    answer: Answer
    marks: Marks


async def run(talks: Sequence[Talk], model: str | None, times: int, report: Report, at_once: int = 4) -> list[Asked]:
    """Return every question's answer and marks, in the order of the questions; each `times` times, `at_once` conversations at once.

    `model` is a LiteLLM name, None for the offline reader; its address and key are those of the settings. Raise
    `WrongSetting` where no provider is known for it, `ToolboxTrouble` where the tool server does not start.
    """
    settings = AppSettings.load().model_copy(update={"sextant_model": model, "sextant_models": None})
    check_models(settings)
    free = asyncio.Semaphore(at_once)
    async with open_host(settings, ToolSettings(demo_mode="true")) as host:
        await host.toolbox.schemas()
        await host.warm()

        async def one(talk: Talk) -> list[Asked]:
            async with free:
                found = await _held(talk, host)
            for asked in found:
                report(asked)
            return found

        done: list[Awaitable[list[Asked]]] = [one(talk) for talk in talks for _ in range(times)]
        return [asked for found in await asyncio.gather(*done) for asked in found]


async def _held(talk: Talk, host: Host) -> list[Asked]:
    conversation, found = Conversation(), list[Asked]()
    for number, question in enumerate(talk.questions, 1):
        began, ended = time.perf_counter(), None
        events = answer(question.asked, conversation, host.llm, host.toolbox, host.budget, names=host.names)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, TurnEnded):
                    ended = event
        assert ended is not None  # `answer` ends with one, whatever happens
        steps = conversation.turns[-1].steps
        given = Answer(
            ended,
            [Call(step.call.name, step.call.arguments or {}) for step in steps],
            tuple(conversation.sources),
            [turn.question for turn in conversation.turns],
            time.perf_counter() - began,
        )
        id = talk.id if len(talk.questions) == 1 else f"{talk.id}.{number}"
        found.append(Asked(id, talk.kind, question, given, await asyncio.to_thread(judge, question, given)))
    return found
