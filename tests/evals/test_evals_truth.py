"""The truth of the score: stories that demo_fixtures/STORIES.md tells, and sums that can be done by hand."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import evals.truth
from evals.questions import UNSEEN, Truth, talks
from evals.truth import fact


@pytest.mark.parametrize(
    ("call", "known"),
    [
        (["total", {"record": "devices"}], 910),
        (["total", {"record": "locations", "type": "Branch"}], 200),
        (["total", {"record": "prefixes", "at": "AQP01"}], 34),
        (["use_of", {"prefix": "10.130.12.0/24"}], [252, 254]),
        (["users", {"address": "10.73.13.1/24"}], ["MEL01-acc003 Vlan100", "MEL01-acc005 Vlan100"]),
        (["fits", {"inside": "10.201.200.0/21", "length": 23}], 0),
        (["free_addresses", {"inside": "10.201.200.0/21"}], 2048 - 368),
        (["free_blocks", {"inside": "10.193.16.0/24"}], ["10.193.16.0/24"]),
    ],
)
def test_a_story_is_found(call, known):
    assert fact(call) == known


def test_branches_that_miss_a_router_are_found_and_what_has_none_counts_as_zero():
    call = ["fewer", {"record": "devices", "than": 2, "type": "Branch", "role": "WAN Router"}]
    assert {row["location"] for row in fact(call)} == {"ITB06", "INB08"}
    assert {row["count"] for row in fact(["fewer", {"record": "vlans", "than": 1, "type": "Branch"}])} == {0}


def test_a_prefix_of_two_namespaces_is_found_in_both():
    found = {(row["record"], row["namespace"]) for row in fact(["find", {"target": "10.2.11.0/24"}])}
    assert {("10.2.11.0/24", "Global"), ("10.2.11.0/24", "Lab")} <= found


def test_free_blocks_and_what_is_taken_make_the_whole():
    whole = 2**16
    taken = 12 * 2 + 10 * 256  # the links and the VLANs of a campus
    assert fact(["free_addresses", {"inside": "10.128.0.0/16"}]) == whole - taken


def test_a_wrong_name_is_an_error_and_not_nothing():
    with pytest.raises(KeyError):
        fact(["devices", {"at": "Atlantis"}])


def test_the_truth_knows_nothing_of_what_it_judges():
    files = Path(evals.truth.__file__).parent.glob("*.py")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    names = [node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [
        one.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    ]
    assert [name for name in names if name.startswith(("tools", "chainlit_app", "netaddr", "pandas", "numpy"))] == []


@pytest.fixture(scope="module")
def every():
    return list(talks())


@pytest.fixture(scope="module")
def unseen():
    return list(talks(UNSEEN))


def test_there_are_many_questions_of_each_kind_and_none_twice(every):
    asked = [tuple(question.asked for question in talk.questions) for talk in every]
    assert len(asked) == len(set(asked))
    assert sum(map(len, asked)) >= 300
    assert len({talk.kind for talk in every}) >= 20


@pytest.mark.parametrize(("asked_in", "number"), [("first", 60), ("second", 51), ("third", 49)])
def test_the_unseen_questions_are_of_every_kind_and_none_is_among_those_tuned_on(every, asked_in, number):
    def words(talk):
        return {" ".join(question.asked.lower().split()) for question in talk.questions}

    unseen = list(talks(UNSEEN / asked_in))
    assert sum(len(talk.questions) for talk in unseen) == number
    assert {talk.kind for talk in unseen} == {talk.kind for talk in every}
    seen = set().union(*map(words, every))
    assert [talk.id for talk in unseen if len(talk.questions) == 1 and words(talk) & seen] == []


def test_every_question_has_a_truth_that_an_answer_can_miss(every, unseen):
    loose = [
        question.asked
        for talk in (*every, *unseen)
        for question in talk.questions
        if question.truth == replace(Truth(), key=question.truth.key)
    ]
    assert loose == []


def test_a_line_that_nobody_can_read_is_named(tmp_path):
    (tmp_path / "odd.jsonl").write_text('{"ask": "x"}\n{"ask": "y", "rowz": []}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"odd\.jsonl, line 2: .*rowz"):
        list(talks(tmp_path))
