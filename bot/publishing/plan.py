"""Slots, stock and quota → pushes. The same merging says what will go out and decides what does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.config import TIMEZONE, Config
from bot.ledger import articles, facts, pushes, slots
from bot.ledger.database import Connection
from bot.model.articles import ArticleState, Entry
from bot.model.columns import Column, Slot
from bot.model.pushes import PlannedItem, PlannedPush, Route
from bot.publishing import route as routes
from bot.publishing.timetable import end_of_day, local_day
from bot.publishing.timetable import slots as slots_between

MOST_ITEMS = 8
"""WeChat's limit for one push."""

MASS_A_MONTH = 4
"""What a service account's followers may get in a month."""

A_MOMENT = timedelta(microseconds=1)
GRACE = timedelta(minutes=1)
"""A round is never exactly on time: even a column with `late_hours = 0` goes this late."""

EMPTY = "到点时这个栏目没有通过审核的稿件"
LATE_IN_DAY = "同一天的群发已先发出，那时这个栏目没有通过审核的稿件"
FULL = f"一次推送最多 {MOST_ITEMS} 篇，这一篇留到下一期"
DAY_USED = "这一天的群发次数已经用完，稿件留到下一期"
MONTH_USED = f"服务号一个月最多群发 {MASS_A_MONTH} 次，这个月已经用完，稿件留到下一期"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Slots that are dealt with together: what goes out at `due`, and which slots stay empty and why."""

    due: datetime
    items: tuple[tuple[Slot, Entry], ...]
    gaps: tuple[tuple[Slot, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """Which mass sends are already spoken for; `monthly` is None where only the day counts."""

    days: frozenset[date] = frozenset()
    monthly: int | None = None

    def refusal(self, day: date) -> str:
        """Why nothing more can be mass-sent on that day; empty when it can."""
        if day in self.days:
            return DAY_USED
        in_month = sum((used.year, used.month) == (day.year, day.month) for used in self.days)
        return MONTH_USED if self.monthly is not None and in_month >= self.monthly else ""

    def after(self, day: date) -> Quota:
        """What is spoken for once one more went out on that day."""
        return Quota(self.days | {day}, self.monthly)


class Shelf:
    """What the slots may take; taking removes it."""

    def __init__(self, stock: Mapping[str, Sequence[Entry]], placed: Mapping[Slot, Entry]) -> None:
        """`stock` by column, next first; `placed` only what may go out on its slot."""
        self._stock = {column: list(entries) for column, entries in stock.items()}
        self._placed = dict(placed)

    def take(self, slot: Slot) -> Entry | None:
        """What an editor placed on the slot, else the column's next; None when there is nothing."""
        if slot in self._placed:
            return self._placed.pop(slot)
        queue = self._stock.get(slot.column, [])
        return queue.pop(0) if queue else None


# -- pure: slots → parcels --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coming:
    """A slot and when it goes: at its due time, or, when a person wants a missed one sent after all, now."""

    slot: Slot
    at: datetime
    place: int  # of its column in a push


def merge(coming: Iterable[Coming], shelf: Shelf, *, route: Route, quota: Quota, now: datetime) -> list[Parcel]:
    """Every one of the `coming` slots in exactly one parcel, soonest first."""
    ranked = sorted(coming, key=lambda each: (each.at, each.place, each.slot))
    if route is Route.MASS:
        return list(_days(ranked, shelf, quota, now))
    return [_single(each, shelf.take(each.slot)) for each in ranked]


def _single(each: Coming, entry: Entry | None) -> Parcel:
    return Parcel(each.at, ((each.slot, entry),)) if entry else Parcel(each.at, (), ((each.slot, EMPTY),))


def _days(ranked: Iterable[Coming], shelf: Shelf, quota: Quota, now: datetime) -> Iterator[Parcel]:
    for _, group in groupby(ranked, key=lambda each: local_day(each.at)):
        of_day = list(group)
        sending_day = local_day(max(of_day[0].at, now))
        refusal = quota.refusal(sending_day)
        if refusal:
            yield Parcel(of_day[0].at, (), tuple((each.slot, refusal) for each in of_day))
            continue
        parcel = _day(of_day, shelf)
        if parcel.items:
            quota = quota.after(sending_day)
        yield parcel


def _day(of_day: Sequence[Coming], shelf: Shelf) -> Parcel:
    """The one mass push of a day, at the time of its first slot that has an article, in the columns' order."""
    taken: list[tuple[Coming, Entry]] = []
    left: list[tuple[Coming, str]] = []
    for each in sorted(of_day, key=lambda each: (each.place, each.at, each.slot)):
        if len(taken) == MOST_ITEMS:
            left.append((each, FULL))
        elif entry := shelf.take(each.slot):
            taken.append((each, entry))
        else:
            left.append((each, EMPTY))
    due = min((each.at for each, _ in taken), default=of_day[0].at)
    gaps = (
        (each.slot, LATE_IN_DAY if taken and reason == EMPTY and each.at > due else reason) for each, reason in left
    )
    return Parcel(due, tuple((each.slot, entry) for each, entry in taken), tuple(gaps))


