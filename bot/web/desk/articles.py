"""稿件: the table of all manuscripts, with filters that stay in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.config import Config
from bot.editorial import review
from bot.ledger import articles as ledger_articles
from bot.ledger.database import Connection
from bot.model.articles import ArticleState, Entry
from bot.model.people import Person
from bot.web.dates import When, when
from bot.web.desk.frame import blueprint
from bot.web.desk.marks import Mark, Outlook, article_mark, waiting_step
from bot.web.desk.outlook import outlooks
from bot.web.login import the_person
from bot.web.pages import the_service

MOST = 300
"""Rows shown at once; the newest changes come first."""

STATES = (
    ("", "全部"),
    (ArticleState.IN_REVIEW, "待审"),
    (ArticleState.RETURNED, "已退回"),
    (ArticleState.APPROVED, "已通过"),
    (ArticleState.WITHDRAWN, "已撤下"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One manuscript in the table."""

    title: str
    address: str
    column: str
    mark: Mark
    turn: str
    since: When


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter, as a link."""

    label: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The finished page."""

    rows: tuple[Row, ...]
    states: tuple[Choice, ...]
    columns: tuple[Choice, ...]
    is_filtered: bool
    is_cut: bool


@blueprint.get("/articles")
def articles() -> ResponseReturnValue:
    """The table, filtered by what stands in the address."""
    service = the_service()
    state, column = request.args.get("state", ""), request.args.get("column", "")
    with service.ledger.read() as tx:
        rows = _rows(tx, service.config, the_person(), state, column, service.now())
    return render_template("desk/articles.html", table=_table(service.config, rows, state, column))


def _rows(tx: Connection, config: Config, person: Person, state: str, column: str, now: datetime) -> tuple[Row, ...]:
    wanted = ArticleState(state) if state in tuple(ArticleState) else None
    known = outlooks(tx, config, now)
    mine = {entry.id for entry in review.waiting_for(tx, person, config.review.steps)}
    found = ledger_articles.entries(tx, column=column or None, state=wanted, limit=MOST)
    return tuple(_row(entry, config, now, known.get(entry.id, Outlook()), is_mine=entry.id in mine) for entry in found)


def _row(entry: Entry, config: Config, now: datetime, outlook: Outlook, *, is_mine: bool) -> Row:
    return Row(
        title=entry.title,
        address=url_for("desk.article", article_id=entry.id),
        column=config.column_name(entry.column) or "不属于栏目",
        mark=article_mark(entry, config.review.steps, now, outlook),
        turn=_turn(entry, config.review.steps, is_mine=is_mine),
        since=when(entry.since, now),
    )


def _turn(entry: Entry, steps: Sequence[str], *, is_mine: bool) -> str:
    if entry.state is ArticleState.IN_REVIEW:
        return "你" if is_mine else f"{waiting_step(entry.steps_done, steps)}人"
    return entry.brought_in_by if entry.state is ArticleState.RETURNED else ""


def _table(config: Config, rows: tuple[Row, ...], state: str, column: str) -> Table:
    columns = (("", "全部栏目"), *((each.id, each.name) for each in config.columns))
    return Table(
        rows=rows,
        states=tuple(_choice(label, value, state, state=value, column=column) for value, label in STATES),
        columns=tuple(_choice(label, value, column, state=state, column=value) for value, label in columns),
        is_filtered=bool(state or column),
        is_cut=len(rows) >= MOST,
    )


def _choice(label: str, value: str, chosen: str, *, state: str, column: str) -> Choice:
    return Choice(label, url_for("desk.articles", state=state or None, column=column or None), value == chosen)
