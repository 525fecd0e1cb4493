"""What the attacks share: AgentDojo's texts."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

AGENTDOJO = json.loads((Path(__file__).parent / "agentdojo.json").read_text(encoding="utf-8"))


def filled(template: str, goal: str) -> str:
    """Return an attack as AgentDojo writes it."""
    given = {name: AGENTDOJO[name] for name in ("user", "model", "tools")}
    return AGENTDOJO["templates"][template].format(goal=goal, **given)


@pytest.fixture(scope="session")
def agentdojo() -> SimpleNamespace:
    """Return AgentDojo's templates, its goals, and what fills them in."""
    return SimpleNamespace(templates=list(AGENTDOJO["templates"]), goals=AGENTDOJO["goals"], filled=filled)
