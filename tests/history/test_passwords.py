"""Who may log in."""

import stat
from pathlib import Path

import pytest

from chainlit_app import passwords
from chainlit_app.passwords import Passwords, Patience, TooMany, WrongPasswords

WORD = "a long enough password"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "kept" / "passwords"
    passwords.write(made, "ada", WORD)
    return made


async def test_only_the_right_password_of_a_name_matches(file: Path):
    known = Passwords(file)

    assert await known.match("ada", WORD)
    assert not await known.match("ada", WORD + " ")
    assert not await known.match("eve", WORD)
    assert not await known.match("", "")


def test_the_file_holds_no_password_and_is_its_owners(file: Path):
    assert WORD not in file.read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8").startswith("ada:$argon2id$")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_new_password_takes_the_place_of_the_old_one_and_ends_its_logins(file: Path):
    passwords.write(file, "bob", WORD)
    known = Passwords(file)
    before, bobs = known.mark("ada"), known.mark("bob")

    assert not passwords.write(file, "ada", "another long password")

    assert await known.match("ada", "another long password")
    assert not await known.match("ada", WORD)
    assert known.mark("ada") not in (before, None)
    assert known.mark("bob") == bobs


def test_other_lines_and_their_order_stay_when_a_password_changes(file: Path):
    file.write_text("# the team\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    passwords.write(file, "bob", WORD)
    passwords.write(file, "ada", "another long password")

    assert [line[:4] for line in file.read_text(encoding="utf-8").splitlines()] == ["# th", "ada:", "bob:"]


def test_a_name_that_is_taken_out_has_no_mark(file: Path):
    known = Passwords(file)
    file.write_text("", encoding="utf-8")
    assert known.mark("ada") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no line"),
        ("ada\n", "line 1: not like `name:hash`"),
        ("# x\n\nada:secret\n", "line 3: not an Argon2 hash"),
        ("ada:$2b$12$abcdefghijklmnopqrstuv\n", "line 1: not an Argon2 hash"),
        (":x\n", "line 1: not like"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str):
    (tmp_path / "passwords").write_text(text, encoding="utf-8")
    with pytest.raises(WrongPasswords, match=said) as refused:
        Passwords(tmp_path / "passwords")
    assert "secret" not in str(refused.value)


def test_a_name_that_is_in_it_twice_is_refused(file: Path):
    file.write_text(file.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(WrongPasswords, match="line 2: ada is in it twice"):
        Passwords(file)


@pytest.mark.parametrize(("name", "word"), [("a:b", WORD), ("", WORD), ("#a", WORD), ("ada", "short"), ("a\nb", WORD)])
def test_a_name_or_password_that_cannot_be_is_not_written(file: Path, name: str, word: str):
    before = file.read_text(encoding="utf-8")
    with pytest.raises(WrongPasswords):
        passwords.write(file, name, word)
    assert file.read_text(encoding="utf-8") == before


def test_many_wrong_passwords_have_to_wait_longer_and_longer():
    now = [0.0]
    patience = Patience(clock=lambda: now[0])
    for _ in range(5):
        patience.check("ada", "10.0.0.1")
        patience.wrong("ada", "10.0.0.1")
    with pytest.raises(TooMany, match=r"in 1 second\."):
        patience.check("ada", "10.0.0.1")
    patience.check("ada", "10.0.0.2")  # who has the password is not shut out by somebody else
    now[0] = 2
    patience.check("ada", "10.0.0.1")
    patience.wrong("ada", "10.0.0.1")
    now[0] = 3.5
    with pytest.raises(TooMany):
        patience.check("ada", "10.0.0.1")


def test_an_address_that_tries_many_names_has_to_wait_too():
    patience = Patience(clock=lambda: 0.0)
    for number in range(20):
        patience.wrong(f"name-{number}", "10.0.0.1")
    with pytest.raises(TooMany):
        patience.check("another", "10.0.0.1")


def test_right_passwords_cost_nothing_and_memory_is_bounded():
    patience = Patience(clock=lambda: 0.0, kept=50)
    for number in range(100):
        patience.check("ada", "10.0.0.1")
        patience.wrong("ada", "10.0.0.1")
        patience.right("ada", "10.0.0.1")
        patience.wrong(f"name-{number}", f"10.0.1.{number}")
    assert len(patience._wrong) <= 50
