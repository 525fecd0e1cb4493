"""`sextant ask --export` and `sextant read`: a conversation goes out as a file and is read again."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
TOKEN = "kanarie" * 5


@pytest.fixture(scope="module")
def saved(sextant: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    questions = ["Which VLANs are at Frankfurt?", f"My token is {TOKEN}."]
    done = sextant("ask", *questions, "--export", str(folder / "x.json"), "--rows", NAUTOBOT_TOKEN=TOKEN)
    assert done.stderr.splitlines()[-1] == f"Saved {folder / 'x.json'}"
    return folder / "x.json"


def test_the_file_is_what_the_schema_says_and_holds_no_token(saved: Path, root: Path) -> None:
    schema = json.loads((root / "docs" / "conversation.schema.json").read_text(encoding="utf-8"))
    text = saved.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), schema, cls=jsonschema.Draft202012Validator)
    assert TOKEN not in text
    assert "My token is [redacted]." in text


def test_the_digest_can_be_made_again_without_sextant(saved: Path) -> None:
    for turn in json.loads(saved.read_text(encoding="utf-8"))["turns"]:
        for source in turn["sources"]:
            lines = [source["table"]["columns"], *source["table"]["rows"]]
            text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
            assert hashlib.sha256(text.encode()).hexdigest() == source["digest"]


def test_a_saved_conversation_reads_as_markdown(saved: Path, sextant: Run) -> None:
    done = sextant("read", str(saved))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# Which VLANs are at Frankfurt?")
    assert "DEMO data" in done.stdout


def test_a_changed_row_is_noticed(saved: Path, sextant: Run, tmp_path: Path) -> None:
    told = json.loads(saved.read_text(encoding="utf-8"))
    told["turns"][0]["sources"][0]["table"]["rows"][0][0] = 4094
    (tmp_path / "y.json").write_text(json.dumps(told), encoding="utf-8")
    done = sextant("read", str(tmp_path / "y.json"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "source 1 do not fit their digest" in done.stderr


def test_markdown_is_written_where_the_name_says_so(sextant: Run, tmp_path: Path) -> None:
    done = sextant("ask", "Which VLANs are at Frankfurt?", "--export", str(tmp_path / "x.md"))
    assert done.returncode == 0
    assert (tmp_path / "x.md").read_text(encoding="utf-8").startswith("# Which VLANs are at Frankfurt?")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "x", "--export", "x.txt"], "--export: x.txt is neither a .md nor a .json file."),
        (["ask", "x", "--export", "nowhere/x.md"], "--export: nowhere/x.md cannot be written"),
        (["read", "nowhere.json"], "nowhere.json cannot be read (No such file or directory)."),
        (["read", "/dev/null"], "/dev/null: This is not JSON"),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_2(sextant: Run, arguments: list[str], said: str) -> None:
    done = sextant(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
