"""How often something happened on a day: what was heard, answered, refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from bot.ledger.schema import counters
from bot.ledger.upsert import insert_into


def add(tx: Connection, counts: Mapping[tuple[date, str], int]) -> None:
    """Each name happened so many times more on its day (Asia/Shanghai)."""
    if not counts:
        return
    new = insert_into(tx, counters)
    more = new.on_conflict_do_update(index_elements=["day", "name"], set_={"n": counters.c.n + new.excluded.n})
    # In order: two processes that take the same rows from both ends would wait for each other.
    tx.execute(more, [{"day": day.isoformat(), "name": name, "n": n} for (day, name), n in sorted(counts.items())])


def total(tx: Connection, day: date) -> dict[str, int]:
    """All counters of a day by name; what never happened is not in it."""
    rows = tx.execute(select(counters.c.name, counters.c.n).where(counters.c.day == day.isoformat()))
    return {row.name: row.n for row in rows}
