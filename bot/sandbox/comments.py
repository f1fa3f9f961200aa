"""Comments under articles 留言: every `comment/…` call, and what followers write there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import find_follower
from bot.sandbox.state import Row, Store

COUNT_BELOW = 50
MAX_ELECTED = 100
REPLY_CHARS = 600  # as the website allows; the call's page gives no number
NORMAL, ELECTED = 1, 2


class CannotComment(Exception):
    """The follower finds no field to write in; the text says why."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article that went out, by its message data and its place from 0."""

    msg_data_id: int
    index: int
    opened_by_draft: bool
    is_for_followers: bool


def open_comments(call: Call) -> Answer:
    """Followers may comment on the article."""
    return _set_open(call, True)


def close_comments(call: Call) -> Answer:
    """Nobody may comment on the article any more; what was written stays."""
    return _set_open(call, False)


def list_comments(call: Call) -> Answer:
    """A slice of an article's comments, latest first; `type` 1 leaves elected ones out, 2 gives only these."""
    request = call.json()
    article = _article(call, request)
    begin, count, kind = request.get("begin", 0), request.get("count"), request.get("type", 0)
    if not isinstance(count, int) or not 1 <= count < COUNT_BELOW:
        raise Refusal(88010)
    if not _is_number(begin) or begin < 0 or kind not in (0, NORMAL, ELECTED):
        raise Refusal(40035)
    rows = call.store.rows(
        "SELECT * FROM comments WHERE msg_data_id = ? AND article_index = ? AND (? = 0 OR is_elected = ? - 1)"
        " ORDER BY at DESC, id DESC",
        article.msg_data_id,
        article.index,
        kind,
        kind,
    )
    return {**OK, "total": len(rows), "comment": [_described(row) for row in rows[begin : begin + count]]}


def elect(call: Call) -> Answer:
    """The comment is shown to every reader."""
    comment = _comment(call, call.json())
    elected = call.store.number(
        "SELECT count(*) FROM comments WHERE msg_data_id = ? AND article_index = ? AND is_elected",
        comment["msg_data_id"],
        comment["article_index"],
    )
    if not comment["is_elected"] and elected >= MAX_ELECTED:
        raise Refusal(88003)
    call.store.change("UPDATE comments SET is_elected = 1 WHERE id = ?", comment["id"])
    return OK


def unelect(call: Call) -> Answer:
    """Only its writer sees the comment."""
    call.store.change("UPDATE comments SET is_elected = 0 WHERE id = ?", _comment(call, call.json())["id"])
    return OK


def delete_comment(call: Call) -> Answer:
    """The comment is gone, its reply too."""
    call.store.change("DELETE FROM comments WHERE id = ?", _comment(call, call.json())["id"])
    return OK


def add_reply(call: Call) -> Answer:
    """The account's answer stands under the comment; there is one at most."""
    request = call.json()
    comment, content = _comment(call, request), text_of(request, "content")
    if not 1 <= len(content.strip()) <= REPLY_CHARS:
        raise Refusal(88007)
    if comment["reply"] is not None:
        raise Refusal(88005)
    call.store.change("UPDATE comments SET reply = ?, replied_at = ? WHERE id = ?", content, call.now, comment["id"])
    return OK


def delete_reply(call: Call) -> Answer:
    """The account's answer is gone."""
    comment = _comment(call, call.json())
    if comment["reply"] is None:
        raise Refusal(88009)
    call.store.change("UPDATE comments SET reply = NULL, replied_at = NULL WHERE id = ?", comment["id"])
    return OK


def write_comment(store: Store, msg_data_id: int, index: int, openid: str, content: str, now: float) -> int:
    """The new comment's id within its article; CannotComment when the article takes none from this follower."""
    article = find_article(store, msg_data_id, index)
    if article is None:
        raise CannotComment("没有这篇文章")
    if not _is_open(store, article):
        raise CannotComment("这篇文章没有打开留言")
    follower = find_follower(store, openid)
    if article.is_for_followers and (follower is None or not follower.subscribed):
        raise CannotComment("关注了才能留言")
    with store.transaction():
        own = "SELECT max(user_comment_id) FROM comments WHERE msg_data_id = ? AND article_index = ?"
        number = store.number(own, msg_data_id, index) + 1
        store.insert(
            "INSERT INTO comments (msg_data_id, article_index, user_comment_id, openid, at, content)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            msg_data_id,
            index,
            number,
            openid,
            now,
            content,
        )
    return number


def find_article(store: Store, msg_data_id: int, index: int) -> Article | None:
    """The article that went out under this message data, at this place from 0."""
    row = store.row("SELECT articles FROM sends WHERE msg_data_id = ? AND state = 'done'", msg_data_id)
    articles = json.loads(row["articles"]) if row else []
    if not 0 <= index < len(articles):
        return None
    flags = [bool(articles[index].get(name)) for name in ("need_open_comment", "only_fans_can_comment")]
    return Article(msg_data_id, index, *flags)


def _set_open(call: Call, is_open: bool) -> Answer:
    article = _article(call, call.json())
    call.store.set_fact(_open_fact(article), str(int(is_open)))
    return OK


def _is_open(store: Store, article: Article) -> bool:
    return store.fact(_open_fact(article), str(int(article.opened_by_draft))) == "1"


def _open_fact(article: Article) -> str:
    return f"comments {article.msg_data_id} {article.index}"


def _article(call: Call, request: dict[str, Any]) -> Article:
    if not call.account.has_comments:
        raise Refusal(88000)
    given, index = text_of(request, "msg_data_id"), request.get("index", 0)
    is_id = given.isascii() and given.isdigit() and len(given) < 19
    if not _is_number(index) or index < 0:
        raise Refusal(40035)
    article = find_article(call.store, int(given), index) if is_id else None
    if article is None:
        raise Refusal(88001)
    return article


def _comment(call: Call, request: dict[str, Any]) -> Row:
    article, number = _article(call, request), text_of(request, "user_comment_id")
    row = call.store.row(
        "SELECT * FROM comments WHERE msg_data_id = ? AND article_index = ? AND CAST(user_comment_id AS TEXT) = ?",
        article.msg_data_id,
        article.index,
        number,
    )
    if row is None:
        raise Refusal(88008)
    return row


def _described(row: Row) -> dict[str, Any]:
    comment = {
        "user_comment_id": row["user_comment_id"],
        "openid": row["openid"],
        "create_time": int(row["at"]),
        "content": row["content"],
        "comment_type": row["is_elected"],
    }
    if row["reply"] is None:
        return comment
    return {**comment, "reply": {"content": row["reply"], "create_time": int(row["replied_at"])}}


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_ANSWERS = {
    "open": open_comments,
    "close": close_comments,
    "list": list_comments,
    "markelect": elect,
    "unmarkelect": unelect,
    "delete": delete_comment,
    "reply/add": add_reply,
    "reply/delete": delete_reply,
}
ENDPOINTS = {f"/cgi-bin/comment/{name}": Endpoint(answer, right=Right.VERIFIED) for name, answer in _ANSWERS.items()}
