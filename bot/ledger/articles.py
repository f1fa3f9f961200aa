"""Articles, their revisions and reviews; revisions and decisions are append-only.

This module is the front door of the noun: what lists and the calendar show (`entries`) and what answers (`answers`)
is reached through it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import NotAllowed, NotFound
from bot.ledger import schema, trail
from bot.ledger.answers import (
    IS_CURRENT,
    answering,
    archive_version,
    bump_archive,
    changed_since,
    current,
    hold_archive,
)
from bot.ledger.article_json import from_json, to_json
from bot.ledger.entries import entries, entry, place, placed, stock, taken_steps, unplace
from bot.ledger.schema import articles
from bot.model.articles import Article, ArticleState, Decision, Page, Revision, Verdict

__all__ = [
    "add_revision",
    "answering",
    "archive_version",
    "bump_archive",
    "changed_since",
    "current",
    "decide",
    "decisions",
    "entries",
    "entry",
    "get",
    "place",
    "placed",
    "published",
    "resubmit",
    "revision",
    "revisions",
    "stock",
    "taken_steps",
    "unplace",
    "withdraw",
]

# -- taking in --------------------------------------------------------------------------------------------------------


def add_revision(
    tx: Connection, article: Article, page: Page, *, person: str, now: datetime, rank: int, steps: int
) -> Revision | None:
    """The new current revision, approved when there are no review `steps`, else in review; its old approval is void.

    Where only what nobody approves has changed (dates, tags), approval or withdrawal and the page stay. None when the
    manuscript is the same throughout.
    """
    hold_archive(tx)
    there = tx.execute(_CURRENT.where(articles.c.id == article.id)).first()
    if there is not None and there.article == to_json(article):
        _approve_waiting(tx, article.id, there.state, now=now, steps=steps)
        return None
    if there is not None and there.content_hash == article.content_hash and there.state in _LASTING:
        return _add_particulars(tx, article, there, person=person, now=now)
    number = there.revision + 1 if there else 1
    state = ArticleState.IN_REVIEW if steps else ArticleState.APPROVED
    standing = _standing(number, state, now) | {"archive_version": bump_archive(tx)}
    if there is None:
        first = {"id": article.id, "taken_in_at": now, "rank": rank}
        tx.execute(insert(articles), first | _row(article) | standing)
    else:
        changed = _row_over(there, article) | standing
        tx.execute(update(articles).where(articles.c.id == article.id).values(changed))
    new = Revision(article, number, page, person, now, state)
    _insert_revision(tx, new)
    return new


def resubmit(tx: Connection, article_id: str, *, now: datetime, was: ArticleState = ArticleState.RETURNED) -> Revision:
    """The same content as a new revision in review, still its author's; NotAllowed when it is not as it `was`."""
    hold_archive(tx)
    returned = get(tx, article_id)
    if returned is None:
        raise _missing(article_id)
    if returned.state is not was:
        raise NotAllowed(f"《{returned.article.title}》没有被退回，不用再送审。")
    number, state = returned.number + 1, ArticleState.IN_REVIEW
    standing = _standing(number, state, now) | {"archive_version": bump_archive(tx)}
    tx.execute(update(articles).where(articles.c.id == article_id).values(standing))
    new = Revision(returned.article, number, returned.page, returned.brought_in_by, now, state)
    _insert_revision(tx, new)
    return new


def twins(tx: Connection, hashes: Collection[str]) -> list[tuple[str, str, str]]:
    """(content hash, id, title) of the articles that now have this content, withdrawn ones left out; the oldest first."""
    r = schema.revisions
    found = (
        select(r.c.content_hash, articles.c.id, articles.c.title)
        .join(articles, (articles.c.id == r.c.article_id) & (articles.c.revision == r.c.number))
        .where(r.c.content_hash.in_(hashes), articles.c.state != ArticleState.WITHDRAWN)
        .order_by(articles.c.taken_in_at, articles.c.rank, articles.c.id)
    )
    return [(row.content_hash, row.id, row.title) for row in tx.execute(found)]


_CURRENT = select(
    articles.c.revision,
    articles.c.state,
    articles.c.published_on,
    articles.c.is_history,
    articles.c.url,
    schema.revisions.c.content_hash,
    schema.revisions.c.article,
).join_from(articles, schema.revisions, IS_CURRENT)

