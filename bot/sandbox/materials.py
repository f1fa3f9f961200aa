"""Pictures inside articles (`media/uploadimg`) and the permanent library: every `material/…` call."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from bot.sandbox.calls import OK, Answer, Call, Endpoint, File, slice_of, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.media import keep_media, media_of
from bot.sandbox.state import Row, Store
from bot.sandbox.uploads import INLINE, MIME, PERMANENT, Rule, checked, rule_for

KINDS = ("image", "voice", "video", "thumb")


@dataclass(frozen=True, slots=True)
class Picture:
    mime: str
    content: bytes


def upload_inline(call: Call) -> Answer:
    """The address of a picture that articles may show; it does not count in the library."""
    return {"url": _keep(call, "inline", INLINE, media_id=None)}


def add_material(call: Call) -> Answer:
    """The permanent media id; for an image its address too."""
    kind = call.query.get("type", "")
    rule = rule_for(PERMANENT, kind)
    if kind in ("voice", "video"):
        return _keep_sound(call, kind, rule)
    media_id = secrets.token_urlsafe(48)
    url = _keep(call, kind, rule, media_id)
    return {"media_id": media_id, "url": url} if kind == "image" else {"media_id": media_id}


def get_material(call: Call) -> Answer | File:
    """The file; for a video its words and where it lies."""
    media_id = text_of(call.json(), "media_id")
    if not is_permanent(call.store, media_id):
        raise Refusal(40007)
    media = media_of(call.store, media_id, call.now, *KINDS)
    if media.kind == "video":
        return {"title": media.title, "description": media.introduction, "down_url": media.url}
    return File(media.content, media.mime, media.filename)


def delete_material(call: Call) -> Answer:
    """The id is no longer good; articles made with it keep their picture."""
    media_id = text_of(call.json(), "media_id")
    done = call.store.change("UPDATE pictures SET media_id = NULL, type = 'inline' WHERE media_id = ?", media_id)
    done += call.store.change("UPDATE media SET media_id = NULL WHERE media_id = ? AND expires_at IS NULL", media_id)
    if not done:
        raise Refusal(40007)
    return OK


def count_materials(call: Call) -> Answer:
    """How many of each kind the library holds; news are drafts now."""
    pictures = call.store.number("SELECT count(*) FROM pictures WHERE media_id IS NOT NULL")
    counts = {f"{kind}_count": _count(call.store, kind) for kind in ("voice", "video")}
    return {**counts, "image_count": pictures, "news_count": 0}


def list_materials(call: Call) -> Answer:
    """A slice of one kind, latest first."""
    request = call.json()
    kind = text_of(request, "type")
    if kind not in ("image", "voice", "video", "news"):
        raise Refusal(40004)
    offset, count = slice_of(request)
    # News as material were retired in favour of drafts: there are none.
    rows = [] if kind == "news" else _listed(call.store, kind)
    items = [_item(row) for row in rows[offset : offset + count]]
    return {"total_count": len(rows), "item_count": len(items), "item": items}


def find_picture(store: Store, name: str) -> Picture | None:
    """An uploaded file by the last part of its address; those of temporary media stay readable here."""
    for table in ("pictures", "media"):
        row = store.row(f"SELECT mime, content FROM {table} WHERE name = ?", name)  # noqa: S608  one of two names
        if row is not None:
            return Picture(row["mime"], row["content"])
    return None


def is_permanent_picture(store: Store, media_id: str, *types: str) -> bool:
    """True when the library holds this id, as one of the types."""
    row = store.row("SELECT type FROM pictures WHERE media_id = ?", media_id)
    return row is not None and row["type"] in types


def is_permanent(store: Store, media_id: str) -> bool:
    """True when the library holds this id, as whatever."""
    sql = "SELECT media_id FROM pictures UNION ALL SELECT media_id FROM media WHERE expires_at IS NULL"
    return store.row(f"SELECT 1 FROM ({sql}) WHERE media_id = ?", media_id) is not None  # noqa: S608


def is_our_picture(store: Store, url: str) -> bool:
    """True for an address that one of this account's uploads was given."""
    row = store.row("SELECT url FROM pictures WHERE name = ?", url.rsplit("/", 1)[-1])
    return row is not None and row["url"] == url


def picture_url(store: Store, media_id: str) -> str:
    """Where a picture is shown, permanent or temporary; empty when there is none of this id."""
    for sql in ("SELECT url FROM pictures WHERE media_id = ?", "SELECT url FROM media WHERE media_id = ?"):
        if row := store.row(sql, media_id):
            return str(row["url"])
    return ""


def _keep(call: Call, kind: str, rule: Rule, media_id: str | None) -> str:
    upload, ending = checked(call.upload, rule)
    name = f"{secrets.token_urlsafe(24)}.{ending}"
    url = f"{call.base_url}/mmbiz/{name}"
    call.store.change(
        "INSERT INTO pictures (name, url, media_id, type, mime, content, filename, update_time)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        name,
        url,
        media_id,
        kind,
        MIME[ending],
        upload.content,
        upload.filename,
        call.now,
    )
    return url


def _keep_sound(call: Call, kind: str, rule: Rule) -> Answer:
    upload, ending = checked(call.upload, rule)
    title, introduction = _description(upload.description) if kind == "video" else ("", "")
    media = keep_media(
        call.store,
        call.base_url,
        kind,
        ending,
        upload.content,
        call.now,
        filename=upload.filename,
        title=title,
        introduction=introduction,
        is_permanent=True,
    )
    return {"media_id": media.media_id}


def _description(given: str) -> tuple[str, str]:
    try:
        words = json.loads(given)
        title, introduction = words["title"], words["introduction"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refusal(47001) from error
    if not isinstance(title, str) or not title or not isinstance(introduction, str):
        raise Refusal(40035)
    return title, introduction


def _count(store: Store, kind: str) -> int:
    return store.number(
        "SELECT count(*) FROM media WHERE type = ? AND media_id IS NOT NULL AND expires_at IS NULL", kind
    )


def _listed(store: Store, kind: str) -> list[Row]:
    if kind == "image":
        return store.rows(
            "SELECT media_id, filename, update_time, url FROM pictures WHERE type = 'image' AND media_id IS NOT NULL"
            " ORDER BY update_time DESC, rowid DESC"
        )
    return store.rows(
        "SELECT media_id, filename, created_at AS update_time, url FROM media"
        " WHERE type = ? AND media_id IS NOT NULL AND expires_at IS NULL ORDER BY created_at DESC, rowid DESC",
        kind,
    )


def _item(row: Row) -> dict[str, Any]:
    return {
        "media_id": row["media_id"],
        "name": row["filename"],
        "update_time": int(row["update_time"]),
        "url": row["url"],
    }


ENDPOINTS = {
    "/cgi-bin/media/uploadimg": Endpoint(upload_inline, daily=100_000, daily_for_test=500),
    "/cgi-bin/material/add_material": Endpoint(add_material, daily=100_000, daily_for_test=500),
    "/cgi-bin/material/get_material": Endpoint(get_material, daily=200_000),
    "/cgi-bin/material/del_material": Endpoint(delete_material),
    "/cgi-bin/material/get_materialcount": Endpoint(count_materials, method="GET"),
    "/cgi-bin/material/batchget_material": Endpoint(list_materials, daily_for_test=10),
}
