"""Reads what the bot answered to a push ("被动回复用户消息"), as strictly as WeChat does."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.articles import Article
from bot.sandbox.codec import CodecError, Envelope, MessageCipher, parse_xml
from bot.sandbox.errcodes import Refusal
from bot.sandbox.media import Media
from bot.sandbox.parcels import Parcel, cards, music, picture, video, voice

TEXT_BYTES = 2048
MAX_CARDS_TO_MESSAGE = 1
MAX_CARDS_TO_EVENT = 8


SILENT = Parcel("silent", "")
Library = Callable[..., Media]  # (media id, *kinds): the media; Refusal when it is none of these


@dataclass(frozen=True, slots=True)
class Asked:
    """The push that is answered, as far as the answer has to fit it."""

    openid: str
    account: str  # gh_…
    is_event: bool


def read_reply(body: bytes, asked: Asked, *, mode: str, cipher: MessageCipher | None, library: Library) -> Parcel:
    """The reply; CodecError for what WeChat would not take, which the follower then hears of."""
    try:
        text = body.decode().strip()
    except UnicodeDecodeError as error:
        raise CodecError("not UTF-8") from error
    if text in ("", "success"):
        return SILENT
    root = _opened(parse_xml(text), mode, cipher)
    if _field(root, "ToUserName") != asked.openid or _field(root, "FromUserName") != asked.account:
        raise CodecError("not from us to the follower who wrote")
    if not _field(root, "CreateTime").isdigit():
        raise CodecError("CreateTime is not a number of seconds")
    return _read(root, asked, library)


def _opened(root: ET.Element, mode: str, cipher: MessageCipher | None) -> ET.Element:
    if root.find("Encrypt") is None:
        if mode == "safe":
            raise CodecError("plain text in safe mode")
        return root
    if cipher is None:
        raise CodecError("encrypted in plain mode")
    names = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    return parse_xml(cipher.open(Envelope(*(_field(root, name) for name in names))))


def _read(root: ET.Element, asked: Asked, library: Library) -> Parcel:
    kind = _field(root, "MsgType")
    if kind == "text":
        return _read_text(root)
    if kind == "news":
        return _read_news(root, MAX_CARDS_TO_EVENT if asked.is_event else MAX_CARDS_TO_MESSAGE)
    if kind == "transfer_customer_service":
        return SILENT
    if kind not in _MEDIA:
        raise CodecError(f"MsgType {kind!r} is unknown")
    try:
        return _MEDIA[kind](root, library)
    except Refusal as refusal:
        raise CodecError(f"{kind} needs material that the library does not hold") from refusal


def _read_image(root: ET.Element, library: Library) -> Parcel:
    return picture(library(_field(root, "Image/MediaId"), "image", "thumb"))


def _read_voice(root: ET.Element, library: Library) -> Parcel:
    return voice(library(_field(root, "Voice/MediaId"), "voice"))


def _read_video(root: ET.Element, library: Library) -> Parcel:
    return video(library(_field(root, "Video/MediaId"), "video"), _field(root, "Video/Title"))


def _read_music(root: ET.Element, library: Library) -> Parcel:
    library(_field(root, "Music/ThumbMediaId"), "image", "thumb")
    return music(_field(root, "Music/Title"), _field(root, "Music/Description"))


_MEDIA = {"image": _read_image, "voice": _read_voice, "video": _read_video, "music": _read_music}


def _read_text(root: ET.Element) -> Parcel:
    text = _field(root, "Content")
    if not text.strip() or len(text.encode()) > TEXT_BYTES:
        raise CodecError(f"Content is empty or over {TEXT_BYTES} bytes")
    return Parcel("text", text)


def _read_news(root: ET.Element, limit: int) -> Parcel:
    items = root.findall("Articles/item")
    count = _field(root, "ArticleCount")
    if not items or count != str(len(items)) or len(items) > limit:
        raise CodecError(f"ArticleCount must fit the items, which are 1 to {limit}")
    return cards([_card(item) for item in items])


def _card(item: ET.Element) -> Article:
    names = {"title": "Title", "digest": "Description", "cover_url": "PicUrl", "url": "Url"}
    card = {name: _field(item, tag) for name, tag in names.items()}
    if not card["title"] or not card["url"].startswith(("http://", "https://")):
        raise CodecError("an item needs a Title and a Url")
    return card


def _field(element: ET.Element, path: str) -> str:
    return (element.findtext(path) or "").strip() if path != "Content" else element.findtext(path) or ""
