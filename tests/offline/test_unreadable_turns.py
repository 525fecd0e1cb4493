"""A defect of the reader in one question: it is told, logged once, and spoils no other question."""

import logging
from dataclasses import replace

import pytest

from chainlit_app.offline.conversation import Turn
from chainlit_app.offline.gazetteer import gazetteer
from chainlit_app.offline.history import readings
from chainlit_app.offline.reader import respond
from tools.models import Names


class _Spoiled(dict):
    """What was read lately, with a question that makes the reader stumble."""

    def __contains__(self, text):
        if "stumble" in str(text):
            raise RuntimeError("a defect")
        return super().__contains__(text)


@pytest.fixture
def known(small_names):
    return replace(gazetteer(small_names), read=_Spoiled())


def test_a_question_that_cannot_be_read_is_passed_over_by_those_after_it(known):
    asked = [Turn("devices at OSL01"), Turn("stumble"), Turn("and at BGO01?")]
    first, broken, last = readings(asked, known)
    assert (broken.job, broken.reason) == ("declined", "unreadable")
    assert last == first.but(places=("BGO01",), written="BGO01")


def test_it_is_logged_once_however_often_the_conversation_is_read_and_without_its_words(known, caplog):
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            readings([Turn("stumble over my secret"), Turn("devices at OSL01")], known)
    assert len(caplog.records) == 1
    assert "secret" not in caplog.text


def test_an_answer_that_cannot_be_made_is_said_in_words(small_names, caplog):
    names = Names.model_construct(**{**dict(small_names), "locations": [None]})
    said = "".join(p for p in respond([{"role": "user", "content": "devices"}], [], names) if isinstance(p, str))
    assert said.startswith("I could not answer that: the reader has a defect there")
    assert len(caplog.records) == 1
