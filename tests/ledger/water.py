"""An article on water, and what is done with it in these tests."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert

from bot.ledger import articles, schema
from bot.ledger.database import Ledger
from bot.model.articles import Article, ArticleState, Document, Page, Revision, Verdict

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
PAGE = Page(html="<p>正文</p>", text="正文", digest="摘要", cover="c" * 64)
WATER = Article(id="water", title="水的比热", column="science", text="正文")
STEPS = 3


def take_in(
    ledger: Ledger,
    article: Article = WATER,
    *,
    steps: int = 0,
    now: datetime = NOW,
    rank: int = 0,
    person: str = "李编辑",
) -> Revision | None:
    with ledger.write() as tx:
        return articles.add_revision(tx, article, PAGE, person=person, now=now, rank=rank, steps=steps)


def decide(
    ledger: Ledger, index: int, person: str, verdict: Verdict = Verdict.PASSED, *, revision: int = 1
) -> ArticleState:
    passed = ArticleState.APPROVED if index + 1 == STEPS else ArticleState.IN_REVIEW
    with ledger.write() as tx:
        articles.decide(
            tx,
            "water",
            revision,
            step="审",
            step_index=index,
            verdict=verdict,
            person=person,
            comment="",
            now=NOW,
            becomes=passed if verdict is Verdict.PASSED else ArticleState.RETURNED,
        )
        found = articles.get(tx, "water")
    assert found
    return found.state


def stock(ledger: Ledger) -> list[str]:
    with ledger.read() as tx:
        return [entry.id for entry in articles.stock(tx, "science")]


def changes(ledger: Ledger, version: int = 0) -> dict[str, Document | None]:
    with ledger.read() as tx:
        return dict(articles.changed_since(tx, version)[1])


def version(ledger: Ledger) -> int:
    with ledger.read() as tx:
        return articles.archive_version(tx)


def place(ledger: Ledger, article_id: str, due: datetime = FRIDAY) -> None:
    with ledger.write() as tx:
        articles.place(tx, article_id, column="science", due=due, person="李编辑", now=NOW)


def spend(ledger: Ledger, due: datetime = FRIDAY) -> None:
    with ledger.write() as tx:
        tx.execute(insert(schema.slots).values(column_id="science", due=due, state="missed", at=NOW))


def push(ledger: Ledger, article_id: str, *, is_live: bool) -> None:
    with ledger.write() as tx:
        times = dict.fromkeys(("due", "claimed_at", "updated_at", "good_until", "seen_from"), FRIDAY)
        about = {"route": "mass", "state": "claimed", "clientmsgid": article_id}
        number = tx.execute(insert(schema.pushes).values(**about, **times)).inserted_primary_key[0]
        item = {"article_id": article_id, "revision": 1, "column_id": "science", "issue": 1, "due": FRIDAY, "title": ""}
        tx.execute(insert(schema.push_items).values(push_id=number, position=0, is_live=is_live, **item))
