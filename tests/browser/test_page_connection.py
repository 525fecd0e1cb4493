"""A connection that breaks and comes back: the page shows all that was said meanwhile."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


class Line:
    """What carries the page's connections to the app, and can be cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._whole = threading.Event()
        self._whole.set()
        self._ends: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        self._whole.clear()
        self._hang_up()

    def mend(self) -> None:
        self._whole.set()

    def close(self) -> None:
        self._door.close()
        self._hang_up()

    def _hang_up(self) -> None:
        for end in self._ends:
            _end(end)
        self._ends.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return  # the door is closed
            if not self._whole.is_set():
                near.close()
                continue
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._port)) as far:
            self._ends += [near, far]
            back = threading.Thread(target=_carry, args=(far, near), daemon=True)
            back.start()
            _carry(near, far)
            back.join()


def _carry(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        return  # cut
    finally:
        _end(other)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has gone by itself
        connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(modelled) -> Iterator[Line]:
    found = Line(int(modelled.url.rsplit(":", 1)[1]))
    yield found
    found.close()


@pytest.fixture
def chat(context, chat_of, line):
    return chat_of(context.new_page(), line.url).open()


def test_an_answer_that_ended_while_the_line_was_cut_is_shown_when_it_is_back(chat, line, model):
    model.go_on.clear()
    chat.ask("slowly")
    expect(chat.answers.last).to_contain_text("The first half of an answer")
    chat.thread()

    line.cut()
    expect(chat.page.locator("#sx-mode")).to_have_text("Not connected")
    model.go_on.set()
    line.mend()

    expect(chat.answers.last).to_contain_text("and the second half", timeout=30_000)
    expect(chat.answers).to_have_count(1)
    chat.answered()
    chat.ask("Once more?").answered()
    expect(chat.page.locator("[data-step-type=user_message]")).to_have_text(["slowly", "Once more?"])


def test_an_answer_goes_on_where_the_line_was_cut_for_a_moment(chat, line, model):
    model.go_on.clear()
    chat.ask("slowly")
    expect(chat.answers.last).to_contain_text("The first half of an answer")
    chat.thread()

    line.cut()
    expect(chat.page.locator("#sx-mode")).to_have_text("Not connected")
    line.mend()
    expect(chat.page.locator("#sx-mode")).not_to_have_text("Not connected")
    expect(chat.page.locator("#stop-button")).to_be_visible()
    model.go_on.set()

    expect(chat.answers.last).to_contain_text("The first half of an answer and the second half")
    expect(chat.answers).to_have_count(1)
    chat.answered()
