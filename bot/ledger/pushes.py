"""Pushes, their items and their history.

Every change of a push is one conditional statement (`change`): it names the push as it was seen, and of several that
try, one wins. A push keeps its articles until it is dropped; a unique index over live items decides races for them.
"""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.ledger import slots
from bot.ledger.schema import publications, push_events, push_items, pushes
from bot.ledger.upsert import insert_into
from bot.model.articles import Entry
from bot.model.columns import Slot, SlotState
from bot.model.pushes import ENDED, Push, PushEvent, PushItem, PushState, Route, Step

# -- claiming ---------------------------------------------------------------------------------------------------------


def claim(
    tx: Connection,
    *,
    due: datetime,
    route: Route,
    items: Sequence[tuple[Slot, Entry]],
    good_until: datetime,
    seen_from: datetime,
    now: datetime,
    wanted: Container[Slot] = (),
) -> int | None:
    """The new push's id, its slots claimed and its articles kept; None when somebody else was first.

    `items` in the order in which they will appear. `wanted`: slots that a person asked for after they were missed;
    all others must be slots that nobody has attended.
    """
    held = tx.begin_nested()
    try:
        push = _insert_push(tx, due=due, route=route, good_until=good_until, seen_from=seen_from, now=now)
        _insert_items(tx, push, items, now)
        won = all(_take(tx, slot, push, slot in wanted, now) for slot, _ in items)
    except IntegrityError:  # an article is in another live push
        won = False
    if not won:
        held.rollback()
        return None
    held.commit()
    note(tx, push, "claimed", "、".join(f"《{entry.title}》" for _, entry in items), now)
    return push


def _insert_push(
    tx: Connection, *, due: datetime, route: Route, good_until: datetime, seen_from: datetime, now: datetime
) -> int:
    new = insert(pushes).values(
        due=due,
        route=route,
        state=PushState.CLAIMED,
        clientmsgid=new_clientmsgid(),
        claimed_at=now,
        updated_at=now,
        good_until=good_until,
        seen_from=seen_from,
    )
    return int(tx.execute(new.returning(pushes.c.id)).scalar_one())


def _insert_items(tx: Connection, push: int, items: Sequence[tuple[Slot, Entry]], now: datetime) -> None:
    for position, (slot, entry) in enumerate(items):
        tx.execute(
            insert(push_items).values(
                push_id=push,
                position=position,
                article_id=entry.id,
                revision=entry.revision,
                column_id=slot.column,
                issue=slots.next_issue(tx, slot.column, now),
                due=slot.due,
                title=entry.title,
            )
        )


def _take(tx: Connection, slot: Slot, push: int, is_wanted: bool, now: datetime) -> bool:
    if is_wanted:
        return slots.settle(tx, slot, SlotState.CLAIMED, was=SlotState.WANTED, push=push, reason="", now=now)
    return slots.record(tx, slot, SlotState.CLAIMED, push, "", now)


def new_clientmsgid() -> str:
    """A name by which WeChat tells repeats of one mass send; 27 bytes of the 32 allowed."""
    return f"wk-{secrets.token_hex(12)}"


# -- looking up -------------------------------------------------------------------------------------------------------


def get(tx: Connection, push_id: int) -> Push | None:
    """The push; None for an unknown id."""
    return _first(tx, pushes.c.id == push_id)


def by_publish_id(tx: Connection, publish_id: str) -> Push | None:
    """The push whose free publication has this id."""
    return _first(tx, pushes.c.publish_id == publish_id)


def by_msg_id(tx: Connection, msg_id: str) -> Push | None:
    """The push whose mass send has this id."""
    return _first(tx, pushes.c.msg_id == msg_id)


def listing(tx: Connection, *, limit: int, unfinished_only: bool = False) -> list[Push]:
    """The newest due first; with `unfinished_only` those that still need WeChat or a person."""
    wanted = select(pushes).order_by(pushes.c.due.desc(), pushes.c.id.desc()).limit(limit)
    if unfinished_only:
        wanted = wanted.where(pushes.c.state.not_in(ENDED))
    return _pushes(tx, wanted)


def unfinished(tx: Connection) -> list[Push]:
    """All that still need WeChat or a person, the oldest due first; those of one moment as they were claimed."""
    return _pushes(tx, select(pushes).where(pushes.c.state.not_in(ENDED)).order_by(pushes.c.due, pushes.c.id))


