"""A question after another one: what names its own subject is read as if it were the first."""

import json
from pathlib import Path

import pytest

from chainlit_app.offline.conversation import Turn, turns
from chainlit_app.offline.gazetteer import gazetteer
from chainlit_app.offline.history import readings

FIRST = [
    "How many devices are there?", "What prefixes are at LYS01?", "Which VLANs are at Munich?", "Show device NYC01-wan001",
    "Show the interfaces of LON01-acc001", "Compare address use across the regions", "Which sites are in Germany?",
    "Who uses 10.128.11.1?", "Export the prefixes of Spain to CSV", "Which branches have fewer than two wan routers?",
    "prefixes at Atlantis", "How many VLANs with id 200?", "Count the devices by model", "show the bogus prefixes at OSA01",
]  # fmt: skip
DONE = ("records", "analyze", "count", "export", "find")


def _labelled():
    lines = Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()
    said = [line.get("turns") or [line["question"]] for line in map(json.loads, lines)]
    return [questions[0] for questions in said if len(questions) == 1]


def _placed(reading):
    return reading.places or reading.devices or reading.targets or reading.site_of


def test_no_question_takes_over_the_subject_of_the_one_before(chat, demo_names):
    known = gazetteer(demo_names)
    before = []
    for first in FIRST:
        talk = chat(names=demo_names)
        talk.ask(first)
        before.append(turns(talk.messages))
    for i, question in enumerate(_labelled()):
        alone = readings([Turn(question)], known)[-1]
        if alone.job not in DONE:
            continue
        for earlier in before[i % 5 :: 5]:  # each question after some of them, each of them before many questions
            read = readings([*earlier, Turn(question)], known)[-1]
            if not _placed(alone):  # a fragment may keep the place, and nothing else
                read = read.but(places=(), site_of=())
            kept = read.but(written=alone.written, narrower="")
            assert kept == alone, (earlier[0].question, question)


@pytest.mark.parametrize("first", ["How many devices are there?", "What prefixes are at Oslo?", "show OSL01-wan001", "What is at Oslo?"])  # fmt: skip
@pytest.mark.parametrize(
    "question",
    [
        "How many branches are there?", "Which campuses are in Norway?", "devices in Sweden", "core routers in Sweden", "vlan 30 at Bergen",
        "how many circuits per country", "Tell me about Bergen", "what's at Bergen?", "list the switches in Bergen that have no primary address",
        "container prefixes in Norway", "all sites", "who uses 10.1.1.1?",
    ],
)  # fmt: skip
def test_a_whole_question_is_answered_as_if_it_were_the_first(chat, first, question):
    talk = chat()
    talk.ask(first)

    assert talk.ask(question).calls == chat().ask(question).calls


@pytest.mark.parametrize("first", ["How many devices are there?", "prefixes at Oslo"])
def test_a_vlan_by_its_number_is_a_subject_of_its_own(chat, first):
    talk = chat()
    talk.ask(first)

    assert talk.ask("How many VLANs with id 200?").calls == [("get_vlans_by_location", {"location": "all", "vid": 200})]


def test_a_spelling_is_told_with_the_question_that_has_it(chat):
    talk = chat()

    assert '"Bergn" as' in talk.ask("devices in Bergn").text
    assert '"Bergn"' not in talk.ask("How many access switches are in Norway?").text
    talk.ask("prefixes in Bergn")
    assert '"Bergn"' not in talk.ask("what about voice?").text
    assert '"Bergn" as' in talk.ask("and in Bergn?").text
