"""Settings: which layer wins, what is refused and how, and that the token stays inside."""

from pathlib import Path
from typing import Any

import pytest

from tools.settings import ToolSettings, WrongSetting

CANARY = "CANARYTOKEN0123456789"
URL = "https://nautobot.test"


def test_without_any_setting_the_demo_is_used() -> None:
    settings = ToolSettings.load()

    assert settings.kind == "demo"
    assert settings.nautobot_page_size == 1000


@pytest.mark.parametrize(
    ("demo_mode", "url", "kind"),
    [
        (None, None, "demo"),
        (None, URL, "live"),
        ("", URL, "live"),
        ("true", None, "demo"),
        ("TRUE", URL, "demo"),
        ("false", URL, "live"),
        (" Auto ", URL, "auto"),
    ],
)
def test_demo_mode_says_where_answers_come_from(
    demo_mode: str | None, url: str | None, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in (("DEMO_MODE", demo_mode), ("NAUTOBOT_URL", url)):
        if value is not None:
            monkeypatch.setenv(key, value)

    assert ToolSettings.load().kind == kind


@pytest.mark.parametrize("demo_mode", ["false", "auto"])
def test_live_data_without_an_address_is_refused(demo_mode: str) -> None:
    with pytest.raises(WrongSetting, match=f"DEMO_MODE={demo_mode} needs a Nautobot: set NAUTOBOT_URL"):
        ToolSettings.load(demo_mode=demo_mode)


def test_environment_beats_env_file_beats_yaml_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sextant.yaml").write_text(
        "NAUTOBOT_TIMEOUT: 1\nnautobot_page_size: 2\nSEXTANT_ROWS_SHOWN: 3\nDEMO_MODE: true\nNAUTOBOT_URL:\n",
        encoding="utf-8",
    )
    (tmp_path / ".env").write_text("NAUTOBOT_TIMEOUT=10\nNAUTOBOT_PAGE_SIZE=20\nNAUTOBOT_TOKEN=\n", encoding="utf-8")
    monkeypatch.setenv("NAUTOBOT_TIMEOUT", "100")

    settings = ToolSettings.load()

    assert (settings.nautobot_timeout, settings.nautobot_page_size, settings.sextant_rows_shown) == (100, 20, 3)
    assert (settings.kind, settings.nautobot_token, settings.nautobot_url) == ("demo", None, None)


@pytest.mark.parametrize("where", ["environment", ".env"])
def test_the_yaml_file_may_be_named(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.yaml").write_text("SEXTANT_ROWS_SHOWN: 7\n", encoding="utf-8")
    if where == ".env":
        (tmp_path / ".env").write_text("SEXTANT_CONFIG=other.yaml\n", encoding="utf-8")
    else:
        monkeypatch.setenv("SEXTANT_CONFIG", "other.yaml")

    assert ToolSettings.load().sextant_rows_shown == 7


def test_a_yaml_file_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEXTANT_CONFIG", "nowhere.yaml")

    with pytest.raises(WrongSetting, match=r"SEXTANT_CONFIG: there is no file nowhere\.yaml"):
        ToolSettings.load()


@pytest.mark.parametrize("text", ["{: [", "- one\n- two\n", "just words"])
def test_a_yaml_file_that_is_none_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "sextant.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(WrongSetting, match=r"sextant.yaml: not a YAML file"):
        ToolSettings.load()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("DEMO_MODE", "maybe", "DEMO_MODE: .*Allowed: true, false, auto"),
        ("NAUTOBOT_URL", "nautobot.test", "NAUTOBOT_URL: not an address that begins with http"),
        ("NAUTOBOT_URL", "ftp://nautobot.test", "NAUTOBOT_URL: not an address"),
        ("NAUTOBOT_URL", "https://[::1", "NAUTOBOT_URL: "),
        ("NAUTOBOT_URL", f"https://me:{CANARY}@nautobot.test", "the token goes into NAUTOBOT_TOKEN"),
        ("NAUTOBOT_TIMEOUT", "soon", "NAUTOBOT_TIMEOUT: .*Allowed: seconds, 0.5 to 600"),
        ("NAUTOBOT_TIMEOUT", "0", "Allowed: seconds, 0.5 to 600"),
        ("NAUTOBOT_PAGE_SIZE", "-1", "NAUTOBOT_PAGE_SIZE: .*Allowed: rows a request"),
        ("NAUTOBOT_CA_FILE", "/nowhere/ca.pem", "NAUTOBOT_CA_FILE: there is no file /nowhere/ca.pem"),
        ("NAUTOBOT_TOKEN", f"{CANARY} two", "NAUTOBOT_TOKEN: not a token"),
        ("SEXTANT_QUERIES", "/nowhere", "SEXTANT_QUERIES: there is no folder /nowhere"),
        ("SEXTANT_ROWS_SHOWN", "0", "SEXTANT_ROWS_SHOWN: .*1 to 1000"),
        ("SEXTANT_CACHE_SECONDS", "-5", "SEXTANT_CACHE_SECONDS: .*0 to 86400"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key_and_what_is_allowed(
    key: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key, value)

    with pytest.raises(WrongSetting, match=words) as trouble:
        ToolSettings.load()

    assert CANARY not in str(trouble.value)
    assert trouble.value.__cause__ is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" https://nautobot.test/ ", URL),
        ("https://nautobot.test/api/graphql/", URL),
        ("https://nautobot.test/api", URL),
        ("https://nautobot.test:8443/inner/", "https://nautobot.test:8443/inner"),
    ],
)
def test_an_address_is_that_of_the_start_page(written: str, read: str) -> None:
    assert ToolSettings.load(nautobot_url=written).nautobot_url == read


def test_the_token_is_in_no_text_of_the_settings() -> None:
    settings = ToolSettings.load(nautobot_url=URL, nautobot_token=f" {CANARY}\n")

    assert CANARY not in f"{settings!r} {settings!s} {settings.model_dump()} {settings.model_dump_json()}"
    assert settings.nautobot_token is not None
    assert settings.nautobot_token.get_secret_value() == CANARY


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"demo_mode": "true", "nautobot_url": URL},
        {"nautobot_url": URL, "nautobot_token": CANARY, "nautobot_timeout": 3.5, "sextant_queries": "."},
        {"nautobot_url": URL, "demo_mode": "auto", "sextant_rows_shown": 9},
    ],
)
def test_a_tool_server_gets_exactly_these_settings(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ToolSettings.load(**given)

    for key, value in settings.env_for_child().items():
        monkeypatch.setenv(key, value)
    there = ToolSettings.load()

    assert there.kind == settings.kind
    assert there.model_dump(exclude={"demo_mode"}) == settings.model_dump(exclude={"demo_mode"})


def test_a_tool_server_gets_the_way_out_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)

    env = ToolSettings.load().env_for_child()

    assert env["HTTPS_PROXY"] == "http://proxy.test:3128"
    assert CANARY not in env.values()