# -- the same, from the ledger ----------------------------------------------------------------------------------------


def owed(tx: Connection, config: Config, now: datetime, until: datetime) -> list[Slot]:
    """The slots up to `until` that nobody has attended; a column that no round has seen counts as born now."""
    births = slots.births(tx)
    known = facts.get(tx, "slots.attended")
    attended_to = datetime.fromisoformat(known) if known else None
    found = [
        slot
        for column in config.columns
        for slot in slots_between([column], _owed_from(births.get(column.id, now), attended_to), until)
    ]
    if not found:
        return []
    done = slots.attended(tx, min(found).due - A_MOMENT, until)
    return [slot for slot in found if slot not in done]


def _owed_from(born: datetime, attended_to: datetime | None) -> datetime:
    """Slots after this moment are owed: nothing from before its birth, nor from before a timetable was changed."""
    return attended_to if attended_to and born < attended_to else born - A_MOMENT


def lateness(column: Column) -> timedelta:
    """How late a slot of this column still goes out by itself."""
    return max(timedelta(hours=column.late_hours), GRACE)


def is_missed(slot: Slot, config: Config, now: datetime) -> bool:
    """True when the slot is too late to go out by itself."""
    column = config.column(slot.column)
    return column is not None and now > slot.due + lateness(column)


def parcels(tx: Connection, config: Config, until: datetime, route: Route, now: datetime) -> list[Parcel]:
    """What stock and quota make of the slots up to `until` that are not missed, and of those wanted after all."""
    owing = [slot for slot in owed(tx, config, now, until) if not is_missed(slot, config, now)]
    order = {column.id: place for place, column in enumerate(config.columns)}
    coming = [Coming(slot, slot.due, order[slot.column]) for slot in owing]
    coming += [Coming(slot, now, order[slot.column]) for slot in wanted_late(tx) if slot.column in order]
    stock = {column: articles.stock(tx, column) for column in {each.slot.column for each in coming}}
    placed = {slot: entry for slot in owing if (entry := placed_on(tx, slot))}
    return merge(coming, Shelf(stock, placed), route=route, quota=mass_quota(tx, config, now), now=now)


def wanted_late(tx: Connection) -> set[Slot]:
    """The missed slots that a person wants sent after all."""
    return {record.slot for record in slots.wanted(tx)}


def placed_on(tx: Connection, slot: Slot) -> Entry | None:
    """What an editor put on the slot, if it may go out: approved, not yet published, in no other push."""
    entry = articles.placed(tx, slot.column, slot.due)
    can_go = entry and entry.state is ArticleState.APPROVED and entry.published_on is None and entry.in_push is None
    return entry if can_go else None


def mass_quota(tx: Connection, config: Config, now: datetime) -> Quota:
    """The mass sends of this month that are already spoken for."""
    first = datetime.combine(local_day(now).replace(day=1), datetime.min.time(), TIMEZONE)
    days = frozenset(local_day(at) for at in pushes.mass_sends_since(tx, first))
    return Quota(days, MASS_A_MONTH if config.account.kind == "service" else None)


def plan(tx: Connection, config: Config, now: datetime, *, days: int = 28) -> list[PlannedPush]:
    """What goes out in the coming days, soonest first, as things stand; slots that nothing is approved for are gaps."""
    route = routes.resolve(tx, config) or Route.MASS
    until = end_of_day(now + timedelta(days=days))
    return [_planned(tx, parcel, route) for parcel in parcels(tx, config, until, route, now)]


def _planned(tx: Connection, parcel: Parcel, route: Route) -> PlannedPush:
    items = [
        PlannedItem(
            slot.column, slot.due, entry.id, entry.title, placed=entry.placed_at == slot.due, held_by=_holder(tx, slot)
        )
        for slot, entry in parcel.items
    ]
    items += [
        PlannedItem(slot.column, slot.due, None, None, gap=reason, held_by=_holder(tx, slot))
        for slot, reason in parcel.gaps
    ]
    return PlannedPush(parcel.due, route, tuple(items), "；".join(_notes(parcel)))


def _holder(tx: Connection, slot: Slot) -> str | None:
    """What an editor put on the slot and what may not go out as it stands."""
    entry = articles.placed(tx, slot.column, slot.due)
    return entry.id if entry and entry.state is not ArticleState.APPROVED else None


def _notes(parcel: Parcel) -> Iterator[str]:
    reasons = {reason for _, reason in parcel.gaps}
    if reasons & {EMPTY, LATE_IN_DAY}:
        yield "还没有通过审核的稿件" if not parcel.items else "有的栏目还没有通过审核的稿件"
    yield from sorted(reasons - {EMPTY, LATE_IN_DAY})
