"""What the page asks of the network, and who may ask anything of it."""

import http.server
import os
import re
import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

_EVIL = """<script>
  const socket = new WebSocket("ws://HOST/ws/socket.io/?EIO=4&transport=websocket");
  socket.onmessage = () => (document.title = "in");
  socket.onclose = () => fetch("http://HOST/sextant/status").then(() => (document.title = "in"), () => (document.title = "out"));
</script>"""


def test_nothing_is_asked_of_another_host_even_when_all_others_are_black_holes(launch, demo, chat_of):
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(64)
        rules = f"MAP * 127.0.0.1:{hole.getsockname()[1]}, EXCLUDE localhost"
        browser = launch(f"--host-resolver-rules={rules}")
        page = browser.new_page()
        chat = chat_of(page, demo.url).open()
        chat.ask("What prefixes exist at NYC01?").answered()
        page.locator("a.element-link").first.click()
        expect(page.locator("#side-view-title")).to_be_visible()
        page.locator("#readme-button").click()
        browser.close()

        hosts = {urlsplit(url).hostname for url in chat.requests if not url.startswith(("data:", "blob:"))}
        assert hosts == {"localhost"}


def test_the_badge_never_says_live_while_nautobot_does_not_answer(open_chat, serve, unused_address):
    served = serve(NAUTOBOT_URL=unused_address, NAUTOBOT_TOKEN="x" * 40)
    chat = open_chat(served).ask("What prefixes exist at NYC01?").answered()

    badge = chat.page.locator("#sx-badge")
    expect(badge).to_have_attribute("data-mode", "away")
    expect(badge).to_contain_text("Nautobot does not answer")
    expect(badge).not_to_contain_text("Live")
    assert "Nothing answers at NAUTOBOT_URL" in str(badge.get_attribute("title"))
    chat.shot("badge-away")


def test_a_page_of_another_origin_can_neither_connect_nor_read(browser, demo):
    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(_EVIL.replace("HOST", urlsplit(demo.url).netloc).encode())

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page = browser.new_page()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.wait_for_function("document.title !== ''")
        assert page.title() == "out"
    finally:
        page.close()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"host": "evil.example", "origin": "http://evil.example"},  # a name that was made to resolve to this machine
    ],
)
@pytest.mark.parametrize("path", ["/ws/socket.io/?EIO=4&transport=polling", "/project/settings", "/sextant/status"])
def test_foreign_origins_and_names_are_refused(demo, headers, path):
    assert httpx.get(demo.url + path, headers=headers).status_code == 403


def test_answers_carry_headers_that_close_the_page(demo):
    headers = httpx.get(demo.url).headers
    assert "access-control-allow-origin" not in headers
    assert "img-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert not re.search(r'(?:src|href)="https?://', httpx.get(demo.url).text)


def test_the_page_offers_no_upload(chat, demo):
    settings = chat.page.request.get(demo.url + "/project/settings?language=de-DE").json()
    assert settings["features"]["spontaneous_file_upload"]["enabled"] is False


def test_no_trace_is_left_in_the_folder_one_stands_in(demo):
    assert list(demo.folder.iterdir()) == []


def test_a_taken_port_is_one_sentence_and_no_traceback(demo, tmp_path):
    env = {**os.environ, "SEXTANT_PORT": str(urlsplit(demo.url).port)}
    command = [sys.executable, "-P", "-c", "import sys; from chainlit_app.cli import main; sys.exit(main(['chat']))"]
    tried = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert tried.returncode != 0
    assert tried.stdout == ""
    assert re.fullmatch(r"Sextant cannot listen on 127\.0\.0\.1:\d+ .*SEXTANT_PORT=\d+\.\n", tried.stderr)
