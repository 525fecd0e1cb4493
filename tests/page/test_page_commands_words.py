"""How a typed command is read, and what help says."""

import pytest

from chainlit_app.page.commands import COMMANDS, Typed, typed, unknown_said
from chainlit_app.page.help import help_props


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/help", Typed("help")),
        (" /HELP \n", Typed("help")),
        ("/tools prefixes", Typed("tools", "prefixes")),
        ("/foo bar", Typed("foo", "bar")),
    ],
)
def test_a_slash_and_a_word_are_a_command(text, command):
    assert typed(text) == command


@pytest.mark.parametrize(
    "text", ["/24s at a site", "/24", "help", "what does /help do", "/", "/ help", "/dev/null", ""]
)
def test_anything_else_is_a_question(text):
    assert typed(text) is None


def test_a_command_chosen_in_the_popup_needs_no_slash():
    assert typed("vlans", "tools") == Typed("tools", "vlans")


def test_of_an_unknown_command_one_learns_which_there_are():
    assert (
        unknown_said("foo") == "There is no command /foo. There are /help, /tools, /sources, /export, /refresh, /clear."
    )
    assert help_props(None, "foo")["unknown"] == unknown_said("foo")


def test_help_without_names_still_has_questions_and_every_command():
    said = help_props(None)

    assert said["unknown"] is None
    assert said["questions"]
    assert [one["name"] for one in said["commands"]] == [one.name for one in COMMANDS]
