"""What the archive may show, and the version by which it learns of changes.

Whatever changes an answer takes the archive's next version first. That one row makes all such writers wait for
each other, on every database, so that whoever has seen version n has missed nothing up to n.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, literal, or_, select, update

from bot.config import TIMEZONE
from bot.ledger.article_json import day
from bot.ledger.schema import articles, revisions, versions
from bot.ledger.upsert import insert_into
from bot.model.articles import AnswerFrom, ArticleState, Document

ARCHIVE = "archive"

_VERSION = select(versions.c.value).where(versions.c.name == ARCHIVE)  # made once: the hot path asks it all the time

IS_CURRENT = and_(revisions.c.article_id == articles.c.id, revisions.c.number == articles.c.revision)
"""Joins an article to its current revision."""

_ANSWERS = and_(
    articles.c.state == ArticleState.APPROVED,
    or_(articles.c.answer_from == AnswerFrom.APPROVAL, articles.c.published_on.is_not(None)),
)


def hold_archive(tx: Connection) -> None:
    """Until this transaction ends nobody else can change what answers: take it before reading what decides a change."""
    row = select(versions.c.value).where(versions.c.name == ARCHIVE).with_for_update()
    if tx.execute(row).first() is None:
        tx.execute(
            insert_into(tx, versions).values(name=ARCHIVE, value=0).on_conflict_do_nothing(index_elements=["name"])
        )
        tx.execute(row)


def bump_archive(tx: Connection) -> int:
    """The archive's new version, from 1; goes into `archive_version` of the article changed in the same transaction."""
    bump = update(versions).where(versions.c.name == ARCHIVE).values(value=versions.c.value + 1)
    bump = bump.returning(versions.c.value)
    value = tx.execute(bump).scalar_one_or_none()
    if value is None:
        hold_archive(tx)
        value = tx.execute(bump).scalar_one()
    return int(value)


def archive_version(tx: Connection) -> int:
    """The archive's present version; 0 before the first article."""
    return int(tx.execute(_VERSION).scalar_one_or_none() or 0)


def changed_since(tx: Connection, version: int) -> tuple[int, list[tuple[str, Document | None]]]:
    """The archive's version, and each article changed after `version`, in order of change; None: it answers no more."""
    newest = archive_version(tx)  # first: what changes while we read is given now, and once more next time
    changed = (
        select(articles, revisions.c.page_text, case((_ANSWERS, literal(1)), else_=0).label("answers"))
        .join_from(articles, revisions, IS_CURRENT)
        .where(articles.c.archive_version > version)
        .order_by(articles.c.archive_version)
    )
    return newest, [(row.id, _document(row) if row.answers else None) for row in tx.execute(changed)]


def answering(tx: Connection, ids: Collection[str]) -> set[str]:
    """Which of these articles may answer right now; the ledger's word counts where an index is behind."""
    return set(tx.execute(select(articles.c.id).where(articles.c.id.in_(ids), _ANSWERS)).scalars())


def current(tx: Connection, documents: Sequence[Document], version: int) -> list[Document]:
    """Those of the archive's documents that may answer right now, in the ledger's words where it changed after `version`."""
    wanted = select(articles.c.id, articles.c.archive_version).where(
        articles.c.id.in_([document.id for document in documents]), _ANSWERS
    )
    changed_in = {row.id: row.archive_version for row in tx.execute(wanted)}
    newer = [key for key, changed in changed_in.items() if changed > version]
    renewed = {document.id: document for document in _documents(tx, newer)} if newer else {}
    return [renewed.get(document.id, document) for document in documents if document.id in changed_in]


def _documents(tx: Connection, ids: Collection[str]) -> list[Document]:
    wanted = select(articles, revisions.c.page_text).join_from(articles, revisions, IS_CURRENT)
    return [_document(row) for row in tx.execute(wanted.where(articles.c.id.in_(ids)))]


def _document(row: Row[*tuple[Any, ...]]) -> Document:
    dated = day(row.published_on) or row.taken_in_at.astimezone(TIMEZONE).date()
    return Document(row.id, row.title, row.page_text, row.column_id, row.url, dated, row.kind)
