"""When a column appears: "fri 18:00", "mon,thu 08:30", "daily 07:30" or "day 1 09:00", in Asia/Shanghai."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Weekdays (0 is Monday) or days of the month, and the time of day in Asia/Shanghai."""

    at: time
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()  # a day that a month lacks is left out in that month

    def __str__(self) -> str:
        """As people say it: "每周五 18:00"."""
        clock = f"{self.at:%H:%M}"
        if self.month_days:
            return f"每月 {'、'.join(map(str, self.month_days))} 日 {clock}"
        if len(self.weekdays) == 7:
            return f"每天 {clock}"
        return "每" + "、".join(WEEKDAY_NAMES[day] for day in self.weekdays) + f" {clock}"


def parse_schedule(written: str) -> Schedule | None:
    """The schedule of a setting; None when it is empty; ValueError with a Chinese reason when it makes no sense."""
    if not written.strip():
        return None
    found = re.fullmatch(r"\s*(.+?)\s+(\d{1,2}):(\d{2})\s*", written.lower())
    if not found:
        raise ValueError("写法是“星期 时:分”")
    days, hour, minute = found[1], int(found[2]), int(found[3])
    if hour > 23 or minute > 59:
        raise ValueError("没有这个钟点")
    at = time(hour, minute)
    if days == "daily":
        return Schedule(at, weekdays=tuple(range(7)))
    if days.startswith("day "):
        return Schedule(at, month_days=_month_days(days.removeprefix("day ")))
    return Schedule(at, weekdays=_weekdays(days))


def _weekdays(written: str) -> tuple[int, ...]:
    names = [name.strip() for name in written.split(",")]
    if not all(name in WEEKDAYS for name in names):
        # Numbers are refused on purpose: cron dialects disagree on whether 0 is Sunday or Monday.
        raise ValueError("星期要写英文缩写 mon tue wed thu fri sat sun，不要写数字")
    return tuple(sorted({WEEKDAYS.index(name) for name in names}))


def _month_days(written: str) -> tuple[int, ...]:
    names = [name.strip() for name in written.split(",")]
    if not all(name.isdecimal() and 1 <= int(name) <= 31 for name in names):
        raise ValueError("day 后面写 1 到 31 的日子")
    return tuple(sorted({int(name) for name in names}))
