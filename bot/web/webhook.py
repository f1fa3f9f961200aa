"""/wechat: bytes from WeChat in, bytes for WeChat out. Never a 5xx, never a stack trace, never a cookie.

It stands in front of Flask as a bare WSGI layer: no session, no CSRF, no routing on the hottest path.
"""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from bot.errors import ConfigError, DecodeError, LedgerError
from bot.model.jobs import JobFinished
from bot.model.messages import Message
from bot.publishing import settle
from bot.service import Service
from bot.web.faults import where
from bot.wechat.codec import MAX_BODY_BYTES

PATH = "/wechat"
log = logging.getLogger(__name__)

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


class Webhook:
    """A WSGI application that answers /wechat itself and hands everything else on."""

    def __init__(self, service: Service, inner: Application) -> None:
        self._service = service
        self._inner = inner
        self._methods = {"GET": self._greet, "POST": self._receive}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return self._inner(environ, start_response)
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        method = self._methods.get(request.method)
        if method is None:
            return Response(status=405, headers={"Allow": "GET, POST"})
        try:
            return method(request)
        except DecodeError as error:
            self._service.inbox.count(f"refused.{error.reason}")
            return Response(status=error.status)
        except HTTPException as error:  # a body cut off on its way
            return Response(status=error.code or 400)
        except ConfigError as error:
            log.error("%s", error)
            return Response(status=403)
        except Exception as error:  # WeChat shows followers an error message of its own for anything but an answer
            log.error("webhook: %s", where(error))
            return _success()

    def _greet(self, request: Request) -> Response:
        """The echo by which WeChat checks the address."""
        said = self._service.codec().verify_echo(_args(request), self._service.now())
        return Response(said, mimetype="text/plain")

    def _receive(self, request: Request) -> Response:
        service, now = self._service, self._service.now()
        codec = service.codec()
        args = _args(request)
        codec.check_signature(args, now)
        inbound = codec.decode(args, _body(request), now)
        if not isinstance(inbound, Message):
            self._finish(inbound, now)
            return _success()
        reply = service.conversation.receive(inbound, now)
        if reply is None:
            return _success()
        encoded = codec.encode(reply, inbound, now=now, nonce=secrets.token_hex(8))
        return Response(encoded, mimetype="application/xml")

    def _finish(self, event: JobFinished, now: datetime) -> None:
        """The job's end is written down; while the ledger cannot be written, it is kept in memory and tried again."""
        finish = functools.partial(settle.finished, self._service.ledger, event, now)
        try:
            finish()
        except LedgerError as error:
            log.warning("一次推送的结果稍后再记：%s", error)
            self._service.inbox.later(finish)


def _args(request: Request) -> dict[str, list[str]]:
    """Every value of every name: a name given twice is the codec's to refuse."""
    return request.args.to_dict(flat=False)


def _body(request: Request) -> bytes:
    """The request's body; DecodeError (413) when it is longer than WeChat's ever are."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise _too_large()
    body = request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise _too_large()
    return body


def _too_large() -> DecodeError:
    return DecodeError("too_large", 413, "消息超过 64 KB，微信不会发这么大的消息。")


def _success() -> Response:
    return Response("success", mimetype="text/plain")
