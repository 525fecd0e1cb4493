"""How each fault of a Nautobot reads. A stand-in answers as the real one was seen to do when its parts were down."""

import logging
import ssl
from pathlib import Path
from typing import Any

import pytest

from tools.errors import BrokenQuery, InvalidRequest, NotAllowed, SourceError, Unavailable, UnknownName
from tools.live import Live
from tools.live_errors import from_connection, from_graphql
from tools.queries import Queries
from tools.settings import ToolSettings

CANARY = "CANARYTOKEN0123456789"
INNER = "10.9.8.7:56379"


@pytest.fixture
def source(nautobot: Any, stand_in: Any) -> Any:
    """A source over the stand-in."""
    return nautobot(nautobot_url=stand_in.url, nautobot_token=CANARY, nautobot_timeout=5)


async def trouble_of(source: Any) -> SourceError:
    """Return the error of a read."""
    with pytest.raises(SourceError) as trouble:
        await source.rows("prefixes_by_location", locations=["NYC01"])
    return trouble.value


def fault(message: str, *, path: bool = True) -> dict[str, Any]:
    """Return an error as Nautobot writes it."""
    return {"message": message, "locations": [{"line": 18, "column": 3}]} | ({"path": ["prefixes"]} if path else {})


async def test_the_token_travels_in_the_header_and_the_slash_is_kept(source: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("prefixes", "a")]

    await source.rows("prefixes_by_location", locations=["NYC01"], role=None)

    method, path, headers, body = stand_in.asked[0]
    assert (method, path, headers["authorization"]) == ("POST", "/api/graphql/", f"Token {CANARY}")
    assert body["variables"] == {"locations": ["NYC01"], "limit": 1000, "offset": 0}
    assert body["query"] == Queries().get("prefixes_by_location").text


async def test_pages_are_read_until_one_is_not_full(nautobot: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("prefixes", "a", "b"), say.rows("prefixes", "c", "d"), say.rows("prefixes")]
    source = nautobot(nautobot_url=stand_in.url, nautobot_page_size=2)

    found = await source.rows("prefixes_by_location", locations=["NYC01"])

    assert [row["id"] for row in found.rows] == ["a", "b", "c", "d"]
    assert [given["offset"] for given in stand_in.variables()] == [0, 2, 4]
    assert found.run.variables == {"locations": ["NYC01"]}


async def test_pages_between_which_a_record_was_added_are_read_once_more(
    nautobot: Any, stand_in: Any, say: Any
) -> None:
    moved = [say.rows("prefixes", "a", "b"), say.rows("prefixes", "b")]
    stand_in.replies = [*moved, say.rows("prefixes", "new", "a"), say.rows("prefixes", "b")]
    source = nautobot(nautobot_url=stand_in.url, nautobot_page_size=2)

    found = await source.rows("prefixes_by_location", locations=["NYC01"])

    assert [row["id"] for row in found.rows] == ["new", "a", "b"]
    assert found.note == ""


def counted(stand_in: Any, say: Any, *counts: int) -> None:
    """Have the stand-in say how many prefixes there are, each time another number; the last one stays."""
    left = list(counts)
    reply = stand_in._reply
    stand_in._reply = lambda asked: (
        say.reply({"count": left.pop(0) if len(left) > 1 else left[0]})
        if asked.startswith("/api/ipam/prefixes/?limit=1&")
        else reply(asked)
    )


async def test_pages_between_which_a_record_was_deleted_are_read_once_more(
    nautobot: Any, stand_in: Any, say: Any
) -> None:
    skipped = [say.rows("prefixes", "gone", "a"), say.rows("prefixes", "c")]  # b has moved onto the first page
    stand_in.replies = [*skipped, say.rows("prefixes", "a", "b"), say.rows("prefixes", "c")]
    counted(stand_in, say, 4, 3)
    source = nautobot(nautobot_url=stand_in.url, nautobot_page_size=2)

    found = await source.rows("prefixes_by_location", locations=["NYC01"])

    assert [row["id"] for row in found.rows] == ["a", "b", "c"]
    assert found.note == ""


async def test_pages_that_never_stay_in_place_are_told_as_that(nautobot: Any, stand_in: Any, say: Any) -> None:
    pages = [say.rows("prefixes", "a", "b"), say.rows("prefixes", "c")]
    stand_in.replies = [*pages, *pages]
    counted(stand_in, say, 6, 5, 4, 3)
    source = nautobot(nautobot_url=stand_in.url, nautobot_page_size=2)

    found = await source.rows("prefixes_by_location", locations=["NYC01"])

    assert len(found.rows) == 3
    assert "some may be missing" in found.note
    assert len(stand_in.variables()) == 4


async def test_a_server_that_knows_no_pages_is_not_asked_for_ever(nautobot: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("prefixes", "a", "b")]
    source = nautobot(nautobot_url=stand_in.url, nautobot_page_size=2)

    assert isinstance(await trouble_of(source), Unavailable)


