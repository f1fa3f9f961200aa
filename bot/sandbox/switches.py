"""Control routes for what happens outside the API: the administrator, the website, the console's switches, readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response

from bot.sandbox.account import save_account
from bot.sandbox.box import Box
from bot.sandbox.clock import iso
from bot.sandbox.comments import CannotComment, write_comment
from bot.sandbox.followers import find_follower
from bot.sandbox.native import load_native, save_native
from bot.sandbox.network import is_network
from bot.sandbox.notices import agree, agreement
from bot.sandbox.outcomes import clear_outcomes, decide, is_outcome, order_outcome, ordered_outcomes, waiting_sends

MAX_TIMES = 100
MAX_COMMENT = 600
CONFIRMATIONS = (0, 89503, 89506, 89507)
PUBLISH_REFUSALS = (0, 53500, 53501, 53503, 53504, 53505)
Body = dict[str, Any]
Read = Callable[[], Body]
Write = Callable[..., Response]


class Unfit(Exception):
    """The request cannot be done; the text says why, in Chinese."""


def add_switches(blueprint: Blueprint, box: Box, body: Read, answer: Write) -> None:
    """The routes, on the control API's blueprint; `body` reads a request and `answer` writes JSON as that does."""
    blueprint.register_error_handler(Unfit, lambda wrong: answer({"error": str(wrong)}, 400))
    blueprint.register_error_handler(CannotComment, lambda wrong: answer({"error": str(wrong)}, 409))
    for add in (_add_account, _add_jobs, _add_website, _add_people):
        add(blueprint, box, body, answer)


def _add_account(blueprint: Blueprint, box: Box, body: Read, answer: Write) -> None:
    @blueprint.get("/switches")
    def show_switches() -> Response:
        return answer(_switches(box))

    @blueprint.post("/switches")
    def set_switches() -> Response:
        wanted = body()
        if unknown := sorted(set(wanted) - set(SWITCHES)):
            raise Unfit(f"没有这个开关：{unknown[0]}")
        changed = {name: SWITCHES[name](value) for name, value in wanted.items()}
        save_account(box.store, replace(box.account, **changed))
        return answer(_switches(box))


def _add_jobs(blueprint: Blueprint, box: Box, body: Read, answer: Write) -> None:
    @blueprint.get("/waiting")
    def show_waiting() -> Response:
        rows = waiting_sends(box.store, box.clock.timestamp())
        return answer({"waiting": [{"msg_id": row["msg_id"], "until": iso(row["waits_until"])} for row in rows]})

    @blueprint.post("/waiting/<int:msg_id>")
    def decide_waiting(msg_id: int) -> Response:
        is_confirmed = _flag(body().get("is_confirmed"))
        if not decide(box.store, msg_id, box.clock.timestamp(), is_confirmed=is_confirmed):
            return answer({"error": "这条群发不在等管理员确认"}, 409)
        box.jobs.wake()
        return answer({})

    @blueprint.post("/outcomes")
    def order() -> Response:
        wanted = body()
        kind, outcome, times = str(wanted.get("kind")), str(wanted.get("outcome")), wanted.get("times", 1)
        if not is_outcome(kind, outcome):
            raise Unfit('kind 和 outcome 应像 "mass" 和 "err(20013)"，或 "publish" 和 2 到 6')
        if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MAX_TIMES:
            raise Unfit(f"times 应是 1 到 {MAX_TIMES} 的整数")
        order_outcome(box.store, kind, outcome, times)
        return answer({"outcomes": ordered_outcomes(box.store)})

    @blueprint.delete("/outcomes")
    def clear_orders() -> Response:
        clear_outcomes(box.store)
        return answer({})


def _add_website(blueprint: Blueprint, box: Box, body: Read, answer: Write) -> None:
    @blueprint.get("/native")
    def show_native() -> Response:
        return answer(load_native(box.store))

    @blueprint.post("/native")
    def set_native() -> Response:
        wanted = body()
        save_native(box.store, {name: NATIVE[name](wanted[name]) for name in NATIVE if name in wanted})
        return answer(load_native(box.store))


