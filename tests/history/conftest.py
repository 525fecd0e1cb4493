"""A history to write into: SQLite always, PostgreSQL where its programs are on this machine."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from chainlit_app.history.store import Store
from chainlit_app.history.where import place

NOBODY = 65534  # PostgreSQL does not run as root


def _programs() -> Path | None:
    found = shutil.which("initdb")
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return Path(found).parent if found else known[-1] if known else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of an empty database: that of SEXTANT_TEST_POSTGRES, or one of a server of our own."""
    if given := os.environ.get("SEXTANT_TEST_POSTGRES"):
        yield given
        return
    programs = _programs()
    assert programs is not None
    # Not below pytest's folder: another user has to reach it.
    folder = Path(tempfile.mkdtemp(prefix="sextant-pg-"))
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user, user)

    def run(program: str, *words: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *words]
        subprocess.run(command, user=user, cwd=folder, check=True, capture_output=True, env={"LC_ALL": "C"})

    run("initdb", "-U", "sextant", "-A", "trust", "-N")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listen = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-w", "-o", listen, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://sextant@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["file", "memory", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Return an empty history of each kind."""
    match request.param:
        case "file":
            setting = str(tmp_path / "kept" / "history.db")
        case "memory":
            setting = "off"
        case _:
            setting = request.getfixturevalue("postgres")
    made = Store(place(setting))
    await made.open()
    yield made
    await made.forget(-1)
    await made.close()
