"""Mass messages: every `message/mass/…` call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.account import Right, quota
from bot.sandbox.articles import Article, delete_pages, page_rows
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.chat import show_push
from bot.sandbox.drafts import load_draft, remove_draft
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import find_follower, subscribed_openids
from bot.sandbox.journal import Send, accept_job, record
from bot.sandbox.mass_range import wanted_by_filter, wanted_by_list
from bot.sandbox.media import media_of
from bot.sandbox.outcomes import CONFIRM_WITHIN_S
from bot.sandbox.parcels import Parcel, parcels_json, picture, show, text, video, voice
from bot.sandbox.state import Row, to_json

SENDALL = "/cgi-bin/message/mass/sendall"
CLIENTMSGID_BYTES = 32
REMEMBERED_S = 24 * 3600
RETRY_AFTER_S = 60
A_MINUTE = 60  # requests
SPEEDS = (80, 60, 45, 30, 10)  # ten thousands a minute
MAX_PICTURES = 20
BODIES = {"image": "images"}  # where a msgtype's object has another name
STATUS = {"in progress": "SENDING", "done": "SEND_SUCCESS", "failed": "SEND_FAIL"}


def send_to_all(call: Call) -> Answer:
    """The message id of the job, to all or to a tag. A draft sent to all leaves the box as soon as it is accepted."""
    request = call.json()
    key = _fresh_key(call, request, request.get("filter"))
    return _accepted(call, request, key, wanted_by_filter(call.store, request.get("filter")))


def send_to_list(call: Call) -> Answer:
    """The same to a list of OpenIDs."""
    request = call.json()
    key = _fresh_key(call, request, request.get("touser"))
    return _accepted(call, request, key, wanted_by_list(request.get("touser")))


def preview(call: Call) -> Answer:
    """One follower gets the message now; the draft stays, and no quota is used."""
    request = call.json()
    openid = _previewer(call, request)
    content = _content(call, request)
    msg_id = call.store.next_number("msg_id")
    media_id = content.media_id or None
    record(call.store, Send("preview", call.now, content.articles, content.text, [openid], media_id, msg_id=msg_id))
    if content.articles:
        paths = [f"/s/draft/{media_id}/{n}" for n in range(len(content.articles))]
        show_push(call.store, openid, content.articles, paths, call.now)
    for parcel in content.parcels:
        show(call.store, openid, parcel, call.now)
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


def get_speed(call: Call) -> Answer:
    """The sending speed: its class, and how many ten thousands a minute that is."""
    speed = int(call.store.fact("mass_speed", "0"))
    return {"speed": speed, "realspeed": SPEEDS[speed]}


def set_speed(call: Call) -> Answer:
    """Later messages are sent at this speed."""
    speed = call.json().get("speed")
    if speed is None:
        raise Refusal(45084)
    if not isinstance(speed, int) or isinstance(speed, bool) or not 0 <= speed < len(SPEEDS):
        raise Refusal(45083)
    call.store.set_fact("mass_speed", str(speed))
    return OK


def _fresh_key(call: Call, request: dict[str, Any], chosen: Any) -> str:
    """What a repeat of this message would be told by; Refusal when it is one itself."""
    clientmsgid = text_of(request, "clientmsgid")
    if len(clientmsgid.encode()) > CLIENTMSGID_BYTES:
        raise Refusal(45067)
    key = clientmsgid or _digest(request, chosen)
    _refuse_repeat(call, key)
    return key


def _accepted(call: Call, request: dict[str, Any], key: str, wanted: list[str]) -> Answer:
    content = _content(call, request)
    # A service account's messages to a part are limited for each follower, and filtered when they go out.
    is_counted = not wanted or call.account.kind == "subscription"
    if is_counted and quota(call.store, call.account.kind, call.now).is_used_up:
        raise Refusal(45028)
    if content.articles and not wanted:
        remove_draft(call.store, content.media_id)
    msg_id = call.store.next_number("msg_id")
    msg_data_id = call.store.next_number("msg_id") if content.articles else None
    send = Send(
        "mass",
        call.now,
        content.articles,
        content.text,
        wanted or subscribed_openids(call.store),
        content.media_id or None,
        text_of(request, "clientmsgid") or None,
        key,
        msg_id,
        msg_data_id,
        shown=parcels_json(content.parcels),
        wanted=wanted,
        waits_until=call.now + CONFIRM_WITHIN_S if call.account.group_send_protection else None,
    )
    accept_job(call.store, send, call.account.job_delay_s)
    return {"errcode": 0, "errmsg": "send job submission success", **_ids(msg_id, msg_data_id)}


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


def _digest(request: dict[str, Any], chosen: Any) -> str:
    """What the platform tells repeats by when no clientmsgid came: range and content."""
    kind = text_of(request, "msgtype")
    seen = to_json([chosen, kind, request.get(BODIES.get(kind, kind))])
    return "digest:" + hashlib.sha256(seen.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Content:
    """Either articles of the draft `media_id`, or parcels."""

    articles: list[Article] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    media_id: str = ""

    @property
    def text(self) -> str | None:
        """What the journal says of parcels."""
        return "\n".join(parcel.text for parcel in self.parcels) or None


def _content(call: Call, request: dict[str, Any]) -> _Content:
    kind = text_of(request, "msgtype")
    if kind not in _READERS:
        raise Refusal(40008)
    body = request.get(BODIES.get(kind, kind))
    if not isinstance(body, dict):
        raise Refusal(40097)
    return _READERS[kind](call, body)


def _articles(call: Call, body: dict[str, Any]) -> _Content:
    media_id = text_of(body, "media_id")
    return _Content(load_draft(call.store, media_id), media_id=media_id)


def _pictures(call: Call, body: dict[str, Any]) -> _Content:
    ids = body.get("media_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_PICTURES:
        raise Refusal(40097)
    media = [media_of(call.store, str(media_id), call.now, "image") for media_id in ids]
    return _Content(parcels=[picture(one) for one in media])


def _voice(call: Call, body: dict[str, Any]) -> _Content:
    media = media_of(call.store, text_of(body, "media_id"), call.now, "voice")
    return _Content(parcels=[voice(media)], media_id=media.media_id)


def _video(call: Call, body: dict[str, Any]) -> _Content:
    media = media_of(call.store, text_of(body, "media_id"), call.now, "video")
    return _Content(parcels=[video(media, text_of(body, "title"))], media_id=media.media_id)


def _card(_call: Call, _body: dict[str, Any]) -> _Content:
    # The box's account has made no coupons, so that no card id is a good one.
    raise Refusal(40073)


_READERS: dict[str, Callable[[Call, dict[str, Any]], _Content]] = {
    "mpnews": _articles,
    "text": lambda _call, body: _Content(parcels=[text(text_of(body, "content"))]),
    "image": _pictures,
    "voice": _voice,
    "mpvideo": _video,
    "wxcard": _card,
}


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
    SENDALL: Endpoint(send_to_all, daily=100, a_minute=A_MINUTE, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/send": Endpoint(send_to_list, daily=100, a_minute=A_MINUTE, right=Right.VERIFIED_SERVICE),
    "/cgi-bin/message/mass/preview": Endpoint(preview, daily=100, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/get": Endpoint(get_mass, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/delete": Endpoint(delete_mass, daily=10, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/speed/get": Endpoint(get_speed, method=None, right=Right.MASS_SEND),
    "/cgi-bin/message/mass/speed/set": Endpoint(set_speed, right=Right.MASS_SEND),
}
