"""The settings of the host, and the files that document them all."""

import io
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from chainlit_app.settings import AppSettings, load_settings
from sextant.access.settings import AccessSettings
from sextant.service.settings import ServiceSettings
from tools.settings import ToolSettings, WrongSetting

KEYS = {
    name.upper() for kind in (AppSettings, ToolSettings, AccessSettings, ServiceSettings) for name in kind.model_fields
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for key in KEYS | {"SEXTANT_CONFIG"}:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.chdir(tmp_path)


def test_environment_beats_dot_env_beats_yaml_beats_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sextant.yaml").write_text("SEXTANT_PORT: 1111\nsextant_max_calls: 11\nSEXTANT_MAX_ROUNDS: 9\n", "utf-8")
    Path(".env").write_text("SEXTANT_PORT=2222\nSEXTANT_MAX_CALLS=22\n", encoding="utf-8")
    monkeypatch.setenv("SEXTANT_PORT", "3333")
    settings = load_settings()
    assert (settings.port, settings.sextant_max_calls, settings.sextant_max_rounds) == (3333, 22, 9)
    assert settings.sextant_turn_seconds == 120


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("SEXTANT_PORT", "0", "a port, 1 to 65535"),
        ("SEXTANT_HOST", "127.0.0.1:80", "the address to listen on"),
        ("SEXTANT_HOSTNAMES", "https://chat.example.com", "address bars"),
        ("SEXTANT_MODEL", "gpt 4", "LiteLLM name"),
        ("SEXTANT_MODELS", "gpt 4,offline", "commas between"),
        ("SEXTANT_MODELS", " , ", "commas between"),
        ("SEXTANT_MODEL_URL", "localhost:11434", "http://localhost:11434"),
        ("SEXTANT_MAX_ROUNDS", "many", "rounds of tool calls"),
        ("SEXTANT_HISTORY_TOKENS", "5", "1000 to 2000000"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key(
    monkeypatch: pytest.MonkeyPatch, key: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(WrongSetting, match=f"^{key}: .*{re.escape(allowed)}"):
        load_settings()


def test_wrong_values_of_both_processes_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEXTANT_PORT", "no")
    monkeypatch.setenv("NAUTOBOT_URL", "nautobot")
    with pytest.raises(WrongSetting) as refused:
        load_settings()
    assert "SEXTANT_PORT" in str(refused.value)
    assert "NAUTOBOT_URL" in str(refused.value)


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEXTANT_MODEL", "")
    assert load_settings().sextant_model is None


def test_the_key_of_a_model_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEXTANT_MODEL_KEY", "canary-5f1c9a")
    assert "canary" not in repr(load_settings()) + str(load_settings().model_dump())


def test_the_example_explains_every_key_once_and_no_other(root: Path) -> None:
    lines = (root / ".env.example").read_text(encoding="utf-8").splitlines()
    keys = [match[1] for line in lines if (match := re.match(r"#([A-Z_]+)=", line))]
    assert sorted(keys) == sorted(KEYS | {"SEXTANT_CONFIG"})
    for number, line in enumerate(lines):
        if re.match(r"#[A-Z_]+=", line):
            assert lines[number - 1].startswith("# "), line


def test_the_defaults_in_the_example_are_the_defaults(root: Path) -> None:
    written = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (root / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    for kind in (AppSettings, ToolSettings, AccessSettings, ServiceSettings):
        for name, field in kind.model_fields.items():
            if field.default is not None:
                assert written[name.upper()].lower() == str(field.default).lower()


def test_the_settings_for_the_stage_are_demo_whatever_else_is_set(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAUTOBOT_URL", "https://nautobot.example.com")
    for key, value in dotenv_values(root / ".env.demo").items():
        monkeypatch.setenv(key, value or "")
    assert ToolSettings.load().kind == "demo"
    assert load_settings().host == "127.0.0.1"


@pytest.mark.parametrize("name", [".env", "sextant.yaml"])
def test_a_file_of_settings_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    Path(name).write_text("SEXTANT_PORT=1\n", encoding="utf-8")
    opened = io.open

    def refused(path: object, *how: object, **more: object) -> object:
        if Path(str(path)).name == name:
            raise PermissionError(13, "Permission denied", name)
        return opened(path, *how, **more)  # type: ignore[call-overload]

    monkeypatch.setattr("io.open", refused)
    monkeypatch.setattr("builtins.open", refused)
    with pytest.raises(WrongSetting, match=rf"^{re.escape(name)}: cannot be read \(Permission denied\)"):
        load_settings()


def test_a_dot_env_that_is_no_text_is_told() -> None:
    Path(".env").write_bytes(b"SEXTANT_PORT=\xff\n")
    with pytest.raises(WrongSetting, match=r"^\.env: not a UTF-8 text"):
        load_settings()
