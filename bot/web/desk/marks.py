"""States as the desk shows them: a shape and a word each, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.articles import ArticleState, Entry
from bot.model.pushes import Push, PushState, Route
from bot.web.dates import when


@dataclass(frozen=True, slots=True)
class Mark:
    """A state: `kind` chooses its edge and colour (planned, queued, set, done, look, failed, quiet)."""

    shape: str
    word: str
    kind: str


PLANNED, QUEUED, SET, DONE, LOOK, FAILED, QUIET = "planned", "queued", "set", "done", "look", "failed", "quiet"

PUSH_SHAPES = {
    PushState.CONFIRMED: ("✓", DONE),
    PushState.HANDED_OVER: ("▲", LOOK),
    PushState.UNKNOWN: ("▲", LOOK),
    PushState.FAILED: ("✕", FAILED),
    PushState.DROPPED: ("✕", QUIET),
}
"""Shape and kind of each state of a push; all others are on their way."""


def push_mark(push: Push) -> Mark:
    """How a push stands."""
    shape, kind = PUSH_SHAPES.get(push.state, ("●", SET))
    return Mark(shape, push.stands, kind)


TURNED = {
    Route.PUBLISH: "微信不让这个账号群发，现在改为发布：文章有固定链接，不通知关注者。",
    Route.DRAFT: "微信不让这个账号自动发出，现在只建草稿，要有人到公众号后台发出。",
}
"""What `auto` does instead of a mass send, for the people at the desk."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of an article's way out: the unfinished push that holds it, or the slot the plan gives it."""

    push: Push | None = None
    due: datetime | None = None


def article_mark(entry: Entry, steps: Sequence[str], now: datetime, outlook: Outlook) -> Mark:
    """How an article stands, from its review to its publication."""
    if entry.state is ArticleState.WITHDRAWN:
        return Mark("✕", "已撤下", QUIET)
    if entry.state is ArticleState.RETURNED:
        return Mark("▲", "已退回", LOOK)
    if entry.state is ArticleState.IN_REVIEW:
        return Mark("○", f"待{waiting_step(entry.steps_done, steps)}", PLANNED)
    if entry.published_on:
        return Mark("✓", "已发表", DONE)
    if outlook.push:
        return push_mark(outlook.push)
    if entry.placed_at:
        return Mark("●", f"已排期 {when(entry.placed_at, now).said}", SET)
    if outlook.due:
        return Mark("○", f"排队 {when(outlook.due, now).said}", QUEUED)
    return Mark("○", "待排期" if entry.column else "已通过", PLANNED)


def waiting_step(steps_done: int, steps: Sequence[str]) -> str:
    """The name of the step that is next; a general word when the settings now have fewer steps."""
    return steps[steps_done] if steps_done < len(steps) else "审核"
