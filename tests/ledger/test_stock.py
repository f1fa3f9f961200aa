"""What the columns' stock, the calendar and the answers hold."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import NotAllowed
from bot.ledger import articles
from bot.model.articles import AnswerFrom, Document
from tests.ledger.water import FRIDAY, NOW, STEPS, WATER, changes, place, push, spend, stock, take_in, version

# -- stock and calendar


def test_stock_leaves_oldest_intake_first_then_by_rank(ledger):
    take_in(ledger, replace(WATER, id="b"), now=NOW, rank=1)
    take_in(ledger, replace(WATER, id="c"), now=NOW, rank=0)
    take_in(ledger, replace(WATER, id="a"), now=NOW - timedelta(days=1), rank=9)

    assert stock(ledger) == ["a", "c", "b"]


def test_a_new_revision_keeps_its_place_in_the_queue(ledger):
    take_in(ledger, replace(WATER, id="a"), now=NOW)
    take_in(ledger, replace(WATER, id="b"), now=NOW + timedelta(hours=1))
    take_in(ledger, replace(WATER, id="a", text="改过"), now=NOW + timedelta(hours=2), rank=7)

    assert stock(ledger) == ["a", "b"]


@pytest.mark.parametrize(
    "article",
    [replace(WATER, published=date(2020, 1, 1)), replace(WATER, column=None), replace(WATER, column="other")],
    ids=["history", "no column", "another column"],
)
def test_what_never_goes_out_is_no_stock(ledger, article):
    take_in(ledger, article)

    assert stock(ledger) == []


def test_waiting_articles_are_no_stock(ledger):
    take_in(ledger, steps=STEPS)

    assert stock(ledger) == []


@pytest.mark.parametrize(("is_live", "left"), [(True, []), (False, ["water"])])
def test_only_a_live_push_keeps_its_articles(ledger, is_live, left):
    take_in(ledger)
    push(ledger, "water", is_live=is_live)

    assert stock(ledger) == left


def test_a_placed_article_waits_for_its_slot_and_comes_first_when_that_was_missed(ledger):
    take_in(ledger, replace(WATER, id="a"))
    take_in(ledger, replace(WATER, id="b"), now=NOW + timedelta(hours=1))
    place(ledger, "b")
    assert stock(ledger) == ["a"]
    with ledger.read() as tx:
        assert articles.placed(tx, "science", FRIDAY).placed_at == FRIDAY

    spend(ledger)
    assert stock(ledger) == ["b", "a"]


def test_a_slot_has_one_article_and_an_article_one_slot(ledger):
    take_in(ledger, replace(WATER, id="a"))
    take_in(ledger, replace(WATER, id="b"))
    place(ledger, "a")
    with pytest.raises(NotAllowed):
        place(ledger, "b")

    place(ledger, "a", FRIDAY + timedelta(days=7))
    place(ledger, "b")
    with ledger.read() as tx:
        assert articles.placed(tx, "science", FRIDAY).id == "b"


def test_what_went_out_or_was_withdrawn_cannot_be_placed(ledger):
    take_in(ledger, replace(WATER, id="old", published=date(2020, 1, 1)))
    take_in(ledger)
    push(ledger, "water", is_live=True)

    for article_id in ("old", "water"):
        with pytest.raises(NotAllowed):
            place(ledger, article_id)


# -- what answers


def test_an_approved_article_answers_with_its_date(ledger):
    take_in(ledger, now=datetime(2026, 11, 30, 16, 30, tzinfo=UTC))

    assert changes(ledger) == {"water": Document("water", "水的比热", "正文", "science", None, date(2026, 12, 1))}


def test_held_back_until_published(ledger):
    take_in(ledger, replace(WATER, answer_from=AnswerFrom.PUBLISHED))
    assert changes(ledger) == {"water": None}

    with ledger.write() as tx:
        articles.published(tx, "water", on=date(2026, 12, 4), url="https://mp.weixin.qq.com/s/x")
    found = changes(ledger)["water"]
    assert (found.dated, found.url) == (date(2026, 12, 4), "https://mp.weixin.qq.com/s/x")
    with ledger.read() as tx:
        assert articles.answering(tx, ["water", "nothing"]) == {"water"}


def test_a_publication_without_address_keeps_the_one_known(ledger):
    take_in(ledger)
    for url in ("https://mp.weixin.qq.com/s/x", None):
        with ledger.write() as tx:
            articles.published(tx, "water", on=date(2026, 12, 4), url=url)

    assert changes(ledger)["water"].url == "https://mp.weixin.qq.com/s/x"


def test_only_what_changed_after_a_version_is_told(ledger):
    take_in(ledger, replace(WATER, id="a"))
    seen = version(ledger)
    take_in(ledger, replace(WATER, id="b"))

    assert set(changes(ledger, seen)) == {"b"}
    assert changes(ledger, version(ledger)) == {}


def test_a_reader_that_follows_the_versions_misses_nothing_while_four_write(ledger):
    def write(name: str) -> None:
        for number in range(25):
            take_in(ledger, replace(WATER, id=f"{name}{number}"))

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    seen, told = 0, []
    while any(writer.is_alive() for writer in writers) or version(ledger) > seen:
        with ledger.read() as tx:
            seen, changed = articles.changed_since(tx, seen)
        told += [article_id for article_id, _ in changed]

    assert set(told) == {f"{name}{number}" for name in "abcd" for number in range(25)}
