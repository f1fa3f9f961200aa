"""WeChat's access token: one row per account, shared by all processes, and who may have it replaced by force."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from bot.ledger.schema import tokens
from bot.ledger.upsert import insert_into

RENEW_BEFORE = timedelta(minutes=5)
"""From then on WeChat gives the next token, and takes both until the old one expires."""

FORCE_EVERY = timedelta(seconds=30)
"""WeChat's own limit for force_refresh."""


def usable(tx: Connection, app_id: str, *, now: datetime) -> str | None:
    """The account's token while more than five minutes of it are left."""
    kept = tx.execute(select(tokens.c.token, tokens.c.expires_at).where(tokens.c.app_id == app_id)).one_or_none()
    return kept.token if kept and kept.expires_at - RENEW_BEFORE > now else None


def save(tx: Connection, app_id: str, token: str, *, expires_at: datetime, now: datetime) -> None:
    """The account's token is this one; who forced the last one and when stays known."""
    values = {"token": token, "expires_at": expires_at, "fetched_at": now}
    new = insert_into(tx, tokens).values(app_id=app_id, **values)
    tx.execute(new.on_conflict_do_update(index_elements=["app_id"], set_=values))


def may_force(tx: Connection, app_id: str, *, now: datetime) -> bool:
    """True for one caller of all processes in 30 s, who must then force; False while the account has no token yet."""
    # A time far ahead was written under a clock that has been set back since: it must not block anybody.
    allowed = or_(
        tokens.c.forced_at.is_(None),
        tokens.c.forced_at <= now - FORCE_EVERY,
        tokens.c.forced_at > now + FORCE_EVERY,
    )
    won = tx.execute(update(tokens).where(tokens.c.app_id == app_id, allowed).values(forced_at=now))
    return won.rowcount == 1
