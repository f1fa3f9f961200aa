"""What was set on the account's website: its own menu and automatic replies, in force while the callback is off."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.calls import Answer, Call, Endpoint
from bot.sandbox.state import Store, to_json

NOTHING: dict[str, Any] = {"menu": [], "on_follow": "", "by_default": "", "keywords": []}


def load_native(store: Store) -> dict[str, Any]:
    """`menu` (buttons), `on_follow`, `by_default` (texts), `keywords` ({keyword, is_exact, text})."""
    kept: dict[str, Any] = json.loads(store.fact("native", "{}"))
    return NOTHING | kept


def save_native(store: Store, native: dict[str, Any]) -> None:
    """This is what stands on the website."""
    store.set_fact("native", to_json(native))


def native_menu(store: Store) -> list[dict[str, Any]]:
    """The website's own menu; empty when none was made."""
    menu: list[dict[str, Any]] = load_native(store)["menu"]
    return menu


def native_reply(store: Store, text: str | None) -> str | None:
    """What the website's rules answer to a text, or to a new follower when it is None."""
    native = load_native(store)
    if text is None:
        return native["on_follow"] or None
    for rule in native["keywords"]:
        if rule["keyword"] == text if rule["is_exact"] else rule["keyword"] in text:
            return str(rule["text"])
    return native["by_default"] or None


def get_current_menu(call: Call) -> Answer:
    """The menu that followers see, whether it was made by API or on the website."""
    row = call.store.row("SELECT buttons FROM menus WHERE matchrule IS NULL") if call.account.server_mode else None
    buttons = json.loads(row["buttons"]) if row else [] if call.account.server_mode else native_menu(call.store)
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": [_nested(button) for button in buttons]}}


def get_current_replies(call: Call) -> Answer:
    """The website's automatic replies, and whether they are in force: with the callback on they are not."""
    native = load_native(call.store)
    is_open = int(not call.account.server_mode)
    answer: Answer = {
        "is_add_friend_reply_open": int(is_open and bool(native["on_follow"])),
        "is_autoreply_open": int(is_open and bool(native["by_default"] or native["keywords"])),
    }
    if native["on_follow"]:
        answer["add_friend_autoreply_info"] = {"type": "text", "content": native["on_follow"]}
    if native["by_default"]:
        answer["message_default_autoreply_info"] = {"type": "text", "content": native["by_default"]}
    if native["keywords"]:
        answer["keyword_autoreply_info"] = {"list": [_rule(rule) for rule in native["keywords"]]}
    return answer


def _nested(button: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in button.items() if name != "sub_button"}
    subs = button.get("sub_button") or []
    return {**plain, "sub_button": {"list": [_nested(sub) for sub in subs]}} if subs else plain


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    match = {"type": "text", "match_mode": "equal" if rule["is_exact"] else "contain", "content": rule["keyword"]}
    return {
        "rule_name": rule["keyword"],
        "create_time": 0,
        "reply_mode": "reply_all",
        "keyword_list_info": [match],
        "reply_list_info": [{"type": "text", "content": rule["text"]}],
    }


ENDPOINTS = {
    "/cgi-bin/get_current_selfmenu_info": Endpoint(
        get_current_menu, method="GET", right=Right.VERIFIED_OR_SERVICE, daily=10_000
    ),
    "/cgi-bin/get_current_autoreply_info": Endpoint(get_current_replies, method="GET", daily=10_000),
}
