"""Publishing without notification: every `freepublish/…` call."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.articles import Article, delete_pages, news_item, page_rows, without_content
from bot.sandbox.calls import OK, Answer, Call, Endpoint, slice_of, text_of
from bot.sandbox.drafts import load_draft
from bot.sandbox.errcodes import Refusal
from bot.sandbox.journal import Send, accept_job
from bot.sandbox.outcomes import WITH_FAILED_ARTICLES
from bot.sandbox.state import Row, Store

SUCCESS, IN_PROGRESS, ALL_DELETED = 0, 1, 5


def submit(call: Call) -> Answer:
    """The publish id of the job. The draft stays in the box until the job is done."""
    media_id = text_of(call.json(), "media_id")
    articles = load_draft(call.store, media_id)
    if call.account.publish_refusal:
        raise Refusal(call.account.publish_refusal)
    publish_id = str(call.store.next_number("publish_id"))
    msg_data_id = call.store.next_number("msg_id")
    send = Send("publish", call.now, articles, media_id=media_id, publish_id=publish_id, msg_data_id=msg_data_id)
    accept_job(call.store, send, call.account.job_delay_s)
    return {**OK, "publish_id": publish_id, "msg_data_id": str(msg_data_id)}


def get_publication(call: Call) -> Answer:
    """How far a job is; with its article id and addresses once they exist."""
    publish_id = text_of(call.json(), "publish_id")
    row = call.store.row("SELECT * FROM sends WHERE publish_id = ?", publish_id)
    if row is None:
        raise Refusal(53502)
    pages = page_rows(call.store, row["seq"])
    fail_idx = [1] if row["outcome"] in WITH_FAILED_ARTICLES else []
    answer: Answer = {"publish_id": publish_id, "publish_status": _status(row, pages), "fail_idx": fail_idx}
    if answer["publish_status"] == SUCCESS:
        details = [{"idx": idx, "article_url": _url(call, page)} for idx, page in enumerate(pages, 1)]
        answer |= {"article_id": row["article_id"], "article_detail": {"count": len(details), "item": details}}
    return answer


def get_article(call: Call) -> Answer:
    """What was published under an article id."""
    return {"news_item": _news_items(call, _published(call, text_of(call.json(), "article_id")))}


def list_publications(call: Call) -> Answer:
    """A slice of what was published, latest first; mass messages are not among them."""
    request = call.json()
    offset, count = slice_of(request)
    rows = call.store.rows(
        "SELECT * FROM sends WHERE kind = 'publish' AND state = 'done' ORDER BY at DESC, seq DESC LIMIT ? OFFSET ?",
        count,
        offset,
    )
    total = call.store.number("SELECT count(*) FROM sends WHERE kind = 'publish' AND state = 'done'")
    items = [_listed(call, row, has_content=not request.get("no_content")) for row in rows]
    return {"item": items, "total_count": total, "item_count": len(items)}


def delete_publication(call: Call) -> Answer:
    """The article, or all articles, of a publication say that they were deleted."""
    request = call.json()
    row = _published(call, text_of(request, "article_id"))
    index = request.get("index") or 0
    if not isinstance(index, int) or not 0 <= index <= len(json.loads(row["articles"])):
        raise Refusal(40114)
    if not delete_pages(call.store, row["seq"], index):
        raise Refusal(53600)
    return OK


def is_published(store: Store, article_id: str) -> bool:
    """True for the id of a publication of which an article is left."""
    sql = "SELECT 1 FROM sends JOIN pages ON send_seq = seq WHERE article_id = ? AND NOT is_deleted"
    return store.row(sql, article_id) is not None


def _published(call: Call, article_id: str) -> Row:
    row = call.store.row("SELECT * FROM sends WHERE kind = 'publish' AND article_id = ?", article_id)
    if row is None:
        raise Refusal(53600)
    return row


def _status(row: Row, pages: list[Row]) -> int:
    if row["state"] == "in progress":
        return IN_PROGRESS
    if row["outcome"]:
        return int(row["outcome"])
    return ALL_DELETED if pages and all(page["is_deleted"] for page in pages) else SUCCESS


def _listed(call: Call, row: Row, *, has_content: bool) -> dict[str, Any]:
    news = _news_items(call, row)
    content = {
        "news_item": news if has_content else without_content(news),
        "create_time": int(row["at"]),
        "update_time": int(row["at"]),
    }
    return {"article_id": row["article_id"], "content": content, "update_time": int(row["at"])}


def _news_items(call: Call, row: Row) -> list[Article]:
    pairs = zip(json.loads(row["articles"]), page_rows(call.store, row["seq"]), strict=True)
    return [
        news_item(call.store, article, _url(call, page), is_deleted=bool(page["is_deleted"])) for article, page in pairs
    ]


def _url(call: Call, page: Row) -> str:
    return f"{call.base_url}/s/{page['token']}"


ENDPOINTS = {
    "/cgi-bin/freepublish/submit": Endpoint(submit, daily=100, right=Right.VERIFIED),
    "/cgi-bin/freepublish/get": Endpoint(get_publication, daily=100, right=Right.VERIFIED),
    "/cgi-bin/freepublish/getarticle": Endpoint(get_article, daily=100, right=Right.VERIFIED),
    "/cgi-bin/freepublish/batchget": Endpoint(list_publications, daily=100, right=Right.VERIFIED),
    "/cgi-bin/freepublish/delete": Endpoint(delete_publication, daily=10, right=Right.VERIFIED),
}
