"""What a message to followers holds, whichever way it goes out, and how a chat shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import chat
from bot.sandbox.articles import Article
from bot.sandbox.errcodes import Refusal
from bot.sandbox.media import Media
from bot.sandbox.playtime import playtime_s
from bot.sandbox.state import Store, to_json

TEXT_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message; its `kind` is one of SHOWS. The journal keeps text, media id and articles."""

    kind: str
    text: str
    media_id: str = ""
    articles: tuple[Article, ...] = ()
    cards: tuple[Article, ...] = ()  # of a push: title, digest, cover_url, url
    detail: Mapping[str, Any] = field(default_factory=dict)


def text(content: str) -> Parcel:
    """Words; Refusal 44004 without any, 45002 for too many bytes."""
    if not content.strip():
        raise Refusal(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise Refusal(45002)
    return Parcel("text", content)


def picture(media: Media) -> Parcel:
    """A picture."""
    return Parcel("image", "[图片]", media.media_id, detail={"url": media.url})


def voice(media: Media) -> Parcel:
    """A voice message, with the seconds that the phone shows beside it."""
    seconds = playtime_s(media.content, media.url.rsplit(".", 1)[-1])
    return Parcel("voice", "[语音]", media.media_id, detail={"seconds": max(1, round(seconds))})


def video(media: Media, title: str) -> Parcel:
    """A video under its title."""
    return Parcel("video", "[视频]", media.media_id, detail={"title": title or media.title})


def parcel_of(media: Media) -> Parcel:
    """A file of whichever kind, under its own title."""
    if media.kind == "voice":
        return voice(media)
    return video(media, "") if media.kind == "video" else picture(media)


def music(title: str, digest: str) -> Parcel:
    """A piece of music that lies elsewhere."""
    return Parcel("music", f"[音乐] {title}".strip(), detail={"title": title, "digest": digest})


def choices(head: str, items: Sequence[tuple[str, str]], tail: str) -> Parcel:
    """A menu message: its items, each (id, words), are tapped to be said."""
    said = "\n".join(line for line in (head, *(words for _, words in items), tail) if line)
    return Parcel("menu", said, detail={"head": head, "choices": list(items), "tail": tail})


def mini_program(title: str, cover: Media) -> Parcel:
    """A mini program's card."""
    return Parcel("mini_program", f"[小程序] {title}".strip(), detail={"title": title, "cover_url": cover.url})


def cards(shown: Sequence[Article], articles: Sequence[Article] = ()) -> Parcel:
    """Article cards."""
    return Parcel("push", "", cards=tuple(shown), articles=tuple(articles))


def show(store: Store, openid: str, parcel: Parcel, at: float, *, is_ai: bool = False) -> int:
    """The id of the message in the follower's chat; `is_ai` puts WeChat's grey line under it."""
    return SHOWS[parcel.kind](_In(store, openid, at, is_ai), parcel)


def parcels_json(parcels: Sequence[Parcel]) -> str:
    """Parcels without articles, as a job keeps them."""
    return to_json([[one.kind, one.text, one.media_id, one.detail] for one in parcels])


def parcels_in(kept: str) -> list[Parcel]:
    """The parcels that a job kept."""
    return [Parcel(kind, words, media_id, detail=dict(detail)) for kind, words, media_id, detail in json.loads(kept)]


@dataclass(frozen=True, slots=True)
class _In:
    """Where a parcel is shown."""

    store: Store
    openid: str
    at: float
    is_ai: bool


def _text(to: _In, parcel: Parcel) -> int:
    return chat.show_text(to.store, to.openid, parcel.text, to.at, is_ai=to.is_ai)


def _picture(to: _In, parcel: Parcel) -> int:
    url = parcel.detail["url"]
    return chat.show_picture(to.store, to.openid, parcel.media_id, to.at, url=url, is_ai=to.is_ai)


def _voice(to: _In, parcel: Parcel) -> int:
    return chat.show_voice(to.store, to.openid, parcel.detail["seconds"], to.at, is_ai=to.is_ai)


def _video(to: _In, parcel: Parcel) -> int:
    return chat.show_video(to.store, to.openid, parcel.detail["title"], to.at, is_ai=to.is_ai)


def _music(to: _In, parcel: Parcel) -> int:
    title, digest = parcel.detail["title"], parcel.detail["digest"]
    return chat.show_music(to.store, to.openid, title, digest, to.at, is_ai=to.is_ai)


def _choices(to: _In, parcel: Parcel) -> int:
    head, items, tail = (parcel.detail[name] for name in ("head", "choices", "tail"))
    return chat.show_menu(to.store, to.openid, head, items, tail, to.at, is_ai=to.is_ai)


def _mini_program(to: _In, parcel: Parcel) -> int:
    title, cover_url = parcel.detail["title"], parcel.detail["cover_url"]
    return chat.show_mini_program(to.store, to.openid, title, cover_url, to.at, is_ai=to.is_ai)


def _cards(to: _In, parcel: Parcel) -> int:
    return chat.show_cards(to.store, to.openid, parcel.cards, to.at, is_ai=to.is_ai)


SHOWS: dict[str, Callable[[_In, Parcel], int]] = {
    "text": _text,
    "image": _picture,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "menu": _choices,
    "mini_program": _mini_program,
    "push": _cards,
}
