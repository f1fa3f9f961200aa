"""Articles as lists and the calendar show them: the stock of a column, and what editors placed on its slots."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, delete, exists, insert, or_, select
from sqlalchemy.exc import IntegrityError

from bot.errors import NotAllowed, NotFound
from bot.ledger.answers import IS_CURRENT
from bot.ledger.article_json import day
from bot.ledger.schema import articles, decisions, placements, push_items, revisions, slots
from bot.model.articles import ArticleState, Entry

_IS_SPENT = slots.c.due.is_not(None)  # a round or a person has dealt with the placement's slot: it reserves nothing
_PLACEABLE = (ArticleState.IN_REVIEW, ArticleState.APPROVED)
_COMING = case((slots.c.due.is_(None), placements.c.due))


def entries(
    tx: Connection,
    *,
    column: str | None = None,
    state: ArticleState | None = None,
    needs: str | None = None,
    before_step: int | None = None,
    titled: str = "",
    limit: int | None = 200,
) -> list[Entry]:
    """Articles as lists show them, the newest `since` first.

    `column`: its id, "" for those of no column. `needs`: a person's name; only what waits for a review that this
    person may still take: in review, not brought in by them, no step of this revision theirs. `before_step`: only
    what has passed fewer steps than that. `titled`: words that stand in the title, in this order and as they are.
    """
    wanted = _entries().order_by(articles.c.since.desc(), articles.c.rank, articles.c.id).limit(limit)
    if titled:
        wanted = wanted.where(articles.c.title.icontains(titled, autoescape=True))
    if column is not None:
        wanted = wanted.where(articles.c.column_id == column if column else articles.c.column_id.is_(None))
    if state is not None:
        wanted = wanted.where(articles.c.state == state)
    if before_step is not None:
        wanted = wanted.where(articles.c.steps_done < before_step)
    if needs is not None:
        here = and_(decisions.c.article_id == articles.c.id, decisions.c.revision == articles.c.revision)
        wanted = wanted.where(
            articles.c.state == ArticleState.IN_REVIEW,
            revisions.c.brought_in_by != needs,
            ~exists().where(here, decisions.c.person == needs),
        )
    return [_entry(row) for row in tx.execute(wanted)]


def entry(tx: Connection, article_id: str) -> Entry | None:
    """One article as lists show it; None for an unknown one."""
    row = tx.execute(_entries().where(articles.c.id == article_id)).first()
    return _entry(row) if row else None


def taken_steps(tx: Connection) -> dict[str, dict[str, str]]:
    """By the id of each article in review: who took which step of its current revision; those of no step are not in it."""
    wanted = (
        select(decisions.c.article_id, decisions.c.person, decisions.c.step)
        .join_from(decisions, articles, decisions.c.article_id == articles.c.id)
        .where(decisions.c.revision == articles.c.revision, articles.c.state == ArticleState.IN_REVIEW)
    )
    found: dict[str, dict[str, str]] = {}
    for row in tx.execute(wanted):
        found.setdefault(row.article_id, {})[row.person] = row.step
    return found


def stock(tx: Connection, column: str) -> list[Entry]:
    """What the column's coming slots may take, next first: approved, not history, in no live push, on no coming slot.

    What an editor had placed on a slot that passed without it comes first, then the oldest intake.
    """
    passed_over = case((and_(_IS_SPENT, placements.c.column_id == column), placements.c.due))
    wanted = (
        _entries()
        .where(
            articles.c.column_id == column,
            articles.c.state == ArticleState.APPROVED,
            articles.c.is_history.is_(False),
            push_items.c.push_id.is_(None),
            or_(placements.c.due.is_(None), _IS_SPENT),
        )
        .order_by(passed_over.is_(None), passed_over, articles.c.taken_in_at, articles.c.rank, articles.c.id)
    )
    return [_entry(row) for row in tx.execute(wanted)]


def placed(tx: Connection, column: str, due: datetime) -> Entry | None:
    """What an editor put on this slot, whatever its state; None when nothing."""
    row = tx.execute(_entries().where(placements.c.column_id == column, placements.c.due == due)).first()
    return _entry(row) if row else None


def place(tx: Connection, article_id: str, *, column: str, due: datetime, person: str, now: datetime) -> None:
    """The slot is this article's, instead of any it had before; NotAllowed when it is taken or the article cannot go."""
    found = entry(tx, article_id)
    if found is None:
        raise NotFound(f"没有编号为 {article_id} 的稿件。")
    if found.state not in _PLACEABLE:
        what = "已撤下" if found.state is ArticleState.WITHDRAWN else "已退回修改"
        raise NotAllowed(f"《{found.title}》{what}，不能排期。")
    if found.published_on is not None or found.in_push is not None:
        raise NotAllowed(f"《{found.title}》已经发表或正在发出，不能再排期。")
    unplace(tx, article_id)
    slot = {"article_id": article_id, "column_id": column, "due": due}
    try:
        tx.execute(insert(placements).values(**slot, placed_by=person, placed_at=now))
    except IntegrityError as error:
        raise NotAllowed("这一期已经排了别的稿件。请先取消它，或选另一期。") from error


def unplace(tx: Connection, article_id: str) -> None:
    """The article is on no slot."""
    tx.execute(delete(placements).where(placements.c.article_id == article_id))


def _entries() -> Select[*tuple[Any, ...]]:
    live = and_(push_items.c.article_id == articles.c.id, push_items.c.is_live)
    its_slot = and_(slots.c.column_id == placements.c.column_id, slots.c.due == placements.c.due)
    return (
        select(
            articles,
            revisions.c.brought_in_by,
            push_items.c.push_id.label("in_push"),
            _COMING.label("placed_at"),
        )
        .join_from(articles, revisions, IS_CURRENT)
        .outerjoin(push_items, live)
        .outerjoin(placements, placements.c.article_id == articles.c.id)
        .outerjoin(slots, its_slot)
    )


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(
        id=row.id,
        title=row.title,
        column=row.column_id,
        state=ArticleState(row.state),
        revision=row.revision,
        steps_done=row.steps_done,
        brought_in_by=row.brought_in_by,
        since=row.since,
        published_on=day(row.published_on),
        url=row.url,
        in_push=row.in_push,
        placed_at=row.placed_at,
    )
