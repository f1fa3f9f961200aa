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
from bot.web.dates import When, when
from bot.web.desk.frame import blueprint
from bot.web.desk.marks import Mark, Outlook, article_mark, waiting_step
from bot.web.desk.outlook import outlooks
from bot.web.desk.paging import Choice, Page, cut, page_number
from bot.web.login import the_person
from bot.web.pages import the_service

MOST = 50
"""Rows on one page; the newest changes come first."""

MINE = "mine"
STATES = (
    ("", "全部"),
    (MINE, "轮到我"),
    (ArticleState.IN_REVIEW, "待审"),
    (ArticleState.RETURNED, "已退回"),
    (ArticleState.APPROVED, "已通过"),
    (ArticleState.WITHDRAWN, "已撤下"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What stands in the address."""

    state: str
    column: str
    title: str

    @property
    def is_set(self) -> bool:
        """True when some articles are left out."""
        return bool(self.state or self.column or self.title)

    def address(self, **other: str) -> str:
        """The table's address with these filters, one of them changed."""
        wanted = {"state": self.state, "column": self.column, "title": self.title} | other
        return url_for("desk.articles", **{name: value or None for name, value in wanted.items()})  # type: ignore[arg-type]


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
class Table:
    """The finished page; `columns` are (id, name)."""

    rows: tuple[Row, ...]
    states: tuple[Choice, ...]
    columns: tuple[tuple[str, str], ...]
    filter: Filter
    pages: Page[Entry]


@blueprint.get("/articles")
def articles() -> ResponseReturnValue:
    """The table, filtered by what stands in the address."""
    service, person, now = the_service(), the_person(), the_service().now()
    wanted = _wanted(service.config)
    with service.ledger.read() as tx:
        mine = review.waiting_for(tx, person, service.config.review.steps)
        pages = _page(tx, wanted, mine)
        known = outlooks(tx, service.config, now)
    its = {entry.id for entry in mine}
    rows = tuple(
        _row(entry, service.config, now, known.get(entry.id, Outlook()), is_mine=entry.id in its)
        for entry in pages.rows
    )
    return render_template("desk/articles.html", table=_table(service.config, rows, wanted, pages))


def _wanted(config: Config) -> Filter:
    """The filters in the address; one that nobody could choose on the page is none."""
    state, column, title = (request.args.get(name, "").strip()[:LONGEST] for name in ("state", "column", "title"))
    known_state = state if state in dict(STATES) else ""
    known_column = column if column in {each.id for each in config.columns} else ""
    return Filter(known_state, known_column, title)


LONGEST = 100
"""Characters of a filter; no title is longer."""


def _page(tx: Connection, wanted: Filter, mine: Sequence[Entry]) -> Page[Entry]:
    number = page_number()
    state = ArticleState(wanted.state) if wanted.state in tuple(ArticleState) else None
    if wanted.state == MINE:
        found = [entry for entry in mine if _fits(entry, wanted)]
        return cut(found, number, MOST, "desk.articles", **_kept(wanted))
    found = ledger_articles.entries(
        tx, column=wanted.column or None, state=state, titled=wanted.title, limit=number * MOST + 1
    )
    return cut(found, number, MOST, "desk.articles", **_kept(wanted))


def _fits(entry: Entry, wanted: Filter) -> bool:
    return wanted.title.casefold() in entry.title.casefold() and (not wanted.column or entry.column == wanted.column)


def _kept(wanted: Filter) -> dict[str, str | None]:
    return {"state": wanted.state or None, "column": wanted.column or None, "title": wanted.title or None}


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


def _table(config: Config, rows: tuple[Row, ...], wanted: Filter, pages: Page[Entry]) -> Table:
    states = tuple(Choice(label, wanted.address(state=value), value == wanted.state) for value, label in STATES)
    columns = tuple((each.id, each.name) for each in config.columns)
    return Table(rows, states, columns, wanted, pages)
