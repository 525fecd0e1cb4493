"""What is open of the app, who may speak to it, and how much of it one may ask."""

from uuid import uuid4

import pytest

from chainlit_app.limits import Limits, Refused
from chainlit_app.page.doors import Doors, close_events, credentials, is_open, question_of
from chainlit_app.page.guard import Guard

ID = "6f9619ff-8b86-4011-b42d-00c04fc964ff"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("HEAD", "/"),
        ("GET", f"/thread/{ID}"),
        ("GET", "/assets/index.js"),
        ("GET", "/public/elements/ResultTable.jsx"),
        ("GET", f"/sextant/chats/{ID}/sources/1/csv"),
        ("GET", "/health"),
        ("POST", "/project/threads"),
        ("PUT", "/feedback"),
        ("DELETE", "/project/thread"),
        ("POST", "/ws/socket.io/"),
    ],
)
def test_what_the_page_uses_is_open(method, path):
    assert is_open(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/project/file"),
        ("GET", f"/project/file/{ID}"),
        ("GET", f"/project/thread/{ID}/element/{ID}"),
        ("POST", "/project/action"),
        ("PUT", "/project/element"),
        ("DELETE", "/project/element"),
        ("POST", "/mcp"),
        ("DELETE", "/mcp"),
        ("GET", "/docs"),
        ("GET", "/redoc"),
        ("GET", "/openapi.json"),
        ("GET", "/copilot/index.js"),
        ("PUT", "/project/thread/share"),
        ("GET", f"/project/share/{ID}"),
        ("GET", "/auth/oauth/github"),
        ("POST", "/slack/events"),
        ("POST", "/teams/events"),
        ("GET", "/admin"),
        ("GET", "/.env"),
        ("TRACE", "/"),
        ("OPTIONS", "/"),
        ("POST", "/"),
        ("PATCH", "/sextant/status"),
        ("GET", "/project/file/../../etc/passwd"),
    ],
)
async def test_all_else_is_not_there(method, path):
    sent = []

    async def send(event):
        sent.append(event)

    async def never(*_):
        raise AssertionError("it got through")

    await Doors(never)({"type": "http", "method": method, "path": path}, never, send)
    assert sent[0]["status"] == 404


async def test_below_a_root_of_its_own_the_same_is_open():
    reached = []

    async def app(scope, receive, send):
        reached.append(scope["path"])

    doors = Doors(app, root="/chat")
    await doors({"type": "http", "method": "GET", "path": "/chat/sextant/status"}, app, app)
    await doors({"type": "websocket", "path": "/anything"}, app, app)
    assert reached == ["/chat/sextant/status", "/anything"]


def test_a_page_says_over_its_socket_what_ours_says_and_no_more():
    heard = {
        name: (lambda *_: None) for name in ("connect", "client_message", "edit_message", "audio_chunk", "call_fn")
    }
    close_events(heard)
    assert set(heard) == {"connect", "client_message"}


@pytest.mark.parametrize(
    "session", ["../../home", "/home/someone", "", None, 7, "x" * 36, ID + "/..", "." * 36, f"{{{ID}}}"]
)
async def test_a_session_with_an_id_that_names_a_folder_does_not_connect(session):
    connected = []

    async def connect(sid, environ, auth):
        connected.append(auth)

    heard = {"connect": connect}
    close_events(heard)
    assert await heard["connect"]("sid", {}, {"sessionId": session}) is False
    assert await heard["connect"]("sid", {}) is False
    assert connected == []


def test_who_connects_is_a_page_of_ours_whatever_it_says():
    said = credentials({"sessionId": ID, "threadId": "", "clientType": "slack", "userEnv": "{}", "chatProfile": "x"})
    assert said == {"sessionId": ID, "threadId": None, "clientType": "webapp", "userEnv": None, "chatProfile": None}
    assert credentials({"sessionId": ID, "threadId": "../x"}) is None
    assert credentials([ID]) is None


def test_a_message_is_a_readers_own_words_whatever_it_claims_to_be():
    id = str(uuid4())
    said = {
        "id": id,
        "type": "assistant_message",
        "name": "Sextant",
        "output": "hello",
        "parentId": "x",
        "metadata": {"a": 1},
        "createdAt": "1970",
        "threadId": "another's",
        "isError": True,
    }
    found = question_of({"message": said, "fileReferences": [{"id": "x"}]})
    assert found["fileReferences"] is None
    assert found["message"] == {
        "id": id,
        "threadId": "",
        "name": "User",
        "type": "user_message",
        "output": "hello",
        "createdAt": None,
        "command": None,
        "modes": None,
        "metadata": {},
    }


def test_a_tool_and_its_arguments_come_with_a_message_and_nothing_else():
    call = {"tool": "get_device", "arguments": {"device": "x"}}
    said = {"id": ID, "output": "Tried", "metadata": {"try": call, "location": "http://elsewhere"}}
    assert question_of({"message": said})["message"]["metadata"] == {"try": call}


