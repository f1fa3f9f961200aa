"""How often something happened on a day: what was heard, answered, refused."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from bot.ledger.schema import counters
from bot.ledger.upsert import Insert, insert_for


def add(tx: Connection, counts: Mapping[tuple[date, str], int]) -> None:
    """Each name happened so many times more on its day (Asia/Shanghai)."""
    if not counts:
        return
    # In order: two processes that take the same rows from both ends would wait for each other.
    rows = [{"day": day.isoformat(), "name": name, "n": n} for (day, name), n in sorted(counts.items())]
    tx.execute(_adding(tx.dialect.name), rows)


@functools.cache
def _adding(dialect: str) -> Insert:
    new = insert_for(dialect, counters)
    return new.on_conflict_do_update(index_elements=["day", "name"], set_={"n": counters.c.n + new.excluded.n})


def total(tx: Connection, day: date) -> dict[str, int]:
    """All counters of a day by name; what never happened is not in it."""
    rows = tx.execute(select(counters.c.name, counters.c.n).where(counters.c.day == day.isoformat()))
    return {row.name: row.n for row in rows}
