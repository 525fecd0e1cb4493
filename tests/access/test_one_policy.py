"""One policy for every way in: here the terminal's. That of HTTP is in tests/service, that of the page in tests/browser."""

import pytest

from chainlit_app.cli import main


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """Return what gives the terminal's one role a policy of its own."""
    for name, value in {"DEMO_MODE": "true", "SEXTANT_HISTORY": "off", "SEXTANT_AUDIT": "off"}.items():
        monkeypatch.setenv(name, value)
    for name in ("SEXTANT_MODEL", "SEXTANT_MODELS", "SEXTANT_CONFIG", "NAUTOBOT_URL", "AUTH_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEXTANT_POLICY", "policy.yaml")

    def to(role: str) -> None:
        (tmp_path / "policy.yaml").write_text(f"roles: {{admin: {role}}}", encoding="utf-8")

    return to


def test_the_catalogue_at_the_terminal_holds_what_the_policy_allows(narrow, capsys):
    narrow("{tools: [get_device, find_prefix]}")
    assert main(["tools", "--list"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ") and line] == [
        "find_prefix",
        "get_device",
    ]


def test_a_question_at_the_terminal_is_answered_with_allowed_tools_only(narrow, capsys):
    narrow("{tools: [get_prefixes_by_location, llm_chat]}")
    assert main(["ask", "prefixes at NYC01", "export the prefixes of NYC01 as CSV"]) == 1
    said = capsys.readouterr().out
    assert "23 prefixes at NYC01" in said
    assert "a tool that is not here, or that you may not use (export_prefixes_to_csv)" in said


def test_who_may_not_ask_is_told_so_before_anything_is_read(narrow, capsys):
    narrow("{tools: ['get_*']}")
    assert main(["ask", "prefixes at NYC01"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "local may not use llm_chat" in said.err


def test_questions_have_a_rate_as_calls_have(narrow, capsys):
    narrow("{tools: ['*'], rates: {llm_chat: 1/day}}")
    assert main(["ask", "prefixes at NYC01", "prefixes at NYC01"]) == 1
    said = capsys.readouterr()
    assert said.out.count("23 prefixes at NYC01") == 1
    assert "local may call llm_chat 1 a day, and has: call again in" in said.err