@pytest.mark.parametrize("empty", [[], [""], ""])
async def test_an_empty_filter_is_never_sent(empty: Any, source: Any, stand_in: Any) -> None:
    with pytest.raises(InvalidRequest, match="would mean all"):
        await source.rows("prefixes_by_location", locations=["NYC01"], role=empty)
    with pytest.raises(InvalidRequest):
        await source.rows("prefixes_by_location", locations=empty)
    with pytest.raises(InvalidRequest, match="needs locations"):
        await source.rows("prefixes_by_location", locations=None)

    assert stand_in.asked == []


async def test_what_is_no_address_is_never_sent(source: Any, stand_in: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"10\.0\.0\.0/16"):
        await source.rows("prefixes_containing", targets=["garbage"])

    assert stand_in.asked == []


async def test_redis_down_is_a_fault_of_nautobot_and_its_address_stays_inside(
    source: Any, stand_in: Any, say: Any
) -> None:
    message = f"Error 111 connecting to {INNER}. Connection refused."
    stand_in.replies = [say.errors(fault(message), data={"prefixes": None})]
    health = {"DatabaseBackend": "working", "RedisBackend": f"unavailable: {INNER}", "MigrationsBackend": "working"}
    stand_in.pages["/health/"] = say.reply(health, 500)

    trouble = await trouble_of(source)

    assert isinstance(trouble, Unavailable)
    assert "Its health page names as not working: Redis." in str(trouble)
    assert INNER not in str(trouble)


async def test_database_down_closes_the_connection_and_then_answers_with_a_page(
    source: Any, stand_in: Any, say: Any
) -> None:
    stand_in.replies = [say.drop, say.reply("<!DOCTYPE html><title>Server Error - Nautobot</title>", 500)]
    stand_in.pages["/health/"] = say.reply({"DatabaseBackend": "unavailable", "RedisBackend": "working"}, 500)

    trouble = await trouble_of(source)

    assert isinstance(trouble, Unavailable)
    assert "HTTP 500" in str(trouble)
    assert "the database" in str(trouble)


async def test_a_dropped_connection_is_tried_once_more(source: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.drop, say.rows("prefixes", "a")]

    found = await source.rows("prefixes_by_location", locations=["NYC01"])

    assert len(found.rows) == 1


async def test_a_connection_that_drops_twice_is_given_up(source: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.drop]

    trouble = await trouble_of(source)

    assert isinstance(trouble, Unavailable)
    assert "twice" in str(trouble)
    assert len(stand_in.asked) == 2


async def test_an_answer_that_never_comes_ends_at_the_time_out(nautobot: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.hang]
    source = nautobot(nautobot_url=stand_in.url, nautobot_timeout=0.5)

    trouble = await trouble_of(source)

    assert isinstance(trouble, Unavailable)
    assert "NAUTOBOT_TIMEOUT" in str(trouble)
    assert len(stand_in.asked) == 1


async def test_nothing_at_the_address_is_said_so(nautobot: Any, stand_in: Any, unused_tcp_port: int) -> None:
    trouble = await trouble_of(nautobot(nautobot_url=f"http://127.0.0.1:{unused_tcp_port}"))

    assert isinstance(trouble, Unavailable)
    assert "Nothing answers at NAUTOBOT_URL" in str(trouble)


@pytest.mark.parametrize(
    ("status", "body", "family", "words"),
    [
        (301, "", Unavailable, "not followed"),
        (302, "", Unavailable, "not followed"),
        (400, "<h1>Bad Request (400)</h1>", Unavailable, "ALLOWED_HOSTS"),
        (403, "<h1>Forbidden by the gate</h1>", NotAllowed, "Check NAUTOBOT_TOKEN"),
        (403, {"detail": "Authentication credentials were not provided."}, NotAllowed, "drop the Authorization header"),
        (401, {"detail": "Invalid token"}, NotAllowed, "does not know this token"),
        (404, "<h1>Not Found</h1>", Unavailable, "no Nautobot at this address"),
        (405, {"detail": "Method not allowed"}, Unavailable, "no Nautobot at this address"),
        (418, "tea", Unavailable, "is not Nautobot"),
        (429, "slow down", Unavailable, "takes no more requests"),
        (502, "<h1>Bad Gateway</h1>", Unavailable, "HTTP 502"),
        (200, "<h1>Welcome</h1>", Unavailable, "does not speak as Nautobot"),
        (200, {"hello": 1}, Unavailable, "does not speak as Nautobot"),
        (200, [1], Unavailable, "does not speak as Nautobot"),
        (200, {"data": {"prefixes": None}}, Unavailable, "does not speak as Nautobot"),
        (200, {"data": {"prefixes": [None]}}, Unavailable, "does not speak as Nautobot"),
    ],
)
async def test_an_answer_that_is_none_says_what_to_do(
    status: int, body: Any, family: type[SourceError], words: str, source: Any, stand_in: Any, say: Any
) -> None:
    stand_in.replies = [say.reply(body, status, {"Location": f"http://{INNER}/"})]

    trouble = await trouble_of(source)

    assert isinstance(trouble, family)
    assert words in str(trouble)
    assert INNER not in str(trouble)
    assert [path for _, path, _, _ in stand_in.asked].count("/api/graphql/") == 1


