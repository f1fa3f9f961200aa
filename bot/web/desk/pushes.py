"""推送: every push with its state, what to do next, and its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.config import Config
from bot.errors import NotAllowed, NotFound
from bot.ledger import pushes as ledger_pushes
from bot.ledger import slots
from bot.ledger.database import Connection
from bot.model.columns import Slot, SlotRecord
from bot.model.people import Person
from bot.model.pushes import Push, PushEvent, PushState, Route
from bot.publishing import decide
from bot.publishing import route as routes
from bot.web.dates import When, chosen, dated, when
from bot.web.desk.frame import Done, act, blueprint, page_of_form
from bot.web.desk.marks import LOOK, Mark, push_mark
from bot.web.desk.paging import Choice, cut, page_number
from bot.web.desk.rights import Right, has, need, why_not
from bot.web.desk.words import parted, written
from bot.web.login import the_person
from bot.web.pages import the_service

LARGEST_ID = 2**31 - 1
"""PostgreSQL refuses to look for a larger one."""

MOST = 30
"""Pushes listed at once, the newest first."""

NEEDS_A_PERSON = (PushState.UNKNOWN, PushState.FAILED, PushState.HANDED_OVER)


CONFIRMED_WITHIN = timedelta(minutes=30)
"""So long an administrator can confirm a mass send where the account's protection asks for it."""


@dataclass(frozen=True, slots=True)
class Button:
    """An act as a form: `asks` is said before it, and `sure` is the label of the second button."""

    action: str
    label: str
    address: str
    fields: tuple[tuple[str, str], ...]
    asks: str = ""  # empty where the act harms nothing
    sure: str = ""
    wants_url: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a push."""

    column: str
    title: str
    address: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a push's history."""

    at: When
    said: str
    code: str


@dataclass(frozen=True, slots=True)
class Card:
    """A push as the pages show it."""

    address: str
    mark: Mark
    due: When
    route: str
    said: str
    code: str
    items: tuple[Item, ...]
    buttons: tuple[Button, ...]
    why_not: str
    history: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class MissedSlot:
    """A slot that nobody attended in time, and what may be decided about it."""

    mark: Mark
    title: str
    reason: str
    code: str
    buttons: tuple[Button, ...]


@blueprint.get("/pushes")
def pushes() -> ResponseReturnValue:
    """What waits for a person, or all pushes; the newest due first."""
    service, person, now = the_service(), the_person(), the_service().now()
    waiting_only, number = request.args.get("state") == "waiting", page_number()
    with service.ledger.read() as tx:
        if waiting_only:
            found = [push for push in reversed(ledger_pushes.unfinished(tx)) if needs_a_person(push)]
        else:
            found = ledger_pushes.listing(tx, limit=number * MOST + 1)
        missed = list(missed_slots(tx, service.config, now))
    here = cut(found, number, MOST, "desk.pushes", state="waiting" if waiting_only else None)
    return render_template(
        "desk/pushes.html",
        cards=[_card(push, service.config, person, now) for push in here.rows],
        pages=here,
        missed=missed if here.number == 1 else (),
        filters=_filters(waiting_only),
        why_not="" if has(person, Right.SETTLE) else why_not(Right.SETTLE),
    )


def _filters(waiting_only: bool) -> tuple[Choice, ...]:
    return (
        Choice("全部", url_for("desk.pushes"), not waiting_only),
        Choice("等人处理", url_for("desk.pushes", state="waiting"), waiting_only),
    )


def needs_a_person(push: Push) -> bool:
    """True when the push goes no further without somebody, as far as anybody can tell."""
    return push.state in NEEDS_A_PERSON or may_wait_for_administrator(push)


def may_wait_for_administrator(push: Push) -> bool:
    """True for a mass send that WeChat has taken and whose end it does not tell: it says the same of one to confirm."""
    return push.state is PushState.SENT and push.route is Route.MASS and bool(push.said)


def to_confirm(push: Push, now: datetime) -> str:
    """What is said of it: until when the administrator can confirm, and where; afterwards, that this time is over."""
    until = (push.sent_at or push.updated_at) + CONFIRMED_WITHIN
    if now >= until:
        return "微信收下了，过了半小时还没有结果。程序还在问；也可以到公众号后台的“发表记录”里看一看。"
    return (
        f"微信收下了，还没有结果。开着群发保护的，请管理员在{dated(until, now).said} 前到微信里点确认，过了就发不出去。"
    )


