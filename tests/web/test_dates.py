"""Moments in the words that people use."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.web.dates import chosen, dated, when

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 2, 10, 30, tzinfo=SHANGHAI)  # a Wednesday


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(2026, 12, 2, 10, 30), "刚刚"),
        (at(2026, 12, 2, 10, 25), "5 分钟前"),
        (at(2026, 12, 2, 7, 0), "3 小时前"),
        (at(2026, 12, 2, 1, 0), "今天 01:00"),
        (at(2026, 12, 2, 18, 0), "今天 18:00"),
        (at(2026, 12, 1, 18, 0), "昨天 18:00"),
        (at(2026, 12, 3, 0, 0), "明天 00:00"),
        (at(2026, 12, 4, 18, 0), "周五 18:00"),
        (at(2026, 12, 8, 18, 0), "周二 18:00"),
        (at(2026, 12, 9, 18, 0), "12月9日 18:00"),
        (at(2026, 11, 29, 23, 59), "3 天前"),
        (at(2026, 11, 25, 9, 0), "11月25日 09:00"),
        (at(2027, 1, 1, 0, 0), "2027年1月1日 00:00"),
    ],
)
def test_a_moment_is_said_as_seen_from_now(moment: datetime, said: str) -> None:
    assert when(moment, NOW).said == said


def test_just_after_midnight_the_last_minutes_of_yesterday_are_minutes_ago() -> None:
    assert when(at(2026, 12, 1, 23, 58), at(2026, 12, 2, 0, 1)).said == "3 分钟前"


def test_the_full_date_names_year_weekday_and_zone() -> None:
    assert when(at(2026, 12, 4, 18, 0), NOW).full == "2026年12月4日 周五 18:00（北京时间）"


def test_a_dated_moment_never_loses_its_day() -> None:
    assert dated(at(2026, 11, 21, 8, 30), NOW).said == "11月21日 周六 08:30"
    assert dated(at(2026, 12, 2, 8, 30), NOW).said == "今天 08:30"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-12-04T18:00:00+08:00", datetime(2026, 12, 4, 10, tzinfo=UTC)),
        ("2026-12-04T10:00:00+00:00", datetime(2026, 12, 4, 10, tzinfo=UTC)),
        ("2026-12-04T18:00:00", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("9999-12-31T23:59:59+00:00", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_moment_that_a_form_gives_back(written: str, found: datetime | None) -> None:
    assert chosen(written) == found
