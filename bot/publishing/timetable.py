"""Schedules and a span of time → slots. Pure: knows neither the ledger nor the present."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from bot.config import TIMEZONE
from bot.model.columns import Column, Slot
from bot.model.schedules import Schedule, parse_schedule


def slots(columns: Iterable[Column], start: datetime, end: datetime) -> list[Slot]:
    """The slots with start < due <= end, soonest first, those of one moment in the columns' `order`."""
    found = [
        (due, column.order, place, column.id)
        for place, column in enumerate(columns)
        for due in _moments(parse_schedule(column.schedule), start, end)
    ]
    return [Slot(due, column_id) for due, _, _, column_id in sorted(found)]


def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai."""
    return moment.astimezone(TIMEZONE).date()


def end_of_day(moment: datetime) -> datetime:
    """The last moment of the day in Asia/Shanghai, aware UTC."""
    midnight = datetime.combine(local_day(moment) + timedelta(days=1), datetime.min.time(), TIMEZONE)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def _moments(schedule: Schedule | None, start: datetime, end: datetime) -> Iterator[datetime]:
    if schedule is None:
        return
    day = local_day(start)
    while day <= local_day(end):
        if day.weekday() in schedule.weekdays or day.day in schedule.month_days:
            due = datetime.combine(day, schedule.at, TIMEZONE).astimezone(UTC)
            if start < due <= end:
                yield due
        day += timedelta(days=1)