def missed_slots(tx: Connection, config: Config, now: datetime) -> Iterator[MissedSlot]:
    """The slots that wait for a person, oldest first."""
    for record in slots.missed(tx):
        name, mark = config.column_name(record.slot.column), Mark("▲", "错过了", LOOK)
        # One that is still to come was missed by a clock that has been set back since.
        happened = "没有发出" if record.slot.due <= now else "记成了错过：当时这台机器的时钟快了"
        title = f"{name} {dated(record.slot.due, now).said} {happened}"
        reason, code = parted(record.reason)
        yield MissedSlot(mark, title, reason, code, slot_buttons(record, name))


@blueprint.get("/pushes/<int:push_id>")
def push(push_id: int) -> ResponseReturnValue:
    """One push with its history."""
    service, now = the_service(), the_service().now()
    with service.ledger.read() as tx:
        found = _need(tx, push_id)
        history = tuple(_history(tx, push_id, now))
    return render_template("desk/push.html", card=_card(found, service.config, the_person(), now, history))


@blueprint.post("/pushes/<int:push_id>")
@act
def settle(push_id: int) -> Done:
    """What a person decides about a push that needs one."""
    service, person = the_service(), the_person()
    need(person, Right.SETTLE)
    action, now = request.form.get("action", ""), service.now()
    with service.ledger.read() as tx:
        offered = dict(decide.actions(_need(tx, push_id)))
    if action not in offered:
        raise NotAllowed("这次推送的状态已经变了，请照现在的下一步来做。")
    if action == "mark_sent":
        decide.mark_sent(service.ledger, push_id, person=person.name, url=_url(), now=now)
    else:
        PUSH_ACTS[action](service.ledger, push_id, person=person.name, now=now)
    return Done(SAID[action], url_for("desk.push", push_id=push_id))


@blueprint.post("/route")
@act
def hear() -> Done:
    """Somebody has read that pushes go out by a lesser route."""
    service, person = the_service(), the_person()
    need(person, Right.SETTLE)
    routes.hear(service.ledger, service.config, person=person.name, now=service.now())
    return Done("好的，不再提醒。日历上会一直写着现在怎样发。", page_of_form())


@blueprint.post("/slots")
@act
def slot() -> Done:
    """What a person decides about a slot that nobody attended in time."""
    service, person = the_service(), the_person()
    need(person, Right.SETTLE)
    action = request.form.get("action", "")
    if action not in SLOT_ACTS:
        raise NotAllowed("请用页面上的按钮。")
    SLOT_ACTS[action](service.ledger, _slot(), person=person.name, now=service.now())
    return Done(SAID[action], page_of_form())


def titles(push: Push) -> str:
    """What a push is called: its first title, and how many there are."""
    first = "".join(f"《{item.title}》" for item in push.items[:1])
    return f"{first}等 {len(push.items)} 篇" if len(push.items) > 1 else first


PUSH_ACTS = {"resend": decide.resend, "retry": decide.retry, "drop": decide.drop}
SLOT_ACTS = {"send_late": decide.send_late, "defer": decide.defer, "let_go": decide.let_go}
SLOT_LABELS = {"send_late": "现在发出", "defer": "顺延到下一期", "let_go": "作罢"}

ASKS = {
    "mark_sent": "记下以后，{name}算已发表，不会再发。请先到公众号后台的“发表记录”里看清楚，确实有这一篇再记。",
    "resend": "再发一次{name}，关注者可能收到两遍。请先到公众号后台的“发表记录”里看清楚，确实没有这一篇再发。",
    "retry": "{name}会在一分钟内再发，发出以后收不回来。",
    "drop": "{name}的这次推送就此作罢，里面的稿件回到队列，等下一期。",
    "send_late": "{name}排在最前面的稿件会在一分钟内发出，发出以后收不回来。",
    "defer": "{name}的这一期不再补发，稿件排在下一期的最前面。",
    "let_go": "{name}的这一期不再发出，也不再提醒。稿件留在队列里，等下一期。",
}
"""What is said before each act: none of them can be taken back."""

SURE = {
    "mark_sent": "看过了，记下已发出",
    "resend": "看过了，重新发",
    "retry": "再发一次",
    "drop": "作罢这次推送",
    "send_late": "发出{name}这一期",
    "defer": "顺延这一期",
    "let_go": "作罢这一期",
}

