"""The browser app: Chainlit's hooks, and nothing that could be said without them."""

import asyncio
import contextlib
import functools
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar
from uuid import uuid4

import chainlit as cl
from chainlit.config import config
from chainlit.server import app, sio
from chainlit.session import WebsocketSession
from chainlit.types import ThreadDict

from chainlit_app import observing, watching
from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.history.chats import AWAY
from chainlit_app.history.store import Store
from chainlit_app.history.trouble import HistoryTrouble
from chainlit_app.host import open_host
from chainlit_app.limits import STOPPED, Refused
from chainlit_app.page import issuer, kept, launch
from chainlit_app.page.again import again_route
from chainlit_app.page.around import Around
from chainlit_app.page.chats import chats, current, reader
from chainlit_app.page.export_route import export_route
from chainlit_app.page.files import files_route
from chainlit_app.page.history import History
from chainlit_app.page.identity import identify
from chainlit_app.page.look import dress
from chainlit_app.page.markdown import escaped
from chainlit_app.page.panel import open_list, open_source
from chainlit_app.page.served import away
from chainlit_app.page.show import TurnView
from chainlit_app.page.starters import starters
from chainlit_app.page.status import status_route
from chainlit_app.page.stopping import Leaving, Stopping
from chainlit_app.page.who import People
from chainlit_app.page.windows import is_watched_elsewhere, show_elsewhere, stop_all
from chainlit_app.passwords import Passwords
from chainlit_app.settings import load_settings
from chainlit_app.trying import ByHand
from chainlit_app.turn import ToolboxTrouble
from sextant.access.gate import LOOP
from sextant.access.login import IssuerLogin
from sextant.access.refusals import Refusal
from sextant.access.settings import AccessSettings
from sextant.audit.questions import asked
from sextant.audit.trail import NotRecorded
from sextant.telemetry import traces
from sextant.telemetry.logs import adopt
from sextant.telemetry.request import new_request_id, told, within
from tools.settings import WrongSetting

logger = logging.getLogger(__name__)
T = TypeVar("T")

NAMES_AWAITED = 1.5  # seconds a first page waits for names in its starters
FORGET_SECONDS = 3600.0  # between two looks for conversations that are too old
AWAY_SECONDS = 20.0  # a page gone for longer is closed, not reloading or on bad Wi-Fi

try:
    settings = load_settings()
    observing.start("info", "sextant-chat", settings)
    host = open_host(settings)
    chats.use(Store(settings.history))
    chats.rows_open = settings.sextant_rows_kept
    launch.check_access(config.run.host, settings)
    passwords = Passwords(settings.passwords) if settings.passwords else None
except (WrongSetting, launch.NoStart) as wrong:
    sys.exit(f"Sextant does not start.\n{wrong}")
dress(app, settings.hostnames)
access = AccessSettings.load()
people = People(host.gate.policy, reader, logins=passwords is not None or access.page_login)
of_issuer = functools.partial(issuer.is_known, people=people, hours=access.sextant_oidc_hours)
identify(app, passwords, settings.history.folder, host.trail, of_issuer if access.page_login else None)
if access.page_login:
    issuer.login_by_issuer(app, IssuerLogin(access, host.gate.policy), host.trail)
app.add_exception_handler(HistoryTrouble, away)
app.router.routes.insert(0, status_route(host))
app.router.routes.insert(0, files_route(host.trail, people))
app.router.routes.insert(0, export_route(host.trail, people))
app.router.routes.insert(0, again_route(host, people))
app.add_middleware(Leaving, limits=host.limits)
around = Around(host, people)
_background: set[asyncio.Task[Any]] = set()


@cl.data_layer
def history() -> History:
    return History(chats)


@cl.on_app_startup
async def start() -> None:
    adopt()  # the web server has set up its own by now
    Stopping(host.limits, give_up=stop_all).listen()
    _spawn(host.warm())
    _spawn(_say_where())
    if settings.sextant_history_days is not None:
        _spawn(_forget_old(settings.sextant_history_days))


@cl.on_app_shutdown
async def stop() -> None:
    await host.aclose()
    launch.forget_home()
    await asyncio.to_thread(traces.close)  # Chainlit ends its process without a word to those who wait


@cl.set_starters
async def offered(user: cl.User | None) -> list[cl.Starter]:
    names = None
    with contextlib.suppress(ToolboxTrouble, TimeoutError):
        who = people.principal(user.identifier if user else "")
        names = await asyncio.wait_for(asyncio.shield(_spawn(host.names_for(who))), NAMES_AWAITED)
    return [cl.Starter(label=one.label, message=one.question) for one in starters(names)]


