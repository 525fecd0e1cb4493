"""How much the offline reader tells, and how it goes on from a tool that its reader called by hand."""

import pytest

from chainlit_app.detail import Detailed, detail_of
from chainlit_app.turn import Reply

ROWS = tuple(f"OSL01-acc{n:03} | Access Switch | OSL01" for n in range(1, 13))


class Listening:
    name = "m"

    def __init__(self):
        self.heard = []

    async def stream(self, messages, tools):
        self.heard = messages
        yield Reply("Yes.")


async def _told(detail):
    model = Listening()
    messages = [{"role": "system", "content": "You are Sextant.\n"}, {"role": "user", "content": "Which?"}]
    assert [piece async for piece in Detailed(model, detail).stream(messages, [])] == [Reply("Yes.")]
    return model.heard


@pytest.mark.parametrize("detail", ["short", "normal", "full"])
async def test_the_wish_for_detail_travels_in_the_instructions(detail):
    heard = await _told(detail)

    assert detail_of(heard) == detail
    assert heard[0]["content"].startswith("You are Sextant.\n")
    assert heard[1] == {"role": "user", "content": "Which?"}


async def test_without_a_wish_the_instructions_stay_as_they_are():
    assert (await _told("normal"))[0]["content"] == "You are Sextant.\n"


async def _asked(chat, tool_message, detail):
    conversation = chat(results=lambda name, arguments: tool_message("12 devices.", rows=ROWS))
    conversation.messages = (await _told(detail))[:1]
    return conversation.ask("Which devices are at OSL01?").text


async def test_short_answers_are_the_figures_and_their_source(chat, tool_message):
    text = await _asked(chat, tool_message, "short")

    assert "12 devices. [1]" in text
    assert "Next:" not in text
    assert "acc001" not in text


async def test_full_answers_tell_up_to_ten_rows(chat, tool_message):
    text = await _asked(chat, tool_message, "full")

    assert text.count("\n- OSL01-acc") == 10
    assert "Next:" in text


@pytest.mark.parametrize(
    ("tried", "then", "called"),
    [
        ("Tried get_prefixes_by_location (location: OSL01, role: User Data)", "and the VLANs there?", "OSL01"),
        ("Tried get_vlans_by_location (location: OSL01)", "and the prefixes?", "OSL01"),
    ],
)
def test_a_follow_up_goes_on_from_a_tool_that_was_tried(chat, tried, then, called):
    conversation = chat()
    conversation.ask(tried)
    turn = conversation.ask(then)

    assert [arguments.get("location") for _, arguments in turn.calls] == [called]
