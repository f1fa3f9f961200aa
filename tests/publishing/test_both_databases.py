"""The same weeks come to the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ledger import articles
from bot.model.columns import Slot
from bot.publishing import decide

from .conftest import BEFORE, FRIDAY, HEALTH, SPIRIT, Association, founded

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def weeks(made: Association, route: str) -> list[object]:
    """Three weeks with stock that runs out, a placing, a withdrawal, a missed week that a person sends after all."""
    made.settings(SPIRIT, HEALTH, route=route)
    for name in ("b", "A", "中", "a"):
        made.article(name)
    made.article("fever", "health")
    made.round(BEFORE)
    with made.ledger.write() as tx:
        articles.place(tx, "a", column="spirit", due=FRIDAY, person="林", now=BEFORE)
        articles.withdraw(tx, "A", person="林", reason="有误", now=BEFORE)
    for moment in (FRIDAY - timedelta(hours=9), FRIDAY, FRIDAY + DAY, FRIDAY + WEEK + DAY):
        made.round(moment, settled=True)
    missed = [slot for slot, state in made.slot_states().items() if state == "missed"]
    decide.send_late(made.ledger, Slot(FRIDAY + WEEK, "spirit"), person="林", now=FRIDAY + WEEK + DAY)
    for moment in (FRIDAY + WEEK + 2 * DAY, FRIDAY + WEEK + 3 * DAY, FRIDAY + 2 * WEEK, FRIDAY + 2 * WEEK + DAY):
        made.round(moment, settled=True)
    pushes = made.pushes()
    items = [[(i.article_id, i.issue, i.column, i.due, i.url) for i in push.items] for push in pushes]
    histories = [made.history(push.id) for push in pushes]
    return [missed, made.states(), items, histories, made.slot_states()]


@pytest.mark.parametrize("route", ["mass", "publish"])
def test_the_same_weeks_come_to_the_same(tmp_path: Path, postgresql_url: str, route: str) -> None:
    one, other = founded(tmp_path / "file"), founded(tmp_path / "server", postgresql_url)
    with closing(one.ledger), closing(other.ledger):
        expected = weeks(one, route)

        assert weeks(other, route) == expected
        assert "confirmed" in expected[1]
