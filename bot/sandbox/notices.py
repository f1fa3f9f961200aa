"""Notifications to single followers: 模板消息, 订阅通知 and 一次性订阅, with the calls that send them."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.chat import show_text
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import Follower, find_follower, profile
from bot.sandbox.messages import Fields
from bot.sandbox.notice_templates import find_template
from bot.sandbox.state import Store

REMEMBERED_S = 600  # a client_msg_id
TITLE_CHARS, CONTENT_CHARS = 15, 200
MAX_SCENE = 10_000


def send_template(call: Call) -> Answer:
    """The message's id; the bot hears how it ended. A repeat of a client_msg_id within ten minutes sends nothing."""
    request = call.json()
    client_id = text_of(request, "client_msg_id")
    if client_id and (known := _sent_lately(call, client_id)):
        return {**OK, "msgid": known}
    follower = _follower(call, request)
    if not follower.subscribed:
        raise Refusal(43004)
    said = _filled(call, request, "template")
    msg_id = call.store.next_number("msg_id")
    sql = "INSERT INTO notices (msg_id, client_msg_id, at) VALUES (?, ?, ?)"
    call.store.insert(sql, msg_id, client_id, call.now)
    is_refused = profile(call.store, follower.openid).is_refusing
    if not is_refused:
        show_text(call.store, follower.openid, said, call.now)
    status = "failed:user block" if is_refused else "success"
    call.events.append((follower.openid, "TEMPLATESENDJOBFINISH", [("MsgID", msg_id), ("Status", status)]))
    return {**OK, "msgid": msg_id}


def send_notice(call: Call) -> Answer:
    """One notice out of those that the follower agreed to; the bot hears how it ended."""
    request = call.json()
    follower = _follower(call, request)
    said = _filled(call, request, "subscribe")
    template_id = text_of(request, "template_id")
    _use_up(call.store, follower.openid, template_id)
    show_text(call.store, follower.openid, said, call.now)
    sent: Fields = [("TemplateId", template_id), ("MsgID", str(call.store.next_number("msg_id")))]
    ended: Fields = [*sent, ("ErrorCode", "0"), ("ErrorStatus", "success")]
    call.events.append((follower.openid, "subscribe_msg_sent_event", [("SubscribeMsgSentEvent", [("List", ended)])]))
    return OK


def send_once(call: Call) -> Answer:
    """The one message of a scene that the follower agreed to, whether they follow or not."""
    request = call.json()
    follower = _follower(call, request)
    scene, title, words = text_of(request, "scene"), text_of(request, "title"), _content(request.get("data"))
    if not (scene.isascii() and scene.isdigit() and len(scene) < 6 and int(scene) <= MAX_SCENE):
        raise Refusal(40035)
    if not 1 <= len(title) <= TITLE_CHARS or not 1 <= len(words) <= CONTENT_CHARS:
        raise Refusal(47003)
    _use_up(call.store, follower.openid, agreement(text_of(request, "template_id"), scene))
    show_text(call.store, follower.openid, f"{title}\n{words}", call.now)
    return OK


def agreement(template_id: str, scene: str = "") -> str:
    """What a follower agrees to: notices of a template, or one message of a scene."""
    return f"{template_id} {scene}".strip()


def agree(store: Store, openid: str, agreed: str) -> None:
    """One more message of this may be sent to the follower."""
    store.change(
        "INSERT INTO agreements (openid, agreed, remaining) VALUES (?, ?, 1)"
        " ON CONFLICT (openid, agreed) DO UPDATE SET remaining = remaining + 1",
        openid,
        agreed,
    )


def _use_up(store: Store, openid: str, agreed: str) -> None:
    sql = "UPDATE agreements SET remaining = remaining - 1 WHERE openid = ? AND agreed = ? AND remaining > 0"
    if not store.change(sql, openid, agreed):
        raise Refusal(43101)


def _follower(call: Call, request: dict[str, Any]) -> Follower:
    follower = find_follower(call.store, text_of(request, "touser"))
    if follower is None:
        raise Refusal(40003)
    return follower


def _filled(call: Call, request: dict[str, Any], kind: str) -> str:
    """The template with its fields' values, as the phone shows it."""
    template = find_template(call.store, text_of(request, "template_id"), kind)
    if template is None:
        raise Refusal(40037)
    data = request.get("data")
    lines = [(name, _value(data, key)) for key, name in json.loads(template["fields"]).items()]
    if not all(value for _, value in lines):
        raise Refusal(47003)
    return "\n".join([template["title"], *(f"{name}：{value}" for name, value in lines)])


def _content(data: Any) -> str:
    return _value(data, "content")


def _value(data: Any, key: str) -> str:
    """The text of one field; empty when it is missing or of another form."""
    field = data.get(key) if isinstance(data, dict) else None
    return text_of(field, "value") if isinstance(field, dict) else ""


def _sent_lately(call: Call, client_id: str) -> int:
    sql = "SELECT max(msg_id) FROM notices WHERE client_msg_id = ? AND at > ? AND at <= ?"
    return call.store.number(sql, client_id, call.now - REMEMBERED_S, call.now)


ENDPOINTS = {
    "/cgi-bin/message/template/send": Endpoint(send_template, right=Right.SERVICE_VERIFIED_OR_TEST),
    "/cgi-bin/message/subscribe/bizsend": Endpoint(send_notice, right=Right.SERVICE_VERIFIED_OR_TEST),
    "/cgi-bin/message/template/subscribe": Endpoint(send_once, right=Right.VERIFIED),
}