SAID = {
    "resend": "会重新发，一分钟内开始。",
    "retry": "会再试一次，一分钟内开始。",
    "mark_sent": "已记下，这次推送发出去了。",
    "drop": "已作罢，稿件回到了队列。",
    "send_late": "会补发这一期，一分钟内开始。",
    "defer": "已顺延，稿件排在下一期的最前面。",
    "let_go": "已作罢，这一期不再提醒。",
}


def push_buttons(push: Push) -> tuple[Button, ...]:
    """What a person may decide about this push now, the likeliest first; empty while it needs nobody."""
    address = url_for("desk.settle", push_id=push.id)
    offered = sorted(decide.actions(push), key=lambda each: each[0] != "retry")  # what is said to be done stands first
    return tuple(
        Button(
            action,
            label,
            address,
            (("action", action),),
            *_asked(action, titles(push)),
            wants_url=action == "mark_sent",
        )
        for action, label in offered
    )


def _asked(action: str, name: str) -> tuple[str, str]:
    """What is said before the act, naming its push or its column, and how it is confirmed."""
    return ASKS[action].format(name=name), SURE[action].format(name=name)


def slot_buttons(record: SlotRecord, column: str) -> tuple[Button, ...]:
    """What a person may decide about a missed slot of the column of this name."""
    where = (("column", record.slot.column), ("due", record.slot.due.isoformat()))
    return tuple(
        Button(action, label, url_for("desk.slot"), (("action", action), *where), *_asked(action, column))
        for action, label in SLOT_LABELS.items()
    )


def _slot() -> Slot:
    due = chosen(request.form.get("due", ""))
    if due is None:
        raise NotAllowed("请用页面上的按钮。")
    return Slot(due, request.form.get("column", ""))


def _url() -> str | None:
    """The article's address as a person gave it; None when left out."""
    found = written("url")
    if found and not found.startswith(("https://mp.weixin.qq.com/", "http://mp.weixin.qq.com/")):
        raise NotAllowed("文章的网址要以 https://mp.weixin.qq.com/ 开头，没有可以不填。")
    return found or None


def _need(tx: Connection, push_id: int) -> Push:
    found = ledger_pushes.get(tx, push_id) if push_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("没有这次推送。")
    return found


def _card(push: Push, config: Config, person: Person, now: datetime, history: tuple[Line, ...] = ()) -> Card:
    buttons, may = push_buttons(push), has(person, Right.SETTLE)
    said, code = parted(push.said)
    return Card(
        address=url_for("desk.push", push_id=push.id),
        mark=push_mark(push),
        due=dated(push.due, now),
        route=push.route.said,
        said=to_confirm(push, now) if may_wait_for_administrator(push) else said,
        code=code,
        items=tuple(
            Item(
                column=config.column_name(item.column),
                title=item.title,
                address=url_for("desk.article", article_id=item.article_id),
                url=item.url or "",
            )
            for item in push.items
        ),
        buttons=buttons if may else (),
        why_not=why_not(Right.SETTLE) if buttons and not may else "",
        history=history,
    )


def _history(tx: Connection, push_id: int, now: datetime) -> Iterator[Line]:
    """The newest first."""
    for event in reversed(ledger_pushes.events(tx, push_id)):
        said, code = parted(_in_words(event))
        yield Line(when(event.at, now), said, code)


HAPPENED = {
    "claimed": "开始这次推送",
    "upload:before": "开始上传图片",
    "upload:again": "再次上传图片",
    "upload:after": "图片上传好了",
    "draft:before": "开始建草稿",
    "draft:again": "再次建草稿",
    "draft:after": "草稿建好了",
    "send:before": "交给微信",
    "send:again": "再次交给微信",
    "send:after": "微信收下了",
    "waits": "先等一等",
    "failed": "没有成功",
    "unknown": "不知道有没有发出",
    "confirmed": "已发表",
    "handed_over": "草稿交给人来发",
    "dropped": "作罢",
    "person:mark_sent": "有人确认已经发出",
    "person:resend": "有人决定重新发",
    "person:retry": "有人决定再试一次",
    "person:drop": "有人决定作罢",
}
"""What the lines of a push's history are called; a line that is not here shows only what it says."""


def _in_words(event: PushEvent) -> str:
    if event.what.startswith("person:") and event.said:
        return event.said  # "赵海：作罢。" names both
    what = HAPPENED.get(event.what, "")
    if what in event.said:  # "群发没有成功：…" needs no "没有成功" before it
        return event.said or "有新情况"
    return "：".join(part for part in (what, event.said) if part) or "有新情况"
