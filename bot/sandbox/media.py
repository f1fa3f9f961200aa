"""Temporary media (three days) and whatever of the library is no picture; `media/upload` and `media/get`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.sandbox.calls import Answer, Call, Endpoint, File
from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Store
from bot.sandbox.uploads import MIME, TEMPORARY, checked, rule_for

KEPT_S = 3 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Media:
    """A file that an id stands for; `title` and `introduction` are a permanent video's."""

    media_id: str
    kind: str
    url: str
    mime: str
    content: bytes
    filename: str
    title: str = ""
    introduction: str = ""


def upload_temporary(call: Call) -> Answer:
    """The id of a file that is kept for three days."""
    kind = call.query.get("type", "")
    upload, ending = checked(call.upload, rule_for(TEMPORARY, kind))
    media = keep_media(call.store, call.base_url, kind, ending, upload.content, call.now, filename=upload.filename)
    named = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, named: media.media_id, "created_at": int(call.now)}


def get_temporary(call: Call) -> Answer | File:
    """The file, or for a video where it lies."""
    media_id = call.query.get("media_id", "")
    if not media_id:
        raise Refusal(41006)
    media = find_media(call.store, media_id, call.now)
    if media is None or not _is_temporary(call.store, media_id):
        raise Refusal(40007)
    return {"video_url": media.url} if media.kind == "video" else File(media.content, media.mime, media.filename)


def keep_media(
    store: Store,
    base_url: str,
    kind: str,
    ending: str,
    content: bytes,
    now: float,
    *,
    filename: str = "",
    title: str = "",
    introduction: str = "",
    is_permanent: bool = False,
) -> Media:
    """The file, kept for three days (as what followers send is) or for good; pages find it at its url."""
    name, media_id = f"{secrets.token_urlsafe(24)}.{ending}", secrets.token_urlsafe(48)
    kept = Media(media_id, kind, f"{base_url}/mmbiz/{name}", MIME[ending], content, filename or name)
    store.change(
        "INSERT INTO media (name, url, media_id, type, mime, content, filename, title, introduction, created_at,"
        " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        name,
        kept.url,
        media_id,
        kind,
        kept.mime,
        content,
        kept.filename,
        title,
        introduction,
        now,
        None if is_permanent else now + KEPT_S,
    )
    return kept


def find_media(store: Store, media_id: str, now: float) -> Media | None:
    """What an id stands for, permanent or not yet expired; None for any other id."""
    row = store.row("SELECT * FROM media WHERE media_id = ? AND coalesce(expires_at > ?, true)", media_id, now)
    if row is not None:
        shown = (row["filename"], row["title"], row["introduction"])
        return Media(media_id, row["type"], row["url"], row["mime"], row["content"], *shown)
    row = store.row("SELECT * FROM pictures WHERE media_id = ?", media_id)
    if row is None:
        return None
    return Media(media_id, row["type"], row["url"], row["mime"], row["content"], row["filename"] or row["name"])


def media_of(store: Store, media_id: str, now: float, *kinds: str) -> Media:
    """The same as one of these kinds; Refusal 41006 without an id, 40007 when it is not a good one."""
    if not media_id:
        raise Refusal(41006)
    media = find_media(store, media_id, now)
    if media is None or media.kind not in kinds:
        raise Refusal(40007)
    return media


def _is_temporary(store: Store, media_id: str) -> bool:
    return store.row("SELECT 1 FROM media WHERE media_id = ? AND expires_at IS NOT NULL", media_id) is not None


ENDPOINTS = {
    "/cgi-bin/media/upload": Endpoint(upload_temporary, daily=100_000, daily_for_test=500),
    "/cgi-bin/media/get": Endpoint(get_temporary, method="GET", daily=200_000),
}
