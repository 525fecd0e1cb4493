"""Files that are no export of ours: each is refused with the key that is wrong and what is allowed."""

import json
from pathlib import Path

import pytest

from chainlit_app.export import NotAnExport, from_json

TEXT = (Path(__file__).parent / "golden" / "conversation-with-rows.json").read_text(encoding="utf-8")


def changed(change):
    """Return the golden export after a change to it."""
    told = json.loads(TEXT)
    change(told)
    return json.dumps(told)


def refusal(text):
    """Return what is said of a wrong file."""
    with pytest.raises(NotAnExport) as refused:
        from_json(text)
    return str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "# Markdown", "[1,", '"\\ud800"', "nul", "[" * 100_000])
def test_what_is_no_json_is_called_that(text):
    assert refusal(text).startswith("This is not JSON: ")


@pytest.mark.parametrize("text", ["1", "null", "[]", "{}", '{"format": "other", "version": 9}', '{"format": 1}'])
def test_json_of_something_else_is_called_that(text):
    assert refusal(text) == 'This is no conversation of Sextant. Allowed for "format": "sextant-conversation".'


def test_a_newer_version_wants_a_newer_sextant():
    said = refusal(changed(lambda told: told.update(version=2, something="new")))
    assert said == '"version": this file has 2, this Sextant reads 1. Read it with a newer Sextant.'


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.pop("turns"), "turns: this key is missing."),
        (lambda told: told.update(version="1"), "version: allowed: 1."),
        (lambda told: told.update(extra=1), "extra: there is no such key in this format."),
        (lambda told: told.update(began="yesterday"), "began: this should be a valid datetime"),
        (lambda told: told.update(began="2026-11-21T14:00:00"), "began: this should have timezone info."),
        (lambda told: told["turns"][0].update(outcome="fine"), "turns[0].outcome: allowed: 'answered', 'empty'"),
        (lambda told: told["turns"][0].update(seconds="1"), "turns[0].seconds: this should be a valid number."),
        (lambda told: told["turns"][0]["sources"][0].update(digest="x"), "turns[0].sources[0].digest: "),
        (lambda told: told["turns"][0]["sources"][0].update(number=7), "turns[0]: the call call_1 gives a source that"),
        (lambda told: told["turns"].reverse(), "the file: the sources are not numbered 1, 2, 3"),
        (
            lambda told: told["turns"][0]["sources"][0]["table"]["rows"].append(["10.0.0.0/8"]),
            "turns[0].sources[0].table: a row has not as many cells as there are columns.",
        ),
        (
            lambda told: told["turns"][0]["sources"][0]["table"]["links"].pop(),
            "turns[0].sources[0].table: there are not as many links as rows.",
        ),
    ],
)
def test_a_wrong_key_is_named_with_its_place(change, said):
    assert refusal(changed(change)).startswith(said)


def test_a_row_that_somebody_changed_does_not_fit_its_digest():
    assert refusal(TEXT.replace("10.0.1.0/24", "10.0.9.0/24")) == (
        "The rows of source 1 do not fit their digest: somebody changed them."
    )


def test_only_the_first_of_many_problems_are_told():
    def change(told):
        for turn in told["turns"]:
            turn["outcome"] = "fine"

    lines = refusal(changed(change)).splitlines()
    assert (len(lines), lines[-1]) == (6, "And 3 more.")
