"""The settings of the page's own panel: offered, kept by the reader's browser, and read from there again."""

from collections.abc import Mapping
from typing import Any

import chainlit as cl
from chainlit.input_widget import InputWidget, Select
from chainlit.session import WebsocketSession

from chainlit_app.host import OFFLINE, Host
from chainlit_app.page.preferences import DETAILS, ROWS, THEMES, Preferences, kept, preferences

_DETAILS = {"short": "Short: the figures", "normal": "Normal", "full": "Full: what stands out as well"}
_THEMES = {"system": "As the system is", "light": "Light", "dark": "Dark"}
_CHOSEN = "chat_settings"  # where Chainlit keeps what the panel says


def chosen(host: Host) -> Preferences:
    """Return the settings of the reader whose page is being served."""
    return preferences(_said() or _of_browser(), list(host.models))


async def offer(host: Host, changed: Mapping[str, Any] | None = None) -> None:
    """Put the panel into the page, as its reader left it; `changed` is what was set elsewhere since."""
    now = preferences({**_of_browser(), **(_said() if changed else {}), **(changed or {})}, list(host.models))
    models = {model.name: name for name, model in host.models.items()}
    widgets: list[InputWidget] = [
        Select(id="model", label="Model", items=models, initial_value=now.model, description=_models_said(host)),
        Select(
            id="detail",
            label="Detail of answers",
            items={_DETAILS[one]: one for one in DETAILS},
            initial_value=now.detail,
            description=_detail_said(host),
        ),
        Select(id="rows", label="Rows of a table", items={str(n): str(n) for n in ROWS}, initial_value=str(now.rows)),
        Select(id="theme", label="Theme", items={_THEMES[one]: one for one in THEMES}, initial_value=now.theme),
    ]
    await cl.ChatSettings(widgets).send()


async def keep(host: Host, said: Mapping[str, Any]) -> None:
    """Have the reader's browser keep what the panel says."""
    now = preferences(said, list(host.models))
    settings = {"model": now.model, "detail": now.detail, "rows": now.rows, "theme": now.theme}
    await cl.send_window_message({"sextant": "settings", "settings": settings})


def _said() -> Mapping[str, Any]:
    return cl.user_session.get(_CHOSEN) or {}


def _of_browser() -> Mapping[str, Any]:
    session = cl.context.session
    environ = session.environ if isinstance(session, WebsocketSession) else None
    return kept(str((environ or {}).get("HTTP_COOKIE", "")))


def _detail_said(host: Host) -> str:
    said = "Facts and sources stay the same."
    if OFFLINE in host.models:
        said += " The offline reader: short leaves out rows and next questions, full tells up to ten rows."
    return said


def _models_said(host: Host) -> str:
    if list(host.models) == [OFFLINE]:
        return "No language model is set up: SEXTANT_MODEL names one, SEXTANT_MODELS several."
    return "What you ask and the rows that answer it go to the model's provider; the offline reader has none."
