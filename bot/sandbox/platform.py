"""The door of the platform: every `/cgi-bin/…`, `/wxaapi/…` and `/datacube/…` request passes here, meets its fault, its checks and its handler."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from bot.sandbox import (
    comments,
    custom,
    drafts,
    mass,
    materials,
    media,
    menus,
    native,
    network,
    notice_templates,
    notices,
    publishing,
    qrcodes,
    quotas,
    statistics,
    tags,
    tokens,
    users,
)
from bot.sandbox.account import has_right
from bot.sandbox.box import Box
from bot.sandbox.calls import Answer, Call, Endpoint, File, Upload, daily_limit
from bot.sandbox.clock import day_of
from bot.sandbox.errcodes import Refusal, refusal_body, request_id_in
from bot.sandbox.faults import HOLDING, NOT_HANDLED, error_code, retires_token
from bot.sandbox.network import is_whitelisted

KEPT_OF_A_BODY = 4096  # bytes, for whoever asks what a request id stands for
SECTIONS = (
    tokens,
    materials,
    media,
    drafts,
    publishing,
    mass,
    custom,
    menus,
    native,
    users,
    tags,
    qrcodes,
    notices,
    notice_templates,
    comments,
    statistics,
    quotas,
    network,
)
ENDPOINTS: dict[str, Endpoint] = {path: endpoint for part in SECTIONS for path, endpoint in part.ENDPOINTS.items()}
ENDPOINTS |= quotas.endpoints_about(ENDPOINTS)


def platform(box: Box) -> Blueprint:
    """The blueprint that plays api.weixin.qq.com."""
    blueprint = Blueprint("platform", __name__)

    @blueprint.route("/cgi-bin/<path:_rest>", methods=["GET", "POST"])
    @blueprint.route("/wxaapi/<path:_rest>", methods=["GET", "POST"])
    @blueprint.route("/datacube/<path:_rest>", methods=["GET", "POST"])
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


def _handled(box: Box, fault: str | None) -> Answer | File:
    call = _call(box)
    with box.store.transaction():
        try:
            endpoint = _admitted(call)
            _count(call)
            # A refusal undoes what its handler did, not that the call was counted.
            with box.store.transaction():
                answer: Answer | File = endpoint.answer(call)
        except Refusal as refusal:
            answer = refusal_body(refusal.code, refusal.fields)
            _remember(call, answer)
        _log(box, 0 if isinstance(answer, File) else int(answer.get("errcode", 0)), fault)
    for openid, name, fields in call.events:
        box.tell(openid, name, fields)
    box.jobs.wake()
    return answer


def _call(box: Box) -> Call:
    body = request.get_data()
    file = request.files.get("media")
    upload = Upload(file.filename or "", file.read(), request.form.get("description", "")) if file else None
    now, ip = box.clock.timestamp(), request.remote_addr or ""
    url = box.seen_at(request.host_url)
    return Call(box.settings, url, box.store, box.account, now, request.args, body, upload, ip)


def _admitted(call: Call) -> Endpoint:
    """Who answers; Refusal when the call is not let in."""
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        raise Refusal(40066)
    if endpoint.method not in (None, request.method):
        raise Refusal(43002 if endpoint.method == "POST" else 43001)
    if not is_whitelisted(call.account, call.ip):
        raise Refusal(40164)
    if endpoint.needs_token:
        tokens.check_token(call.store, call.query.get("access_token", ""), call.now)
    if not has_right(call.account, endpoint.right):
        raise Refusal(48001)
    limit = daily_limit(endpoint, call.account)
    if limit is not None and _used_today(call) >= limit:
        raise Refusal(45009)
    if endpoint.a_minute is not None and _used_in_the_last_minute(call) >= endpoint.a_minute:
        raise Refusal(45011)
    return endpoint


def _used_in_the_last_minute(call: Call) -> int:
    sql = "SELECT count(*) FROM requests WHERE path = ? AND at > ? AND at <= ?"
    return call.store.number(sql, request.path, call.now - 60, call.now)


def _used_today(call: Call) -> int:
    return call.store.number("SELECT used FROM calls WHERE day = ? AND path = ?", day_of(call.now), request.path)


def _count(call: Call) -> None:
    call.store.change(
        "INSERT INTO calls (day, path, used) VALUES (?, ?, 1) ON CONFLICT (day, path) DO UPDATE SET used = used + 1",
        day_of(call.now),
        request.path,
    )


def _remember(call: Call, answer: Answer) -> None:
    call.store.change(
        "INSERT INTO refusals (rid, at, url, body, answer, ip) VALUES (?, ?, ?, ?, ?, ?)",
        request_id_in(answer["errmsg"]),
        call.now,
        request.base_url,
        # What comes without a token brings the secret.
        call.body[:KEPT_OF_A_BODY].decode(errors="replace") if "access_token" in call.query else "",
        json.dumps(answer, ensure_ascii=False),
        call.ip,
    )


def _log(box: Box, code: int | None, fault: str | None) -> None:
    box.store.change(
        "INSERT INTO requests (at, path, errcode, fault) VALUES (?, ?, ?, ?)",
        box.clock.timestamp(),
        request.path,
        code,
        fault,
    )


def _sent(box: Box, fault: str | None, answer: Answer | File) -> Response:
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


def _json(answer: Answer | File) -> Response:
    if isinstance(answer, File):
        attached = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(answer.name, safe='')}"}
        return Response(answer.content, mimetype=answer.mime, headers=attached)
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")
