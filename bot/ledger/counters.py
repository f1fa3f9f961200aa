"""How often something happened on a day: what was heard, answered, refused."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from bot.ledger.schema import counters
from bot.ledger.upsert import insert_into


def add(tx: Connection, day: date, name: str, n: int) -> None:
    """`name` happened `n` more times on that day (Asia/Shanghai)."""
    new = insert_into(tx, counters).values(day=day.isoformat(), name=name, n=n)
    tx.execute(new.on_conflict_do_update(index_elements=["day", "name"], set_={"n": counters.c.n + new.excluded.n}))


def total(tx: Connection, day: date) -> dict[str, int]:
    """All counters of a day by name; what never happened is not in it."""
    rows = tx.execute(select(counters.c.name, counters.c.n).where(counters.c.day == day.isoformat()))
    return {row.name: row.n for row in rows}
