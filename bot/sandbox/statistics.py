"""The statistics calls `/datacube/…`, counted from what really happened in the box.

The box does not know who opens a page: each opening counts as one reader. Nobody shares, likes or pays in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from bot.sandbox import figures
from bot.sandbox.account import Right
from bot.sandbox.calls import Answer, Call, Endpoint, text_of
from bot.sandbox.clock import SHANGHAI
from bot.sandbox.errcodes import Refusal
from bot.sandbox.figures import Figures
from bot.sandbox.state import Store

FIRST_DAY = date(2014, 12, 1)
READY_FROM = time(8)  # yesterday's figures


@dataclass(frozen=True, slots=True)
class Statistic:
    """One call: what makes its list, and how many days it may span."""

    list_of: Callable[[Store, list[date]], Figures]
    max_days: int


STATISTICS = {
    "getusersummary": Statistic(figures.follows, 7),
    "getusercumulate": Statistic(figures.followers, 7),
    # The spans of these four are not documented: the box allows what their forerunners did.
    "getarticleread": Statistic(figures.article_reads, 1),
    "getarticleshare": Statistic(figures.article_shares, 1),
    "getbizsummary": Statistic(figures.account_reads, 1),
    "getarticletotaldetail": Statistic(figures.article_totals, 1),
    "getupstreammsg": Statistic(figures.messages_by_day, 7),
    "getupstreammsghour": Statistic(figures.messages_by_hour, 1),
    "getupstreammsgweek": Statistic(figures.messages_by_week, 30),
    "getupstreammsgmonth": Statistic(figures.messages_by_month, 30),
    "getupstreammsgdist": Statistic(figures.writers_by_day, 15),
    "getupstreammsgdistweek": Statistic(figures.writers_by_week, 30),
    "getupstreammsgdistmonth": Statistic(figures.writers_by_month, 30),
    "getinterfacesummary": Statistic(figures.deliveries_by_day, 30),
    "getinterfacesummaryhour": Statistic(figures.deliveries_by_hour, 1),
}
# 已停止维护. What WeChat answers to them is not documented; the box knows them no longer.
STOPPED = (
    "getarticlesummary",
    "getarticletotal",
    "getuserread",
    "getuserreadhour",
    "getusershare",
    "getusersharehour",
)


def days_asked(request: dict[str, Any], max_days: int, now: datetime) -> list[date]:
    """Each day from `begin_date` to `end_date`; Refusal 61500, 61501 or 61503. `now` in Shanghai."""
    begin, end = (_day(text_of(request, name)) for name in ("begin_date", "end_date"))
    yesterday = now.date() - timedelta(days=1)
    if begin < FIRST_DAY or end < begin or (end - begin).days >= max_days or end > yesterday:
        raise Refusal(61501)
    if end == yesterday and now.time() < READY_FROM:
        raise Refusal(61503)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def _day(text: str) -> date:
    try:
        if len(text) != len("2026-12-04"):
            raise ValueError(text)
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=SHANGHAI).date()
    except ValueError as error:
        raise Refusal(61500) from error


def _answer(statistic: Statistic, call: Call) -> Answer:
    days = days_asked(call.json(), statistic.max_days, datetime.fromtimestamp(call.now, SHANGHAI))
    listed: Answer = {"list": statistic.list_of(call.store, days)}
    return {**listed, "is_delay": False} if statistic.list_of is figures.article_totals else listed


def _stopped(_call: Call) -> Answer:
    raise Refusal(40066)


ENDPOINTS = {
    f"/datacube/{name}": Endpoint(partial(_answer, statistic), right=Right.VERIFIED)
    for name, statistic in STATISTICS.items()
} | {f"/datacube/{name}": Endpoint(_stopped, right=Right.VERIFIED) for name in STOPPED}
