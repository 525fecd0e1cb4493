"""Chainlit dressed as Sextant: its settings, assets, words and template, from this package and nowhere else."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import chainlit.translations
from chainlit import server as chainlit_server
from chainlit.config import FeaturesSettings, SpontaneousFileUploadFeature, UISettings, config
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from chainlit_app.page.doors import Doors
from chainlit_app.page.guard import Guard, own_names
from chainlit_app.page.socket import close_socket
from sextant.telemetry.asgi import RequestIds

NAME = "Sextant"
ROOT = Path(__file__).parent / "root"

server: Any = chainlit_server  # its module globals are its settings

_LINK = re.compile(r'<link\b[^>]*href="https?://[^>]*>')
_META = re.compile(r'<meta property="og:(?:image|url|type)"[^>]*>')


def dress(app: FastAPI, hostnames: frozenset[str] | None = None) -> None:
    """Make Chainlit's app ours. Settings and assets that it found in its own folder are not used.

    `hostnames` are the names under which browsers may address it besides those of this machine's loopback; None: no
    others where it listens on that alone, else any.
    """
    config.root = str(ROOT)
    config.ui = UISettings(
        name=NAME,
        description="Ask the network's source of truth. Every fact carries its source.",
        cot="full",
        default_theme="light",  # until sextant.js says: as the system is
        custom_css="/public/sextant.css",
        custom_js="/public/sextant.js",
        layout="wide",
        confirm_new_chat=False,  # the one before stays in the list
        default_sidebar_state="closed",  # the list of conversations: one click away
    )
    config.features = FeaturesSettings(
        spontaneous_file_upload=SpontaneousFileUploadFeature(enabled=False, accept={}),
        edit_message=False,  # an edited question could not be stopped
        user_message_markdown=False,
        assistant_message_autoscroll=False,  # the question and its answer stay in sight, not the last row of the table
    )
    server.public_dir = str(ROOT / "public")
    server.APP_ROOT = str(ROOT)
    _only_our_own_links()
    _guard(app, hostnames)
    # What is no address of ours would be answered with the page. Routes that are added later stand before this one.
    app.router.routes.insert(0, Route("/sextant/{anything:path}", _nothing))
    app.router.routes.insert(0, Route("/project/translations", _translations))
    # Its own lines repeat what the app says itself, and warn about translations that nobody misses.
    logging.getLogger("chainlit").setLevel(logging.ERROR)


def _only_our_own_links() -> None:
    """Drop the style sheets of other hosts: behind a dead network each holds the page up for half a minute."""
    stock = server.get_html_template

    def without_foreign_links(root_path: str) -> str:
        return _META.sub("", _LINK.sub("", stock(root_path)))

    server.get_html_template = without_foreign_links


def _guard(app: FastAPI, hostnames: frozenset[str] | None) -> None:
    layers: list[Any] = app.user_middleware
    app.user_middleware = [layer for layer in layers if layer.cls is not CORSMiddleware]
    app.add_middleware(Doors, root=config.run.root_path)
    app.add_middleware(Guard, known_hosts=lambda: own_names(config.run.host, hostnames))
    app.add_middleware(RequestIds)
    close_socket(server.sio)


async def _nothing(request: Request) -> Response:
    return PlainTextResponse("There is nothing here.", status_code=404)


async def _translations(request: Request) -> Response:
    return JSONResponse({"translation": _words()})


def _words() -> dict[str, object]:
    """Return Chainlit's English with the words that are ours instead."""
    stock = Path(chainlit.translations.__file__).parent / "translations" / "en-US.json"
    words: dict[str, object] = json.loads(stock.read_text(encoding="utf-8"))
    ours = json.loads((ROOT / "words.json").read_text(encoding="utf-8"))
    return _merged(words, ours)


def _merged(stock: dict[str, object], ours: dict[str, object]) -> dict[str, object]:
    both = dict(stock)
    for key, value in ours.items():
        below = both.get(key)
        both[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return both
