"""What was learnt and must be remembered: one short text per key, with the time it was learnt.

Keys: `route.mass` and `route.publish` ("allowed" or "refused"), `route.heard` (the lesser route that a person has
heard of), `slots.attended` (ISO time up to which every slot is
recorded), `round.last` (ISO time of the last round), `purge.last` (ISO date), `event.…` (results of unknown jobs),
`route.again` and `sweep.again` (ISO time before which WeChat is not asked), `ledger.id` (hex digits that no other ledger has),
`clock.stale` (messages refused for their time since the last one that was taken), `session.…` (log-ins that are over).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.ledger.schema import facts
from bot.ledger.upsert import insert_into


def get(tx: Connection, key: str) -> str | None:
    """What is known under this key; None when nothing."""
    return tx.execute(select(facts.c.value).where(facts.c.key == key)).scalar_one_or_none()


def with_time(tx: Connection, key: str) -> tuple[str, datetime] | None:
    """What is known under this key, and since when; None when nothing."""
    row = tx.execute(select(facts.c.value, facts.c.at).where(facts.c.key == key)).one_or_none()
    return (row.value, row.at) if row else None


def put(tx: Connection, key: str, value: str, now: datetime) -> None:
    """From now on `get` gives this value."""
    new = {"value": value, "at": now}
    tx.execute(insert_into(tx, facts).values(key=key, **new).on_conflict_do_update(index_elements=["key"], set_=new))


def take(tx: Connection, key: str) -> str | None:
    """What was known under this key, which is then forgotten; None when nothing."""
    return tx.execute(delete(facts).where(facts.c.key == key).returning(facts.c.value)).scalar_one_or_none()


def forget(tx: Connection, prefix: str, *, before: datetime) -> None:
    """Nothing is known any more of keys that begin with `prefix` and were put before that time."""
    tx.execute(delete(facts).where(facts.c.key.startswith(prefix, autoescape=True), facts.c.at < before))
