"""Mass messages: every `message/mass/…` call."""

from __future__ import annotations

import hashlib
from typing import Any

from bot.sandbox.account import Right, quota
from bot.sandbox.articles import Article, delete_pages, page_rows
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.chat import show_push, show_text
from bot.sandbox.drafts import load_draft, remove_draft
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import find_follower, subscribed_openids
from bot.sandbox.journal import Send, accept_job, record
from bot.sandbox.state import Row, to_json

SENDALL = "/cgi-bin/message/mass/sendall"
CLIENTMSGID_BYTES = 32
REMEMBERED_S = 24 * 3600
RETRY_AFTER_S = 60
A_MINUTE = 60  # requests
STATUS = {"in progress": "SENDING", "done": "SEND_SUCCESS", "failed": "SEND_FAIL"}


def send_to_all(call: Call) -> Answer:
    """The message id of the job. A draft leaves the box as soon as it is accepted."""
    request = call.json()
    clientmsgid = text_of(request, "clientmsgid")
    if len(clientmsgid.encode()) > CLIENTMSGID_BYTES:
        raise Refusal(45067)
    _check_rhythm(call)
    key = clientmsgid or _digest(request)
    _refuse_repeat(call, key)
    _check_range(request.get("filter"))
    articles, text, media_id = _content(call, request)
    if quota(call.store, call.account.kind, call.now).is_used_up:
        raise Refusal(45028)
    if articles:
        remove_draft(call.store, media_id)
    msg_id = call.store.next_number("msg_id")
    msg_data_id = call.store.next_number("msg_id") if articles else None
    send = Send(
        "mass",
        call.now,
        articles,
        text,
        subscribed_openids(call.store),
        media_id or None,
        clientmsgid or None,
        key,
        msg_id,
        msg_data_id,
    )
    accept_job(call.store, send, call.account.job_delay_s)
    return {"errcode": 0, "errmsg": "send job submission success", **_ids(msg_id, msg_data_id)}


def preview(call: Call) -> Answer:
    """One follower gets the message now; the draft stays, and no quota is used."""
    request = call.json()
    openid = _previewer(call, request)
    articles, text, media_id = _content(call, request)
    msg_id = call.store.next_number("msg_id")
    record(
        call.store,
        Send("preview", call.now, articles, text, [openid], media_id or None, msg_id=msg_id),
    )
    if articles:
        show_push(call.store, openid, articles, [f"/s/draft/{media_id}/{n}" for n in range(len(articles))], call.now)
    else:
        show_text(call.store, openid, text or "", call.now)
    return {"errcode": 0, "errmsg": "preview success", "msg_id": msg_id}


def get_mass(call: Call) -> Answer:
    """How far a mass message is."""
    row = _sent(call, text_of(call.json(), "msg_id"))
    pages = page_rows(call.store, row["seq"])
    is_deleted = bool(pages) and all(page["is_deleted"] for page in pages)
    return {"msg_id": row["msg_id"], "msg_status": "DELETE" if is_deleted else STATUS[row["state"]]}


def delete_mass(call: Call) -> Answer:
    """The article, or all, of a sent message say that they were deleted; the card stays in the chats."""
    request = call.json()
    row = _sent(call, text_of(request, "msg_id"))
    index = request.get("article_idx") or 0
    if not isinstance(index, int) or index < 0 or not delete_pages(call.store, row["seq"], index):
        raise Refusal(40114 if index else 40059)
    return OK


def get_speed(_call: Call) -> Answer:
    """The sending speed: class 0, 800,000 a minute."""
    return {"speed": 0, "realspeed": 80}


def _check_rhythm(call: Call) -> None:
    asked = call.store.number(
        "SELECT count(*) FROM requests WHERE path = ? AND at > ? AND at <= ?", SENDALL, call.now - 60, call.now
    )
    if asked >= A_MINUTE:
        raise Refusal(45011)


def _refuse_repeat(call: Call, key: str) -> None:
    row = call.store.row(
        "SELECT at, state, msg_id, msg_data_id FROM sends WHERE kind = 'mass' AND dedupe_key = ?"
        " ORDER BY seq DESC LIMIT 1",
        key,
    )
    if row is None or call.now - row["at"] >= REMEMBERED_S:
        return
    if row["state"] == "in progress" and call.now - row["at"] < RETRY_AFTER_S:
        raise Refusal(45066)
    raise Refusal(45065, **_ids(row["msg_id"], row["msg_data_id"]))


def _ids(msg_id: int, msg_data_id: int | None) -> dict[str, int]:
    return {"msg_id": msg_id} if msg_data_id is None else {"msg_id": msg_id, "msg_data_id": msg_data_id}


def _digest(request: dict[str, Any]) -> str:
    """What the platform tells repeats by when no clientmsgid came: range and content."""
    kind = text_of(request, "msgtype")
    seen = to_json([request.get("filter"), kind, request.get(kind)])
    return "digest:" + hashlib.sha256(seen.encode()).hexdigest()


def _check_range(chosen: Any) -> None:
    if not isinstance(chosen, dict):
        raise Refusal(40035)
    if chosen.get("is_to_all") is not True:
        # The box keeps no tags, so no tag id is a good one.
        raise Refusal(45159 if "tag_id" in chosen else 40035)


def _content(call: Call, request: dict[str, Any]) -> tuple[list[Article], str | None, str]:
    """Articles, text and draft id of a message; either articles or text."""
    kind = text_of(request, "msgtype")
    body = request.get(kind)
    if kind not in ("mpnews", "text"):
        raise Refusal(40008)
    if not isinstance(body, dict):
        raise Refusal(40097)
    if kind == "text":
        text = text_of(body, "content")
        if not text.strip():
            raise Refusal(44004)
        return [], text, ""
    media_id = text_of(body, "media_id")
    return load_draft(call.store, media_id), None, media_id


def _previewer(call: Call, request: dict[str, Any]) -> str:
    """The OpenID; `towxname` wins, and in the box is a follower's name."""
    if name := text_of(request, "towxname"):
        row = call.store.row("SELECT openid FROM followers WHERE name = ?", name)
        if row is None:
            raise Refusal(40132)
        return str(row["openid"])
    follower = find_follower(call.store, text_of(request, "touser"))
    if follower is None:
        raise Refusal(40003)
    if not follower.subscribed:
        raise Refusal(43004)
    return follower.openid


def _sent(call: Call, msg_id: str) -> Row:
    is_number = msg_id.isascii() and msg_id.isdigit() and len(msg_id) < 19
    row = call.store.row("SELECT * FROM sends WHERE kind = 'mass' AND msg_id = ?", int(msg_id) if is_number else 0)
    if row is None:
        raise Refusal(40059)
    return row


ENDPOINTS = {
    SENDALL: Endpoint(send_to_all, daily=100, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/preview": Endpoint(preview, daily=100, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/get": Endpoint(get_mass, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/delete": Endpoint(delete_mass, daily=10, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/speed/get": Endpoint(get_speed, method=None, right=Right.MASS_SEND),
}
