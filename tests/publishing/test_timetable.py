"""Schedules become slots: weeks, months of every length, borders of the span."""

from __future__ import annotations

import pytest

from bot.config import TIMEZONE
from bot.model.columns import Column
from bot.publishing.timetable import end_of_day, slots
from tests.publishing.conftest import at

CASES = [
    ("fri 18:00", "2026-12-01 00:00", "2026-12-14 00:00", ["12-04 18:00", "12-11 18:00"]),
    ("mon,thu 08:30", "2026-12-03 08:30", "2026-12-07 08:30", ["12-07 08:30"]),  # start < due <= end
    ("daily 00:00", "2026-12-31 23:59", "2027-01-01 23:59", ["01-01 00:00"]),
    ("day 31 09:00", "2027-01-01 00:00", "2027-04-30 23:59", ["01-31 09:00", "03-31 09:00"]),
    ("day 29,30 09:00", "2027-02-01 00:00", "2027-03-29 12:00", ["03-29 09:00"]),
    ("day 29 09:00", "2028-02-01 00:00", "2028-02-29 12:00", ["02-29 09:00"]),
    ("day 1,31 18:00", "2026-12-31 18:00", "2027-01-31 18:00", ["01-01 18:00", "01-31 18:00"]),
    ("sun 23:59", "2026-12-06 23:58", "2026-12-06 23:59", ["12-06 23:59"]),
    ("mon 00:30", "2026-12-06 23:59", "2026-12-07 00:29", []),  # Sunday in UTC, Monday in Shanghai
    ("mon 00:30", "2026-12-06 23:59", "2026-12-07 00:30", ["12-07 00:30"]),
    ("", "2026-12-01 00:00", "2027-12-01 00:00", []),
    ("fri 18:00", "2026-12-05 00:00", "2026-12-01 00:00", []),
]


@pytest.mark.parametrize(("schedule", "start", "end", "expected"), CASES)
def test_slots_of_a_schedule(schedule, start, end, expected):
    found = slots([Column("c", "栏目", schedule)], at(start), at(end))

    assert [f"{slot.due.astimezone(TIMEZONE):%m-%d %H:%M}" for slot in found] == expected
    assert all(slot.due.utcoffset().total_seconds() == 0 for slot in found)


def test_slots_of_one_moment_stand_in_the_columns_order():
    columns = [
        Column("z", "丙", "fri 18:00", order=2),
        Column("a", "乙", "fri 18:00", order=3),
        Column("m", "甲", "fri 18:00", order=1),
    ]

    found = slots(columns, at("2026-12-04 00:00"), at("2026-12-05 00:00"))

    assert [slot.column for slot in found] == ["m", "z", "a"]


def test_the_day_ends_at_midnight_in_shanghai():
    assert end_of_day(at("2026-12-04 23:59")) < at("2026-12-05 00:00") <= end_of_day(at("2026-12-05 00:00"))
