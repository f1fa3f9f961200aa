"""What strangers may see of the archive outside WeChat: the reading pages and the pictures on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, select

from bot.config import TIMEZONE
from bot.ledger.answers import answering
from bot.ledger.schema import articles, revision_pictures
from bot.model.articles import ArticleState


@dataclass(frozen=True, slots=True)
class Standing:
    """How an article stands towards strangers; `dated` is its publication, or its first intake (Asia/Shanghai)."""

    is_open: bool  # exactly while it may answer
    is_withdrawn: bool
    dated: date


def standing(tx: Connection, article_id: str) -> Standing | None:
    """How this article stands towards strangers; None for an unknown one."""
    wanted = select(articles.c.state, articles.c.published_on, articles.c.taken_in_at)
    row = tx.execute(wanted.where(articles.c.id == article_id)).first()
    if row is None:
        return None
    out = row.published_on
    dated = date.fromisoformat(out) if out else row.taken_in_at.astimezone(TIMEZONE).date()
    return Standing(bool(answering(tx, [article_id])), row.state == ArticleState.WITHDRAWN, dated)


def shows_picture(tx: Connection, sha256: str) -> bool:
    """True when an open page shows this picture, in its text or as its cover; `sha256` is 64 hex digits."""
    shown = revision_pictures.c
    is_current = and_(shown.article_id == articles.c.id, shown.number == articles.c.revision)
    used_by = select(articles.c.id).join_from(articles, revision_pictures, is_current).where(shown.sha256 == sha256)
    return bool(answering(tx, tx.execute(used_by).scalars().all()))
