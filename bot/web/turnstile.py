"""Keeps threads free for followers: forms that somebody sends at a crawl must not take all of them, nor for long."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import get_content_length, get_input_stream

from bot.web.hang_up import hang_up
from bot.web.login import client_address

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

FORM_S = 8.0
"""So long a form may take to arrive; a browser on a bad line needs a second or two."""

AT_ONCE = 6
"""Forms of one address at one moment; a whole office behind one address rarely sends two."""

LOOKS_S = 1.0

SAID_EVERY_S = 60.0
"""The log names a sender at a crawl at most so often."""

BUSY = "现在提交的人有点多，刚才的没有做成。请等几秒，回到上一页再试。"
TOO_SLOW = "网络太慢，刚才的表单没有传完，什么也没有改动。请回到上一页再试。"
SLOW_FORM = "refused.slow_form"
"""Counted, and shown by /health."""

log = logging.getLogger(__name__)


class Turnstile:
    """A WSGI application that lets only so many requests with a body in at once, each after its body has come.

    A stranger needs no signature to begin a POST to the log-in page, and a body that never ends would hold its thread
    for as long as the stranger likes.
    """

    def __init__(
        self, inner: Application, *, places: int, largest: int, count: Callable[[str], object], form_s: float = FORM_S
    ) -> None:
        """`largest`: bytes of a body that is waited for; what promises more goes through unread, to be refused."""
        self._inner = inner
        self._largest = largest
        self._count = count
        self._form_s = form_s
        self._places = threading.BoundedSemaphore(places)
        self._guard = threading.Lock()
        self._from: Counter[str] = Counter()
        self._said_at = -SAID_EVERY_S

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._inner(environ, start_response)
        address = client_address(Request(environ))
        with self._place(address) as is_in:
            if not is_in:
                return _refusal(503, BUSY)(environ, start_response)
            if not self._has_come(environ, address):
                return _refusal(408, TOO_SLOW)(environ, start_response)
            return self._inner(environ, start_response)

    @contextmanager
    def _place(self, address: str) -> Iterator[bool]:
        """True within the block when there is room, for this address too."""
        with self._guard:
            is_in = self._from[address] < AT_ONCE and self._places.acquire(blocking=False)
            self._from[address] += is_in
        try:
            yield is_in
        finally:
            if is_in:
                with self._guard:
                    self._from[address] -= 1
                    self._from += Counter()  # drops who is gone
                self._places.release()

    def _has_come(self, environ: WSGIEnvironment, address: str) -> bool:
        """False when the body broke off or did not come in time, which is noted; else it is at hand, whole."""
        promised = get_content_length(environ)
        if (promised or 0) > self._largest:
            return True
        began, done = time.monotonic(), threading.Event()
        threading.Thread(target=self._watch, args=(done, environ), daemon=True).start()
        try:
            body = _read(environ, self._largest + 1 if promised is None else promised, until=began + self._form_s)
        finally:
            done.set()
        if time.monotonic() - began >= self._form_s:
            self._note(address)
        elif body is not None:
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
            return True
        return False

    def _watch(self, done: threading.Event, environ: WSGIEnvironment) -> None:
        """Whoever sends nothing more is cut off, so that the thread that waits for him goes on."""
        peer, port, wait_s = environ.get("REMOTE_ADDR", ""), int(environ["SERVER_PORT"]), self._form_s
        while not done.wait(wait_s):
            hang_up(peer, port=port, idle_s=self._form_s / 2)
            wait_s = LOOKS_S

    def _note(self, address: str) -> None:
        self._count(SLOW_FORM)
        with self._guard:
            is_news = time.monotonic() - self._said_at >= SAID_EVERY_S
            if is_news:
                self._said_at = time.monotonic()
        if is_news:
            log.warning(
                "来自 %s 的表单过了 %g 秒还没有传完，已经断开。关注者不受影响；总是这样，请在防火墙或代理里挡住这个地址。",
                address or "本机",
                self._form_s,
            )


def _read(environ: WSGIEnvironment, size: int, *, until: float) -> bytes | None:
    """At most `size` bytes; None when they broke off or did not come by then.

    Byte by byte: the stream gives back a longer piece only when all of it is there, however long that takes.
    """
    stream, body = get_input_stream(environ), bytearray()
    try:
        while len(body) < size and time.monotonic() < until and (piece := stream.read(1)):
            body += piece
    except (HTTPException, OSError):
        return None
    is_whole = environ.get("CONTENT_LENGTH") in (None, "", str(len(body)))
    return bytes(body) if is_whole else None


def _refusal(status: int, said: str) -> Response:
    return Response(said, status=status, mimetype="text/plain", headers={"Retry-After": "5"})