@pytest.mark.parametrize("message", ["Select a valid choice. NOPE1 is not one of the available choices."])
async def test_errors_count_even_beside_data(message: str, source: Any, stand_in: Any, say: Any) -> None:
    error = fault(f"{{'locations': ['{message}']}}")
    stand_in.replies = [say.errors(error, data={"prefixes": [{"id": "a"}]})]

    assert isinstance(await trouble_of(source), UnknownName)


@pytest.mark.parametrize(
    ("message", "path", "family", "words"),
    [
        ("Cannot query field 'nam' on type 'LocationType'. Did you mean 'name'?", False, BrokenQuery, "no field nam"),
        ('Cannot query field "nam" on type "LocationType".', False, BrokenQuery, "no field nam on LocationType"),
        ("Unknown argument 'site' on field 'Query.locations'.", False, BrokenQuery, "no filter site on locations"),
        ("Syntax Error: Expected Name, found <EOF>.", False, BrokenQuery, "line 18: it is not valid GraphQL"),
        ("Variable '$n' of required type 'Int!' was not provided.", False, BrokenQuery, "$n is needed"),
        ("Variable '$vlan' got invalid value 'x'; Int cannot", False, BrokenQuery, "$vlan is of the wrong type"),
        ("Must provide query string.", False, BrokenQuery, "refuses the query"),
        ("{'limit': ['Unknown filter field']}", True, BrokenQuery, "limit works at the top"),
        ("Multiple Location objects returned. Please refer to locations.", True, BrokenQuery, "ask for `locations`"),
        ('{"role": ["Select a valid choice. X is not one of the available choices."]}', True, UnknownName, "the role"),
        ("“%(value)s” is not a valid UUID.", True, InvalidRequest, "Correct it"),
        ("invalid IPNetwork zzz", True, InvalidRequest, "Correct it"),
        ("You do not have permission to perform this action.", True, NotAllowed, "ipam.view_prefix"),
        (f"Timeout reading from socket {INNER}", True, Unavailable, "a fault of its own"),
    ],
)
def test_every_wording_of_nautobot_has_its_family(
    message: str, path: bool, family: type[SourceError], words: str
) -> None:
    trouble = from_graphql([fault(message, path=path)], Queries().get("prefixes_by_location"), {}, "2.4")

    assert type(trouble) is family
    assert words in str(trouble)
    assert INNER not in str(trouble)


def test_a_value_is_repeated_only_where_the_caller_said_it() -> None:
    error = fault("{'role': ['Select a valid choice. secret is not one of the available choices.']}")

    trouble = from_graphql([error], Queries().get("prefixes_by_location"), {"role": ["Wan"]}, None)

    assert "secret" not in str(trouble)


@pytest.mark.parametrize(
    ("kind", "message", "words"),
    [
        ("ConnectError", "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", "NAUTOBOT_CA_FILE"),
        ("ConnectError", "[SSL: WRONG_VERSION_NUMBER] wrong version number", "plain http"),
        ("ConnectError", "[Errno -2] Name or service not known", "host name in NAUTOBOT_URL"),
        ("ConnectTimeout", "", "could not be reached in time"),
        ("ReadTimeout", "", "did not answer in time"),
        ("PoolTimeout", "", "could not be reached in time"),
    ],
)
def test_every_broken_connection_says_what_to_do(kind: str, message: str, words: str) -> None:
    assert words in str(from_connection(kind, message, secure=True))


async def test_empty_because_of_the_token_is_asked_once_and_remembered(
    source: Any, stand_in: Any, say: Any, clock: Any
) -> None:
    stand_in.replies = [say.rows("prefixes")]
    stand_in.pages["/api/ipam/prefixes/?limit=1"] = say.reply({"detail": "You do not have permission"}, 403)

    for _ in range(2):
        assert isinstance(await trouble_of(source), NotAllowed)

    assert [path for _, path, _, _ in stand_in.asked].count("/api/ipam/prefixes/?limit=1") == 1


