"""What a person decides about pushes and slots that the program must not decide; each is one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.config import TIMEZONE
from bot.errors import NotAllowed, NotFound
from bot.ledger import articles, pushes, slots, trail
from bot.ledger.database import Connection, Ledger
from bot.model.columns import Slot, SlotState
from bot.model.pushes import Push, PushState, Step
from bot.publishing.outlet import BAD_MEDIA_ID
from bot.publishing.results import confirm

ACTIONS: dict[PushState, tuple[tuple[str, str], ...]] = {
    PushState.UNKNOWN: (("mark_sent", "已经发出了"), ("resend", "没有发出，重新发")),
    PushState.FAILED: (("retry", "再试一次"), ("drop", "作罢")),
    PushState.HANDED_OVER: (("mark_sent", "我已在后台发出"), ("drop", "作罢")),
}
SLOT_ACTIONS = (("send_late", "发出"), ("defer", "顺延"), ("let_go", "作罢"))
"""What a person may do with a missed slot."""


def actions(push: Push) -> tuple[tuple[str, str], ...]:
    """What a person may do with the push now: names of functions of this module, and the words for them."""
    offered = ACTIONS.get(push.state, ())
    # A person who finds a draft of ours in WeChat's back office, or is told to go there, may well send it.
    got_to_a_draft = push.draft_media_id is not None or push.errcode == BAD_MEDIA_ID
    if push.state is PushState.FAILED and got_to_a_draft:
        return (("mark_sent", "我已在后台发出"), *offered)
    return offered


# -- pushes -----------------------------------------------------------------------------------------------------------


def mark_sent(ledger: Ledger, push_id: int, *, person: str, now: datetime, url: str | None = None) -> None:
    """The push went out, says a person, who may know the lead item's address; NotAllowed when that is no question."""
    with ledger.write() as tx:
        push = _open(tx, push_id, "mark_sent")
        urls = {0: url} if url else {}
        said = f"{person}：{dict(actions(push))['mark_sent']}。"
        _won(confirm(tx, push, urls, now, said=said, what="person:mark_sent"))
        _trail(tx, push, "mark_sent", person, now, url=url)


def resend(ledger: Ledger, push_id: int, *, person: str, now: datetime) -> None:
    """The push did not go out, says a person, and is sent anew by the next round, under a new clientmsgid."""
    with ledger.write() as tx:
        push = _open(tx, push_id, "resend")
        _start_anew(tx, push, PushState.DRAFTED if push.draft_media_id else PushState.UPLOADED, "resend", person, now)
        _trail(tx, push, "resend", person, now)


def retry(ledger: Ledger, push_id: int, *, person: str, now: datetime) -> None:
    """The failed push is taken up again by the next round, from where it can go on."""
    with ledger.write() as tx:
        push = _open(tx, push_id, "retry")
        if push.step is Step.DRAFT:  # a draft may lie there unseen: it is looked for before another is made
            still_open = {"step": push.step, "step_started_at": push.step_started_at, "attempts": push.attempts}
            _start_anew(tx, push, PushState.UPLOADED, "retry", person, now, **still_open)
        else:
            _start_anew(tx, push, PushState.DRAFTED if push.draft_media_id else PushState.CLAIMED, "retry", person, now)
        _trail(tx, push, "retry", person, now)


def drop(ledger: Ledger, push_id: int, *, person: str, now: datetime) -> None:
    """The push is let go; its articles may go with later slots."""
    with ledger.write() as tx:
        push = _open(tx, push_id, "drop")
        _won(pushes.finish_step(tx, push, PushState.DROPPED, now, said=f"{person}：作罢。", what="person:drop"))
        pushes.free_articles(tx, push.id)
        _trail(tx, push, "drop", person, now)


def _open(tx: Connection, push_id: int, action: str) -> Push:
    push = pushes.get(tx, push_id)
    if push is None:
        raise NotFound(f"没有编号为 {push_id} 的推送。")
    if action not in (name for name, _ in actions(push)):
        raise NotAllowed(f"这次推送现在是“{push.state.said}”，不用再决定。请刷新后再看。")
    return push


def _start_anew(
    tx: Connection, push: Push, state: PushState, what: str, person: str, now: datetime, **more: object
) -> None:
    """Names that WeChat has used up are replaced; the time in which it goes by itself counts from now."""
    values: dict[str, Any] = {"good_until": now + _lateness(push), **more}
    if push.state is PushState.UNKNOWN or push.msg_id or push.publish_id:
        values |= {"clientmsgid": pushes.new_clientmsgid(), "publish_id": None, "msg_id": None, "msg_data_id": None}
    said = f"{person}：{dict(actions(push))[what]}。"
    _won(pushes.finish_step(tx, push, state, now, said=said, what=f"person:{what}", sent_at=None, **values))


def _lateness(push: Push) -> timedelta:
    return push.good_until - push.due if push.good_until else timedelta(0)


def _won(won: bool) -> None:
    if not won:
        raise NotAllowed("这次推送刚刚有了变化。请刷新后再看。")


def _trail(tx: Connection, push: Push, action: str, person: str, now: datetime, **more: object) -> None:
    about = {"titles": [item.title for item in push.items], "was": push.state.value, **more}
    trail.add(tx, person=person, action=action, subject=f"push:{push.id}", detail=about, now=now)


# -- missed slots -----------------------------------------------------------------------------------------------------


def send_late(ledger: Ledger, slot: Slot, *, person: str, now: datetime) -> None:
    """The missed slot goes out with the next round that may send; NotAllowed when its column has nothing approved."""
    with ledger.write() as tx:
        if not articles.stock(tx, slot.column):
            raise NotAllowed("这个栏目现在没有通过审核的稿件。可以顺延或作罢。")
        _end(tx, slot, SlotState.WANTED, "send_late", person, now)


def defer(ledger: Ledger, slot: Slot, *, person: str, now: datetime) -> None:
    """The missed slot ends; its article goes first with the column's next."""
    with ledger.write() as tx:
        _end(tx, slot, SlotState.DEFERRED, "defer", person, now)


def let_go(ledger: Ledger, slot: Slot, *, person: str, now: datetime) -> None:
    """The missed slot ends without an issue; what stood in the queue stays there."""
    with ledger.write() as tx:
        _end(tx, slot, SlotState.DROPPED, "let_go", person, now)


def _end(tx: Connection, slot: Slot, state: SlotState, action: str, person: str, now: datetime) -> None:
    reason = f"{person}：{dict(SLOT_ACTIONS)[action]}"
    if not slots.settle(tx, slot, state, was=SlotState.MISSED, push=None, reason=reason, now=now):
        raise NotAllowed("这一期没有在等人决定，可能已经有人处理过了。请刷新后再看。")
    about = {"due": slot.due.astimezone(TIMEZONE).isoformat()}
    trail.add(tx, person=person, action=action, subject=f"slot:{slot.column}", detail=about, now=now)