# What outlives a change of dates or tags; a review that is under way begins anew, for its duties belong to a revision.
_LASTING = (ArticleState.APPROVED, ArticleState.WITHDRAWN)


def _add_particulars(
    tx: Connection, article: Article, there: Row[*tuple[Any, ...]], *, person: str, now: datetime
) -> Revision:
    """A new revision of the same content: it stands as the last one did, with the page that was approved."""
    last = get(tx, article.id)
    if last is None:
        raise _missing(article.id)
    new = replace(last, article=article, number=last.number + 1, brought_in_by=person, brought_in_at=now)
    changed = _row_over(there, article) | {"revision": new.number, "archive_version": bump_archive(tx)}
    tx.execute(update(articles).where(articles.c.id == article.id).values(changed))
    _insert_revision(tx, new)
    return new


def _approve_waiting(tx: Connection, article_id: str, state: str, *, now: datetime, steps: int) -> None:
    """Where the settings have no steps any more, what waits for one is approved."""
    if steps or state in _LASTING:
        return
    approved = {"state": ArticleState.APPROVED, "since": now, "archive_version": bump_archive(tx)}
    tx.execute(update(articles).where(articles.c.id == article_id).values(approved))


def _row(article: Article) -> dict[str, Any]:
    return {
        "column_id": article.column,
        "title": article.title,
        "published_on": article.published.isoformat() if article.published else None,
        "is_history": article.published is not None,
        "url": article.url if article.published else None,  # else it is the source behind 阅读原文, and not its own
        "answer_from": article.answer_from,
    }


def _row_over(there: Row[*tuple[Any, ...]], article: Article) -> dict[str, Any]:
    """The article's row; the day and the address that our own push gave it stay, whatever a manuscript says."""
    row = _row(article)
    if there.published_on and not there.is_history:
        row |= {"published_on": there.published_on, "is_history": False, "url": there.url or row["url"]}
    return row


def _standing(number: int, state: ArticleState, now: datetime) -> dict[str, Any]:
    return {"revision": number, "state": state, "steps_done": 0, "since": now}


def _insert_revision(tx: Connection, new: Revision) -> None:
    values = {
        "article_id": new.id,
        "number": new.number,
        "content_hash": new.article.content_hash,
        "article": to_json(new.article),
        "page_html": new.page.html,
        "page_text": new.page.text,
        "page_digest": new.page.digest,
        "page_cover": new.page.cover,
        "brought_in_by": new.brought_in_by,
        "brought_in_at": new.brought_in_at,
    }
    tx.execute(insert(schema.revisions), values)
    shown = [{"article_id": new.id, "number": new.number, "sha256": sha256} for sha256 in sorted(new.page.shows)]
    tx.execute(insert(schema.revision_pictures), shown)


# -- looking up -------------------------------------------------------------------------------------------------------


def get(tx: Connection, article_id: str) -> Revision | None:
    """The current revision; None for an unknown article."""
    wanted = select(schema.revisions, articles.c.state, articles.c.steps_done)
    wanted = wanted.join_from(articles, schema.revisions, IS_CURRENT).where(articles.c.id == article_id)
    row = tx.execute(wanted).first()
    return _revision(row) if row else None


def revision(tx: Connection, article_id: str, number: int) -> Revision | None:
    """One revision; an older one is never `approved`: it stands as returned when it was, else as in review."""
    row = tx.execute(_revisions(article_id).where(schema.revisions.c.number == number)).first()
    return _revision(row) if row else None


def revisions(tx: Connection, article_id: str) -> list[Revision]:
    """All revisions, the oldest first; see `revision` for the state of the older ones."""
    return [_revision(row) for row in tx.execute(_revisions(article_id).order_by(schema.revisions.c.number))]