@pytest.mark.parametrize(
    "payload", [None, "x", {}, {"message": None}, {"message": {"id": "1", "output": "x"}}, {"message": {"id": ID}}]
)
def test_what_is_no_message_is_not_heard(payload):
    assert question_of(payload) is None


async def through(headers, method="GET", path="/"):
    sent = []

    async def send(event):
        sent.append(event)

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    pairs = [(b"host", b"localhost:8000"), *((k.encode(), v.encode()) for k, v in headers.items())]
    guard = Guard(app, known_hosts=lambda: {"localhost"})
    await guard({"type": "http", "method": method, "path": path, "headers": pairs}, None, send)
    return sent[0]


LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("more", "method", "path", "status"),
    [
        (LINK, "GET", "/", 200),
        (LINK, "GET", f"/thread/{ID}", 200),
        (LINK, "GET", f"/sextant/chats/{ID}/sources/1/csv", 403),
        (LINK, "GET", f"/project/thread/{ID}", 403),
        (LINK, "POST", "/", 403),
        ({"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, "GET", "/", 403),
        ({"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, "GET", "/logo", 403),
        ({"sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}, "GET", "/sextant/status", 403),
        ({}, "GET", "/sextant/status", 403),
    ],
)
async def test_of_another_page_only_a_link_to_a_page_gets_through(site, more, method, path, status):
    assert (await through({"sec-fetch-site": site, **more}, method, path))["status"] == status


@pytest.mark.parametrize("site", ["none", "same-origin"])
async def test_the_own_page_and_the_address_bar_get_through(site):
    assert (await through({"sec-fetch-site": site}, path="/sextant/status"))["status"] == 200


@pytest.mark.parametrize("headers", [{}, {"origin": "http://evil.example"}])
async def test_every_answer_also_a_refusal_closes_the_page(headers):
    sent = dict((await through(headers))["headers"])
    assert b"frame-ancestors 'none'" in sent[b"content-security-policy"]
    assert b"img-src 'self' data: blob:;" in sent[b"content-security-policy"]
    assert sent[b"x-content-type-options"] == b"nosniff"
    assert sent[b"referrer-policy"] == b"no-referrer"
    assert sent[b"x-dns-prefetch-control"] == b"off"
    assert sent[b"cross-origin-opener-policy"] == sent[b"cross-origin-resource-policy"] == b"same-origin"
    assert b"microphone=()" in sent[b"permissions-policy"]


def test_a_question_may_be_so_long_and_no_longer():
    limits = Limits(question=100)
    with limits.turn("r", "c", "x" * 100):
        pass
    with (
        pytest.raises(Refused, match=r"has 101 characters; 100 are allowed\. Ask in fewer words"),
        limits.turn("r", "c", "x" * 101),
    ):
        pass


def test_a_conversation_has_one_turn_at_a_time():
    limits = Limits()
    with limits.turn("r", "c", "?"):
        with limits.turn("r", "another", "?"):
            pass
        with limits.turn("who has only its id", "c", "?"):
            pass
        with pytest.raises(Refused, match="still being answered"), limits.turn("r", "c", "?"):
            pass
    with limits.turn("r", "c", "?"):
        pass


def test_the_app_has_so_many_turns_at_once_and_each_end_makes_room():
    limits = Limits(parallel_turns=2)
    with limits.turn("a", "1", "?"):
        with (
            limits.turn("b", "2", "?"),
            pytest.raises(Refused, match="answers 2 questions at once"),
            limits.turn("c", "3", "?"),
        ):
            pass
        with limits.turn("c", "3", "?"):
            pass


def test_a_reader_has_so_many_turns_a_minute_and_is_told_when_there_are_more():
    now = 0.0
    limits = Limits(turns_a_minute=3, clock=lambda: now)
    for second in (0.0, 20.0, 40.0):
        now = second
        with limits.turn("r", "c", "?"):
            pass
    with (
        pytest.raises(Refused, match=r"asked 3 questions within a minute.* again in 20 seconds"),
        limits.turn("r", "c", "?"),
    ):
        pass
    with limits.turn("another reader", "d", "?"):
        pass
    now = 60.0
    with limits.turn("r", "c", "?"):
        pass
    now = 59.5 + 20
    with pytest.raises(Refused, match="again in 1 second\\."), limits.turn("r", "c", "?"):
        pass


def test_readers_who_have_left_are_forgotten():
    now = 0.0
    limits = Limits(clock=lambda: now)
    for number in range(100):
        with limits.turn(f"reader {number}", "c", "?"):
            pass
    now = 61.0
    with limits.turn("r", "c", "?"):
        pass
    assert list(limits._begun) == ["r"]
