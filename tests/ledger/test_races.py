"""Who reads first and writes later is right also beside others: real connections, all at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.errors import NotAllowed
from bot.ledger import articles, counters, facts, media, people, pushes, slots, tokens
from bot.ledger.database import Connection, Ledger
from bot.ledger.inbox import remember
from bot.model.articles import Article, ArticleState, Page, Verdict
from bot.model.columns import Slot, SlotState
from bot.model.people import Role
from bot.model.pushes import Push, PushState, Route, Step
from bot.model.questions import Heard

NOW = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
SLOT = Slot(NOW, "spirit")
PAGE = Page("<p></p>", "", "摘要", "c" * 64)
LEAF = Article("leaf", "一片叶子", "spirit", "正文")
RACERS = 6

Won = TypeVar("Won")


@pytest.fixture
def race(ledger_url: str, tmp_path: Path) -> Callable[[Callable[[Connection, int], Won]], list[Won | None]]:
    """Runs one transaction of several racers at once, each as a process of its own would; None where it was refused."""
    gate = threading.Barrier(RACERS)

    def run(act: Callable[[Connection, int], Won]) -> list[Won | None]:
        def one(number: int) -> Won | None:
            with closing(Ledger(ledger_url, folder=tmp_path, busy_s=20)) as own:
                own.check()  # connected before the gate opens
                gate.wait()
                try:
                    with own.write() as tx:
                        return act(tx, number)
                except NotAllowed:
                    return None

        with ThreadPoolExecutor(RACERS) as racers:
            return list(racers.map(one, range(RACERS)))

    return run


def taken_in(ledger: Ledger, *ids: str, steps: int = 0) -> None:
    with ledger.write() as tx:
        for number, key in enumerate(ids):
            article = Article(key, key, "spirit", key)
            articles.add_revision(tx, article, PAGE, person="林", now=NOW, rank=number, steps=steps)


def test_what_is_read_is_still_true_when_it_is_written(ledger, race):
    def count(tx: Connection, _: int) -> None:
        facts.put(tx, "n", str(int(facts.get(tx, "n") or 0) + 1), NOW)

    for _ in range(5):
        race(count)

    with ledger.read() as tx:
        assert facts.get(tx, "n") == str(5 * RACERS)


def test_one_of_several_intakes_of_an_article_makes_it_and_the_others_see_it(ledger, race):
    def take_in(tx: Connection, _: int) -> bool:
        return articles.add_revision(tx, LEAF, PAGE, person="林", now=NOW, rank=0, steps=0) is not None

    assert race(take_in).count(True) == 1
    with ledger.read() as tx:
        assert [each.number for each in articles.revisions(tx, "leaf")] == [1]


def test_every_change_gets_a_version_of_its_own(ledger, race):
    race(lambda tx, n: articles.add_revision(
        tx, Article(f"a{n}", "题", "spirit", f"{n}"), PAGE, person="林", now=NOW, rank=0, steps=0
    ))  # fmt: skip

    with ledger.read() as tx:
        assert articles.archive_version(tx) == RACERS
        assert [len(articles.changed_since(tx, n)[1]) for n in range(RACERS)] == list(range(RACERS, 0, -1))


def test_one_of_several_decisions_on_a_step_counts(ledger, race):
    taken_in(ledger, "leaf", steps=3)

    def decide(tx: Connection, number: int) -> bool:
        found = articles.get(tx, "leaf")
        about = {"step": "初审", "step_index": found.steps_done if number % 2 else 0, "verdict": Verdict.PASSED}
        who = {"person": "王" if number % 2 else f"人{number}", "comment": "", "now": NOW}
        articles.decide(tx, "leaf", 1, **about, **who, becomes=ArticleState.IN_REVIEW)
        return True

    won = race(decide).count(True)
    with ledger.read() as tx:
        taken = articles.decisions(tx, "leaf")
        assert articles.entry(tx, "leaf").steps_done == len(taken) == won
    assert len({each.person for each in taken}) == won


def test_a_revision_and_a_decision_at_once_leave_nothing_approved_unseen(ledger, race):
    taken_in(ledger, "leaf", steps=1)

    def change_or_approve(tx: Connection, number: int) -> bool:
        if number == 0:
            changed = Article("leaf", "leaf", "spirit", "改过")
            return articles.add_revision(tx, changed, PAGE, person="林", now=NOW, rank=0, steps=1) is not None
        about = {"step": "终审", "step_index": 0, "verdict": Verdict.PASSED, "person": f"人{number}", "comment": ""}
        articles.decide(tx, "leaf", 1, **about, now=NOW, becomes=ArticleState.APPROVED)
        return True

    race(change_or_approve)
    with ledger.read() as tx:
        assert (articles.get(tx, "leaf").number, articles.get(tx, "leaf").state) == (2, ArticleState.IN_REVIEW)


def test_a_slot_of_the_calendar_is_given_once(ledger, race):
    taken_in(ledger, *(f"a{n}" for n in range(RACERS)))

    def place(tx: Connection, number: int) -> str:
        articles.place(tx, f"a{number}", column="spirit", due=NOW, person="林", now=NOW)
        return f"a{number}"

    won = [name for name in race(place) if name]
    with ledger.read() as tx:
        assert [articles.placed(tx, "spirit", NOW).id] == won


def claim(tx: Connection, slot: Slot) -> int | None:
    """The push for the slot with what stands first in the stock, as a round does it."""
    stock = articles.stock(tx, "spirit")
    if not stock:
        return None
    times = {"due": slot.due, "good_until": NOW + timedelta(hours=6), "seen_from": NOW, "now": NOW}
    return pushes.claim(tx, route=Route.PUBLISH, items=[(slot, stock[0])], **times)


def test_rounds_that_claim_different_slots_at_once_take_different_articles(ledger, race):
    taken_in(ledger, *(f"a{n}" for n in range(RACERS)))

    claimed = race(lambda tx, n: claim(tx, Slot(NOW + timedelta(days=n), "spirit")))

    assert None not in claimed
    with ledger.read() as tx:
        items = [item for push in pushes.listing(tx, limit=99) for item in push.items]
    assert {item.article_id for item in items} == {f"a{n}" for n in range(RACERS)}
    assert {item.issue for item in items} == set(range(1, RACERS + 1))


def test_a_withdrawal_beside_claims_leaves_no_push_with_what_was_withdrawn_before_it(ledger, race):
    taken_in(ledger, "leaf")

    def withdraw_or_claim(tx: Connection, number: int) -> int | str | None:
        if number:
            return claim(tx, SLOT)
        in_push = articles.entry(tx, "leaf").in_push
        articles.withdraw(tx, "leaf", person="王", reason="有误", now=NOW)
        return "late" if in_push else "first"

    outcomes = race(withdraw_or_claim)
    claimed = [push for push in outcomes[1:] if push is not None]
    assert len(claimed) == (1 if outcomes[0] == "late" else 0)


def test_one_of_several_rounds_begins_a_step(ledger, race):
    taken_in(ledger, "leaf")
    with ledger.write() as tx:
        seen: Push = pushes.get(tx, claim(tx, SLOT))

    assert race(lambda tx, _: pushes.begin_step(tx, seen, Step.UPLOAD, NOW)).count(True) == 1
    with ledger.read() as tx:
        assert pushes.get(tx, seen.id).attempts == 1


def test_of_a_person_and_a_round_one_decides_about_a_push(ledger, race):
    taken_in(ledger, "leaf")
    with ledger.write() as tx:
        seen = pushes.get(tx, claim(tx, SLOT))

    def end(tx: Connection, number: int) -> bool:
        state = PushState.DROPPED if number % 2 else PushState.UPLOADED
        return pushes.finish_step(tx, seen, state, NOW)

    assert race(end).count(True) == 1


def test_a_missed_slot_is_decided_once(ledger, race):
    with ledger.write() as tx:
        slots.record(tx, SLOT, SlotState.MISSED, None, "", NOW)
    ends = (SlotState.WANTED, SlotState.DEFERRED, SlotState.DROPPED)

    won = race(lambda tx, n: slots.settle(tx, SLOT, ends[n % 3], was=SlotState.MISSED, push=None, reason="", now=NOW))

    assert won.count(True) == 1


def test_one_of_several_may_force_a_token(ledger, race):
    with ledger.write() as tx:
        tokens.save(tx, "wx1", "A", expires_at=NOW + timedelta(hours=2), now=NOW)

    assert race(lambda tx, _: tokens.may_force(tx, "wx1", now=NOW)).count(True) == 1


def test_log_ins_at_once_do_not_get_past_their_limit(ledger, race):
    def attempt(tx: Connection, _: int) -> bool:
        if people.failures_since(tx, "place:x", NOW - timedelta(minutes=15)) >= 2:
            return False
        people.note_failure(tx, "place:x", NOW)
        return True

    assert race(attempt).count(True) == 2


def test_a_name_a_message_and_a_column_are_new_once(ledger, race):
    assert race(lambda tx, _: people.add(tx, "王编辑", Role.EDITOR, "hash", NOW).name).count("王编辑") == 1
    assert sum(len(new) for new in race(lambda tx, _: remember(tx, [Heard("m:1", NOW, "question")]))) == 1
    assert len(set(race(lambda tx, n: slots.born(tx, "spirit", NOW + timedelta(minutes=n))))) == 1


def test_counters_and_what_wechat_gave_first_survive(ledger, race):
    def upload(tx: Connection, number: int) -> None:
        counters.add(tx, {(date(2026, 12, 4), "heard"): 1})
        if media.wechat_value(tx, "wx1", "a" * 64, "cover") is None:
            media.remember_wechat(tx, "wx1", "a" * 64, "cover", str(number), NOW)
            facts.put(tx, "first", str(number), NOW)

    race(upload)
    with ledger.read() as tx:
        assert counters.total(tx, date(2026, 12, 4)) == {"heard": RACERS}
        assert media.wechat_value(tx, "wx1", "a" * 64, "cover") == facts.get(tx, "first")


def test_a_reader_sees_one_moment_while_others_write(ledger, race):
    taken_in(ledger, "leaf")
    with ledger.read() as tx:
        before = articles.archive_version(tx), articles.get(tx, "leaf")
        race(lambda other, n: articles.published(other, "leaf", on=date(2026, 12, 1 + n), url=None))

        assert (articles.archive_version(tx), articles.get(tx, "leaf")) == before
    with ledger.read() as tx:
        assert articles.archive_version(tx) == before[0] + RACERS
