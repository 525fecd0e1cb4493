"""What every way in shares: the model, the tools and the budget of a turn, as the settings want them."""

import asyncio
import gc
import logging
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self

from pydantic import SecretStr

from chainlit_app import llm, watching
from chainlit_app.agent import Budget
from chainlit_app.limits import Limits
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import LLM, ToolboxTrouble
from sextant.access.gate import Gate, GuardedToolbox
from sextant.access.policy import load
from sextant.access.principal import Principal
from sextant.access.rates import Rates
from sextant.access.settings import AccessSettings
from sextant.audit.opening import AuditSettings, open_trail
from sextant.audit.recorder import Recorder
from sextant.audit.trail import NoTrail
from sextant.telemetry import metrics
from tools.models import Check, Names, Status
from tools.settings import ToolSettings, WrongSetting

logger = logging.getLogger(__name__)

OFFLINE = "offline"  # the offline reader, among the names of models
_NAMES_KEPT = 30.0  # seconds: a question of several rounds reads them once


class HostSettings(AuditSettings, Protocol):
    """The settings of the host, as `chainlit_app.settings` has them."""

    @property
    def sextant_model(self) -> str | None: ...
    @property
    def sextant_models(self) -> str | None: ...
    @property
    def sextant_model_url(self) -> str | None: ...
    @property
    def sextant_model_key(self) -> SecretStr | None: ...
    @property
    def sextant_max_rounds(self) -> int: ...
    @property
    def sextant_max_calls(self) -> int: ...
    @property
    def sextant_turn_seconds(self) -> float: ...
    @property
    def sextant_call_seconds(self) -> float: ...
    @property
    def sextant_history_tokens(self) -> int: ...
    @property
    def sextant_max_question(self) -> int: ...
    @property
    def sextant_turns_a_minute(self) -> int: ...
    @property
    def sextant_parallel_turns(self) -> int: ...


class Host:
    """One for all chats of a process; `async with` closes it."""

    def __init__(
        self,
        toolbox: ServerToolbox,
        budget: Budget,
        models: Mapping[str, LLM | None] | None = None,
        limits: Limits | None = None,
        gate: Gate | None = None,
        trail: Recorder | NoTrail | None = None,
    ) -> None:
        """`models` are those to choose from by their names, the first for who chooses none; None: the offline reader."""
        self.toolbox = toolbox  # all tools, for nobody: who asks has theirs from `tools_of`
        self.gate = gate or Gate(load())
        self.trail = trail or NoTrail()
        self.budget = budget
        self.limits = limits or Limits()
        chosen_from = models or {OFFLINE: None}
        self.models: Mapping[str, LLM] = {
            name: model or llm.OfflineModel(self.names) for name, model in chosen_from.items()
        }
        metrics.learn(metrics.MODELS, map(watching.called, self.models.values()))
        self.llm = next(iter(self.models.values()))
        self._names: Names | None = None
        self._names_until = 0.0

    def tools_of(self, who: Principal) -> GuardedToolbox:
        """Return the tools as somebody may use them."""
        return GuardedToolbox(self.toolbox, self.gate, who, self.trail)

    async def names_for(self, who: Principal) -> Names:
        """Return the names that somebody's question may use: none for who may use no tool. Raise `ToolboxTrouble`."""
        await self.tools_of(who).schemas()
        return await self.names()

    async def status(self) -> Status:
        """Return what the tools read. Raise `ToolboxTrouble`, as do `names` and `checks`."""
        return await self.toolbox.status()

    async def names(self) -> Names:
        """Return the names that a question may use; they may be half a minute old."""
        if self._names is None or time.monotonic() > self._names_until:
            self._names = await self.toolbox.names()
            self._names_until = time.monotonic() + _NAMES_KEPT
        return self._names

    async def refresh(self) -> str:
        """Forget what was kept of Nautobot, names included; return a sentence that says so. Raise `ToolboxTrouble`."""
        await self.toolbox.read("sextant://refresh")
        self._names = None
        return "What was kept is forgotten: the next answers are read anew."

    async def checks(self) -> list[Check]:
        """Return what the tool server found when it looked at its settings and at Nautobot."""
        return await self.toolbox.checks()

    async def warm(self) -> None:
        """Start what the first question would wait for. What does not start now says so when it is asked."""
        await asyncio.gather(self._start_tools(), asyncio.to_thread(llm.warm))
        if isinstance(self.llm, llm.OfflineModel):
            try:
                await self.llm.warm()
            except ToolboxTrouble as trouble:
                logger.warning("%s", trouble)
        # What is loaded now stays. To look through all of it for garbage stops every chat for 0.3 s, now and again.
        gc.freeze()

    async def aclose(self) -> None:
        """Return when no process is left."""
        await self.toolbox.aclose()
        await self.gate.aclose()
        await self.trail.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _start_tools(self) -> None:
        try:
            await self.toolbox.schemas()
        except ToolboxTrouble as trouble:
            logger.warning("%s", trouble)


def open_host(settings: HostSettings, tools: ToolSettings | None = None) -> Host:
    """Return a host. Nothing runs yet: the tool server starts with the first question, or by `Host.warm`.

    Raise `WrongSetting` when the tools' settings, or those of rights, cannot be used.
    """
    budget = Budget(
        rounds=settings.sextant_max_rounds,
        calls=settings.sextant_max_calls,
        turn_seconds=settings.sextant_turn_seconds,
        call_seconds=settings.sextant_call_seconds,
        history_tokens=settings.sextant_history_tokens,
    )
    toolbox = ServerToolbox((tools or ToolSettings.load()).env_for_child(), settings.sextant_call_seconds)
    limits = Limits(
        question=settings.sextant_max_question,
        turns_a_minute=settings.sextant_turns_a_minute,
        parallel_turns=settings.sextant_parallel_turns,
    )
    access = AccessSettings.load()
    gate = Gate(load(access.sextant_policy), Rates(access.rates))
    return Host(toolbox, budget, _models(settings), limits, gate, open_trail(settings))


def check_models(settings: HostSettings) -> None:
    """Raise `WrongSetting` for models of unknown providers: their first question would fail."""
    if wrong := llm.unknown(name for name in _models(settings) if name != OFFLINE):
        raise WrongSetting(
            f"SEXTANT_MODEL, SEXTANT_MODELS: no provider is known for {', '.join(wrong)}. Write provider/model as LiteLLM"
            " does, such as openai/gpt-4o-mini or ollama_chat/qwen3, or offline for the offline reader."
        )


def _models(settings: HostSettings) -> Mapping[str, LLM | None]:
    """Return the models of the settings, the one to begin with first. They load nothing before they are asked."""
    listed = settings.sextant_models.split(",") if settings.sextant_models else []
    first, *others = [*([settings.sextant_model] if settings.sextant_model else []), *listed] or [OFFLINE]
    key = settings.sextant_model_key.get_secret_value() if settings.sextant_model_key else None

    def model(name: str) -> LLM | None:
        if name == OFFLINE:
            return None
        # Address and key are for one provider: another must never see them, and has its own variable for a key.
        own = name.partition("/")[0] == provider
        return llm.LiteLLMModel(name, settings.sextant_model_url if own else None, key if own else None)

    provider = next((name for name in (first, *others) if name != OFFLINE), first).partition("/")[0]
    return {name: model(name) for name in (first, *others)}
