"""Columns and the slots of their timetable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.articles import AnswerFrom


@dataclass(frozen=True, slots=True)
class Column:
    """A column (栏目) as the settings define it."""

    id: str
    name: str
    schedule: str = ""  # "fri 18:00", "mon,thu 08:30", "day 1 09:00"; empty: never by itself
    order: int = 100
    late_hours: float = 6.0
    answer_from: AnswerFrom = AnswerFrom.APPROVAL
    color: str = "#0B6E4F"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A moment at which a column promises an issue; `due` is aware UTC."""

    due: datetime
    column: str


class SlotState(StrEnum):
    """What became of a slot that a round attended."""

    CLAIMED = "claimed"  # a push took it
    EMPTY = "empty"  # nothing was approved for it
    MISSED = "missed"  # nobody attended it in time: a person decides
    WANTED = "wanted"  # a person: it was missed, send it after all; the next round does
    DEFERRED = "deferred"  # a person: the next slot will do
    DROPPED = "dropped"  # a person: let it go


@dataclass(frozen=True, slots=True)
class SlotRecord:
    """A slot as the ledger keeps it."""

    slot: Slot
    state: SlotState
    push: int | None
    reason: str  # a Chinese sentence; empty when claimed
    at: datetime
