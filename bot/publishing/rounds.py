"""One round: everything that is due at a moment is done, as far as it goes then."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.config import Config
from bot.errors import BotError
from bot.ledger import articles, facts, pushes, slots
from bot.ledger.database import Connection, Ledger
from bot.ledger.media import MediaStore
from bot.model.columns import Slot, SlotState
from bot.model.pushes import Push, PushState, Route, Step
from bot.publishing import housekeeping, route, send, settle
from bot.publishing.outlet import Outlet, is_final
from bot.publishing.plan import Parcel, is_missed, lateness, owed, parcels, wanted_late
from bot.publishing.settle import Finding
from bot.publishing.sweep import sweep
from bot.publishing.timetable import end_of_day
from bot.publishing.workbench import Workbench

NO_ROUTE = "没能问清这个账号可以怎样推送，这一期没有发。改好之后请点“发出”。"

CALLS_A_ROUND = 2
"""So often one step of one push is called in one round; an outcome still open then is for the next."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a round: `undone` says in Chinese what failed in it; `acted` counts the pushes that moved."""

    undone: tuple[str, ...] = ()
    acted: int = 0


def attend(
    config: Config,
    ledger: Ledger,
    media: MediaStore,
    outlet: Outlet,
    now: datetime,
    *,
    wall: datetime | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Round:
    """Births, then slots, then every unfinished push as far as it goes. `wall`: the real time when `now` is supposed."""
    bench = Workbench(config, ledger, media, outlet, now, wall or now, pause)
    with ledger.write() as tx:
        for column in config.columns:
            slots.born(tx, column.id, now)
    undone = _attend_slots(bench)
    with ledger.read() as tx:
        unfinished = pushes.unfinished(tx)
    for push in unfinished:
        if push.state is PushState.HANDED_OVER:
            send.recall(bench, push)
    waiting = [push.id for push in unfinished if not _rests(push, now)]
    outcomes = [_advance_safely(bench, push_id) for push_id in waiting]
    undone += [outcome.undone for outcome in outcomes if outcome.undone]
    left = sweep(bench)
    route.ask_again(bench)
    with ledger.write() as tx:
        facts.put(tx, "round.last", now.isoformat(), now)
    housekeeping.purge(bench)
    return Round((*undone, *left), sum(outcome.acted for outcome in outcomes))


# -- slots ------------------------------------------------------------------------------------------------------------


def _attend_slots(bench: Workbench) -> list[str]:
    """Every slot due is missed, claimed or empty; what stands in the way of that, in Chinese."""
    with bench.ledger.write() as tx:
        _record_missed(tx, bench)
        known = route.resolve(tx, bench.config)
        if known is not None or not _needs_route(tx, bench):
            return _attend_due(tx, bench, known or Route.MASS)
        paused = route.why_paused(tx, bench.now)
    if paused is not None:
        return [paused]
    try:
        found = route.probe(bench.ledger, bench.outlet, bench.config, bench.now)
    except BotError as error:
        if is_final(error):
            reason = f"{NO_ROUTE}{error}"
            return [bench.keep(lambda tx: _miss_due(tx, bench, reason))]
        said = f"没能问清这个账号可以怎样推送，到点的栏目先等着：{error}"
        route.pause(bench.ledger, error, said, bench.now)
        return [said]
    with bench.ledger.write() as tx:
        return _attend_due(tx, bench, found)


def _miss_due(tx: Connection, bench: Workbench, reason: str) -> str:
    """What is due and cannot go waits for a person, like a push that WeChat refuses for good; the reason."""
    wanted = wanted_late(tx)
    for parcel in _today(tx, bench, Route.MASS):
        for slot in (slot for slot, _ in parcel.items if slot.due <= bench.now):
            if slot in wanted:
                _hand_back(tx, slot, SlotState.MISSED, reason, bench.now)
            else:
                slots.record(tx, slot, SlotState.MISSED, None, reason, bench.now)
    return reason


def _record_missed(tx: Connection, bench: Workbench) -> None:
    for slot in owed(tx, bench.config, bench.now, bench.now):
        if is_missed(slot, bench.config, bench.now):
            column = bench.config.column(slot.column)
            hours = column.late_hours if column else 0
            reason = f"到点之后 {hours:g} 小时里程序没有运行，或没能问到微信，错过了这一期"
            slots.record(tx, slot, SlotState.MISSED, None, reason, bench.now)


def _needs_route(tx: Connection, bench: Workbench) -> bool:
    return any(parcel.items and parcel.due <= bench.now for parcel in _today(tx, bench, Route.MASS))


def _today(tx: Connection, bench: Workbench, known: Route) -> list[Parcel]:
    """What today's and earlier slots come to; the later ones of today count, for a mass push takes them along."""
    return parcels(tx, bench.config, end_of_day(bench.now), known, bench.now)


def _attend_due(tx: Connection, bench: Workbench, known: Route) -> list[str]:
    """Which pushes could not be claimed, in Chinese: their slots stay owed, and the next round tries again."""
    wanted, lost = wanted_late(tx), []
    for parcel in _today(tx, bench, known):
        is_due = parcel.due <= bench.now and bool(parcel.items)
        if is_due and not _claim(tx, bench, parcel, known):
            lost.append(f"{_titles(entry.title for _, entry in parcel.items)}这一轮没能排进推送，下一轮再试。")
            continue
        for slot, reason in parcel.gaps:
            if slot in wanted:
                _hand_back(tx, slot, SlotState.MISSED, f"没能补发：{reason}", bench.now)
            elif is_due or slot.due <= bench.now:
                slots.record(tx, slot, SlotState.EMPTY, None, reason, bench.now)
    for slot in wanted:
        if bench.config.column(slot.column) is None:
            _hand_back(tx, slot, SlotState.DROPPED, "设置里已经没有这个栏目", bench.now)
    for article_id in slots.stranded(tx, bench.now):
        articles.unplace(tx, article_id)
    if not lost:
        _remember_attended(tx, bench.now)
    return lost


def _hand_back(tx: Connection, slot: Slot, state: SlotState, reason: str, now: datetime) -> None:
    """A missed slot that a person wanted sent cannot go."""
    slots.settle(tx, slot, state, was=SlotState.WANTED, push=None, reason=reason, now=now)


def _claim(tx: Connection, bench: Workbench, parcel: Parcel, known: Route) -> bool:
    """True when a push holds the parcel's slots and articles; False when somebody else was first."""
    columns = (bench.config.column(slot.column) for slot, _ in parcel.items)
    latest = max(lateness(column) for column in columns if column)
    claimed = pushes.claim(
        tx,
        due=parcel.due,
        route=known,
        items=parcel.items,
        good_until=parcel.due + latest,
        seen_from=bench.seen_from,
        now=bench.now,
        wanted=wanted_late(tx),
    )
    return claimed is not None


def _remember_attended(tx: Connection, now: datetime) -> None:
    before = facts.get(tx, "slots.attended")
    if before is None or datetime.fromisoformat(before) < now:
        facts.put(tx, "slots.attended", now.isoformat(), now)


# -- pushes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Outcome:
    undone: str = ""
    acted: bool = False


def _advance_safely(bench: Workbench, push_id: int) -> _Outcome:
    """One push as far as it goes; whatever happens to it, the others get their turn."""
    try:
        before = bench.current(push_id)
        after = advance(bench, push_id)
    except Exception as error:
        said = str(error) if isinstance(error, BotError) else f"程序出了意外（{where(error)}）"
        return _Outcome(f"第 {push_id} 次推送没有办完，下一轮接着办：{said}")
    is_new_failure = after.state is PushState.FAILED and before.state is not PushState.FAILED
    said = f"{_name(after)}没有发成：{after.said}" if is_new_failure else ""
    return _Outcome(said, acted=(before.state, before.step) != (after.state, after.step))


def where(error: Exception) -> str:
    """Type and place of an error, without its text: that may hold an address with a token."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} {place}"


def _name(push: Push) -> str:
    return _titles(item.title for item in push.items)


def _titles(titles: Iterable[str]) -> str:
    return "、".join(f"《{title}》" for title in titles)


def advance(bench: Workbench, push_id: int) -> Push:
    """The push after every step that can be taken now; it stops where WeChat or a person must speak."""
    calls: Counter[tuple[Step, Route]] = Counter()
    while True:
        push = bench.current(push_id)
        if _rests(push, bench.now):
            return push
        if push.state in (PushState.SENT, PushState.UNKNOWN):
            settle.ask(bench, push)
            return bench.current(push_id)
        finding = settle.settle(bench, push) if push.step else None
        if finding is Finding.WAIT:
            return bench.current(push_id)
        if finding is Finding.MOVED:
            continue
        call = (push.step or send.STEPS[push.state], push.route)
        calls[call] += 1
        if calls[call] > CALLS_A_ROUND:
            return push
        (send.repeat if finding is Finding.AGAIN else send.take)(bench, push)


_FOR_PEOPLE = (PushState.HANDED_OVER, PushState.FAILED, PushState.CONFIRMED, PushState.DROPPED)


def _rests(push: Push, now: datetime) -> bool:
    return push.state in _FOR_PEOPLE or (push.retry_at is not None and push.retry_at > now)