@cl.on_chat_start
async def begin() -> None:
    await around.offer()


@cl.on_chat_resume
async def resume(thread: ThreadDict) -> None:
    await around.offer()


@cl.on_settings_update
async def settled(said: Mapping[str, Any]) -> None:
    await kept.keep(host, said)


@cl.on_message
async def ask(message: cl.Message) -> None:
    with within(new_request_id()):
        await _answer(message)


async def _answer(message: cl.Message) -> None:
    try:
        conversation = await current()
    except HistoryTrouble:
        await cl.Message(AWAY).send()
        return
    if await around.instead(conversation, message):
        return
    question, model = around.model(conversation, message)
    asks = people.here()
    run = cl.context.current_run
    view = TurnView(conversation, turn := run.id if run else str(uuid4()))
    try:
        async with asked(host.trail, asks, question) as noted:
            if not isinstance(model, ByHand):  # whose one call is let in as a call
                await host.gate.enter(asks, LOOP)
            with host.limits.turn(reader(), conversation.id, question), watching.turn("chat") as watched:
                noted.heard = watched
                async with (
                    chats.keeping(conversation, reader(), turn, question),
                    contextlib.aclosing(
                        answer(question, conversation, model, host.tools_of(asks), host.budget, turn, host.names)
                    ) as events,
                ):
                    async for event in events:
                        watched.hear(event)
                        await view.show(event)
    except (Refused, Refusal, NotRecorded) as refused:
        await cl.Message(escaped(str(refused))).send()
    except asyncio.CancelledError:
        await view.stopped()
        if host.limits.stopping:
            await cl.Message(STOPPED).send()
        raise
    except Exception:
        logger.exception("A turn could not be shown")
        await cl.Message(told("Something in Sextant itself went wrong: ask again. Its log has the details.")).send()
    finally:
        await show_elsewhere(conversation, turn)


# What a page may ask for beside questions: it posts {"sextant": <name>, ...} (sextant.js and the elements do).
_REQUESTS: Mapping[str, Callable[[Conversation, Mapping[str, Any]], Awaitable[None]]] = {
    "source": open_source,
    "sources": open_list,
    "command": around.requested,
}


@cl.on_window_message
async def requested(said: Any) -> None:
    """Do what a page asks for; what nobody knows is left alone."""
    if not isinstance(said, dict) or await around.anywhere(said):
        return
    if answered := _REQUESTS.get(str(said.get("sextant"))):
        try:
            conversation = await current()
        except HistoryTrouble:
            await cl.context.emitter.send_toast(AWAY, "warning")
            return
        await answered(conversation, said)


@cl.on_chat_end
async def left() -> None:
    """Stop what nobody waits for. Nothing else is closed: this also runs at every hiccup of the network."""
    session = cl.context.session
    if isinstance(session, WebsocketSession) and session.current_task and not session.current_task.done():
        _spawn(_stop_unless_back(session, session.socket_id))


async def _stop_unless_back(session: WebsocketSession, socket_id: str) -> None:
    if not session.to_clear:
        await asyncio.sleep(AWAY_SECONDS)
    if session.socket_id == socket_id and session.current_task and not is_watched_elsewhere(session):
        session.current_task.cancel()


@sio.on("stop")  # type: ignore[untyped-decorator]
async def stop_turn(sid: str) -> None:
    """Stop the running turn, which says so itself; Chainlit's own words would stand above the answer."""
    session = WebsocketSession.get(sid)
    if session and session.current_task:
        session.current_task.cancel()


def _spawn(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = asyncio.create_task(work)
    _background.add(task)  # or the loop forgets it
    task.add_done_callback(_background.discard)
    return task


async def _forget_old(days: float) -> None:
    while True:
        await chats.forget(days)
        await asyncio.sleep(FORGET_SECONDS)


def _open_to() -> str:
    if launch.is_loopback(config.run.host):
        return "whoever uses this machine can ask; each browser sees its own conversations"
    return "everyone who reaches this address can ask (SEXTANT_OPEN); each browser sees its own conversations"


async def _say_where() -> None:
    """Print the address once it answers; Chainlit says so before it listens."""
    connect_to = "127.0.0.1" if config.run.host in ("0.0.0.0", "::") else config.run.host
    while True:
        try:
            _, writer = await asyncio.open_connection(connect_to, config.run.port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        if passwords is None and not access.page_login:
            print(f"No login: {_open_to()}.")
        print(f"{config.ui.name} is at {launch.address_said(config.run.host, config.run.port)}", flush=True)
        return
