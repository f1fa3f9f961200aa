"""日历: this week's pushes and what the coming four weeks will bring, week by week, with what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from bot.config import TIMEZONE, Config
from bot.ledger import articles
from bot.ledger import pushes as ledger_pushes
from bot.ledger.database import Connection
from bot.model.articles import Entry
from bot.model.pushes import PlannedItem, PlannedPush, Push, PushState, Route
from bot.publishing import plan, route
from bot.web.dates import day, full
from bot.web.desk.frame import blueprint
from bot.web.desk.marks import PLANNED, QUEUED, SET, TURNED, Mark, Outlook, article_mark, push_mark
from bot.web.desk.words import parted
from bot.web.pages import the_service

DAYS = 28
RECENT = 100
"""Pushes looked through for those of this week."""


@dataclass(frozen=True, slots=True)
class Item:
    """One article, or the ghost of a missing one (without address)."""

    column: str
    title: str
    address: str
    is_placed: bool = False
    held_by: str = ""  # what stands there and may not go out yet: title, address and how it stands
    held_at: str = ""
    held_word: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One push, planned, under way or done; a ghost has nothing to send."""

    due: datetime
    clock: str
    full: str
    mark: Mark
    is_ghost: bool
    route: str
    note: str
    items: tuple[Item, ...]
    address: str = ""  # of the push, once there is one


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something is due."""

    said: str
    is_today: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A week, Monday first."""

    said: str
    days: tuple[Day, ...]


@blueprint.get("/calendar")
def calendar() -> ResponseReturnValue:
    """The plan as a list by week."""
    service = the_service()
    config, now = service.config, service.now()
    with service.ledger.read() as tx:
        planned = plan.plan(tx, config, now, days=DAYS)
        recent = ledger_pushes.listing(tx, limit=RECENT)
        last = ledger_pushes.last_published_at(tx)
        way = _quota(config, route.turned(tx, config))
        coming = [_of_plan(push, config, _holders(tx, push), now) for push in planned]
    cards = [_of_push(push, config) for push in recent if _monday(_day(push.due)) >= _monday(_day(now))]
    shown = tuple(weeks(sorted([*cards, *coming], key=lambda card: card.due), _day(now)))
    return render_template("desk/calendar.html", weeks=shown, quota=way, rhythm=_rhythm(last, now))


def _quota(config: Config, turned: Route | None) -> str:
    """How the coming pushes go out, where that is no matter of course."""
    if turned is not None:
        return TURNED[turned]
    if config.account.route in ("publish", "draft"):
        return ""
    return "服务号每月可群发 4 次。" if config.account.kind == "service" else "每天可群发 1 次。"


def _rhythm(last: datetime | None, now: datetime) -> str:
    """The two-week clock: an account that is silent for longer counts as asleep."""
    if last is None:
        return "还没有发表过。"
    days = (_day(now) - _day(last)).days
    said = "今天发表过。" if days == 0 else f"距上次发表 {days} 天。"
    return said if days < 7 else f"{said}满 14 天不更新会被记为停更。"


def weeks(cards: Iterable[Card], today: date) -> Iterator[Week]:
    """The cards (soonest first) by week and day, in Beijing time; days without any are left out."""
    for monday, of_week in groupby(cards, key=lambda card: _monday(_day(card.due))):
        days = tuple(
            Day(day(on), on == today, tuple(of_day)) for on, of_day in groupby(of_week, key=lambda card: _day(card.due))
        )
        yield Week(_week_said(monday, today), days)


def _day(moment: datetime) -> date:
    return moment.astimezone(TIMEZONE).date()


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _week_said(monday: date, today: date) -> str:
    sunday, ahead = monday + timedelta(days=6), (monday - _monday(today)).days // 7
    span = f"{monday.month}月{monday.day}日—{sunday.month}月{sunday.day}日"
    near = {0: "本周", 1: "下周"}.get(ahead)
    return f"{near}　{span}" if near else span


def _holders(tx: Connection, push: PlannedPush) -> dict[str, Entry]:
    """The articles that stand on this push's slots and may not go out yet."""
    held = (item.held_by for item in push.items if item.held_by)
    return {entry.id: entry for each in held if (entry := articles.entry(tx, each))}


def _of_plan(push: PlannedPush, config: Config, holders: Mapping[str, Entry], now: datetime) -> Card:
    goes = any(item.article_id for item in push.items)
    return Card(
        due=push.due,
        clock=f"{push.due.astimezone(TIMEZONE):%H:%M}",
        full=full(push.due),
        mark=_plan_mark(push),
        is_ghost=not goes,
        route=push.route.said if goes else "",
        note="",
        items=tuple(_planned_item(item, config, holders, now) for item in push.items),
    )


def _plan_mark(push: PlannedPush) -> Mark:
    if any(item.placed for item in push.items):
        return Mark("●", "已排期", SET)
    return Mark("○", "排队", QUEUED) if any(item.article_id for item in push.items) else Mark("○", "计划", PLANNED)


def _planned_item(item: PlannedItem, config: Config, holders: Mapping[str, Entry], now: datetime) -> Item:
    address = url_for("desk.article", article_id=item.article_id) if item.article_id else ""
    shown = Item(config.column_name(item.column), item.title or _gap(item), address, item.placed)
    holder = holders.get(item.held_by or "")
    if holder is None:
        return shown
    word = article_mark(holder, config.review.steps, now, Outlook()).word
    at = url_for("desk.article", article_id=holder.id)
    return replace(shown, held_by=holder.title, held_at=at, held_word=word)


def _gap(item: PlannedItem) -> str:
    """What a slot without an article is called: its reason, where that is not just that nothing is approved."""
    return "缺稿" if item.gap in ("", plan.EMPTY, plan.LATE_IN_DAY) else item.gap


def _of_push(push: Push, config: Config) -> Card:
    items = (
        Item(config.column_name(item.column), item.title, url_for("desk.article", article_id=item.article_id))
        for item in push.items
    )
    return Card(
        due=push.due,
        clock=f"{push.due.astimezone(TIMEZONE):%H:%M}",
        full=full(push.due),
        mark=push_mark(push),
        is_ghost=False,
        route=push.route.said,
        note="" if push.state is PushState.CONFIRMED else parted(push.said)[0],
        items=tuple(items),
        address=url_for("desk.push", push_id=push.id),
    )
