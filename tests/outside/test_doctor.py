"""`sextant doctor`: what it looks at, what it advises, and what it never prints."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from chainlit_app import terminal
from tools.models import Check

Run = Callable[..., "subprocess.CompletedProcess[str]"]
TOKEN = "deadbeef" * 5
KEY = "canary-key-5f1c9a"


def test_without_settings_all_is_well(sextant: Run) -> None:
    done = sextant("doctor")
    assert done.returncode == 0
    assert all(line.startswith("ok ") for line in done.stdout.splitlines()[:-1])
    for name in ("Sextant", "Settings", "Page", "History", "Audit", "Tool server", "Query files", "Model"):
        assert f"ok  {name}: " in done.stdout
    assert done.stdout.endswith("Everything that is needed works.\n")


def test_a_refused_token_and_a_model_that_is_not_there_are_named_with_what_to_do(
    sextant: Run, refusing_nautobot: str
) -> None:
    done = sextant(
        "doctor",
        NAUTOBOT_URL=refusing_nautobot,
        NAUTOBOT_TOKEN=TOKEN,
        SEXTANT_MODEL="openai/some-model",
        SEXTANT_MODEL_URL="http://127.0.0.1:9/v1",
        SEXTANT_MODEL_KEY=KEY,
    )
    lines = done.stdout.splitlines()
    failing = [i for i, line in enumerate(lines) if line.startswith("NO ")]
    assert done.returncode == 1
    assert any("Model: openai/some-model" in lines[i] for i in failing)
    assert any("token" in lines[i].lower() for i in failing)
    assert all(lines[i + 1].startswith("    -> ") for i in failing)
    for secret in (TOKEN, KEY):
        assert secret not in done.stdout + done.stderr


def test_it_says_which_layer_sets_which_key_but_no_value(sextant: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"SEXTANT_MODEL_KEY={KEY}\n", encoding="utf-8")
    done = sextant("doctor", cwd=tmp_path, SEXTANT_ROWS_SHOWN="44")
    assert "ok  Settings: environment (SEXTANT_ROWS_SHOWN), over .env (SEXTANT_MODEL_KEY)" in done.stdout
    assert KEY not in done.stdout + done.stderr
    assert "44" not in done.stdout


def test_the_chat_tells_of_a_name_that_is_nearly_a_setting_as_it_starts(sextant: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SEXTANT_PASWORDS=people\n", encoding="utf-8")
    refused = sextant("chat", cwd=tmp_path, SEXTANT_HOST="0.0.0.0")  # without a login
    assert refused.returncode == 2
    assert "SEXTANT_PASWORDS in .env is no setting: is SEXTANT_PASSWORDS meant?" in refused.stderr


def test_a_name_that_is_nearly_a_setting_is_told_with_the_one_that_is_meant(sextant: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AUHT_MODE=api_key\nSEXTANT_SERVE_PORT=7009\nSOMEBODY_ELSES=1\n", encoding="utf-8")
    (tmp_path / "sextant.yaml").write_text(
        "sextant_audit_keey: 0123456789abcdef\nsextant_colour: red\n", encoding="utf-8"
    )
    done = sextant("doctor", cwd=tmp_path, SEXTANT_SERVE_PROT="7009")
    assert done.returncode == 1
    assert ".env (SEXTANT_SERVE_PORT)" in done.stdout
    told = next(line for line in done.stdout.splitlines() if "->" in line)
    assert told.split("-> ")[1].split("; ") == [
        "SEXTANT_SERVE_PROT in the environment is no setting: is SEXTANT_SERVE_PORT meant?",
        "AUHT_MODE in .env is no setting: is AUTH_MODE meant?",
        "SEXTANT_AUDIT_KEEY in sextant.yaml is no setting: is SEXTANT_AUDIT_KEY meant?",
        "SEXTANT_COLOUR in sextant.yaml is no setting",
    ]
    assert "0123456789abcdef" not in done.stdout


def test_settings_of_the_service_are_looked_at_as_well(sextant: Run) -> None:
    done = sextant("doctor", SEXTANT_SERVE_PORT="many")
    assert done.returncode == 2
    assert "SEXTANT_SERVE_PORT" in done.stdout


def test_wrong_settings_are_a_line_of_it(sextant: Run) -> None:
    done = sextant("doctor", SEXTANT_PORT="99999", DEMO_MODE="perhaps")
    assert done.returncode == 2
    assert "NO  Settings: cannot be used" in done.stdout
    assert "SEXTANT_PORT" in done.stdout
    assert "DEMO_MODE" in done.stdout


def test_a_port_in_use_is_told(sextant: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = sextant("doctor", SEXTANT_PORT=str(port))
    assert f"http://localhost:{port} is in use" in done.stdout


def test_a_warning_is_told_though_all_is_well() -> None:
    found = Check(name="Token", ok=True, detail="It may also write.", todo="Warning: a reading one is enough.")
    assert terminal.check(found) == "ok  Token: It may also write.\n    -> Warning: a reading one is enough."


def test_a_history_that_cannot_be_written_is_a_line_of_it_and_no_start(sextant: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    wrong = str(tmp_path / "file" / "history.db")

    done = sextant("doctor", SEXTANT_HISTORY=wrong)
    assert done.returncode == 1
    assert f"NO  History: {wrong} cannot be written" in done.stdout
    refused = sextant("chat", SEXTANT_HISTORY=wrong)
    assert refused.returncode == 2
    assert "cannot be written" in refused.stderr
    assert "or off, which keeps nothing" in refused.stderr


def test_a_history_that_is_not_there_yet_can_be_kept_and_is_not_made(sextant: Run, tmp_path: Path) -> None:
    done = sextant("doctor", SEXTANT_HISTORY=str(tmp_path / "new" / "history.db"))

    assert "history.db can be written; nothing is kept yet" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_no_provider_is_known_for_is_no_start_and_every_one_is_looked_at(sextant: Run) -> None:
    done = sextant("doctor", SEXTANT_MODELS="foo,unheard-of/bar,offline")
    assert done.returncode == 1
    assert "NO  Model: foo: No provider is known for foo" in done.stdout
    assert "NO  Model: unheard-of/bar: No provider is known" in done.stdout
    for start in (("chat",), ("ask", "Which VLANs are at NYC01?")):
        refused = sextant(*start, SEXTANT_MODELS="foo,unheard-of/bar,offline")
        assert refused.returncode == 2
        assert "no provider is known for foo, unheard-of/bar. Write provider/model" in refused.stderr


def test_an_audit_that_cannot_be_written_is_named_with_what_to_do(sextant: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    wrong = str(tmp_path / "file" / "audit.db")
    done = sextant("doctor", SEXTANT_AUDIT=wrong)
    assert done.returncode == 1
    assert f"NO  Audit: {wrong} cannot be written" in done.stdout
    assert "SEXTANT_AUDIT" in done.stdout
    new = tmp_path / "new" / "audit.db"
    done = sextant("doctor", SEXTANT_AUDIT=str(new))
    assert f"ok  Audit: {new} can be written; nothing is recorded yet" in done.stdout
    assert not new.parent.exists()