def _revisions(article_id: str) -> Select[*tuple[Any, ...]]:
    table, decided = schema.revisions.c, schema.decisions.c
    here = and_(decided.article_id == table.article_id, decided.revision == table.number)
    goes_on = decided.verdict.in_([verdict for verdict in Verdict if verdict.goes_on])
    was_returned = exists().where(here, ~goes_on)
    passed = select(func.count()).where(here, goes_on).scalar_subquery()
    is_current = articles.c.revision == table.number
    before = case((was_returned, ArticleState.RETURNED.value), else_=ArticleState.IN_REVIEW.value)
    state = case((is_current, articles.c.state), else_=before).label("state")
    steps_done = case((is_current, articles.c.steps_done), else_=passed).label("steps_done")
    return (
        select(schema.revisions, state, steps_done)
        .join_from(schema.revisions, articles, table.article_id == articles.c.id)
        .where(table.article_id == article_id)
    )


def _is(article_id: str, number: int) -> ColumnElement[bool]:
    return and_(schema.revisions.c.article_id == article_id, schema.revisions.c.number == number)


def _revision(row: Row[*tuple[Any, ...]]) -> Revision:
    return Revision(
        article=from_json(row.article),
        number=row.number,
        page=Page(row.page_html, row.page_text, row.page_digest, row.page_cover),
        brought_in_by=row.brought_in_by,
        brought_in_at=row.brought_in_at,
        state=ArticleState(row.state),
        steps_done=row.steps_done,
    )


# -- reviews and what comes after -------------------------------------------------------------------------------------


def decide(
    tx: Connection,
    article_id: str,
    revision: int,
    *,
    step: str,
    step_index: int,
    verdict: Verdict,
    person: str,
    comment: str,
    now: datetime,
    becomes: ArticleState,
) -> None:
    """One person has taken one review step, by which the article `becomes`; NotAllowed for all but the first."""
    version = bump_archive(tx)
    done = step_index + 1 if verdict.goes_on else step_index
    won = tx.execute(
        update(articles)
        .where(
            articles.c.id == article_id,
            articles.c.revision == revision,
            articles.c.state == ArticleState.IN_REVIEW,
            articles.c.steps_done == step_index,
        )
        .values(state=becomes, steps_done=done, since=now, archive_version=version)
    )
    if won.rowcount != 1:
        raise NotAllowed("这一步已经有人审过，或稿件刚刚改过。请刷新后再看。")
    about = {"article_id": article_id, "revision": revision, "step": step, "step_index": step_index}
    said = {"verdict": verdict, "person": person, "comment": comment, "at": now}
    content_hash = select(schema.revisions.c.content_hash).where(_is(article_id, revision)).scalar_subquery()
    try:
        tx.execute(insert(schema.decisions).values(**about, **said, content_hash=content_hash))
    except IntegrityError as error:
        raise NotAllowed("一个人在同一稿里只能审一步。") from error


def decisions(tx: Connection, article_id: str) -> list[Decision]:
    """Every review step ever taken of an article, the oldest first."""
    wanted = select(schema.decisions).where(schema.decisions.c.article_id == article_id)
    return [
        Decision(r.article_id, r.revision, r.step, Verdict(r.verdict), r.person, r.comment, r.content_hash, r.at)
        for r in tx.execute(wanted.order_by(schema.decisions.c.id))
    ]


def withdraw(tx: Connection, article_id: str, *, person: str, reason: str, now: datetime) -> None:
    """It answers no more, leaves stock and slot, and the trail says who and why; a second time changes nothing."""
    hold_archive(tx)
    found = entry(tx, article_id)
    if found is None:
        raise _missing(article_id)
    if found.state is ArticleState.WITHDRAWN:
        return
    gone = {"state": ArticleState.WITHDRAWN, "since": now, "archive_version": bump_archive(tx)}
    tx.execute(update(articles).where(articles.c.id == article_id).values(gone))
    unplace(tx, article_id)
    about = {"title": found.title, "revision": found.revision, "reason": reason}
    trail.add(tx, person=person, action="withdraw", subject=f"article:{article_id}", detail=about, now=now)


def published(tx: Connection, article_id: str, *, on: date, url: str | None) -> None:
    """The article went out on that day (Asia/Shanghai); an address known before stays when `url` is None."""
    values: dict[str, Any] = {"published_on": on.isoformat(), "archive_version": bump_archive(tx)}
    if url:
        values["url"] = url
    won = tx.execute(update(articles).where(articles.c.id == article_id).values(values))
    if won.rowcount != 1:
        raise _missing(article_id)


def _missing(article_id: str) -> NotFound:
    return NotFound(f"没有编号为 {article_id} 的稿件。")
