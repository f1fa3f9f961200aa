"""Customer-service messages: `message/custom/send` in all its kinds, and `message/custom/typing`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.allowances import spend
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.chat import is_typing
from bot.sandbox.chat import set_typing as show_typing
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import Follower, find_follower, profile
from bot.sandbox.journal import Send, record
from bot.sandbox.materials import picture_url
from bot.sandbox.media import Media, media_of
from bot.sandbox.parcels import Parcel, cards, choices, mini_program, music, picture, show, text, video, voice
from bot.sandbox.state import Store

MAX_ARTICLES = 1
TYPING_S = 15
TALKED_WITHIN_S = 30


def send_custom(call: Call) -> Answer:
    """One follower gets the message now, out of the allowance that they opened."""
    request = call.json()
    follower = _addressee(call, text_of(request, "touser"))
    parcel = _parcel(call, request)
    is_by_ai = _is_by_ai(request)
    _check_kf_account(request)
    spend(call.store, follower.openid, call.now)
    said, media_id = parcel.text or None, parcel.media_id or None
    record(call.store, Send("custom", call.now, parcel.articles, said, [follower.openid], media_id))
    show(call.store, follower.openid, parcel, call.now, is_ai=is_by_ai)
    return OK


def set_typing(call: Call) -> Answer:
    """The follower's phone says 对方正在输入 for some seconds, or no longer does."""
    request = call.json()
    follower, command = _addressee(call, text_of(request, "touser")), text_of(request, "command")
    if command not in ("Typing", "CancelTyping"):
        raise Refusal(45072)
    if not _talked_lately(call.store, follower.openid, call.now):
        raise Refusal(45080)
    if command == "Typing" and is_typing(call.store, follower.openid, call.now):
        raise Refusal(45081)
    show_typing(call.store, follower.openid, call.now + TYPING_S if command == "Typing" else 0.0)
    return OK


def _addressee(call: Call, openid: str) -> Follower:
    if not openid:
        raise Refusal(41009)
    follower = find_follower(call.store, openid)
    if follower is None:
        raise Refusal(40003)
    if not follower.subscribed:
        raise Refusal(45015)
    if profile(call.store, openid).is_refusing:
        raise Refusal(48002)
    return follower


def _parcel(call: Call, request: dict[str, Any]) -> Parcel:
    kind = text_of(request, "msgtype")
    if kind not in _READERS:
        raise Refusal(40008)
    body = request.get(kind)
    if not isinstance(body, dict):
        raise Refusal(40035)
    return _READERS[kind](call, body)


def _image(call: Call, body: dict[str, Any]) -> Parcel:
    return picture(_media(call, body, "media_id", "image", "thumb"))


def _voice(call: Call, body: dict[str, Any]) -> Parcel:
    return voice(_media(call, body, "media_id", "voice"))


def _video(call: Call, body: dict[str, Any]) -> Parcel:
    _cover(call, body)
    return video(_media(call, body, "media_id", "video"), text_of(body, "title"))


def _music(call: Call, body: dict[str, Any]) -> Parcel:
    _cover(call, body)
    for name in ("musicurl", "hqmusicurl"):
        _check_url(text_of(body, name))
    return music(text_of(body, "title"), text_of(body, "description"))


def _news(_call: Call, body: dict[str, Any]) -> Parcel:
    articles = body.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refusal(44003)
    if len(articles) > MAX_ARTICLES:
        raise Refusal(45008)
    article = articles[0] if isinstance(articles[0], dict) else {}
    given = {"title": "title", "digest": "description", "cover_url": "picurl", "url": "url"}
    card = {name: text_of(article, theirs) for name, theirs in given.items()}
    _check_url(card["url"])
    if not card["title"]:
        raise Refusal(40035)
    return cards([card], [{"title": card["title"]}])


def _published(call: Call, body: dict[str, Any]) -> Parcel:
    row = call.store.row(
        "SELECT seq, articles, token FROM sends JOIN pages ON send_seq = seq"
        " WHERE kind = 'publish' AND article_id = ? AND NOT is_deleted ORDER BY idx LIMIT 1",
        text_of(body, "article_id"),
    )
    if row is None:
        raise Refusal(53600)
    article = json.loads(row["articles"])[0]
    # By its path alone: the phone may reach the box under another name than the bot does.
    cover_url = "/mmbiz/" + picture_url(call.store, article["thumb_media_id"]).rsplit("/", 1)[-1]
    words = {"title": article["title"], "digest": article["digest"]}
    return cards([{**words, "cover_url": cover_url, "url": f"/s/{row['token']}"}], [article])


def _menu(_call: Call, body: dict[str, Any]) -> Parcel:
    items = body.get("list")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise Refusal(40035)
    pairs = [(text_of(item, "id"), text_of(item, "content")) for item in items]
    if not all(menu_id and words for menu_id, words in pairs):
        raise Refusal(40035)
    return choices(text_of(body, "head_content"), pairs, text_of(body, "tail_content"))


def _card(_call: Call, _body: dict[str, Any]) -> Parcel:
    # The box's account has made no coupons, so that no card id is a good one.
    raise Refusal(40073)


def _mini_program(call: Call, body: dict[str, Any]) -> Parcel:
    cover = _cover(call, body)
    if not text_of(body, "appid").startswith("wx"):
        raise Refusal(40013)
    if not text_of(body, "pagepath"):
        raise Refusal(40035)
    return mini_program(text_of(body, "title"), cover)


def _media(call: Call, body: dict[str, Any], name: str, *kinds: str) -> Media:
    return media_of(call.store, text_of(body, name), call.now, *kinds)


def _cover(call: Call, body: dict[str, Any]) -> Media:
    return _media(call, body, "thumb_media_id", "image", "thumb")


def _check_url(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise Refusal(40035)


def _is_by_ai(request: dict[str, Any]) -> bool:
    context = request.get("aimsgcontext")
    if context is None:
        return False
    if not isinstance(context, dict) or context.get("is_ai_msg", 0) not in (0, 1):
        raise Refusal(40035)
    return bool(context.get("is_ai_msg"))


def _check_kf_account(request: dict[str, Any]) -> None:
    # Nobody works in the customer service of the box's account, so that no account of it is a good one.
    if request.get("customservice") is not None:
        raise Refusal(65401)


def _talked_lately(store: Store, openid: str, now: float) -> bool:
    sql = "SELECT 1 FROM chat WHERE openid = ? AND sender IN ('fan', 'account') AND at > ? AND at <= ?"
    return store.row(sql, openid, now - TALKED_WITHIN_S, now) is not None


# mpnews is deprecated: the box no longer knows it, so that nobody comes to rely on it.
_READERS: dict[str, Callable[[Call, dict[str, Any]], Parcel]] = {
    "text": lambda _call, body: text(text_of(body, "content")),
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "mpnewsarticle": _published,
    "msgmenu": _menu,
    "wxcard": _card,
    "miniprogrampage": _mini_program,
}

ENDPOINTS = {
    "/cgi-bin/message/custom/send": Endpoint(send_custom, right=Right.VERIFIED, daily=500_000, daily_for_test=50_000),
    "/cgi-bin/message/custom/typing": Endpoint(set_typing, right=Right.VERIFIED),
}
