"""Who did what, when: append-only, never edited, never holding anything of a follower's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.ledger.schema import trail


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One act; `subject` names what it was done to ("article:water", "push:3", "person:李编辑")."""

    at: datetime
    person: str  # a person's name, or the command or process that acted
    action: str
    subject: str
    detail: Mapping[str, object]


def add(
    tx: Connection, *, person: str, action: str, subject: str, detail: Mapping[str, object] | None = None, now: datetime
) -> None:
    """The act is in the trail, in the transaction of what it describes; `detail` must be plain JSON values."""
    tx.execute(insert(trail).values(at=now, person=person, action=action, subject=subject, detail=dict(detail or {})))


def recent(tx: Connection, *, limit: int, subject: str | None = None) -> list[TrailLine]:
    """The newest acts first, of all subjects or of one."""
    wanted = select(trail).order_by(trail.c.id.desc()).limit(limit)
    if subject is not None:
        wanted = wanted.where(trail.c.subject == subject)
    return [TrailLine(row.at, row.person, row.action, row.subject, row.detail) for row in tx.execute(wanted)]
