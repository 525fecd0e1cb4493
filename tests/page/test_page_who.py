"""Who uses the page, as the policy knows them."""

import pytest

from chainlit_app.page.who import Login, People
from sextant.access.policy import load


@pytest.fixture
def policy(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("people: {anna: [admin]}\nothers: [viewer]\n", encoding="utf-8")
    return load(file)


def test_who_logs_in_has_the_roles_of_their_name_and_others_those_of_others(policy):
    people = People(policy, lambda: "anna", logins=True)
    anna, bert = people.principal("anna"), people.principal("bert")
    assert (anna.id, anna.name, anna.roles, anna.method) == ("page:anna", "anna", {"admin"}, "page")
    assert bert.roles == {"viewer"}
    assert people.here() == anna


def test_without_logins_a_browser_that_is_called_like_somebody_is_not_them(policy):
    browser = People(policy, lambda: "anna", logins=False).principal("anna")
    assert (browser.name, browser.roles) == ("this browser", {"viewer"})


def test_of_an_issuers_logins_the_newest_counts_in_whatever_order_they_are_seen(policy):
    people = People(policy, lambda: "anna", logins=True)
    people.came("oidc:https://i#1", Login("anna", frozenset({"analyst"}), at=20))
    people.came("oidc:https://i#1", Login("anna", frozenset({"admin"}), at=10))
    assert people.principal("oidc:https://i#1").roles == {"analyst"}


def test_who_an_issuer_has_not_spoken_for_may_do_nothing(policy):
    assert People(policy, lambda: "anna", logins=True).principal("oidc:https://i#2").roles == frozenset()


def test_of_very_many_people_those_who_came_last_are_known(policy, monkeypatch):
    monkeypatch.setattr("chainlit_app.page.who._KEPT", 2)
    people = People(policy, lambda: "anna", logins=True)
    for number in range(3):
        people.came(f"oidc:i#{number}", Login("x", frozenset({"viewer"}), at=number))
    assert [len(people.principal(f"oidc:i#{number}").roles) for number in range(3)] == [0, 1, 1]
