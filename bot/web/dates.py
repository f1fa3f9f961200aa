"""Moments as people say them, in Beijing time; the full date is kept for those who point at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.config import TIMEZONE
from bot.model.schedules import WEEKDAY_NAMES


@dataclass(frozen=True, slots=True)
class When:
    """A moment for a page: `said` is read, `full` shows on hover, `iso` is for machines."""

    said: str
    full: str
    iso: str


def when(moment: datetime, now: datetime) -> When:
    """An aware moment as seen from `now`: "3 天前", "昨天 18:00", "周五 18:00", "12月4日 18:00"."""
    local, here = moment.astimezone(TIMEZONE), now.astimezone(TIMEZONE)
    return When(said=_said(local, here), full=full(moment), iso=local.isoformat(timespec="minutes"))


def dated(moment: datetime, now: datetime) -> When:
    """As `when`, but always with day and time: "今天 18:00", "11月21日 周六 08:30"."""
    local, days = moment.astimezone(TIMEZONE), _days_ahead(moment, now)
    return When(
        f"{_NEAR.get(days) or day(local.date())} {local:%H:%M}", full(moment), local.isoformat(timespec="minutes")
    )


def _days_ahead(moment: datetime, now: datetime) -> int:
    return (moment.astimezone(TIMEZONE).date() - now.astimezone(TIMEZONE).date()).days


def full(moment: datetime) -> str:
    """ "2026年12月4日 周五 18:00（北京时间）"."""
    local = moment.astimezone(TIMEZONE)
    return f"{local.year}年{day(local.date())} {local:%H:%M}（北京时间）"


def day(on: date) -> str:
    """ "12月4日 周五"."""
    return f"{on.month}月{on.day}日 {WEEKDAY_NAMES[on.weekday()]}"


def day_of_year(on: date) -> str:
    """ "2026年12月4日": with its year, for what is read for years."""
    return f"{on.year}年{on.month}月{on.day}日"


def _said(local: datetime, here: datetime) -> str:
    days = _days_ahead(local, here)
    clock = f"{local:%H:%M}"
    if days in _NEAR:
        return _recent(here - local) if here - timedelta(hours=6) < local <= here else f"{_NEAR[days]} {clock}"
    if -7 < days < 0:
        return f"{-days} 天前"
    if 0 < days < 7:
        return f"{WEEKDAY_NAMES[local.weekday()]} {clock}"
    year = f"{local.year}年" if local.year != here.year else ""
    return f"{year}{local.month}月{local.day}日 {clock}"


_NEAR = {-1: "昨天", 0: "今天", 1: "明天"}


def _recent(passed: timedelta) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    return f"{minutes} 分钟前" if minutes < 60 else f"{minutes // 60} 小时前"


def chosen(written: str) -> datetime | None:
    """The moment that a form gives back, in UTC; None for anything but an aware ISO time that Beijing's calendar holds."""
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(TIMEZONE).astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
