"""The slots that were attended, what became of each, and when each column was born."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, select, update

from bot.ledger.schema import columns, placements, slots
from bot.ledger.upsert import insert_into
from bot.model.columns import Slot, SlotRecord, SlotState


def born(tx: Connection, column_id: str, now: datetime) -> datetime:
    """When the column was born: `now` the first time, the same moment ever after."""
    new = insert_into(tx, columns).values(id=column_id, born_at=now)
    tx.execute(new.on_conflict_do_nothing(index_elements=["id"]))
    return births(tx)[column_id]


def births(tx: Connection) -> dict[str, datetime]:
    """When each column was born, by its id; columns that no round has seen are not in it."""
    return {row.id: row.born_at for row in tx.execute(select(columns.c.id, columns.c.born_at))}


def next_issue(tx: Connection, column_id: str, now: datetime) -> int:
    """The column's next issue number, from 1; a number is given once and never comes back."""
    born(tx, column_id, now)
    counted = update(columns).where(columns.c.id == column_id).values(last_issue=columns.c.last_issue + 1)
    return int(tx.execute(counted.returning(columns.c.last_issue)).scalar_one())


def record(tx: Connection, slot: Slot, state: SlotState, push: int | None, reason: str, now: datetime) -> bool:
    """True for the one caller, ever, that records what became of this slot."""
    won = tx.execute(
        insert_into(tx, slots)
        .values(column_id=slot.column, due=slot.due, state=state, push_id=push, reason=reason, at=now)
        .on_conflict_do_nothing(index_elements=["column_id", "due"])
    )
    return won.rowcount == 1


def settle(
    tx: Connection, slot: Slot, state: SlotState, *, was: SlotState, push: int | None, reason: str, now: datetime
) -> bool:
    """True for the one caller that turns this slot from state `was` into another."""
    won = tx.execute(
        update(slots)
        .where(slots.c.column_id == slot.column, slots.c.due == slot.due, slots.c.state == was)
        .values(state=state, push_id=push, reason=reason, at=now)
    )
    return won.rowcount == 1


def get(tx: Connection, slot: Slot) -> SlotRecord | None:
    """What became of this slot; None while nobody has attended it."""
    row = tx.execute(select(slots).where(slots.c.column_id == slot.column, slots.c.due == slot.due)).one_or_none()
    return _record(row) if row else None


def attended(tx: Connection, start: datetime, end: datetime) -> dict[Slot, SlotRecord]:
    """What became of the attended slots with start < due <= end."""
    found = select(slots).where(slots.c.due > start, slots.c.due <= end).order_by(slots.c.due, slots.c.column_id)
    records = (_record(row) for row in tx.execute(found))
    return {record.slot: record for record in records}


def missed(tx: Connection) -> list[SlotRecord]:
    """The missed slots that wait for a person, oldest first."""
    return _in_state(tx, SlotState.MISSED)


def wanted(tx: Connection) -> list[SlotRecord]:
    """The missed slots that a person wants sent after all, oldest first."""
    return _in_state(tx, SlotState.WANTED)


def _in_state(tx: Connection, state: SlotState) -> list[SlotRecord]:
    found = select(slots).where(slots.c.state == state).order_by(slots.c.due, slots.c.column_id)
    return [_record(row) for row in tx.execute(found)]


def stranded(tx: Connection, until: datetime) -> list[str]:
    """The articles placed on moments up to `until` that never were slots (the timetable has changed since)."""
    its_slot = exists().where(slots.c.column_id == placements.c.column_id, slots.c.due == placements.c.due)
    found = select(placements.c.article_id).where(placements.c.due <= until, ~its_slot).order_by(placements.c.due)
    return list(tx.execute(found).scalars())


def _record(row: Row[*tuple[Any, ...]]) -> SlotRecord:
    return SlotRecord(Slot(row.due, row.column_id), SlotState(row.state), row.push_id, row.reason, row.at)
