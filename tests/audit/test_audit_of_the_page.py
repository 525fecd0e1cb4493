"""Files that a reader takes from the page are recorded; and not given out where they must be and cannot be."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chainlit_app.history.where import place
from sextant.audit.store import AuditStore
from sextant.audit.trail import digest

ROOT = Path(__file__).parents[2]

# The routes of the app itself, in a process of its own: Chainlit reads its settings and warns where it is loaded.
PAGE = """
import asyncio, json, sys
import httpx
from starlette.applications import Starlette
from chainlit_app.conversation import Conversation
from chainlit_app.history.store import Store
from chainlit_app.history.where import place
from chainlit_app.host import open_host
from chainlit_app.agent import answer
from chainlit_app.page.chats import chats
from chainlit_app.page.export_route import export_route
from chainlit_app.page.files import files_route
from chainlit_app.page.identity import asking
from chainlit_app.page.who import People
from chainlit_app.settings import AppSettings
from tools.settings import ToolSettings

async def main(paths):
    settings = AppSettings.load()
    chats.use(Store(place("off")))
    conversation = await chats.current("c1", "anna", new=True)
    async with open_host(settings, ToolSettings.load(demo_mode="true")) as host:
        people = People(host.gate.policy, lambda: "anna", logins=True)
        async for _ in answer("Devices at NYC01?", conversation, host.llm, host.toolbox, host.budget, names=host.names):
            pass
        asking.set("anna")
        app = Starlette(routes=[files_route(host.trail, people), export_route(host.trail, people)])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as client:
            found = [await client.request(*path.split(" ")) for path in paths]
    await chats.store.close()
    print(json.dumps([[one.status_code, one.text if one.status_code == 503 else ""] for one in found]))

asyncio.run(main(sys.argv[1:]))
"""
CHAT = "/sextant/chats/c1"


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Return what asks the page for some paths, and says how each was answered."""

    def asked(*paths, **settings):
        env = {
            "PATH": "",
            "HOME": str(tmp_path),
            "CHAINLIT_APP_ROOT": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PAGE, *paths],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=env,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return asked


async def test_files_are_recorded_and_what_the_page_shows_is_not(page, tmp_path):
    file = str(tmp_path / "audit.db")
    sources = f"{CHAT}/sources/1"
    answered = page(
        f"GET {sources}/rows.json",
        f"GET {sources}/csv",
        f"GET {sources}/xlsx",
        f"HEAD {sources}/csv",
        f"GET {CHAT}/sources/9/csv",
        f"GET {CHAT}/export.md",
        f"GET {CHAT}/export.json?rows",
        "GET /sextant/chats/other/export.md",
        SEXTANT_AUDIT=file,
    )
    assert [status for status, _ in answered] == [200, 200, 200, 200, 404, 200, 200, 404]
    store = AuditStore(place(file))
    rows = [row async for row in store.records() if row.kind == "export"]
    assert (await store.verify()).breaks == 0
    await store.close()
    assert {(row.who, row.outcome) for row in rows} == {("page:anna", "sent")}
    count = rows[0].rows
    assert count > 0
    assert [(row.what.rpartition(".")[2], row.rows) for row in rows] == [
        ("csv", count),
        ("xlsx", count),
        ("a conversation as md", None),
        ("a conversation as json", count),
    ]
    assert {row.digest for row in rows[:2]} == {digest({"location": "NYC01"})}
    assert rows[0].mode == "demo"


def test_a_file_that_must_be_recorded_and_cannot_be_is_not_sent(page, tmp_path):
    (tmp_path / "no-folder").touch()
    place = str(tmp_path / "no-folder" / "audit.db")
    answered = page(
        f"GET {CHAT}/sources/1/csv", f"GET {CHAT}/export.md", SEXTANT_AUDIT=place, SEXTANT_AUDIT_REQUIRED="true"
    )
    assert [status for status, _ in answered] == [503, 503]
    assert all(text.startswith("This must be recorded and cannot be now") for _, text in answered)
