"""The draft box: every `draft/…` call."""

from __future__ import annotations

import json
import secrets
from typing import Any

from bot.sandbox.articles import Article, news_item, without_content
from bot.sandbox.calls import OK, Answer, Call, Endpoint, slice_of, text_of
from bot.sandbox.draft_rules import check_article, check_articles
from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Row, Store, to_json


def add_draft(call: Call) -> Answer:
    """The media id of the new draft."""
    articles = check_articles(call, call.json().get("articles"))
    media_id = secrets.token_urlsafe(48)
    call.store.change(
        "INSERT INTO drafts (media_id, articles, create_time, update_time) VALUES (?, ?, ?, ?)",
        media_id,
        to_json(articles),
        call.now,
        call.now,
    )
    return {"media_id": media_id}


def update_draft(call: Call) -> Answer:
    """One article of a draft is replaced by another."""
    request = call.json()
    articles = load_draft(call.store, text_of(request, "media_id"))
    index = request.get("index")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(articles):
        raise Refusal(40114)
    articles[index] = check_article(call, request.get("articles"), is_only_one=len(articles) == 1)
    call.store.change(
        "UPDATE drafts SET articles = ?, update_time = ? WHERE media_id = ?",
        to_json(articles),
        call.now,
        text_of(request, "media_id"),
    )
    return OK


def get_draft(call: Call) -> Answer:
    """A draft with its articles."""
    media_id = text_of(call.json(), "media_id")
    row = call.store.row("SELECT * FROM drafts WHERE media_id = ?", media_id)
    if row is None:
        raise Refusal(40007)
    times = {"create_time": int(row["create_time"]), "update_time": int(row["update_time"])}
    return {"news_item": _news_items(call, row), **times}


def list_drafts(call: Call) -> Answer:
    """A slice of the box, latest change first."""
    request = call.json()
    offset, count = slice_of(request)
    rows = call.store.rows("SELECT * FROM drafts ORDER BY update_time DESC, rowid DESC LIMIT ? OFFSET ?", count, offset)
    items = [_listed(call, row, has_content=not request.get("no_content")) for row in rows]
    return {"item": items, "total_count": _count(call.store), "item_count": len(items)}


def delete_draft(call: Call) -> Answer:
    """The draft is gone for good."""
    if not remove_draft(call.store, text_of(call.json(), "media_id")):
        raise Refusal(40007)
    return OK


def count_drafts(call: Call) -> Answer:
    """How many drafts the box holds."""
    return {"total_count": _count(call.store)}


def switch_drafts(_call: Call) -> Answer:
    """The draft box is switched on, as it now is for everybody."""
    return {"is_open": 1}


def load_draft(store: Store, media_id: str) -> list[Article]:
    """The draft's articles; Refusal 40007 when the box does not hold it."""
    row = store.row("SELECT articles FROM drafts WHERE media_id = ?", media_id)
    if row is None:
        raise Refusal(40007)
    articles: list[Article] = json.loads(row["articles"])
    return articles


def remove_draft(store: Store, media_id: str) -> bool:
    """True when the draft was there; it has left the box."""
    return store.change("DELETE FROM drafts WHERE media_id = ?", media_id) == 1


def _count(store: Store) -> int:
    return store.number("SELECT count(*) FROM drafts")


def _listed(call: Call, row: Row, *, has_content: bool) -> dict[str, Any]:
    news = _news_items(call, row)
    content = {
        "news_item": news if has_content else without_content(news),
        "create_time": int(row["create_time"]),
        "update_time": int(row["update_time"]),
    }
    return {"media_id": row["media_id"], "content": content, "update_time": int(row["update_time"])}


def _news_items(call: Call, row: Row) -> list[Article]:
    preview = f"{call.base_url}/s/draft/{row['media_id']}"
    articles = json.loads(row["articles"])
    return [news_item(call.store, article, f"{preview}/{idx}") for idx, article in enumerate(articles)]


ENDPOINTS = {
    "/cgi-bin/draft/add": Endpoint(add_draft, daily=1000),
    "/cgi-bin/draft/update": Endpoint(update_draft, daily=1000),
    "/cgi-bin/draft/get": Endpoint(get_draft, daily=500),
    "/cgi-bin/draft/batchget": Endpoint(list_drafts, daily=1000),
    "/cgi-bin/draft/delete": Endpoint(delete_draft, daily=1000),
    "/cgi-bin/draft/count": Endpoint(count_drafts, method="GET", daily=1000),
    "/cgi-bin/draft/switch": Endpoint(switch_drafts),
}
