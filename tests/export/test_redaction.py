"""Secrets stay at home: those of this installation in any spelling, and what looks like somebody else's."""

import json
from dataclasses import replace

import pytest

from chainlit_app.archive import ConversationRecord
from chainlit_app.conversation import Conversation, Feedback
from chainlit_app.export import as_json, files, from_json, redacted
from chainlit_app.own_secrets import known_secrets
from chainlit_app.turn import Checked, Fact, Reply
from sextant.access.key_words import new_id, new_secret, text_of

TOKEN = 'Kanarie"<&>\\' + "0123456789abcdef"


def said_of(text, *secrets):
    """Return a text as an export holds it."""
    conversation = Conversation(name=text)
    return redacted(ConversationRecord.of(conversation), secrets).name


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://joe:hunter2@nautobot.example.com/api", "https://[redacted]@nautobot.example.com/api"),
        ("postgresql://joe:hunter2@db/x and http://a:b@c", "postgresql://[redacted]@db/x and http://[redacted]@c"),
        ("Authorization: Token 0123abc", "Authorization: Token [redacted]"),
        ('{"Authorization": "Bearer abc.def-ghi"}', '{"Authorization": "Bearer [redacted]"}'),
        ("curl -H 'Authorization: Basic am9lOmh1bnRlcg=='", "curl -H 'Authorization: Basic [redacted]'"),
        ("sent Bearer CANARY-value-1 to it", "sent Bearer [redacted] to it"),
        ("Token " + "1" * 40, "Token [redacted]"),
        ("password=hunter2&x=1", "password=[redacted]"),
        ("the Password: hunter2.", "the Password: [redacted]"),
        ('"db_password": "two words"', '"db_password": "[redacted]"'),
        ('{\\"api_key\\": \\"abc\\"}', '{\\"api_key\\": \\"[redacted]\\"}'),
        ("OPENAI_API_KEY=abc", "OPENAI_API_KEY=[redacted]"),
        ("NAUTOBOT_TOKEN=abcdefgh1", "NAUTOBOT_TOKEN=[redacted]"),
        ("key sk-proj-0123456789abcdef here", "key [redacted] here"),
        (f"is {text_of(new_id(), new_secret())} mine?", "is [redacted] mine?"),
        (f"is it {text_of('0123abcd', 'x' * 12)}", "is it [redacted]"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIx.abc", "[redacted]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- x", "[redacted] x"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text, kept):
    assert said_of(text) == kept
    assert said_of(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Which prefixes are at NYC01? 10.0.11.0/24, 2001:db8::1, 00:1B:44:11:3A:B7",
        "1,234 tokens, $0.0012",
        "NAUTOBOT_TOKEN: not a token: it holds spaces",
        "The token may not read this: give it the right to view prefixes.",
        "https://nautobot.example.com/ipam/prefixes/?locations=NYC01&role=a@b",
        "community 65000:100, token supersedes, a bearer of news, basic switching",
        "sha256 11f36c2b93380bd42281cd64e83ed65f286de3d2d2a0472a4410c84991552853",
        "database sextant_history, metric sextant_turns_in_flight, sextant_0123abcd_short",
        "circuit sk-1, risk-management-of-the-core-network",
    ],
)
def test_what_only_sounds_like_one_stays(text):
    assert said_of(text) == text


async def full_of(secret, fakes):
    """Return a conversation that holds a secret wherever one can be."""
    found = fakes.answer(f"device {secret}")
    found = found.model_copy(
        update={
            "notes": [f"note {secret}"],
            "summary": f"summary {secret}",
            "source": found.source.model_copy(
                update={
                    "queries": [found.source.queries[0].model_copy(update={"variables": {"names": [secret]}})],
                    "mode": "live",
                    "url": f"https://nautobot.example.com/{secret}",
                }
            ),
        }
    )
    failed = replace(fakes.result(found), failed=True, answer=None, text=f"text {secret}", error=f"no {secret}")
    box = fakes.FakeToolbox(**{secret: found, f"{secret}2": failed})
    calls = [fakes.call("get_device", device=secret), fakes.call(location=f"{secret}2")]
    calls.append(replace(fakes.call(), arguments=None, raw=f'{{"location": "{secret}'))
    conversation = Conversation(name=f"about {secret}")
    llm = fakes.ScriptedLLM(Reply(f"I ask with {secret}.", calls), Reply(f"It is {secret}, at acc001 [1]."))
    llm.name = f"model/{secret}"
    await fakes.ask(f"What is {secret}?", llm, box, conversation)
    conversation.turns[0].feedback = Feedback("up", f"thanks for {secret}")
    return conversation


async def test_a_token_of_this_installation_is_nowhere_in_either_file(fakes):
    conversation = await full_of(TOKEN, fakes)
    for file in files(conversation, [TOKEN], rows=True):
        assert "[redacted]" in file.content
        for part in ("Kanarie", "0123456789abcdef"):
            assert part not in file.content
    again = files(conversation, [TOKEN], rows=True)[1].content
    assert as_json(redacted(from_json(again), [TOKEN]), rows=True) == again


async def test_rows_that_lost_a_secret_say_so_and_the_export_is_still_read(fakes):
    conversation = await full_of(TOKEN, fakes)
    as_markdown, json_file = files(conversation, [TOKEN], rows=True)
    (source,) = json.loads(json_file.content)["turns"][0]["sources"]

    assert source["redacted"] is True
    assert source["digest"] == conversation.sources[0].digest
    assert from_json(json_file.content).turns[0].sources[0].table.rows == [["device [redacted]"]]
    assert "(before redaction)" in as_markdown.content


async def test_facts_still_stand_where_the_check_found_them(fakes):
    conversation = await full_of(TOKEN, fakes)
    turn = conversation.turns[0]
    text = turn.ended.text
    at = text.index("acc001")
    facts = (Fact("acc001", at, at + 6, "device", "found", 1), Fact(TOKEN, 6, 6 + len(TOKEN), "device", "not_found"))
    turn.ended = replace(turn.ended, check=Checked(text, facts))

    kept = redacted(ConversationRecord.of(conversation), [TOKEN]).turns[0]

    assert [kept.answer[fact.start : fact.end] for fact in kept.check.facts] == ["acc001", "[redacted]"]
    assert [fact.text for fact in kept.check.facts] == ["acc001", "[redacted]"]


def test_a_word_that_is_too_short_for_a_secret_blacks_nothing_out():
    assert said_of("a test of test", "test", "", "[redac") == "a test of test"


def test_the_secrets_of_this_installation_are_its_settings_and_its_surroundings(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SEXTANT_MODEL_KEY=model-key-1\nMISTRAL_API_KEY=mistral-key\n", encoding="utf-8")
    (tmp_path / "sextant.yaml").write_text("nautobot_token: token-of-yaml\n", encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", "openai-key")
    monkeypatch.setenv("SEXTANT_HISTORY", "postgresql://joe:hunter%202@db/x")

    assert {"model-key-1", "mistral-key", "token-of-yaml", "openai-key", "hunter 2"} <= known_secrets()


def test_wrong_settings_do_not_keep_a_conversation_from_being_saved(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NAUTOBOT_TIMEOUT", "soon")
    monkeypatch.setenv("NAUTOBOT_TOKEN", "token-of-env")

    assert "token-of-env" in known_secrets()
