"""Keeps threads free for followers: forms that somebody sends at a crawl must not take all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Response

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

BUSY = "现在提交的人有点多，刚才的没有做成。请等几秒，回到上一页再试。"


class Turnstile:
    """A WSGI application that lets only so many requests with a body in at once; one more is told to come back.

    A stranger needs no signature to begin a POST to the log-in page, and a body that never ends holds its thread.
    """

    def __init__(self, inner: Application, *, places: int) -> None:
        self._inner = inner
        self._places = threading.BoundedSemaphore(places)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._inner(environ, start_response)
        if not self._places.acquire(blocking=False):
            busy = Response(BUSY, status=503, mimetype="text/plain", headers={"Retry-After": "5"})
            return busy(environ, start_response)
        try:
            return self._inner(environ, start_response)
        finally:
            self._places.release()
