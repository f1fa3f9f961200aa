"""The control API under `/box/`: for the phone's page, the tests and the demo. Never for the bot."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from bot.sandbox import journal
from bot.sandbox.account import quota, save_account
from bot.sandbox.articles import published_articles
from bot.sandbox.box import Box, Sent
from bot.sandbox.chat import chat_items, item_seq
from bot.sandbox.clock import SHANGHAI, iso
from bot.sandbox.faults import is_fault
from bot.sandbox.followers import Follower, all_followers, find_follower
from bot.sandbox.forward import Forward, NothingPlanned
from bot.sandbox.guard import refuse_strangers
from bot.sandbox.menus import shown_menu, shown_menu_id
from bot.sandbox.outcomes import ordered_outcomes
from bot.sandbox.qrcodes import find_scene
from bot.sandbox.site import NotPublished, listed_drafts, publish_by_hand
from bot.sandbox.switches import add_switches
from bot.sandbox.taps import Tap, find_button, tap
from bot.sandbox.things import THINGS, CannotSend, Shelf, thing

LONGEST_WAIT_S = 60.0
MAX_TEXT = 4000
MAX_TIMES = 1000
MENU_DEPTH = 2
TOO_LARGE = "太大了，请换一张小一点的图片"


class Wrong(Exception):
    """The request cannot be done; the text says why, in Chinese."""

    def __init__(self, said: str, status: int = 400) -> None:
        super().__init__(said)
        self.status = status


def control(box: Box) -> Blueprint:
    """The blueprint of the control API."""
    blueprint = Blueprint("control", __name__, url_prefix="/box")
    blueprint.before_request(lambda: refuse_strangers(box.settings.base_url))
    blueprint.register_error_handler(Wrong, lambda wrong: _json({"error": str(wrong)}, wrong.status))
    blueprint.register_error_handler(CannotSend, lambda wrong: _json({"error": str(wrong)}, 400))
    blueprint.register_error_handler(NotPublished, lambda wrong: _json({"error": str(wrong)}, 409))
    blueprint.register_error_handler(NothingPlanned, lambda nothing: _json({"error": str(nothing)}, 409))
    blueprint.register_error_handler(
        HTTPException,
        lambda error: _json({"error": TOO_LARGE if error.code == 413 else error.description}, error.code or 400),
    )
    _add_account(blueprint, box)
    _add_followers(blueprint, box)
    _add_phones(blueprint, box)
    _add_faults(blueprint, box)
    _add_records(blueprint, box)
    add_switches(blueprint, box, _body, _json)
    return blueprint


def _add_account(blueprint: Blueprint, box: Box) -> None:
    forward = Forward(box)

    @blueprint.get("/state")
    def state() -> Response:
        return _json(_state(box, forward))

    @blueprint.post("/account")
    def account() -> Response:
        wanted = _body()
        changed: dict[str, Any] = {
            name: check(wanted[name]) for name, check in ACCOUNT_FIELDS.items() if name in wanted
        }
        save_account(box.store, replace(box.account, **changed))
        return _json(_state(box, forward))

    @blueprint.post("/clock")
    def clock() -> Response:
        wanted = _body().get("now")
        if wanted is not None:
            box.clock.move_to(_moment(wanted))
            box.jobs.wake()
        return _json({"now": iso(box.clock.timestamp())})

    @blueprint.post("/forward")
    def go_forward() -> Response:
        done = forward.go()
        return _json({"ok": done.ok, "now": done.now.isoformat(timespec="seconds"), "said": done.said})

    @blueprint.post("/settle")
    def settle() -> Response:
        return _json({"delivered": box.jobs.settle()})


def _add_followers(blueprint: Blueprint, box: Box) -> None:
    @blueprint.post("/followers/<openid>/say")
    def say(openid: str) -> Response:
        body = _body()
        text, menu_id = body.get("text"), body.get("menu_id") or ""
        if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
            raise Wrong(f"text 应是 1 到 {MAX_TEXT} 个字")
        return _on_its_way(box, box.say(_subscribed(box, openid).openid, text, str(menu_id)))

    @blueprint.post("/followers/<openid>/subscribe")
    def subscribe(openid: str) -> Response:
        return _on_its_way(box, box.subscribe(_follower(box, openid).openid))

    @blueprint.post("/followers/<openid>/unsubscribe")
    def unsubscribe(openid: str) -> Response:
        return _on_its_way(box, box.unsubscribe(_subscribed(box, openid).openid))

    @blueprint.post("/followers/<openid>/event")
    def event(openid: str) -> Response:
        body = _body()
        name, key = body.get("event"), body.get("key", "")
        if not isinstance(name, str) or not name or not isinstance(key, str):
            raise Wrong("event 和 key 应是文字，例如 CLICK 和 HELP")
        fields = [("EventKey", key)]
        return _on_its_way(box, box.send_event(_subscribed(box, openid).openid, name, fields, f"你点了菜单「{key}」"))

    @blueprint.post("/followers/<openid>/scan")
    def scan(openid: str) -> Response:
        scene = find_scene(box.store, str(_body().get("ticket", "")), box.clock.timestamp())
        if scene is None:
            raise Wrong("这个二维码不存在，或者过期了", 404)
        return _on_its_way(box, box.scan(_follower(box, openid).openid, scene))


def _add_phones(blueprint: Blueprint, box: Box) -> None:
    @blueprint.post("/followers/<openid>/tap")
    def tap_button(openid: str) -> Response:
        body, sender = _body(), _subscribed(box, openid).openid
        button = find_button(shown_menu(box.store, sender), _place(body.get("button")))
        if button is None:
            raise Wrong("菜单刚才变了，没有这个按钮", 409)
        tapped = tap(button, body, _shelf(box), shown_menu_id(box.store, sender))
        sent = box.tap(sender, str(button["name"]), tapped)
        return _json({"id": sent and sent.item_id, "opens": _opened(box, tapped), "note": tapped.note}, 202)

    @blueprint.post("/followers/<openid>/send")
    def send(openid: str) -> Response:
        body = _body()
        kind = body.get("type")
        if kind not in THINGS:
            raise Wrong(f"type 应是 {'、'.join(THINGS)} 之一")
        sender = _subscribed(box, openid).openid
        return _on_its_way(box, box.send_thing(sender, kind, thing(kind, body, _shelf(box))))

    @blueprint.get("/followers/<openid>/chat")
    def chat(openid: str) -> Response:
        after, now = request.args.get("after", 0, type=int), box.clock.timestamp()
        shown = chat_items(box.store, _follower(box, openid).openid, after, request.host_url.rstrip("/"), now)
        return _json({**shown, "menu": shown_menu(box.store, openid)})


def _add_faults(blueprint: Blueprint, box: Box) -> None:
    @blueprint.post("/faults")
    def add() -> Response:
        body = _body()
        path, kind, times = body.get("path"), body.get("kind"), body.get("times", 1)
        if not isinstance(path, str) or not (path == "*" or path.startswith(("/cgi-bin/", "/datacube/"))):
            raise Wrong('path 应是 "*"，或一个以 /cgi-bin/ 开头的地址')
        if not isinstance(kind, str) or not is_fault(kind):
            raise Wrong(f"不认识这种故障：{kind}")
        if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MAX_TIMES:
            raise Wrong(f"times 应是 1 到 {MAX_TIMES} 的整数")
        return _json({"id": box.faults.add(path, kind, times)})

    @blueprint.delete("/faults")
    def clear() -> Response:
        box.faults.clear()
        return _json({})

    @blueprint.get("/held")
    def held() -> Response:
        timeout_s = request.args.get("timeout", 0.0, type=float)
        return _json({"held": box.held.listed(min(max(timeout_s, 0.0), LONGEST_WAIT_S))})

    @blueprint.post("/release")
    def release() -> Response:
        return _json({"released": box.held.release()})


def _add_records(blueprint: Blueprint, box: Box) -> None:
    @blueprint.get("/journal")
    def show_journal() -> Response:
        return _json({"entries": journal.entries(box.store, box.base_url)})

    @blueprint.get("/requests")
    def show_requests() -> Response:
        rows = box.store.rows("SELECT seq, at, path, errcode, fault FROM requests ORDER BY seq")
        return _json({"requests": [{**dict(row), "at": iso(row["at"])} for row in rows]})

    @blueprint.get("/drafts")
    def show_drafts() -> Response:
        return _json({"drafts": listed_drafts(box.store)})

    @blueprint.post("/drafts/<media_id>/publish")
    def publish(media_id: str) -> Response:
        is_told = _body().get("is_told", True)
        if not isinstance(is_told, bool):
            raise Wrong("is_told 应是 true 或 false")
        publish_by_hand(box.store, media_id, is_told=is_told, now=box.clock.timestamp())
        box.jobs.wake()
        return _json({}, 202)


def _state(box: Box, forward: Forward) -> dict[str, Any]:
    now, account = box.clock.timestamp(), box.account
    return {
        "now": iso(now),
        "account": {
            "name": box.settings.account_name,
            "kind": account.kind,
            "verified": account.verified,
            "app_id": box.settings.app_id,
            "encryption": box.settings.encryption,
            "original_id": box.store.fact("original_id"),
            "group_send_protection": account.group_send_protection,
        },
        "followers": [asdict(follower) for follower in all_followers(box.store)],
        "faults": [asdict(fault) for fault in box.faults.listed()],
        "outcomes": ordered_outcomes(box.store),
        "quota": asdict(quota(box.store, account.kind, now)),
        "callback_url": box.settings.callback_url,
        "can_forward": forward.is_possible,
        "job_delay_s": account.job_delay_s,
    }


def _on_its_way(box: Box, sent: Sent) -> Response:
    """202 at once, or with `?wait=1` the outcome."""
    if request.args.get("wait") != "1":
        return _json({"seq": item_seq(box.store, sent.item_id), "id": sent.item_id}, 202)
    outcome = sent.outcome.result()
    seq = item_seq(box.store, sent.item_id)
    return _json({"seq": seq, "id": sent.item_id, "state": outcome.state, "reply": outcome.reply})


def _place(value: Any) -> list[int]:
    if not isinstance(value, list) or not 1 <= len(value) <= MENU_DEPTH:
        raise Wrong("button 应是按钮的位置，例如 [0] 或 [0, 1]")
    if any(not isinstance(index, int) or isinstance(index, bool) for index in value):
        raise Wrong("button 应是按钮的位置，例如 [0] 或 [0, 1]")
    return value


def _opened(box: Box, tapped: Tap) -> str:
    """The address that the phone opens after a tap; empty: none."""
    if not tapped.is_article_opened:
        return tapped.opens
    _, paths = published_articles(box.store, tapped.article)
    return paths[0] if paths else ""


def _shelf(box: Box) -> Shelf:
    """Addresses on it are as the bot knows the box; before it ever called, as the phone reaches it."""
    return Shelf(box.store, box.base_url or request.host_url.rstrip("/"), box.clock.timestamp())


def _follower(box: Box, openid: str) -> Follower:
    follower = find_follower(box.store, openid)
    if follower is None:
        raise Wrong("没有这个人", 404)
    return follower


def _subscribed(box: Box, openid: str) -> Follower:
    follower = _follower(box, openid)
    if not follower.subscribed:
        raise Wrong(f"{follower.name}还没有关注，先点关注", 409)
    return follower


def _kind(value: Any) -> str:
    if value not in ("subscription", "service"):
        raise Wrong("kind 应是 subscription 或 service")
    return str(value)


def _claim(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("verified 应是 true 或 false")
    return value


def _delay(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise Wrong("job_delay_s 应是 0 到 3600 秒")
    return float(value)


ACCOUNT_FIELDS = {"kind": _kind, "verified": _claim, "job_delay_s": _delay}


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
        moment.timestamp()
    except (TypeError, ValueError, OverflowError) as error:
        raise Wrong("now 应是一个时间，例如 2026-12-04T18:00:00+08:00") from error
    return moment


def _body() -> dict[str, Any]:
    if not request.get_data():
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Wrong("请求体应是一个 JSON 对象")
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise Wrong("请求里有半个字符，请把文字补完整再发") from error
    return body


def _json(value: Any, status: int = 200) -> Response:
    response = Response(json.dumps(value, ensure_ascii=False), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
