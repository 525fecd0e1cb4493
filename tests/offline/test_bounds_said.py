"""How full is too full: the words for a share of use, in any combination, over names that the reader was never tuned on."""

import pytest

COLUMNS = "prefix | location | addresses | used | free | used percent"
ROWS = ["10.1.1.0/24 | OSL01 | 254 | 250 | 4 | 98.43", "10.1.2.0/24 | BGO01 | 254 | 10 | 244 | 3.94"]


@pytest.fixture
def talk(chat, tool_message):
    sources = iter(range(1, 20))
    return chat(results=lambda name, arguments: tool_message(columns=COLUMNS, rows=ROWS, source=str(next(sources))))


@pytest.mark.parametrize(
    ("words", "test", "share"),
    [
        ("over 80 % full", "greater", 80),
        ("above 80% utilisation", "greater", 80),
        ("that exceed 80 percent utilization", "greater", 80),
        ("exceeding 80 % usage", "greater", 80),
        ("with utilisation > 80 %", "greater", 80),
        ("with utilisation >= 80%", "at_least", 80),
        ("whose usage is at least 80 %", "at_least", 80),
        ("80 % used or more", "at_least", 80),
        ("that are 80 % occupied", "at_least", 80),
        ("with no less than 80 % of their addresses taken", "at_least", 80),
        ("under 5 % used", "less", 5),
        ("below 5 percent utilised", "less", 5),
        ("less than 5 % occupied", "less", 5),
        ("at most 5% full", "at_most", 5),
        ("with less than 10 % free", "greater", 90),
        ("with at least 90 % left", "at_most", 10),
        ("that are exhausted", "at_least", 100),
        ("that are completely full", "at_least", 100),
    ],
)
def test_prefixes_are_those_of_a_share_of_use(talk, words, test, share):
    assert talk.ask(f"which prefixes in Norway are {words}").rounds == [
        [("analyze_prefixes_dataframe", {"location": "Norway", "group_by": "prefix", "sort_by": "used_percent"})],
        [("get_rows", {"result": "r1", "where": [{"column": "used percent", "is": test, "value": share}]})],
    ]


@pytest.mark.parametrize(
    "words", ["fullest", "nearly full", "almost exhausted", "running out of addresses", "most used"]
)
def test_words_without_a_figure_rank_prefixes(talk, words):
    (name, arguments), *more = talk.ask(f"which prefixes in Norway are {words}").calls
    assert (name, arguments["sort_by"], more) == ("analyze_prefixes_dataframe", "used_percent", [])


def test_two_bounds_are_two_conditions(talk):
    calls = talk.ask("prefixes in Norway between 20 and 40 % full").calls
    assert calls[1][1]["where"] == [
        {"column": "used percent", "is": "at_least", "value": 20},
        {"column": "used percent", "is": "at_most", "value": 40},
    ]


def test_sites_are_those_of_a_share_of_use_too(talk):
    calls = talk.ask("which campuses in Norway are over 50 % full").calls
    assert calls[0][1] == {"location": ["BGO01", "HAM01", "OSL01"], "group_by": "location"} or set(
        calls[0][1]["location"]
    ) == {"BGO01", "HAM01", "OSL01"}
    assert calls[1][1]["where"] == [{"column": "used percent", "is": "greater", "value": 50}]


def test_addresses_that_are_left_are_free_ones(talk):
    calls = talk.ask("prefixes in Norway with fewer than 10 addresses left").calls
    assert calls[1][1]["where"] == [{"column": "free", "is": "less", "value": 10}]


def test_a_question_of_its_own_is_of_the_whole_network_and_offers_the_place_before(talk):
    talk.ask("devices at OSL01")
    turn = talk.ask("which prefixes are over 80 % full")
    assert turn.calls[0][1] == {"group_by": "prefix", "sort_by": "used_percent"}
    assert "which prefixes are over 80 % full at OSL01?" in turn.text


def test_the_figure_that_was_asked_for_is_among_those_told(chat, tool_message):
    columns = "prefix | namespace | type | role | location | addresses | used | free | used percent"
    row = "10.1.1.0/24 | Global | network | User Data | OSL01 | 254 | 250 | 4 | 98.43"
    talk = chat(results=lambda name, arguments: tool_message(columns=columns, rows=[row]))
    assert "98.43 % used" in talk.ask("prefixes in Norway over 80 % full").text
