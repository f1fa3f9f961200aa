"""Forms that come at a crawl: how long they are waited for, how many at once, and what the person on duty hears."""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.serving import make_server

from bot.web.turnstile import AT_ONCE, Turnstile
from tests.world import until

FORM_S = 1.0
WHOLE = b"name=x"


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


class Door:
    """A turnstile behind a real server, and what it counted."""

    def __init__(self, port: int, counted: Counter[str]) -> None:
        self.port = port
        self.counted = counted

    def begin(self, sent: bytes, promised: int, *, of: str = "10.0.0.1") -> socket.socket:
        one = socket.create_connection(("127.0.0.1", self.port))
        head = f"POST /desk/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {of}\r\nContent-Length: {promised}\r\n\r\n"
        one.sendall(head.encode() + sent)
        one.settimeout(10)
        return one

    def answer(self, sent: bytes, promised: int, **more: str) -> bytes:
        with self.begin(sent, promised, **more) as one:
            return _status(one)


def _status(one: socket.socket) -> bytes:
    return one.makefile("rb").readline().split()[1]


@contextmanager
def _serving(places: int) -> Iterator[Door]:
    counted: Counter[str] = Counter()
    turnstile = Turnstile(echo, places=places, largest=64, count=lambda name: counted.update([name]), form_s=FORM_S)
    server = make_server("127.0.0.1", 0, turnstile, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Door(server.port, counted)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def door() -> Iterator[Door]:
    with _serving(places=2 * AT_ONCE) as door:
        yield door


@pytest.mark.parametrize("body", [b"", WHOLE, b"x" * 64])
def test_a_whole_form_goes_in_as_it_came(door: Door, body: bytes) -> None:
    with door.begin(body, len(body)) as one:
        answer = one.makefile("rb")
        assert answer.readline().split()[1] == b"200"
        assert answer.read(200).endswith(body)
    assert not door.counted


def test_a_form_that_does_not_come_in_time_is_told_so_counted_and_named_once(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        began = time.monotonic()
        answers = [door.answer(b"name=", 50, of="10.0.0.9") for _ in range(2)]

    assert answers == [b"408", b"408"]
    assert time.monotonic() - began < 20 * FORM_S
    assert door.counted == {"refused.slow_form": 2}
    assert [record.message.count("10.0.0.9") for record in caplog.records] == [1]


def test_a_byte_now_and_then_does_not_keep_a_form_alive(door: Door) -> None:
    with door.begin(b"n", 60) as one:
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(FORM_S / 8):
                one.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            assert _status(one) == b"408"
        finally:
            stop.set()
            dripping.join()


def test_one_address_takes_only_some_of_the_places(door: Door) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(door.begin(b"", 50, of="10.0.0.1")) for _ in range(AT_ONCE + 1)]
        (refused,) = select.select(opened, [], [], FORM_S / 2)[0]
        assert _status(refused) == b"503"
        assert door.answer(WHOLE, 6, of="10.0.0.2") == b"200"
    until(lambda: door.answer(WHOLE, 6, of="10.0.0.1") == b"200", what="the places to be free again")


def test_what_promises_too_much_goes_through_unread_to_be_refused(door: Door) -> None:
    with door.begin(b"", 65) as one:
        one.shutdown(socket.SHUT_WR)
        assert _status(one) == b"200"
