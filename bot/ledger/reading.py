"""What strangers may see of the archive outside WeChat: the reading pages and the pictures on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, or_, select

from bot.config import TIMEZONE
from bot.ledger.answers import IS_CURRENT, answering
from bot.ledger.schema import articles, pictures, revisions
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
    if tx.execute(select(pictures.c.sha256).where(pictures.c.sha256 == sha256)).first() is None:
        return False  # cheap: a stranger's guesses never reach the search through the texts below
    names_it = or_(revisions.c.page_cover == sha256, revisions.c.page_html.contains(f"asset:{sha256}", autoescape=True))
    is_approved = articles.c.state == ArticleState.APPROVED
    used_by = select(articles.c.id).join_from(articles, revisions, IS_CURRENT).where(is_approved, names_it)
    return bool(answering(tx, list(tx.execute(used_by).scalars())))
