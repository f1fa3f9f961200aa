"""The door of the platform: every `/cgi-bin/…` request passes here, meets its fault, its checks and its handler."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, request

from bot.sandbox import drafts, mass, materials, publishing, tokens
from bot.sandbox.box import Box
from bot.sandbox.calls import Answer, Call, Endpoint, Upload
from bot.sandbox.clock import day_of
from bot.sandbox.errcodes import Refusal, refusal_body
from bot.sandbox.faults import HOLDING, NOT_HANDLED, error_code, retires_token

ENDPOINTS: dict[str, Endpoint] = (
    tokens.ENDPOINTS | materials.ENDPOINTS | drafts.ENDPOINTS | publishing.ENDPOINTS | mass.ENDPOINTS
)


def platform(box: Box) -> Blueprint:
    """The blueprint that plays api.weixin.qq.com."""
    blueprint = Blueprint("platform", __name__)

    @blueprint.route("/cgi-bin/<path:_rest>", methods=["GET", "POST"])
    def answer(_rest: str) -> Response:
        fault = box.faults.take(request.path)
        if fault is not None and (fault in NOT_HANDLED or error_code(fault) is not None):
            return _not_handled(box, fault)
        return _sent(box, fault, _handled(box, fault))

    return blueprint


def _not_handled(box: Box, fault: str) -> Response:
    code = error_code(fault)
    request.get_data()  # an unread request would make the closed connection look reset
    _log(box, code, fault)
    if code is None:
        return _sent(box, fault, {})
    if retires_token(fault):
        tokens.retire(box.store, request.args.get("access_token", ""), code, box.clock.timestamp())
    return _json(refusal_body(code))


def _handled(box: Box, fault: str | None) -> Answer:
    call = _call(box)
    with box.store.transaction():
        try:
            endpoint = _admitted(call)
            _count(call)
            # A refusal undoes what its handler did, not that the call was counted.
            with box.store.transaction():
                answer = endpoint.answer(call)
        except Refusal as refusal:
            answer = refusal_body(refusal.code, refusal.fields)
        _log(box, int(answer.get("errcode", 0)), fault)
    box.jobs.wake()
    return answer


def _call(box: Box) -> Call:
    body = request.get_data()
    file = request.files.get("media")
    upload = Upload(file.filename or "", file.read()) if file else None
    now = box.clock.timestamp()
    return Call(box.settings, box.seen_at(request.host_url), box.store, box.account, now, request.args, body, upload)


def _admitted(call: Call) -> Endpoint:
    """Who answers; Refusal when the call is not let in."""
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        raise Refusal(40066)
    if endpoint.method not in (None, request.method):
        raise Refusal(43002 if endpoint.method == "POST" else 43001)
    if endpoint.needs_token:
        tokens.check_token(call.store, call.query.get("access_token", ""), call.now)
    if endpoint.is_for_verified and not call.account.verified:
        raise Refusal(48001)
    if endpoint.daily is not None and _used_today(call) >= endpoint.daily:
        raise Refusal(45009)
    return endpoint


def _used_today(call: Call) -> int:
    return call.store.number("SELECT used FROM calls WHERE day = ? AND path = ?", day_of(call.now), request.path)


def _count(call: Call) -> None:
    call.store.change(
        "INSERT INTO calls (day, path, used) VALUES (?, ?, 1) ON CONFLICT (day, path) DO UPDATE SET used = used + 1",
        day_of(call.now),
        request.path,
    )


def _log(box: Box, code: int | None, fault: str | None) -> None:
    box.store.change(
        "INSERT INTO requests (at, path, errcode, fault) VALUES (?, ?, ?, ?)",
        box.clock.timestamp(),
        request.path,
        code,
        fault,
    )


def _sent(box: Box, fault: str | None, answer: Answer) -> Response:
    """The answer as it reaches the client, which a fault may spoil."""
    if fault is None:
        return _json(answer)
    if fault in ("http_502", "http_502_after"):
        return Response("<html><body>502 Bad Gateway</body></html>", status=502, mimetype="text/html")
    if fault == "truncated":
        whole = _json(answer).get_data()
        return Response(whole[: len(whole) // 2], mimetype="application/json")
    if fault in HOLDING:
        box.held.hold(request.path, fault, request.environ["werkzeug.socket"])
    return Response(_hang_up(request.environ), mimetype="application/json")


def _hang_up(environ: dict[str, Any]) -> Iterator[bytes]:
    """Ends the connection before a byte of the answer is written; werkzeug takes the error for a client that left."""
    with suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("the box hung up")
    yield b""


def _json(answer: Answer) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")
