"""What a message to followers holds, whichever way it goes out, and how a chat shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.sandbox import chat
from bot.sandbox.articles import Article
from bot.sandbox.calls import text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.media import Media, media_of
from bot.sandbox.state import Store

TEXT_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message. `kind` is the chat's (text, image, voice, video, music, miniprogram, push); `text` goes in the journal."""

    kind: str
    text: str
    media_id: str = ""
    articles: tuple[Article, ...] = ()
    cards: tuple[Article, ...] = ()


def text(content: str) -> Parcel:
    """Words; Refusal 44004 without any, 45002 for too many bytes."""
    if not content.strip():
        raise Refusal(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise Refusal(45002)
    return Parcel("text", content)


def words(item: Any) -> str:
    """An item of a menu message as the link that shows it; Refusal 40035 without id and words."""
    label, menu_id = (text_of(item, "content"), text_of(item, "id")) if isinstance(item, dict) else ("", "")
    if not label or not menu_id:
        raise Refusal(40035)
    target = f"weixin://bizmsgmenu?msgmenucontent={quote(label, safe='')}&msgmenuid={quote(menu_id, safe='')}"
    return f'<a href="{target}">{label}</a>'


def picture(store: Store, media_id: str, now: float) -> Parcel:
    """A picture, permanent or temporary; Refusal 40007 when there is none of this id."""
    media = media_of(store, media_id, now, "image", "thumb")
    return Parcel("image", "[图片]", media_id, cards=(card("", "", media.url, ""),))


def sound(kind: str, media: Media, title: str = "", description: str = "", cover_url: str = "") -> Parcel:
    """A voice or video message."""
    shown = card(title or media.title, description or media.introduction, cover_url, _path(media.url))
    return Parcel(kind, {"voice": "[语音]", "video": "[视频]"}[kind], media.media_id, cards=(shown,))


def card(title: str, digest: str, cover_url: str, url: str) -> Article:
    """What the phone shows of a thing that is opened elsewhere; uploads by their path alone."""
    return {"title": title, "digest": digest, "cover_url": _path(cover_url), "url": url}


def show(store: Store, openid: str, parcel: Parcel, at: float) -> int:
    """The id of the message in the follower's chat."""
    if parcel.kind == "text":
        return chat.show_text(store, openid, parcel.text, at)
    return chat.show_thing(store, openid, parcel.kind, parcel.text, parcel.cards, at)


def _path(url: str) -> str:
    # The phone may reach the box under another name than the bot does.
    return "/mmbiz/" + url.rsplit("/mmbiz/", 1)[1] if "/mmbiz/" in url else url
