"""The files of an export: what they are called, and what is done for them."""

import pytest

from chainlit_app.conversation import Conversation
from chainlit_app.export import as_json, files, from_json
from chainlit_app.export.markdown_text import ROWS
from chainlit_app.turn import Reply

SECRET = "a-secret-0123456789"


async def asked(fakes, question, *names, name=""):
    """Return a conversation of one question, which found those devices."""
    conversation = Conversation(name=name)
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location="NYC01")]), Reply("Found [1]."))
    await fakes.ask(question, llm, fakes.FakeToolbox(NYC01=fakes.answer(*names)), conversation)
    return conversation


@pytest.mark.parametrize(
    ("name", "question", "called"),
    [
        ("", "Which prefixes are at NYC01?", "sextant-Which-prefixes-are-NYC01"),
        ("Morning round", "Which prefixes are at NYC01?", "sextant-Morning-round"),
        ("", "../../etc/passwd\r\n", "sextant-etc-passwd"),
        ("", f"What is {SECRET}?", "sextant-What-is-redacted"),
        ("", "哪些设备?", "sextant-conversation"),
    ],
)
async def test_files_are_called_by_the_name_or_the_first_question(fakes, name, question, called):
    conversation = await asked(fakes, question, "a", name=name)
    assert [file.name for file in files(conversation, [SECRET])] == [
        f"{called}-{conversation.began:%Y-%m-%d}.{kind}" for kind in ("md", "json")
    ]


async def test_a_long_question_makes_a_name_that_every_disk_takes(fakes):
    conversation = await asked(fakes, "prefix " * 500, "a")
    assert all(len(file.name) <= 100 for file in files(conversation, []))


async def test_a_last_line_of_another_model_than_the_offline_reader_is_part_of_its_answer(fakes):
    conversation = Conversation()
    await fakes.ask("Links?", fakes.ScriptedLLM(Reply("Two.\n\nNext: order both")), fakes.FakeToolbox(), conversation)
    assert "Next: order both" in files(conversation, [])[0].content


def test_a_conversation_without_a_question_is_called_one():
    assert files(Conversation(), [])[0].name.startswith("sextant-conversation-")


async def test_rows_that_are_left_out_change_nothing_of_what_is_told(fakes):
    conversation = await asked(fakes, "Which devices?", *(f"device-{number}" for number in range(ROWS + 20)))
    markdown, json_file = files(conversation, [])
    with_rows = files(conversation, [], rows=True)
    assert markdown == with_rows[0]
    assert json_file.content == as_json(from_json(with_rows[1].content))


async def test_secrets_are_looked_for_only_in_rows_that_are_told(fakes):
    names = [*(f"device-{number}" for number in range(ROWS)), SECRET]
    conversation = await asked(fakes, "Which devices?", *names)
    # What a model was shown is told as well, and looked through whatever the rows are.
    told = [from_json(files(conversation, [SECRET], rows=rows)[1].content) for rows in (False, True)]
    assert [next(record.sources()).redacted for record in told] == [False, True]
    assert all(
        SECRET not in file.content for rows in (False, True) for file in files(conversation, [SECRET], rows=rows)
    )
