"""Customer-service messages: `message/custom/send` in all its kinds, and `message/custom/typing`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.allowances import spend
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.chat import show_system
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import Follower, find_follower, profile
from bot.sandbox.journal import Send, record
from bot.sandbox.media import media_of
from bot.sandbox.parcels import Parcel, card, picture, show, sound, text, words
from bot.sandbox.state import Store

MAX_ARTICLES = 1
AI_LINE = "内容由第三方AI生成"
TYPING_S = 15
TALKED_WITHIN_S = 30
_ACCOUNT = re.compile(r"[^@\s]+@[^@\s]+")


def send_custom(call: Call) -> Answer:
    """One follower gets the message now, out of the allowance that they opened."""
    request = call.json()
    follower = _addressee(call, text_of(request, "touser"))
    parcel = _parcel(call, request)
    is_by_ai = _is_by_ai(request)
    _check_kf_account(request)
    spend(call.store, follower.openid, call.now)
    openid, is_text = follower.openid, parcel.kind == "text"
    said = parcel.text if is_text or not parcel.articles else None
    record(call.store, Send("custom", call.now, parcel.articles, said, [openid], parcel.media_id or None))
    show(call.store, openid, parcel, call.now)
    if is_by_ai:
        show_system(call.store, openid, AI_LINE, call.now)
    call.store.change("DELETE FROM typing WHERE openid = ?", openid)
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
    call.store.change("DELETE FROM typing WHERE openid = ?", follower.openid)
    if command == "Typing":
        sql = "INSERT INTO typing (openid, since, until) VALUES (?, ?, ?)"
        call.store.change(sql, follower.openid, call.now, call.now + TYPING_S)
    return OK


def is_typing(store: Store, openid: str, now: float) -> bool:
    """True while the follower's phone shows 对方正在输入."""
    return store.row("SELECT 1 FROM typing WHERE openid = ? AND since <= ? AND until > ?", openid, now, now) is not None


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
    return picture(call.store, text_of(body, "media_id"), call.now)


def _voice(call: Call, body: dict[str, Any]) -> Parcel:
    return sound("voice", media_of(call.store, text_of(body, "media_id"), call.now, "voice"))


def _video(call: Call, body: dict[str, Any]) -> Parcel:
    thumb = media_of(call.store, text_of(body, "thumb_media_id"), call.now, "image", "thumb")
    media = media_of(call.store, text_of(body, "media_id"), call.now, "video")
    return sound("video", media, text_of(body, "title"), text_of(body, "description"), thumb.url)


def _music(call: Call, body: dict[str, Any]) -> Parcel:
    thumb = media_of(call.store, text_of(body, "thumb_media_id"), call.now, "image", "thumb")
    url, finer = text_of(body, "musicurl"), text_of(body, "hqmusicurl")
    if not url.startswith(("http://", "https://")) or not finer.startswith(("http://", "https://")):
        raise Refusal(40035)
    shown = card(text_of(body, "title"), text_of(body, "description"), thumb.url, url)
    return Parcel("music", f"[音乐] {shown['title']}".strip(), cards=(shown,))


def _news(_call: Call, body: dict[str, Any]) -> Parcel:
    articles = body.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refusal(44003)
    if len(articles) > MAX_ARTICLES:
        raise Refusal(45008)
    article = articles[0] if isinstance(articles[0], dict) else {}
    title, url = text_of(article, "title"), text_of(article, "url")
    if not title or not url.startswith(("http://", "https://")):
        raise Refusal(40035)
    shown = card(title, text_of(article, "description"), text_of(article, "picurl"), url)
    return Parcel("push", "", articles=({"title": title},), cards=(shown,))


def _published(call: Call, body: dict[str, Any]) -> Parcel:
    row = call.store.row(
        "SELECT seq, articles, token FROM sends JOIN pages ON send_seq = seq"
        " WHERE kind = 'publish' AND article_id = ? AND NOT is_deleted ORDER BY idx LIMIT 1",
        text_of(body, "article_id"),
    )
    if row is None:
        raise Refusal(53600)
    article = json.loads(row["articles"])[0]
    cover = picture(call.store, article["thumb_media_id"], call.now).cards[0]["cover_url"]
    shown = card(article["title"], article["digest"], cover, f"/s/{row['token']}")
    return Parcel("push", "", articles=(article,), cards=(shown,))


def _menu(_call: Call, body: dict[str, Any]) -> Parcel:
    """Each item as the link that a text would hold for it: a tap sends it as the follower's words."""
    items = body.get("list")
    if not isinstance(items, list) or not items:
        raise Refusal(40035)
    links = [words(item) for item in items]
    lines = [text_of(body, "head_content"), *links, text_of(body, "tail_content")]
    return Parcel("text", "\n".join(line for line in lines if line))


def _card(_call: Call, _body: dict[str, Any]) -> Parcel:
    # The box's account has made no coupons, so that no card id is a good one.
    raise Refusal(40073)


def _mini_program(call: Call, body: dict[str, Any]) -> Parcel:
    thumb = media_of(call.store, text_of(body, "thumb_media_id"), call.now, "image", "thumb")
    title, path = text_of(body, "title"), text_of(body, "pagepath")
    if not text_of(body, "appid").startswith("wx"):
        raise Refusal(40013)
    if not path:
        raise Refusal(40035)
    return Parcel("miniprogram", f"[小程序] {title}".strip(), cards=(card(title, path, thumb.url, ""),))


def _is_by_ai(request: dict[str, Any]) -> bool:
    context = request.get("aimsgcontext")
    if context is None:
        return False
    if not isinstance(context, dict) or context.get("is_ai_msg", 0) not in (0, 1):
        raise Refusal(40035)
    return bool(context.get("is_ai_msg"))


def _check_kf_account(request: dict[str, Any]) -> None:
    """An account of the customer service changes who seems to speak, which the box does not show."""
    service = request.get("customservice")
    if service is None:
        return
    if not isinstance(service, dict) or not _ACCOUNT.fullmatch(text_of(service, "kf_account")):
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
