"""What of Chainlit's server stays open: the routes and the events that the page uses, and nothing else.

Chainlit serves more than a page of questions needs: uploads, connections to other MCP servers, edits of anybody's
elements, the API's own documentation. A list of what is open needs no word about what a next version may add.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from uuid import UUID

from chainlit_app.page.guard import App, Receive, Scope, Send, say

_GET = frozenset({"GET", "HEAD"})
_POST, _PUT, _DELETE = frozenset({"POST"}), frozenset({"PUT"}), frozenset({"DELETE"})

# By method and path. Who adds a route to the app adds it here.
OPEN = (
    (_GET, r"/|/login(/callback)?|/thread/[\w-]+"),  # pages: the browser's part decides what stands there
    (_GET, r"/(public|assets)/.+|/favicon|/logo|/avatars/[^/]+"),
    (_GET, r"/health|/sextant/.+|/auth/config|/user|/auth/oauth/sso(/callback)?"),
    (_POST, r"/login|/logout|/auth/(header|jwt)|/set-session-cookie|/sextant/.+"),
    (_GET, r"/project/(translations|settings|thread/[\w-]+)"),
    (_POST, r"/project/threads"),
    (_PUT, r"/project/thread|/feedback"),
    (_DELETE, r"/project/thread|/feedback"),
    (_GET | _POST, r"/ws/socket\.io/?"),
)
_OPEN = tuple((methods, re.compile(path)) for methods, path in OPEN)

# What a page may say over its socket. Audio, edits and favourites are Chainlit's, and nobody uses them here.
EVENTS = frozenset(
    {
        *("connect", "connection_successful", "disconnect", "clear_session"),
        *("client_message", "window_message", "stop", "chat_settings_change", "chat_settings_edit"),
    }
)


class Doors:
    """Answer 404 to all that is not open."""

    def __init__(self, app: App, root: str = "") -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say that there is nothing."""
        if scope["type"] != "http" or is_open(scope["method"], str(scope["path"]).removeprefix(self._root)):
            await self._app(scope, receive, send)
            return
        await say(send, 404, "There is nothing here.")


def is_open(method: str, path: str) -> bool:
    """Say whether the page uses this."""
    return any(method in methods and found.fullmatch(path) for methods, found in _OPEN)


Handlers = MutableMapping[str, Callable[..., Any]]


def close_events(handlers: Handlers) -> None:
    """Leave of the handlers of a socket those that the page uses, and check who connects."""
    for name in set(handlers) - EVENTS:
        del handlers[name]
    handlers["connect"] = _checked(handlers["connect"])


def _checked(connect: Callable[..., Any]) -> Callable[..., Any]:
    async def checked(sid: str, environ: Mapping[str, Any], auth: Any = None) -> Any:
        return await connect(sid, environ, said) if (said := credentials(auth)) else False

    return checked


def credentials(auth: Any) -> dict[str, Any] | None:
    """Return what a page says of itself, without all that ours never says; None where it cannot be one of ours.

    Chainlit names a folder like the session, and deletes it with the session: an id has to be one.
    """
    if not isinstance(auth, dict) or not _is_id(auth.get("sessionId")):
        return None
    thread = auth.get("threadId") or None
    if thread is not None and not _is_id(thread):
        return None
    return {
        "sessionId": auth["sessionId"],
        "threadId": thread,
        "clientType": "webapp",
        "userEnv": None,
        "chatProfile": None,
    }


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False


def question_of(payload: Any) -> dict[str, Any] | None:
    """Return a message as a page may send it: a reader's own words and no files; None where it is none."""
    said = payload.get("message") if isinstance(payload, dict) else None
    if not isinstance(said, dict) or not _is_id(said.get("id")) or UUID(said["id"]).version != 4:
        return None
    text, command, more = said.get("output"), said.get("command"), said.get("metadata")
    by_hand = more.get("try") if isinstance(more, dict) else None  # a tool and arguments, from the catalogue's form
    if not isinstance(text, str):
        return None
    message = {
        "id": said["id"],
        "threadId": "",
        "name": "User",
        "type": "user_message",
        "output": text,
        "createdAt": None,
        "command": command if isinstance(command, str) else None,
        "modes": modes if isinstance(modes := said.get("modes"), dict) else None,
        "metadata": {"try": by_hand} if isinstance(by_hand, dict) else {},
    }
    return {"message": message, "fileReferences": None}
