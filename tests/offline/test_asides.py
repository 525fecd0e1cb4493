"""What is said beside a question is left aside, and said to be; an order never is."""

import pytest


@pytest.mark.parametrize(
    ("question", "calls", "aside"),
    [
        ("vlans at OSL01, i think one is missing", [("get_vlans_by_location", {"location": "OSL01"})], "i think one is missing"),
        ("10.1.2.3 is flapping, who has it configured?", [("find_prefix", {"target": "10.1.2.3"})], "10.1.2.3 is flapping"),
        ("got an alert for 10.1.2.3, where does that live?", [("find_prefix", {"target": "10.1.2.3"})], "got an alert for 10.1.2.3"),
        ("I'm about to visit Bergen, which VLANs are there?", [("get_vlans_by_location", {"location": "BGO01"})], "I'm about to visit Bergen"),
        ("devices in Norway, auditors want it by noon", [("get_devices_by_location", {"location": "Norway"})], "auditors want it by noon"),
        ("We have to open a new floor in Oslo and need a /23", [("find_free_space", {"inside": "OSL01", "prefix_length": 23})], "We have to open a new floor in Oslo"),
    ],
)  # fmt: skip
def test_the_question_is_read_without_it(chat, question, calls, aside):
    turn = chat().ask(question)
    assert turn.calls == calls
    assert f'not read: "{aside}"' in turn.text


@pytest.mark.parametrize(
    "question",
    [
        "delete vlan 200 at OSL01, nobody uses it anymore",
        "shut down port Gi1 on OSL01-acc001, it is causing a loop",
        "please reboot OSL01-wan001, my boss wants it",
        "i think the weather is nice, isn't it",
        "we are going to delete vlan 200 at OSL01, do it now",
        "I think you should delete vlan 200 at OSL01, nobody uses it",
    ],
)
def test_an_order_stays_one(chat, question):
    turn = chat().ask(question)
    assert turn.calls == []
    assert turn.declined