def ended_without(tx: Connection, what: str, *, since: datetime) -> list[Push]:
    """Pushes confirmed or dropped at or after `since` whose history has no line `what`, oldest first."""
    lines = select(push_events.c.push_id).where(push_events.c.what == what)
    wanted = select(pushes).where(pushes.c.state.in_(ENDED), pushes.c.updated_at >= since, pushes.c.id.not_in(lines))
    return _pushes(tx, wanted.order_by(pushes.c.id))


def mass_sends_since(tx: Connection, since: datetime) -> list[datetime]:
    """When the mass pushes that used up quota, or are about to, were sent or claimed; oldest first."""
    at = func.coalesce(pushes.c.sent_at, pushes.c.claimed_at, type_=pushes.c.sent_at.type).label("at")
    unused = (PushState.FAILED, PushState.DROPPED)
    wanted = select(at).where(pushes.c.route == Route.MASS, pushes.c.state.not_in(unused), at >= since)
    return list(tx.execute(wanted.order_by(at)).scalars())


def last_published_at(tx: Connection) -> datetime | None:
    """When something of ours was last seen to go out; None when never."""
    return tx.execute(select(publications.c.at).order_by(publications.c.at.desc()).limit(1)).scalar_one_or_none()


def _first(tx: Connection, condition: ColumnElement[bool]) -> Push | None:
    found = _pushes(tx, select(pushes).where(condition).order_by(pushes.c.id.desc()).limit(1))
    return found[0] if found else None


def _pushes(tx: Connection, wanted: Select[*tuple[Any, ...]]) -> list[Push]:
    rows = tx.execute(wanted).all()
    items = _items(tx, [row.id for row in rows])
    return [_push(row, tuple(items.get(row.id, ()))) for row in rows]


def _items(tx: Connection, push_ids: Sequence[int]) -> dict[int, list[PushItem]]:
    wanted = select(push_items).where(push_items.c.push_id.in_(push_ids)).order_by(push_items.c.position)
    found: dict[int, list[PushItem]] = {}
    for r in tx.execute(wanted):
        item = PushItem(r.position, r.article_id, r.revision, r.column_id, r.issue, r.due, r.title, r.url)
        found.setdefault(r.push_id, []).append(item)
    return found


def _push(row: Row[*tuple[Any, ...]], items: tuple[PushItem, ...]) -> Push:
    return Push(
        id=row.id,
        due=row.due,
        route=Route(row.route),
        state=PushState(row.state),
        items=items,
        clientmsgid=row.clientmsgid,
        claimed_at=row.claimed_at,
        updated_at=row.updated_at,
        step=Step(row.step) if row.step else None,
        step_started_at=row.step_started_at,
        attempts=row.attempts,
        retry_at=row.retry_at,
        draft_media_id=row.draft_media_id,
        publish_id=row.publish_id,
        msg_id=row.msg_id,
        msg_data_id=row.msg_data_id,
        sent_at=row.sent_at,
        confirmed_at=row.confirmed_at,
        said=row.said,
        errcode=row.errcode,
        good_until=row.good_until,
        seen_from=row.seen_from,
    )


# -- changing ---------------------------------------------------------------------------------------------------------

AT_REST: Mapping[str, Any] = {"step": None, "step_started_at": None, "attempts": 0, "retry_at": None, "errcode": None}
"""Values of a push that no call is under way for."""


def change(tx: Connection, seen: Push, now: datetime, **values: Any) -> bool:
    """True for one caller: the push, if it still is as it was seen, gets these values."""
    won = tx.execute(
        update(pushes)
        .where(
            pushes.c.id == seen.id,
            pushes.c.state == seen.state,
            pushes.c.clientmsgid == seen.clientmsgid,
            pushes.c.attempts == seen.attempts,
            pushes.c.step.is_not_distinct_from(seen.step),
            pushes.c.step_started_at.is_not_distinct_from(seen.step_started_at),
        )
        .values(updated_at=now, **values)
    )
    return won.rowcount == 1


def begin_step(tx: Connection, seen: Push, step: Step, now: datetime) -> bool:
    """True for one caller, who must then make the call: from here on its outcome is open."""
    attempts = seen.attempts + 1
    won = change(tx, seen, now, step=step, step_started_at=now, attempts=attempts, retry_at=None, said="")
    if won:
        note(tx, seen.id, f"{step}:before", f"第 {attempts} 次" if attempts > 1 else "", now)
    return won


