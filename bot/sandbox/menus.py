"""The menu under the chat: every `menu/…` call, and what a follower's phone shows of it."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.account import Right, load_account
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import Profile, find_follower, profile
from bot.sandbox.materials import is_permanent
from bot.sandbox.menu_rules import Button, Known, check_buttons, check_outside_domains
from bot.sandbox.native import native_menu
from bot.sandbox.publishing import is_published
from bot.sandbox.state import Row, Store, to_json
from bot.sandbox.tags import is_tag, tag_ids

PLATFORMS = (1, 2, 3)


def create_menu(call: Call) -> Answer:
    """Everybody has this menu from now on, unless a conditional one is for them."""
    buttons = _buttons(call, call.json())
    if not call.store.change("UPDATE menus SET buttons = ? WHERE matchrule IS NULL", to_json(buttons)):
        call.store.insert("INSERT INTO menus (buttons) VALUES (?)", to_json(buttons))
    return OK


def get_menu(call: Call) -> Answer:
    """The menu made by API, and the conditional ones, newest first."""
    default = _default(call.store)
    if default is None:
        raise Refusal(46003)
    conditional = _conditional(call.store)
    menu: Answer = {"button": json.loads(default["buttons"])}
    if not conditional:
        return {"menu": menu}
    described = [
        {"button": json.loads(row["buttons"]), "matchrule": json.loads(row["matchrule"]), "menuid": row["id"]}
        for row in conditional
    ]
    return {"menu": {**menu, "menuid": default["id"]}, "conditionalmenu": described}


def delete_menu(call: Call) -> Answer:
    """No menu is left, the conditional ones included."""
    call.store.change("DELETE FROM menus")
    return OK


def add_conditional_menu(call: Call) -> Answer:
    """The new menu's id; newer ones are tried first."""
    request = call.json()
    if _default(call.store) is None:
        raise Refusal(65303)
    if not request.get("button"):
        raise Refusal(65307)
    rule = _matchrule(call.store, request.get("matchrule"))
    buttons = _buttons(call, request)
    check_outside_domains(buttons)
    sql = "INSERT INTO menus (buttons, matchrule) VALUES (?, ?)"
    return {"menuid": str(call.store.insert(sql, to_json(buttons), to_json(rule)))}


def delete_conditional_menu(call: Call) -> Answer:
    """This conditional menu is gone."""
    menu_id = text_of(call.json(), "menuid")
    if not call.store.change("DELETE FROM menus WHERE matchrule IS NOT NULL AND CAST(id AS TEXT) = ?", menu_id):
        raise Refusal(65301)
    return OK


def try_menu(call: Call) -> Answer:
    """The menu that somebody, given by OpenID or (in the box) by name, is shown."""
    user_id = text_of(call.json(), "user_id")
    row = call.store.row("SELECT openid FROM followers WHERE subscribed AND ? IN (openid, name)", user_id)
    if row is None:
        raise Refusal(65302)
    menu = _matching(call.store, row["openid"])
    if menu is None:
        raise Refusal(46003)
    return {"button": json.loads(menu["buttons"])}


def shown_menu(store: Store, openid: str) -> list[Button]:
    """The buttons that this follower's phone shows; none for who does not follow, or without a menu.

    Each has `name`, `sub_button` (a list, empty for a plain button) and, when plain, `type` with its fields.
    """
    follower = find_follower(store, openid)
    if follower is None or not follower.subscribed:
        return []
    # With the callback switched off, the menu made by API is out of force and the website's own one is back.
    if not load_account(store).server_mode:
        return native_menu(store)
    menu = _matching(store, openid)
    buttons: list[Button] = json.loads(menu["buttons"]) if menu is not None else []
    return buttons


def shown_menu_id(store: Store, openid: str) -> int | None:
    """The id of the menu made by API that is for this follower; None without one."""
    menu = _matching(store, openid)
    return int(menu["id"]) if menu is not None else None


def _matching(store: Store, openid: str) -> Row | None:
    """The newest conditional menu that is for this follower, else the one for everybody."""
    default = _default(store)
    if default is None:
        return None
    facts, tags = profile(store, openid), tag_ids(store, openid)
    fitting = [row for row in _conditional(store) if _fits(json.loads(row["matchrule"]), facts, tags)]
    return [*fitting, default][0]


def _fits(rule: dict[str, str], follower: Profile, tags: list[int]) -> bool:
    return all(
        (
            "tag_id" not in rule or int(rule["tag_id"]) in tags,
            "client_platform_type" not in rule or int(rule["client_platform_type"]) == follower.platform,
        )
    )


def _default(store: Store) -> Row | None:
    return store.row("SELECT * FROM menus WHERE matchrule IS NULL")


def _conditional(store: Store) -> list[Row]:
    return store.rows("SELECT * FROM menus WHERE matchrule IS NOT NULL ORDER BY id DESC")


def _buttons(call: Call, request: dict[str, Any]) -> list[Button]:
    if b"\\u" in call.body:
        raise Refusal(40033)
    known = Known(lambda media_id: is_permanent(call.store, media_id), lambda one: is_published(call.store, one))
    return check_buttons(request.get("button"), known)


def _matchrule(store: Store, rule: Any) -> dict[str, str]:
    given = {name: text_of(rule, name) for name in ("tag_id", "client_platform_type")} if isinstance(rule, dict) else {}
    kept = {name: value for name, value in given.items() if value}
    if not kept:
        raise Refusal(65304)
    if any(not (value.isascii() and value.isdigit() and len(value) < 10) for value in kept.values()):
        raise Refusal(40035)
    if "tag_id" in kept and not is_tag(store, int(kept["tag_id"])):
        raise Refusal(45159)
    if int(kept.get("client_platform_type", 1)) not in PLATFORMS:
        raise Refusal(40035)
    return kept


ENDPOINTS = {
    "/cgi-bin/menu/create": Endpoint(create_menu, right=Right.VERIFIED_OR_SERVICE, daily=1000, daily_for_test=100),
    "/cgi-bin/menu/get": Endpoint(get_menu, method="GET", right=Right.VERIFIED_OR_SERVICE, daily=10_000),
    "/cgi-bin/menu/delete": Endpoint(delete_menu, method="GET", right=Right.VERIFIED_OR_SERVICE, daily=1000),
    "/cgi-bin/menu/addconditional": Endpoint(add_conditional_menu, right=Right.VERIFIED, daily=2000),
    "/cgi-bin/menu/delconditional": Endpoint(delete_conditional_menu, right=Right.VERIFIED, daily=2000),
    "/cgi-bin/menu/trymatch": Endpoint(try_menu, right=Right.VERIFIED, daily=20_000),
}
