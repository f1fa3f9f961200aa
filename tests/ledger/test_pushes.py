"""Pushes, slots and facts in the ledger: races are decided by the database, history is kept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.ledger import articles, facts, pushes, slots
from bot.ledger.database import Ledger
from bot.model.articles import Article, Page
from bot.model.columns import Slot, SlotState
from bot.model.pushes import PushState, Route, Step

FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
NOW = FRIDAY + timedelta(seconds=3)
WEEK = timedelta(days=7)
SLOT = Slot(FRIDAY, "spirit")


@pytest.fixture
def ledger(any_ledger: Ledger) -> Ledger:
    for name in ("leaf", "tree"):
        with any_ledger.write() as tx:
            page = Page("<p></p>", "", "摘要", "c" * 64)
            articles.add_revision(
                tx, Article(name, name, "spirit", name), page, person="x", now=FRIDAY, rank=0, steps=0
            )
    return any_ledger


def claim(ledger: Ledger, *items: tuple[Slot, str], wanted: tuple[Slot, ...] = ()) -> int | None:
    with ledger.write() as tx:
        taken = [(slot, articles.entry(tx, name)) for slot, name in items]
        return pushes.claim(
            tx,
            due=FRIDAY,
            route=Route.MASS,
            items=taken,
            good_until=FRIDAY + timedelta(hours=6),
            seen_from=FRIDAY,
            now=NOW,
            wanted=wanted,
        )


def get(ledger: Ledger, push_id: int):
    with ledger.read() as tx:
        return pushes.get(tx, push_id)


def test_a_claim_keeps_slot_and_article_and_names_the_send(ledger):
    push = get(ledger, claim(ledger, (SLOT, "leaf")))

    assert (push.state, push.items[0].article_id, push.items[0].issue) == (PushState.CLAIMED, "leaf", 1)
    assert 0 < len(push.clientmsgid.encode()) <= 32
    with ledger.read() as tx:
        assert slots.get(tx, SLOT).push == push.id
        assert [entry.id for entry in articles.stock(tx, "spirit")] == ["tree"]
        assert [event.what for event in pushes.events(tx, push.id)] == ["claimed"]


@pytest.mark.parametrize(
    "second", [(SLOT, "tree"), (Slot(FRIDAY + WEEK, "spirit"), "leaf")], ids=["same slot", "same article"]
)
def test_a_claim_that_comes_second_leaves_nothing_behind(ledger, second):
    claim(ledger, (SLOT, "leaf"))

    assert claim(ledger, second) is None
    with ledger.read() as tx:
        assert len(pushes.listing(tx, limit=9)) == 1
        assert len(slots.attended(tx, FRIDAY - WEEK, FRIDAY + 2 * WEEK)) == 1
    with ledger.write() as tx:
        assert slots.next_issue(tx, "spirit", NOW) == 2


def test_of_many_claims_at_once_one_wins(ledger):
    won: list[int | None] = []
    gate = threading.Barrier(6)

    def race() -> None:
        gate.wait()
        won.append(claim(ledger, (SLOT, "leaf")))

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([push for push in won if push is not None]) == 1


def test_a_missed_slot_is_claimed_only_when_a_person_wants_it(ledger):
    with ledger.write() as tx:
        slots.record(tx, SLOT, SlotState.MISSED, None, "没有运行", NOW)

    assert claim(ledger, (SLOT, "leaf")) is None
    assert claim(ledger, (SLOT, "leaf"), wanted=(SLOT,)) is None

    with ledger.write() as tx:
        assert slots.settle(tx, SLOT, SlotState.WANTED, was=SlotState.MISSED, push=None, reason="", now=NOW)

    assert claim(ledger, (SLOT, "leaf"), wanted=(SLOT,)) is not None


def test_one_caller_begins_a_step_and_only_that_call_can_end_it(ledger):
    seen = get(ledger, claim(ledger, (SLOT, "leaf")))
    with ledger.write() as tx:
        assert pushes.begin_step(tx, seen, Step.UPLOAD, NOW)
        assert not pushes.begin_step(tx, seen, Step.UPLOAD, NOW)
    first = get(ledger, seen.id)
    with ledger.write() as tx:
        assert pushes.repeat_step(tx, first, NOW)
    second = get(ledger, seen.id)

    assert (second.step, second.attempts, second.step_started_at) == (Step.UPLOAD, 2, NOW)
    with ledger.write() as tx:
        assert not pushes.finish_step(tx, first, PushState.UPLOADED, NOW)
        assert pushes.finish_step(tx, second, PushState.UPLOADED, NOW)
    after = get(ledger, seen.id)
    assert (after.state, after.step, after.attempts) == (PushState.UPLOADED, None, 0)


def test_dropped_articles_are_free_and_issue_numbers_are_not_given_twice(ledger):
    first = get(ledger, claim(ledger, (SLOT, "leaf")))
    with ledger.write() as tx:
        pushes.finish_step(tx, first, PushState.DROPPED, NOW)
        pushes.free_articles(tx, first.id)

    second = get(ledger, claim(ledger, (Slot(FRIDAY + WEEK, "spirit"), "leaf")))

    assert second.items[0].issue == 2
    with ledger.read() as tx:
        assert [push.id for push in pushes.unfinished(tx)] == [second.id]
        assert [push.id for push in pushes.listing(tx, limit=9)] == [second.id, first.id]


def test_a_column_is_born_once(ledger):
    with ledger.write() as tx:
        assert slots.born(tx, "spirit", NOW) == NOW
        assert slots.born(tx, "spirit", NOW + WEEK) == NOW
    with ledger.read() as tx:
        assert slots.births(tx) == {"spirit": NOW}


def test_a_slot_is_recorded_once(ledger):
    with ledger.write() as tx:
        assert slots.record(tx, SLOT, SlotState.EMPTY, None, "没有稿件", NOW)
        assert not slots.record(tx, SLOT, SlotState.MISSED, None, "", NOW)
        assert slots.get(tx, SLOT).state is SlotState.EMPTY


def test_facts_are_replaced_taken_and_forgotten(ledger):
    with ledger.write() as tx:
        facts.put(tx, "event.1", "a", NOW)
        facts.put(tx, "event.1", "b", NOW + WEEK)
        facts.put(tx, "event.2", "c", NOW)
        facts.put(tx, "eventful", "d", NOW)
        facts.forget(tx, "event.", before=NOW + timedelta(days=1))

        assert facts.with_time(tx, "event.1") == ("b", NOW + WEEK)
        assert (facts.get(tx, "event.2"), facts.get(tx, "eventful")) == (None, "d")
        assert (facts.take(tx, "event.1"), facts.take(tx, "event.1")) == ("b", None)