def repeat_step(tx: Connection, seen: Push, now: datetime) -> bool:
    """True for one caller, who must then make the open call once more; the step keeps its first time."""
    won = change(tx, seen, now, attempts=seen.attempts + 1, retry_at=None)
    if won:
        note(tx, seen.id, f"{seen.step}:again", f"第 {seen.attempts + 1} 次", now)
    return won


def finish_step(
    tx: Connection, seen: Push, state: PushState, now: datetime, *, said: str = "", what: str = "", **values: Any
) -> bool:
    """True for one caller: the push has reached `state`, and no call is under way; `what` names it in the history."""
    won = change(tx, seen, now, **{**AT_REST, "state": state, "said": said, **values})
    if won:
        note(tx, seen.id, what or (f"{seen.step}:after" if seen.step else str(state)), said, now)
    return won


def fail(tx: Connection, seen: Push, said: str, now: datetime, *, errcode: int | None = None, **values: Any) -> bool:
    """True for one caller: the push was refused for good, or may no longer go, and a person is asked."""
    rest = {**AT_REST, "state": PushState.FAILED, "said": said, "errcode": errcode}
    won = change(tx, seen, now, **{**rest, **values})
    if won:
        note(tx, seen.id, "failed", said, now)
    return won


def hold(tx: Connection, seen: Push, said: str, now: datetime, *, retry_at: datetime | None = None) -> bool:
    """True for one caller: nothing is decided; it is looked at again from `retry_at` on, or in the next round."""
    won = change(tx, seen, now, said=said, retry_at=retry_at)
    if won and said != seen.said:
        note(tx, seen.id, "waits", said, now)
    return won


def free_articles(tx: Connection, push_id: int) -> None:
    """The push's articles may go with another push."""
    tx.execute(update(push_items).where(push_items.c.push_id == push_id).values(is_live=False))


def publish(tx: Connection, push: Push, urls: Mapping[int, str], at: datetime) -> None:
    """The push's articles count as published, each at its address where one is known; `urls` by position, from 0."""
    for item in push.items:
        url = urls.get(item.position) or item.url
        here = and_(push_items.c.push_id == push.id, push_items.c.position == item.position)
        tx.execute(update(push_items).where(here).values(url=url))
        _record_publication(tx, push, item, url, at)


def _record_publication(tx: Connection, push: Push, item: PushItem, url: str | None, at: datetime) -> None:
    about = {"article_id": item.article_id, "revision": item.revision, "column_id": item.column}
    tx.execute(
        insert_into(tx, publications)
        .values(push_id=push.id, route=push.route, url=url, at=at, **about)
        .on_conflict_do_update(index_elements=["push_id", "article_id"], set_={"url": url})
    )


def nudge(tx: Connection, step: Step) -> None:
    """Pushes with this step open are looked at in the next round, whatever they were waiting for."""
    tx.execute(update(pushes).where(pushes.c.step == step).values(retry_at=None))


# -- history ----------------------------------------------------------------------------------------------------------


def note(tx: Connection, push_id: int, what: str, said: str, now: datetime) -> None:
    """One more line in the push's history."""
    tx.execute(insert(push_events).values(push_id=push_id, at=now, what=what, said=said))


def events(tx: Connection, push_id: int) -> list[PushEvent]:
    """The push's history, the first line first."""
    wanted = select(push_events).where(push_events.c.push_id == push_id).order_by(push_events.c.id)
    return [PushEvent(row.push_id, row.at, row.what, row.said) for row in tx.execute(wanted)]


def has_event(tx: Connection, push_id: int, what: str) -> bool:
    """True when the push's history has such a line."""
    wanted = select(push_events.c.id).where(push_events.c.push_id == push_id, push_events.c.what == what).limit(1)
    return tx.execute(wanted).first() is not None


def other_drafts(tx: Connection, push: Push, media_ids: Iterable[str]) -> set[str]:
    """Which of these drafts belong to other pushes."""
    wanted = select(pushes.c.draft_media_id).where(pushes.c.draft_media_id.in_(list(media_ids)), pushes.c.id != push.id)
    return {media_id for media_id in tx.execute(wanted).scalars() if media_id}
