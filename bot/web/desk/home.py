"""等我处理: what needs this person now, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from bot.config import Config
from bot.editorial import review
from bot.ledger import articles, people, pushes
from bot.ledger.database import Connection, Ledger
from bot.model.articles import ArticleState
from bot.model.people import Person, Role
from bot.model.pushes import PlannedPush, Push
from bot.publishing import plan, route
from bot.web.dates import When, when
from bot.web.desk.frame import blueprint
from bot.web.desk.marks import LOOK, PLANNED, TURNED, Mark, push_mark, waiting_step
from bot.web.desk.pushes import (
    NEEDS_A_PERSON,
    Button,
    may_wait_for_administrator,
    missed_slots,
    titles,
    to_confirm,
)
from bot.web.desk.rights import Right, has
from bot.web.desk.words import parted
from bot.web.login import the_person
from bot.web.pages import the_service

MOST = 30
"""Things shown at once; a list that long is no help on a phone."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: what it is, why, and the way to it."""

    mark: Mark
    title: str
    said: str
    since: When | None
    address: str  # where it is done …
    link: str  # … and what the way there is called
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next push that is sure of its articles."""

    due: When
    titles: str


@dataclass(frozen=True, slots=True)
class Home:
    """The finished page."""

    todos: tuple[Todo, ...]
    more: int  # how many more there are
    upcoming: Upcoming | None


@blueprint.get("")
def home() -> ResponseReturnValue:
    """What needs this person."""
    service = the_service()
    return render_template("desk/home.html", home=_home(service.ledger, service.config, the_person(), service.now()))


def _home(ledger: Ledger, config: Config, person: Person, now: datetime) -> Home:
    with ledger.read() as tx:
        todos = (
            *_to_confirm(tx, person, now),
            *_of_route(tx, config, person),
            *_of_pushes(tx, person, now),
            *_of_slots(tx, config, person, now),
            *_of_reviews(tx, config, person, now),
            *_of_returns(tx, config, person, now),
            *_of_stuck(tx, config, person, now),
        )
        planned = plan.plan(tx, config, now, days=14)
    return Home(todos[:MOST], max(0, len(todos) - MOST), _next(planned, now))


def _to_confirm(tx: Connection, person: Person, now: datetime) -> Iterator[Todo]:
    """What only minutes are left for."""
    for push in filter(may_wait_for_administrator, _theirs(tx, person)):
        yield _of_push(push, Mark("▲", push.state.said, LOOK), to_confirm(push, now), now)


def _of_pushes(tx: Connection, person: Person, now: datetime) -> Iterator[Todo]:
    for push in _theirs(tx, person):
        if push.state in NEEDS_A_PERSON:
            yield _of_push(push, push_mark(push), parted(push.said)[0], now)


def _theirs(tx: Connection, person: Person) -> list[Push]:
    """Only for those who may settle them; everybody sees them among the pushes."""
    return pushes.unfinished(tx) if has(person, Right.SETTLE) else []


def _of_push(push: Push, mark: Mark, said: str, now: datetime) -> Todo:
    address = url_for("desk.push", push_id=push.id)
    return Todo(mark, titles(push), said, when(push.updated_at, now), address, "看下一步")


def _of_route(tx: Connection, config: Config, person: Person) -> Iterator[Todo]:
    """That followers are no longer told of pushes, until somebody has heard it."""
    turned = route.turned_unheard(tx, config) if has(person, Right.SETTLE) else None
    if turned is not None:
        heard = Button("hear", "知道了", url_for("desk.hear"), ())
        yield Todo(Mark("▲", "换了发法", LOOK), "推送不再群发", TURNED[turned], None, "", "", (heard,))


def _of_slots(tx: Connection, config: Config, person: Person, now: datetime) -> Iterator[Todo]:
    missed = missed_slots(tx, config, now) if has(person, Right.SETTLE) else ()
    for each in missed:
        yield Todo(each.mark, each.title, each.reason, None, "", "", each.buttons)


def _of_reviews(tx: Connection, config: Config, person: Person, now: datetime) -> Iterator[Todo]:
    steps = config.review.steps
    for entry in review.waiting_for(tx, person, steps):
        step = waiting_step(entry.steps_done, steps)
        said = f"{config.column_name(entry.column)} · {entry.brought_in_by}收稿"
        address = url_for("desk.article", article_id=entry.id)
        yield Todo(Mark("○", f"待{step}", PLANNED), entry.title, said, when(entry.since, now), address, f"去{step}")


def _of_returns(tx: Connection, config: Config, person: Person, now: datetime) -> Iterator[Todo]:
    """What came back to whoever brought it in; what a command took in comes back to every editor."""
    for entry in articles.entries(tx, state=ArticleState.RETURNED, limit=None):
        is_theirs = entry.brought_in_by == person.name
        is_anybodys = people.get(tx, entry.brought_in_by) is None and person.role is Role.EDITOR
        if is_theirs or is_anybodys:
            address = url_for("desk.article", article_id=entry.id)
            said = f"{config.column_name(entry.column)} · 照意见改好后，重新收稿"
            yield Todo(Mark("▲", "已退回", LOOK), entry.title, said, when(entry.since, now), address, "看意见")


def _of_stuck(tx: Connection, config: Config, person: Person, now: datetime) -> Iterator[Todo]:
    """What nobody is left to review, in one line, for those who can begin it anew or have people added."""
    stuck = review.stuck(tx, config.review.steps) if person.role in (Role.EDITOR, Role.LEADER) else []
    if stuck:
        first = stuck[0]
        title = f"《{first.title}》等 {len(stuck)} 篇" if len(stuck) > 1 else first.title
        address = url_for("desk.article", article_id=first.id)
        said = "照现在的人手，有一步没有人能审"
        yield Todo(Mark("▲", "审不下去", LOOK), title, said, when(first.since, now), address, "看怎么办")


def _next(planned: list[PlannedPush], now: datetime) -> Upcoming | None:
    """The next planned push that has something to send."""
    for push in planned:
        found = [item.title for item in push.items if item.title]
        if found:
            return Upcoming(when(push.due, now), "，".join(f"《{title}》" for title in found))
    return None