def _add_people(blueprint: Blueprint, box: Box, body: Read, answer: Write) -> None:
    @blueprint.post("/followers/<openid>/profile")
    def set_profile(openid: str) -> Response:
        wanted = body()
        platform, is_refusing = wanted.get("platform", 2), _flag(wanted.get("is_refusing", False))
        if platform not in (1, 2, 3):
            raise Unfit("platform 应是 1（iOS）、2（安卓）或 3（其他）")
        sql = "UPDATE profiles SET platform = ?, is_refusing = ? WHERE openid = ?"
        if not box.store.change(sql, platform, int(is_refusing), openid):
            return answer({"error": "没有这个人"}, 404)
        return answer({})

    @blueprint.post("/followers/<openid>/agreements")
    def agree_to(openid: str) -> Response:
        wanted = body()
        template_id, scene = str(wanted.get("template_id", "")), str(wanted.get("scene", ""))
        if find_follower(box.store, openid) is None:
            return answer({"error": "没有这个人"}, 404)
        is_accepted = _flag(wanted.get("is_accepted", True))
        if is_accepted:
            agree(box.store, openid, agreement(template_id, scene))
        if not scene:
            said = "accept" if is_accepted else "reject"
            chosen = [("TemplateId", template_id), ("SubscribeStatusString", said), ("PopupScene", "1")]
            box.tell(openid, "subscribe_msg_popup_event", [("SubscribeMsgPopupEvent", [("List", chosen)])])
        return answer({})

    @blueprint.post("/comments")
    def comment() -> Response:
        wanted = body()
        msg_data_id, index, text = (wanted.get(name) for name in ("msg_data_id", "index", "text"))
        if not isinstance(text, str) or not 1 <= len(text.strip()) <= MAX_COMMENT:
            raise Unfit(f"text 应是 1 到 {MAX_COMMENT} 个字")
        if not isinstance(msg_data_id, int) or not isinstance(index or 0, int):
            raise Unfit("msg_data_id 和 index 应是整数")
        openid, now = str(wanted.get("openid")), box.clock.timestamp()
        return answer({"user_comment_id": write_comment(box.store, msg_data_id, index or 0, openid, text, now)})


def _switches(box: Box) -> Body:
    account: Body = asdict(box.account)
    return {name: account[name] for name in SWITCHES}


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("开关的值应是 true 或 false")
    return value


def _confirmation(value: Any) -> int:
    if value not in CONFIRMATIONS or isinstance(value, bool):
        raise Unfit("token_confirmation 应是 0、89503、89506 或 89507")
    return int(value)


def _publish_refusal(value: Any) -> int:
    if value not in PUBLISH_REFUSALS or isinstance(value, bool):
        raise Unfit("publish_refusal 应是 0、53500、53501、53503、53504 或 53505")
    return int(value)


def _whitelist(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) and is_network(one) for one in value):
        raise Unfit("ip_whitelist 应是一列 IP 地址或网段，或者 null")
    return tuple(value)


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("回复应是文字")
    return value


def _objects(value: Any) -> list[Body]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unfit("menu 和 keywords 应是一列对象")
    return value


def _rules(value: Any) -> list[Body]:
    rules = _objects(value)
    if any(not isinstance(rule.get(name), str) for rule in rules for name in ("keyword", "text")):
        raise Unfit("每条关键词回复应有 keyword 和 text")
    return [
        {"keyword": rule["keyword"], "text": rule["text"], "is_exact": rule.get("is_exact") is True} for rule in rules
    ]


SWITCHES: dict[str, Callable[[Any], Any]] = {
    "is_test": _flag,
    "server_mode": _flag,
    "group_send_protection": _flag,
    "is_secret_frozen": _flag,
    "has_comments": _flag,
    "token_confirmation": _confirmation,
    "publish_refusal": _publish_refusal,
    "ip_whitelist": _whitelist,
}
NATIVE: dict[str, Callable[[Any], Any]] = {
    "menu": _objects,
    "on_follow": _words,
    "by_default": _words,
    "keywords": _rules,
}
