"""What a follower can send beside words: pictures, voice, places, links. Fields as the bot gets them."""

from __future__ import annotations

import base64
import io
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw

from bot.sandbox.media import Media, keep_media
from bot.sandbox.messages import Fields
from bot.sandbox.state import Store
from bot.sandbox.uploads import MAGIC, MIB

MAX_PICTURE_BYTES = 10 * MIB
MAX_SECONDS = 60
MAX_LABEL = 200
# Speech in AMR's narrow band: 50 frames a second, here each one that says "nothing to hear" (RFC 4867, frame type 15).
AMR_HEAD, AMR_SILENCE, AMR_FRAMES_A_SECOND = b"#!AMR\n", b"\x7c", 50
SAMPLE_SIZE = (480, 640)
HERE = {"latitude": 36.0881, "longitude": 111.5189, "label": "临汾市尧都区"}


class CannotSend(Exception):
    """WeChat would not let the follower send this; the text says why."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on its way: how the phone shows it, and its fields in the message."""

    shown: str
    fields: Fields
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where what is sent is kept for the bot: as temporary media, for three days."""

    store: Store
    base_url: str
    now: float

    def put(self, kind: str, ending: str, content: bytes) -> Media:
        """The file, kept."""
        return keep_media(self.store, self.base_url, kind, ending, content, self.now)


def thing(kind: str, wanted: Mapping[str, Any], shelf: Shelf) -> Thing:
    """The thing of this kind, a sample where nothing else is wanted; CannotSend for values that no phone would send."""
    return THINGS[kind](wanted, shelf)


def _picture(wanted: Mapping[str, Any], shelf: Shelf) -> Thing:
    """The picture in `picture`, as base64, else a sample."""
    given = wanted.get("picture")
    try:
        content = sample_picture() if given is None else base64.b64decode(given, validate=True)
    except (TypeError, ValueError) as error:
        raise CannotSend("picture 应是图片内容的 base64") from error
    ending = next((name for name in ("jpg", "png", "gif") if content.startswith(MAGIC[name])), None)
    if ending is None:
        raise CannotSend("这不是 JPG、PNG 或 GIF 图片，请换一张")
    if len(content) > MAX_PICTURE_BYTES:
        raise CannotSend("图片超过 10 MB，请换一张小一点的")
    kept = shelf.put("image", ending, content)
    fields: Fields = [("PicUrl", kept.url), ("MediaId", kept.media_id)]
    return Thing("[图片]", fields, {"picture_url": "/mmbiz/" + kept.url.rsplit("/", 1)[1]})


def sample_picture() -> bytes:
    """A landscape in flat colours, as a JPEG."""
    width, height = SAMPLE_SIZE
    picture = Image.new("RGB", SAMPLE_SIZE, "#CFE3EA")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((300, 100, 420, 220), fill="#F4C95D")
    draw.polygon([(0, 470), (160, 280), (270, 400), (335, 330), (width, 480), (width, height), (0, height)], "#6F9A8D")
    draw.polygon([(0, 550), (150, 465), (310, 530), (width, 460), (width, height), (0, height)], "#3F6F62")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _voice(wanted: Mapping[str, Any], shelf: Shelf) -> Thing:
    seconds = wanted.get("seconds", 3)
    if not _is_number(seconds) or not 1 <= seconds <= MAX_SECONDS:
        raise CannotSend(f"语音应是 1 到 {MAX_SECONDS} 秒")
    silence = AMR_HEAD + AMR_SILENCE * (round(seconds) * AMR_FRAMES_A_SECOND)
    usual, finer = (shelf.put("voice", "amr", silence).media_id for _ in range(2))
    fields: Fields = [("MediaId", usual), ("Format", "amr"), ("MediaId16K", finer)]
    return Thing("[语音]", fields, {"seconds": round(seconds)})


def _place(wanted: Mapping[str, Any], _shelf: Shelf) -> Thing:
    place = {name: wanted.get(name, usual) for name, usual in HERE.items()}
    latitude, longitude, label = place["latitude"], place["longitude"], place["label"]
    if not _is_number(latitude) or not _is_number(longitude) or abs(latitude) > 90 or abs(longitude) > 180:
        raise CannotSend("纬度应在 -90 到 90 之间，经度应在 -180 到 180 之间")
    if not isinstance(label, str) or len(label) > MAX_LABEL:
        raise CannotSend(f"地名应是文字，不超过 {MAX_LABEL} 个字")
    fields: Fields = [("Location_X", latitude), ("Location_Y", longitude), ("Scale", 15), ("Label", label)]
    return Thing(label or "一个位置", fields, {"latitude": latitude, "longitude": longitude})


# No phone here has a video to send: its ids are good for nothing.
def _video(_wanted: Mapping[str, Any], _shelf: Shelf) -> Thing:
    return Thing("[视频]", [("MediaId", secrets.token_urlsafe(48)), ("ThumbMediaId", secrets.token_urlsafe(48))])


def _link(_wanted: Mapping[str, Any], _shelf: Shelf) -> Thing:
    fields: Fields = [
        ("Title", "一篇文章"),
        ("Description", "朋友转来的"),
        ("Url", "https://mp.weixin.qq.com/s/sample"),
    ]
    return Thing("一篇文章", fields, {"digest": "朋友转来的"})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


THINGS: dict[str, Callable[[Mapping[str, Any], Shelf], Thing]] = {
    "image": _picture,
    "voice": _voice,
    "video": _video,
    "location": _place,
    "link": _link,
}
