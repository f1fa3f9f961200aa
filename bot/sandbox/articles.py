"""Articles that went out: their pages, and how the platform's answers describe them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.materials import picture_url
from bot.sandbox.state import Row, Store

Article = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """An article as somebody opens it."""

    article: Article
    at: float  # when it went out; for a draft, its last change
    is_deleted: bool


def make_pages(store: Store, send_seq: int, count: int) -> list[str]:
    """One new page for each article of a send; their paths, first article first."""
    paths = []
    for idx in range(1, count + 1):
        token = secrets.token_urlsafe(16)
        store.change("INSERT INTO pages (token, send_seq, idx) VALUES (?, ?, ?)", token, send_seq, idx)
        paths.append(f"/s/{token}")
    return paths


def page_rows(store: Store, send_seq: int) -> list[Row]:
    """`token` and `is_deleted` of each article of a send, in order; empty until it is done."""
    return store.rows("SELECT token, is_deleted FROM pages WHERE send_seq = ? ORDER BY idx", send_seq)


def delete_pages(store: Store, send_seq: int, idx: int) -> int:
    """How many pages say from now on that they were deleted; `idx` 0 means all."""
    return store.change(
        "UPDATE pages SET is_deleted = 1 WHERE send_seq = ? AND (? = 0 OR idx = ?) AND NOT is_deleted",
        send_seq,
        idx,
        idx,
    )


def find_page(store: Store, token: str) -> Page | None:
    """The page at /s/<token>."""
    row = store.row(
        "SELECT s.articles, s.at, p.idx, p.is_deleted FROM pages AS p JOIN sends AS s ON s.seq = p.send_seq"
        " WHERE p.token = ?",
        token,
    )
    return Page(json.loads(row["articles"])[row["idx"] - 1], row["at"], bool(row["is_deleted"])) if row else None


def note_read(store: Store, token: str, at: float) -> None:
    """Somebody has opened the page, for the statistics."""
    store.change("INSERT INTO reads (at, send_seq, idx) SELECT ?, send_seq, idx FROM pages WHERE token = ?", at, token)


def published_articles(store: Store, article_id: str) -> tuple[list[Article], list[str]]:
    """What was published under this id, and the path of each article's page; nothing for an unknown id."""
    row = store.row("SELECT seq, articles FROM sends WHERE article_id = ? AND state = 'done'", article_id)
    if row is None:
        return [], []
    return json.loads(row["articles"]), [f"/s/{page['token']}" for page in page_rows(store, row["seq"])]


def find_draft_page(store: Store, media_id: str, idx: int) -> Page | None:
    """The preview of a draft's article; `idx` 0 is the first."""
    row = store.row("SELECT articles, update_time FROM drafts WHERE media_id = ?", media_id)
    articles = json.loads(row["articles"]) if row else []
    return Page(articles[idx], row["update_time"], False) if row and 0 <= idx < len(articles) else None


def news_item(store: Store, article: Mapping[str, Any], url: str, **more: Any) -> Article:
    """An article as draft/get and freepublish/getarticle answer it; `cover_info` is never given back."""
    item = {name: value for name, value in article.items() if name != "cover_info"}
    thumb_url = picture_url(store, str(article.get("thumb_media_id", "")))
    return {**item, "show_cover_pic": 0, "thumb_url": thumb_url, "url": url, **more}


def without_content(items: list[Article]) -> list[Article]:
    """The same items for `no_content`."""
    return [{name: value for name, value in item.items() if name != "content"} for item in items]
