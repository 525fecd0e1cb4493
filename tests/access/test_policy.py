"""Who may do what, as a policy file says it."""

import re
from pathlib import Path

import pytest

from sextant.access.policy import load
from sextant.access.policy_file import Rate, WrongPolicy
from sextant.access.principal import LOCAL
from tools.catalog import CATALOG

TAKES_MORE = {"analyze_prefixes_dataframe", "export_prefixes_to_csv"}


def test_without_a_file_viewers_read_analysts_export_and_admins_do_everything(person):
    policy = load()
    assert set(policy.tools_of(person("viewer"), CATALOG)) == set(CATALOG) - TAKES_MORE
    assert policy.tools_of(person("analyst"), CATALOG) == list(CATALOG)
    assert policy.tools_of(person("admin"), CATALOG) == list(CATALOG)
    assert [policy.may(person(role), "keys").allowed for role in policy.roles] == [False, False, True]
    assert [policy.may(person(role), "audit").allowed for role in policy.roles] == [False, False, True]


def test_every_pattern_of_the_built_in_policy_names_a_tool_that_there_is():
    assert load().strangers([*CATALOG, "llm_chat"]) == []


@pytest.mark.parametrize("roles", [(), ("superuser",), ("Viewer",), ("",)])
def test_who_has_no_role_that_is_known_may_do_nothing(person, roles):
    policy = load()
    assert policy.tools_of(person(*roles), [*CATALOG, "", "anything"]) == []
    assert not policy.may(person(*roles), "audit").allowed


@pytest.mark.parametrize("tool", ["reboot", "", "set_device", "GET_DEVICE", "xget_device", "get", "llm_chat2"])
def test_a_tool_that_nobody_named_is_for_nobody_but_admins(person, tool):
    assert not load().decide(person("viewer", "analyst"), tool).allowed


def test_who_sits_at_the_terminal_may_do_everything():
    assert load().tools_of(LOCAL, CATALOG) == list(CATALOG)


def test_who_is_denied_is_told_which_role_it_takes(person):
    said = load().decide(person("viewer"), "export_prefixes_to_csv").reason
    assert said == (
        "anna may not use export_prefixes_to_csv: that takes the role analyst or admin, and theirs is viewer."
        " Whoever runs this Sextant gives roles."
    )


def test_roles_add_up_and_a_file_replaces_only_the_roles_that_it_names(policy, person):
    own = policy(
        "roles:\n  viewer:\n    tools: [get_device]\n  planner:\n    includes: [viewer]\n    tools: [find_*]\n"
    )
    assert own.tools_of(person("viewer"), CATALOG) == ["get_device"]
    assert own.tools_of(person("planner"), CATALOG) == ["find_prefix", "find_free_space", "get_device", "find_problems"]
    assert own.tools_of(person("admin"), CATALOG) == list(CATALOG)


def test_a_role_without_tools_may_do_nothing(policy, person):
    assert policy("roles: {guest: {}}").tools_of(person("guest"), [*CATALOG, ""]) == []


def test_people_have_the_roles_they_are_given_and_others_those_of_others(policy):
    own = policy("people:\n  anna: [admin]\n  bert: []\nothers: [viewer]\n")
    assert (own.roles_of("anna"), own.roles_of("bert"), own.roles_of("carl")) == ({"admin"}, frozenset(), {"viewer"})
    assert policy("others: []").roles_of("carl") == frozenset()


def test_groups_of_an_issuer_count_as_the_roles_they_are_given_or_are_called_like(policy):
    own = policy("groups:\n  'Network Operations': [analyst, admin]\n")
    assert own.roles_of_groups(["Network Operations", "all-staff"]) == {"analyst", "admin"}
    assert own.roles_of_groups(["viewer", "all-staff"]) == {"viewer"}


def test_the_role_that_allows_most_calls_counts(policy, person):
    own = policy(
        "roles:\n"
        "  viewer: {tools: ['get_*'], rates: {'*': 10/minute, get_device: 2/minute}}\n"
        "  busy: {tools: ['get_*'], rates: {'get_*': 60 / minute}}\n"
        "  closed: {tools: [find_prefix]}\n"
    )
    slow, fast = (
        {"*": Rate(amount=10, seconds=60), "get_device": Rate(amount=2, seconds=60)},
        Rate(amount=60, seconds=60),
    )
    assert own.rates_of(person("viewer"), "get_device") == slow
    assert own.rates_of(person("viewer", "busy"), "get_device") == {"get_*": fast}
    assert own.rates_of(person("viewer", "admin"), "get_device") == {}
    assert (
        own.rates_of(person("viewer", "closed"), "get_device") == slow
    )  # a role that does not allow it does not count


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("role: {}", "role: there is no key 'role'. Allowed: roles, people, groups, others"),
        (
            "roles: {viewer: {tools: [x], arguments: {}}}",
            "there is no key 'arguments'. Allowed: includes, tools, rates, may",
        ),
        ("roles: {viewer: {may: [everything]}}", "there is no 'everything'. Allowed: keys, audit"),
        ("roles: {viewer: {rates: {'*': 60}}}", "a rate is like 60/minute"),
        ("roles: {viewer: {rates: {'*': 0/minute}}}", "a rate is like 60/minute"),
        ("roles: {viewer: {rates: {'*': 60/week}}}", "a rate is like 60/minute"),
        ("roles: {viewer: {tools: get_device}}", "a list is wanted, such as [viewer]"),
        ("roles: [viewer]", "roles: a mapping is wanted"),
        ("people: {anna: [veiwer]}", "there is no role 'veiwer'. Is viewer meant? There are viewer, analyst, admin"),
        ("groups: {g: [nobody]}", "groups > g: there is no role 'nobody'"),
        ("others: [nobody]", "others: there is no role 'nobody'"),
        ("roles: {a: {includes: [b]}, b: {includes: [a]}}", "it includes itself, by a > b > a"),
        ("others: [viewer]\nothers: [admin]", "line 1, 'others' stands there twice"),
        ("- viewer", "not a mapping. Allowed: roles, people, groups, others"),
        ("roles: {", "is not YAML: line 1"),
        ("roles: {'a b': {}}", "'a b' cannot be used"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_what_is_allowed(policy, text, told):
    with pytest.raises(WrongPolicy) as wrong:
        policy(text)
    assert told in str(wrong.value)


def test_a_file_that_cannot_be_read_is_no_empty_policy(tmp_path: Path):
    with pytest.raises(WrongPolicy, match="cannot be read"):
        load(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(WrongPolicy, match="not a text file"):
        load(tmp_path / "bytes.yaml")


def test_the_policy_of_the_documentation_can_be_used(policy, person):
    page = (Path(__file__).parent.parent.parent / "docs" / "accounts.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    shown = policy(example)
    assert shown.strangers([*CATALOG, "llm_chat"]) == []
    assert shown.may(person("auditor"), "audit").allowed
    assert shown.tools_of(person("planner"), ["analyze_prefixes_dataframe", "export_prefixes_to_csv"]) == [
        "analyze_prefixes_dataframe"
    ]
