"""The gate: the one place where calls are let in, whoever makes them and however they came."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chainlit_app.turn import Report, Toolbox, ToolboxTrouble, ToolCall, ToolResult
from sextant.access.policy import Policy
from sextant.access.principal import Principal
from sextant.access.rates import Rates
from sextant.access.refusals import Denied, Refusal, TooMany
from sextant.audit.trail import Event, Kind, NoTrail, NotRecorded, Trail, digest
from sextant.telemetry import metrics
from tools.models import Earlier, Outcome, ToolAnswer

LOOP = "llm_chat"  # the name under which a policy knows the whole loop: to ask a question


class Gate:
    """Lets a call in, or says why not."""

    def __init__(self, policy: Policy, rates: Rates | None = None) -> None:
        """Without `rates` calls are counted in memory."""
        self.policy = policy
        self._rates = rates or Rates()

    async def enter(self, who: Principal, tool: str, arguments: Mapping[str, Any] | None = None) -> None:
        """Return where somebody may make a call now. Raise `Denied` or `TooMany`."""
        decision = self.policy.decide(who, tool, arguments)
        if not decision.allowed:
            metrics.note(metrics.DENIALS, tool=tool, reason="policy")
            raise Denied(decision.reason)
        if refused := await self._rates.wait_for(who.id, self.policy.rates_of(who, tool)):
            rate, seconds = refused
            metrics.note(metrics.DENIALS, tool=tool, reason="rate")
            raise TooMany(
                f"{who.name} may call {tool} {rate}, and has: call again in {seconds} second{'s'[: seconds > 1]}.",
                seconds,
            )

    async def aclose(self) -> None:
        """Return when nothing is connected any more."""
        await self._rates.aclose()


class Titled(Toolbox, Protocol):
    """A toolbox that knows what people call its tools."""

    async def titles(self) -> Mapping[str, str]:
        """Return the titles by the names. Raise `ToolboxTrouble`."""
        ...


class GuardedToolbox:
    """A toolbox as one person has it: what they may not call is not in it, and each call goes through the gate."""

    def __init__(self, toolbox: Titled, gate: Gate, who: Principal, trail: Trail | None = None) -> None:
        self._toolbox = toolbox
        self._gate = gate
        self._who = who
        self._trail = trail or NoTrail()

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        """Return what they may call, as OpenAI function schemas in the server's order. Raise `ToolboxTrouble`."""
        found = await self._toolbox.schemas()
        allowed = set(self._gate.policy.tools_of(self._who, (one["function"]["name"] for one in found)))
        if found and not allowed:
            raise ToolboxTrouble(
                f"{self._who.name} may use no tool here: whoever runs this Sextant gives roles.", "not_allowed"
            )
        return [one for one in found if one["function"]["name"] in allowed]

    async def titles(self) -> Mapping[str, str]:
        """Return what people call each tool that they may call. Raise `ToolboxTrouble`."""
        found = await self._toolbox.titles()
        return {name: found[name] for name in self._gate.policy.tools_of(self._who, found)}

    async def call(
        self, call: ToolCall, turn: str, report: Report | None = None, earlier: Mapping[str, Earlier] | None = None
    ) -> ToolResult:
        """Return what came of a call. One that is not let in comes back as a failure that says why."""
        began = time.perf_counter()
        try:
            return await self.called(call, turn, report, earlier)
        except Denied as denied:
            return _refused(call, "not_allowed", str(denied), began)
        except (TooMany, NotRecorded) as refusal:
            return _refused(call, "unavailable", str(refusal), began)

    async def called(
        self, call: ToolCall, turn: str, report: Report | None, earlier: Mapping[str, Earlier] | None
    ) -> ToolResult:
        """Return what came of a call. Raise `Denied`, `TooMany` or `NotRecorded` where it is not let in."""
        try:
            await self._gate.enter(self._who, call.name, call.arguments)
        except Refusal as refusal:
            await self._record("deny", call, "too many" if isinstance(refusal, TooMany) else "denied")
            raise
        await self._record("allow", call, "allowed")
        try:
            result = await self._toolbox.call(call, turn, report, earlier)
        except asyncio.CancelledError:
            with contextlib.suppress(NotRecorded):  # whoever stopped it is not told of anything else
                await self._record("tool", call, "stopped")
            raise
        await self._record("tool", call, result.answer.outcome if result.answer else "failed", result)
        return result

    async def _record(self, kind: Kind, call: ToolCall, outcome: str, result: ToolResult | None = None) -> None:
        answer = result.answer if result else None
        await self._trail.record(
            Event(
                kind,
                self._who,
                call.name,
                outcome,
                digest(call.arguments),
                rows=answer.total if answer else None,
                seconds=result.seconds if result else None,
                mode=answer.source.mode if answer and answer.source else None,
            )
        )


def _refused(call: ToolCall, outcome: Outcome, sentence: str, began: float) -> ToolResult:
    answer = ToolAnswer(tool=call.name, outcome=outcome, subject=call.name.replace("_", " "), summary=sentence)
    return ToolResult(sentence, failed=True, seconds=time.perf_counter() - began, answer=answer, error=sentence)
