"""One manuscript as its page shows it: facts, checks, history, and what this person may do with it now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from bot.config import TIMEZONE, Config
from bot.editorial import checks, review
from bot.errors import NotFound
from bot.ledger import articles, people, slots, trail
from bot.ledger.database import Connection
from bot.model.articles import ArticleState, Decision, Entry, Revision, Verdict
from bot.model.columns import Column
from bot.model.people import Person
from bot.model.schedules import parse_schedule
from bot.publishing import timetable
from bot.web.dates import When, dated, day, full, when
from bot.web.desk.marks import Mark, Outlook, article_mark, waiting_step
from bot.web.desk.outlook import outlooks
from bot.web.desk.rights import Right, has, why_not
from bot.web.desk.words import LONGEST

AHEAD = timedelta(days=60)
"""How far the choice of slots reaches: a monthly column has two in it."""

MOST_SLOTS = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is known about a manuscript."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at before passing; `is_fine` needs no more than a glance."""

    is_fine: bool
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the history."""

    at: When
    who: str
    what: str
    comment: str


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A coming slot that is free for this manuscript."""

    value: str
    said: str
    listed: str
    full: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The finished page; an empty `why_not_…` means that this person may."""

    id: str
    title: str
    revision: int
    mark: Mark
    since: When
    facts: tuple[Fact, ...]
    checks: tuple[Check, ...]
    open_checks: int
    history: tuple[Line, ...]
    preview: str
    here: str
    reading: str
    published_at: str
    is_in_review: bool
    is_withdrawn: bool
    because: str  # why it was returned or withdrawn, while it is
    author: str
    steps_done: int
    step: str
    signs: bool  # the step is the last one
    why_not_review: str  # neither pass nor return
    why_not_pass: str  # of those who may return it
    why_stuck: str  # nobody is left for one of the steps
    resubmits_to: str
    is_placeable: bool
    why_not_place: str
    slots: tuple[SlotChoice, ...]
    placed: When | None
    stands: str  # the same as forms give it back
    expected: When | None
    push: str  # the address of the unfinished push that holds it
    push_due: When | None
    column: str
    is_withdrawable: bool
    why_not_withdraw: str
    longest: int  # characters of a comment or a reason


def manuscript(tx: Connection, config: Config, person: Person, article_id: str, now: datetime) -> Manuscript:
    """The manuscript as this person may see it now; NotFound for an unknown id."""
    entry, revision = articles.entry(tx, article_id), articles.get(tx, article_id)
    if entry is None or revision is None:
        raise NotFound("没有这篇稿件。它可能改了文件名。")
    decisions = articles.decisions(tx, article_id)
    steps, team = config.review.steps, people.all_(tx)
    stuck = _stuck(revision, decisions, steps, team)
    column = config.column(entry.column)
    outlook = outlooks(tx, config, now).get(entry.id, Outlook())
    found, history = tuple(_checks(revision, entry, config, now)), tuple(_history(tx, entry, decisions, now))
    return Manuscript(
        id=entry.id,
        title=entry.title,
        revision=revision.number,
        mark=article_mark(entry, config.review.steps, now, outlook),
        since=when(entry.since, now),
        facts=tuple(_facts(revision, entry, config)),
        checks=found,
        open_checks=sum(not check.is_fine for check in found),
        history=history,
        preview=url_for("desk.preview", article_id=entry.id, number=revision.number),
        here=url_for("desk.article", article_id=entry.id),
        reading=url_for("pages.article", article_id=entry.id) if articles.answering(tx, [entry.id]) else "",
        published_at=entry.url or "",
        is_in_review=entry.state is ArticleState.IN_REVIEW,
        is_withdrawn=entry.state is ArticleState.WITHDRAWN,
        because=_because(entry, history),
        author=entry.brought_in_by,
        steps_done=sum(each.revision == revision.number for each in decisions),
        step=waiting_step(entry.steps_done, config.review.steps),
        signs=entry.steps_done >= len(steps) - 1,
        why_not_review=review.may_return(person, revision, decisions, steps)[1],
        why_not_pass=review.may(person, revision, decisions, steps, team)[1],
        why_stuck=stuck.said,
        resubmits_to=_first_step(entry, person, config, stuck),
        is_placeable=bool(column and column.schedule) and _can_still_go(entry),
        why_not_place="" if has(person, Right.PLACE) else why_not(Right.PLACE),
        slots=tuple(_choice(due, now) for due in free_slots(tx, column, now)) if column else (),
        placed=when(entry.placed_at, now) if entry.placed_at else None,
        stands=entry.placed_at.isoformat() if entry.placed_at else "",
        expected=when(outlook.due, now) if outlook.due else None,
        push=url_for("desk.push", push_id=outlook.push.id) if outlook.push else "",
        push_due=dated(outlook.push.due, now) if outlook.push else None,
        column=config.column_name(entry.column),
        is_withdrawable=entry.state is not ArticleState.WITHDRAWN,
        why_not_withdraw="" if has(person, Right.WITHDRAW) else why_not(Right.WITHDRAW),
        longest=LONGEST,
    )


@dataclass(frozen=True, slots=True)
class Stuck:
    """Why a review cannot come to its end with the people there are, and whether it could if it began anew."""

    said: str = ""
    is_helped_anew: bool = False


def _stuck(revision: Revision, decisions: list[Decision], steps: Sequence[str], team: Sequence[Person]) -> Stuck:
    if revision.state is not ArticleState.IN_REVIEW or not steps:
        return Stuck()
    crew = review.crew_of(revision, decisions, team)
    why = crew.why_stuck(steps, revision.steps_done)
    if not why:
        return Stuck()
    is_helped = review.is_helped_anew(crew, revision, steps)
    return Stuck(f"{why}{_HELPED if is_helped else _NOT_HELPED}", is_helped)


_HELPED = "带来稿件的人、编辑或负责人可以让它从头审起，或者改好文件重新收稿。"
_NOT_HELPED = "请值班的人在命令行里给合适的人开账号，开好以后接着审。"


def _first_step(entry: Entry, person: Person, config: Config, stuck: Stuck) -> str:
    """The step to which this person may send the manuscript back as it is; empty when not."""
    is_allowed, _ = review.may_resubmit(person, entry, config.review.steps, can_go_on=not stuck.is_helped_anew)
    return config.review.steps[0] if is_allowed else ""


def _because(entry: Entry, history: tuple[Line, ...]) -> str:
    """The newest words said of it: nobody returns or withdraws without any."""
    is_stopped = entry.state in (ArticleState.RETURNED, ArticleState.WITHDRAWN)
    return next((line.comment for line in history if line.comment), "") if is_stopped else ""


def _can_still_go(entry: Entry) -> bool:
    waits = entry.state in (ArticleState.IN_REVIEW, ArticleState.APPROVED)
    return waits and entry.published_on is None and entry.in_push is None


def free_slots(tx: Connection, column: Column, now: datetime) -> Iterator[datetime]:
    """The column's coming slots that no other manuscript stands on, soonest first.

    A coming slot may be dealt with already: a mass send settles all slots of its day.
    """
    settled = slots.attended(tx, now, now + AHEAD)
    coming = [slot for slot in timetable.slots([column], now, now + AHEAD) if slot not in settled]
    for slot in coming[:MOST_SLOTS]:
        if articles.placed(tx, column.id, slot.due) is None:
            yield slot.due


def _choice(due: datetime, now: datetime) -> SlotChoice:
    return SlotChoice(due.isoformat(), when(due, now).said, dated(due, now).said, full(due))


def _facts(revision: Revision, entry: Entry, config: Config) -> Iterator[Fact]:
    article, column = revision.article, config.column(entry.column)
    schedule = parse_schedule(column.schedule) if column else None
    yield Fact("栏目", (config.column_name(entry.column) or "不属于栏目") + (f"（{schedule}）" if schedule else ""))
    yield Fact("摘要", revision.page.digest)
    yield Fact("作者", article.author or "未写")
    yield Fact("来源", "；".join(source.name for source in article.sources) or "未写")
    yield Fact("人工智能", article.ai_usage.value)
    yield Fact("收稿", f"{revision.brought_in_by}，第 {revision.number} 稿，{full(revision.brought_in_at)}")
    if entry.published_on:
        yield Fact("发表", f"{entry.published_on.year}年{day(entry.published_on)}")
    if article.review_by:
        yield Fact("复核期限", f"{article.review_by.year}年{day(article.review_by)}")


def _checks(revision: Revision, entry: Entry, config: Config, now: datetime) -> Iterator[Check]:
    """What intake would warn of today, then what is in order."""
    article, page = revision.article, revision.page
    column, today = config.column(entry.column), now.astimezone(TIMEZONE).date()
    is_stock = column is not None and article.published is None
    for said in checks.warnings(article, page, is_stock=is_stock, today=today):
        yield Check(False, said)
    if article.pictures:
        unnamed = sum(1 for picture in article.pictures if not picture.alt)
        named = f"{len(article.pictures)} 张图片都有说明文字"
        yield Check(not unnamed, f"{unnamed} 张图片没有说明文字" if unnamed else named)
    if article.ai_usage.must_declare:
        yield Check(True, f"文中标明了“{article.ai_usage}”")
    if article.sources:
        yield Check(True, f"写明了 {len(article.sources)} 处来源")
    yield Check(True, f"正文约 {_round(len(page.text))} 字")


def _round(count: int) -> int:
    return count if count < 100 else round(count, -1)


# -- history ----------------------------------------------------------------------------------------------------------


def _history(tx: Connection, entry: Entry, decisions: list[Decision], now: datetime) -> Iterator[Line]:
    """Everything that happened to it, the newest first; of one moment, what was written down last comes first."""
    lines = [(each.brought_in_at, _brought_in(each, now)) for each in articles.revisions(tx, entry.id)]
    lines += [(each.at, _decided(each, now)) for each in decisions]
    acts = reversed(trail.recent(tx, limit=50, subject=f"article:{entry.id}"))
    lines += [(act.at, _acted(act, now)) for act in acts if act.action in ACTS]
    for _, line in reversed(_by_time(lines)):
        yield line


def _by_time(lines: list[tuple[datetime, Line]]) -> list[tuple[datetime, Line]]:
    return sorted(lines, key=lambda pair: pair[0])


ACTS = {"place": "排期", "unplace": "取消排期", "resubmit": "没有改动，再送审", "withdraw": "撤下"}
"""What the trail's acts on an article are called; others are not shown here."""


def _brought_in(revision: Revision, now: datetime) -> Line:
    return Line(when(revision.brought_in_at, now), revision.brought_in_by, f"收进第 {revision.number} 稿", "")


def _decided(decision: Decision, now: datetime) -> Line:
    what = f"通过{decision.step}" if decision.verdict is Verdict.PASSED else f"在{decision.step}退回"
    return Line(when(decision.at, now), decision.person, f"{what}（第 {decision.revision} 稿）", decision.comment)


def _acted(act: trail.TrailLine, now: datetime) -> Line:
    due, reason = act.detail.get("due"), act.detail.get("reason")
    what = ACTS[act.action]
    if isinstance(due, str):
        what = f"{what}到 {full(datetime.fromisoformat(due))}"
    return Line(when(act.at, now), act.person, what, reason if isinstance(reason, str) else "")
