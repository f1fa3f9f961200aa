"""Pictures: `media/uploadimg` for use inside articles, and the permanent library."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.sandbox.calls import OK, Answer, Call, Endpoint, Upload, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Store

MIB = 1 << 20
MAGIC = {"jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "gif": b"GIF8", "bmp": b"BM"}
MIME = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp"}


@dataclass(frozen=True, slots=True)
class Picture:
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Rule:
    """What an upload may be: file endings, and its size in bytes."""

    endings: frozenset[str]
    max_bytes: int


INLINE = Rule(frozenset({"jpg", "jpeg", "png"}), MIB - 1)  # "smaller than 1 MB"
# Of the material types the box takes pictures only: its bot sends no others.
LIBRARY = {
    "image": Rule(frozenset({"bmp", "png", "jpeg", "jpg", "gif"}), 10 * MIB),
    "thumb": Rule(frozenset({"jpg", "jpeg"}), 64 << 10),
}


def upload_inline(call: Call) -> Answer:
    """The address of a picture that articles may show; it does not count in the library."""
    return {"url": _keep(call, "inline", INLINE, media_id=None)}


def add_material(call: Call) -> Answer:
    """The permanent media id; for an image its address too."""
    kind = call.query.get("type", "")
    if kind not in LIBRARY:
        raise Refusal(40004)
    media_id = secrets.token_urlsafe(48)
    url = _keep(call, kind, LIBRARY[kind], media_id)
    return {"media_id": media_id, "url": url} if kind == "image" else {"media_id": media_id}


def delete_material(call: Call) -> Answer:
    """The id is no longer good; articles made with it keep their picture."""
    media_id = text_of(call.json(), "media_id")
    done = call.store.change("UPDATE pictures SET media_id = NULL, type = 'inline' WHERE media_id = ?", media_id)
    if not media_id or not done:
        raise Refusal(40007)
    return OK


def count_materials(call: Call) -> Answer:
    """How many of each kind the library holds."""
    pictures = call.store.number("SELECT count(*) FROM pictures WHERE media_id IS NOT NULL")
    return {"voice_count": 0, "video_count": 0, "image_count": pictures, "news_count": 0}


def find_picture(store: Store, name: str) -> Picture | None:
    """An uploaded picture by the last part of its address."""
    row = store.row("SELECT mime, content FROM pictures WHERE name = ?", name)
    return Picture(row["mime"], row["content"]) if row else None


def is_permanent_picture(store: Store, media_id: str, *types: str) -> bool:
    """True when the library holds this id, as one of the types."""
    row = store.row("SELECT type FROM pictures WHERE media_id = ?", media_id)
    return row is not None and row["type"] in types


def is_permanent(store: Store, media_id: str) -> bool:
    """True when the library holds this id, as whatever."""
    return store.row("SELECT 1 FROM pictures WHERE media_id = ?", media_id) is not None


def is_our_picture(store: Store, url: str) -> bool:
    """True for an address that one of this account's uploads was given."""
    row = store.row("SELECT url FROM pictures WHERE name = ?", url.rsplit("/", 1)[-1])
    return row is not None and row["url"] == url


def picture_url(store: Store, media_id: str) -> str:
    """Where a permanent picture is shown; empty when the library does not hold it."""
    row = store.row("SELECT url FROM pictures WHERE media_id = ?", media_id)
    return str(row["url"]) if row else ""


def _keep(call: Call, kind: str, rule: Rule, media_id: str | None) -> str:
    if call.upload is None or not call.upload.content:
        raise Refusal(41005)
    ending = _ending(call.upload, rule)
    name = f"{secrets.token_urlsafe(24)}.{ending}"
    url = f"{call.base_url}/mmbiz/{name}"
    call.store.change(
        "INSERT INTO pictures (name, url, media_id, type, mime, content) VALUES (?, ?, ?, ?, ?, ?)",
        name,
        url,
        media_id,
        kind,
        MIME[ending],
        call.upload.content,
    )
    return url


def _ending(upload: Upload, rule: Rule) -> str:
    ending = upload.filename.rsplit(".", 1)[-1].lower() if "." in upload.filename else ""
    if ending not in rule.endings or not upload.content.startswith(MAGIC[ending]):
        raise Refusal(40005)
    if len(upload.content) > rule.max_bytes:
        raise Refusal(40009)
    return ending


ENDPOINTS = {
    "/cgi-bin/media/uploadimg": Endpoint(upload_inline, daily=100_000),
    "/cgi-bin/material/add_material": Endpoint(add_material, daily=100_000),
    "/cgi-bin/material/del_material": Endpoint(delete_material),
    "/cgi-bin/material/get_materialcount": Endpoint(count_materials, method="GET"),
}
