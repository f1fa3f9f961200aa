"""Followers as the account may know them: every `user/…` call, and the blacklist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import all_followers, find_follower, profile
from bot.sandbox.tags import listed_followers, page_of, tag_ids

LANGUAGES = ("", "zh_CN", "zh_TW", "en")
MAX_BATCH = 100
REMARK_CHARS = 30  # must stay below
MAX_BLACKLISTED_AT_ONCE = 20


def get_user(call: Call) -> Answer:
    """What there is to know of one follower; name and picture are no longer told."""
    return _asked_about(call, call.query)


def get_users(call: Call) -> Answer:
    """The same of up to 100 at once."""
    asked = call.json().get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= MAX_BATCH:
        raise Refusal(40032)
    return {"user_info_list": [_asked_about(call, one) for one in asked]}


def list_followers(call: Call) -> Answer:
    """Who follows, in the order of their following, from behind `next_openid`."""
    openids = [follower.openid for follower in all_followers(call.store) if follower.subscribed]
    return {"total": len(openids), **page_of(openids, call.query.get("next_openid", ""))}


def update_remark(call: Call) -> Answer:
    """The account's own name for a follower."""
    request = call.json()
    remark = text_of(request, "remark")
    if len(remark) >= REMARK_CHARS:
        raise Refusal(40035)
    follower = listed_followers(call.store, [request.get("openid")], 1)[0]
    call.store.change("UPDATE profiles SET remark = ? WHERE openid = ?", remark, follower.openid)
    return OK


def get_blacklist(call: Call) -> Answer:
    """Who is on the blacklist, from behind `begin_openid`."""
    rows = call.store.rows("SELECT openid FROM profiles WHERE is_blocked ORDER BY openid")
    openids = [row["openid"] for row in rows]
    begin = text_of(call.json(), "begin_openid") if call.body.strip() else ""
    return {"total": len(openids), **page_of(openids, begin)}


def blacklist(call: Call) -> Answer:
    """These followers get no mass messages, and the bot no longer hears of them."""
    return _set_blocked(call, True)


def unblacklist(call: Call) -> Answer:
    """These followers are as all others again."""
    return _set_blocked(call, False)


def _set_blocked(call: Call, is_blocked: bool) -> Answer:
    for follower in listed_followers(call.store, call.json().get("openid_list"), MAX_BLACKLISTED_AT_ONCE):
        call.store.change("UPDATE profiles SET is_blocked = ? WHERE openid = ?", int(is_blocked), follower.openid)
    return OK


def _asked_about(call: Call, asked: Any) -> dict[str, Any]:
    if not isinstance(asked, Mapping) or asked.get("lang", "") not in LANGUAGES:
        raise Refusal(40035)
    return _described(call, text_of(asked, "openid"))


def _described(call: Call, openid: str) -> dict[str, Any]:
    follower = find_follower(call.store, openid)
    if follower is None:
        raise Refusal(40003)
    if not follower.subscribed:
        return {"subscribe": 0, "openid": openid}
    facts, tags = profile(call.store, openid), tag_ids(call.store, openid)
    return {
        "subscribe": 1,
        "openid": openid,
        "language": "zh_CN",
        "subscribe_time": facts.subscribe_time,
        "remark": facts.remark,
        "groupid": tags[0] if tags else 0,
        "tagid_list": tags,
        "subscribe_scene": "ADD_SCENE_QR_CODE" if facts.scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(facts.scene) if facts.scene_is_number and facts.scene else 0,
        "qr_scene_str": "" if facts.scene_is_number else facts.scene,
    }


ENDPOINTS = {
    "/cgi-bin/user/info": Endpoint(get_user, method="GET", right=Right.VERIFIED, daily=5_000_000),
    "/cgi-bin/user/info/batchget": Endpoint(get_users, right=Right.VERIFIED),
    "/cgi-bin/user/get": Endpoint(list_followers, method="GET", right=Right.VERIFIED, daily=500, daily_for_test=100),
    "/cgi-bin/user/info/updateremark": Endpoint(update_remark, right=Right.VERIFIED, daily=10_000),
    "/cgi-bin/tags/members/getblacklist": Endpoint(get_blacklist, right=Right.VERIFIED),
    "/cgi-bin/tags/members/batchblacklist": Endpoint(blacklist, right=Right.VERIFIED),
    "/cgi-bin/tags/members/batchunblacklist": Endpoint(unblacklist, right=Right.VERIFIED),
}
