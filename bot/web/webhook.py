"""/wechat: bytes from WeChat in, bytes for WeChat out. Never a 5xx, never a stack trace, never a cookie.

It stands in front of Flask as a bare WSGI layer: no session, no CSRF, no routing on the hottest path, and no request
and response objects, which cost half as much as everything else that a repeated question needs.
"""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote_plus
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_input_stream

from bot.errors import ConfigError, DecodeError
from bot.model.jobs import JobFinished
from bot.model.messages import Message
from bot.publishing import events
from bot.service import Service
from bot.web.faults import where
from bot.wechat.codec import MAX_BODY_BYTES

PATH = "/wechat"
log = logging.getLogger(__name__)

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Said:
    """What goes back."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/plain"

    def status_line(self) -> str:
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def headers(self) -> list[tuple[str, str]]:
        headers = [("Content-Type", f"{self.kind}; charset=utf-8"), ("Content-Length", str(len(self.body)))]
        return [*headers, ("Allow", "GET, POST")] if self.status == 405 else headers


SUCCESS = _Said(b"success")
"""What WeChat wants to hear where there is nothing to say."""


class Webhook:
    """A WSGI application that answers /wechat itself and hands everything else on."""

    def __init__(self, service: Service, inner: Application) -> None:
        self._service = service
        self._inner = inner
        self._methods = {"GET": self._greet, "POST": self._receive}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return self._inner(environ, start_response)
        said = self._answer(environ)
        start_response(said.status_line(), said.headers())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (said.body,)

    def _answer(self, environ: WSGIEnvironment) -> _Said:
        method = self._methods.get(environ["REQUEST_METHOD"])
        if method is None:
            return _Said(status=405)
        try:
            return method(environ)
        except DecodeError as error:
            self._service.inbox.count(f"refused.{error.reason}")
            return _Said(status=error.status)
        except HTTPException as error:  # a body cut off on its way
            return _Said(status=error.code or 400)
        except ConfigError as error:
            log.error("%s", error)
            return _Said(status=403)
        except Exception as error:  # WeChat shows followers an error message of its own for anything but an answer
            log.error("webhook: %s", where(error))
            return SUCCESS

    def _greet(self, environ: WSGIEnvironment) -> _Said:
        """The echo by which WeChat checks the address."""
        return _Said(self._service.codec().verify_echo(_args(environ), self._service.now()).encode())

    def _receive(self, environ: WSGIEnvironment) -> _Said:
        service, now = self._service, self._service.now()
        codec = service.codec()
        args = _args(environ)
        codec.check_signature(args, now)
        inbound = codec.decode(args, _body(environ), now)
        if not isinstance(inbound, Message):
            self._finish(inbound, now)
            return SUCCESS
        reply = service.conversation.receive(inbound, now)
        if reply is None:
            return SUCCESS
        return _Said(codec.encode(reply, inbound, now=now, nonce=secrets.token_hex(8)), kind="application/xml")

    def _finish(self, event: JobFinished, now: datetime) -> None:
        """The job's end is written down, or waits in memory while the ledger cannot be written."""
        self._service.inbox.at_once(functools.partial(events.finished, event=event, now=now))


def _args(environ: WSGIEnvironment) -> dict[str, list[str]]:
    """Every value of every name: a name given twice is the codec's to refuse."""
    found: dict[str, list[str]] = {}
    for pair in environ.get("QUERY_STRING", "").split("&"):
        name, _, value = pair.partition("=")
        found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found


def _body(environ: WSGIEnvironment) -> bytes:
    """The request's body; DecodeError (413) when it is longer than WeChat's ever are."""
    promised = environ.get("CONTENT_LENGTH") or ""
    if promised.isdecimal() and int(promised) > MAX_BODY_BYTES:
        raise _too_large()
    body: bytes = get_input_stream(environ).read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise _too_large()
    return body


def _too_large() -> DecodeError:
    return DecodeError("too_large", 413, "消息超过 64 KB，微信不会发这么大的消息。")