async def test_relations_that_the_token_may_not_view_are_left_out_and_named(
    source: Any, stand_in: Any, say: Any
) -> None:
    status = {"name": "Active"}
    port = {"id": "1", "status": status, "device": {"id": "d", "name": "a"}, "ip_addresses": [], "untagged_vlan": None}
    stand_in.replies = [say.records("interfaces", port)]
    stand_in.pages["/api/ipam/ip-addresses/?limit=1"] = say.reply({"detail": "You do not have permission"}, 403)
    stand_in.pages["/api/ipam/vlans/?limit=1"] = say.reply({"count": 0})

    found = await source.rows("interfaces_by_device", devices=["a"])

    assert found.rows == [{"id": "1", "status": status, "device": {"id": "d", "name": "a"}, "untagged_vlan": None}]
    assert found.hidden == {"ip_addresses"}


async def test_relations_of_related_records_are_left_out_as_well(source: Any, stand_in: Any, say: Any) -> None:
    address = {"id": "1", "status": {"name": "Active"}, "parent": None, "interfaces": [{"name": "e0", "device": None}]}
    stand_in.replies = [say.records("ip_addresses", address)]
    for path in ("ipam/prefixes", "dcim/devices"):
        stand_in.pages[f"/api/{path}/?limit=1"] = say.reply({"detail": "You do not have permission"}, 403)

    found = await source.rows("addresses_by_address", addresses=["10.0.0.1"])

    assert found.rows == [{"id": "1", "status": {"name": "Active"}, "interfaces": [{"name": "e0"}]}]
    assert found.hidden == {"prefixes", "devices"}


async def test_prefixes_without_addresses_are_that_where_the_token_may_view_them(
    source: Any, stand_in: Any, say: Any
) -> None:
    unused = {"id": "1", "status": {"name": "Active"}, "ip_addresses": []}
    stand_in.replies = [say.records("prefixes", unused)]
    stand_in.pages["/api/ipam/ip-addresses/?limit=1"] = say.reply({"count": 0})

    assert (await source.rows("prefixes_usage", locations=["NYC01"])).rows == [unused]


async def test_empty_for_a_reason_that_cannot_be_told_says_so(source: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("prefixes")]
    stand_in.pages["/api/ipam/prefixes/?limit=1"] = say.reply("<h1>Bad Gateway</h1>", 502)

    found = await source.rows("prefixes_by_location", locations=["NYC01"])

    assert found.rows == []
    assert "could not be checked" in found.note


async def test_a_token_that_may_write_is_a_warning(source: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("namespaces", "a", **{"API-Version": "3.2"})]
    stand_in.pages["/api/extras/tags/"] = say.reply({"actions": {"POST": {}}})

    checks = {check.name: check for check in await source.checks()}

    assert checks["Token"].ok
    assert "not write-enabled" in checks["Token"].todo
    assert {method for method, *_ in stand_in.asked} == {"POST", "GET", "OPTIONS"}
    assert not checks["Rights: racks"].ok  # the stand-in does not know that page


@pytest.mark.parametrize(("version", "ok"), [("2.1", False), ("2.4", True), ("3.2", True)])
async def test_a_nautobot_before_2_2_is_too_old(version: str, ok: bool, source: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("namespaces", "a", **{"API-Version": version})]

    checks = {check.name: check for check in await source.checks()}

    assert checks["Nautobot"].ok is ok


async def test_the_doctor_says_that_nothing_answers(nautobot: Any, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"

    checks = {check.name: check for check in await nautobot(nautobot_url=url).checks()}

    assert not checks["Nautobot"].ok
    assert "Is Nautobot running" in checks["Nautobot"].todo


async def test_no_fault_shows_a_token_or_an_inner_address(
    source: Any, stand_in: Any, say: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    raw = f"{CANARY} at {INNER}"
    said = []
    for reply in (
        say.errors(fault(raw)),
        say.errors(fault(raw, path=False), status=400),
        say.reply(f"<h1>{raw}</h1>", 500),
        say.reply({"detail": raw}, 403),
        say.reply(raw, 200),
        say.drop,
    ):
        stand_in.replies = [reply]
        stand_in.pages["/health/"] = say.reply({raw: "broken", "RedisBackend": raw}, 500)
        trouble = await trouble_of(source)
        said += [str(trouble), repr(trouble)]
    said += [caplog.text, repr(source.settings), source.status().model_dump_json()]
    said += [check.model_dump_json() for check in await source.checks()]

    for text in said:
        assert CANARY not in text
        assert INNER not in text


def test_a_live_source_without_an_address_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="NAUTOBOT_URL"):
        Live(ToolSettings.load())


def test_an_authority_of_ones_own_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    real = ssl.create_default_context

    def context(**given: Any) -> ssl.SSLContext:
        asked.append(given["cafile"])
        return real()

    monkeypatch.setattr(ssl, "create_default_context", context)
    pem = tmp_path / "own.pem"
    pem.write_text("", encoding="utf-8")

    Live(ToolSettings.load(nautobot_url="https://nautobot.test", nautobot_ca_file=str(pem)))

    assert asked == [str(pem)]
