"""Reviews in the ledger: each step once, each person once, of the current revision only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotAllowed
from bot.ledger import articles
from bot.model.articles import ArticleState, Verdict
from tests.ledger.water import NOW, STEPS, WATER, decide, take_in


def test_an_article_is_approved_after_its_last_step(ledger):
    take_in(ledger, steps=STEPS)

    assert [decide(ledger, i, p) for i, p in enumerate("甲乙丙")] == [
        ArticleState.IN_REVIEW,
        ArticleState.IN_REVIEW,
        ArticleState.APPROVED,
    ]
    with ledger.read() as tx:
        assert [d.person for d in articles.decisions(tx, "water")] == ["甲", "乙", "丙"]
        assert {d.content_hash for d in articles.decisions(tx, "water")} == {WATER.content_hash}


def test_a_step_that_somebody_took_is_lost_for_the_second(ledger):
    take_in(ledger, steps=STEPS)
    decide(ledger, 0, "甲")

    with pytest.raises(NotAllowed):
        decide(ledger, 0, "乙")


def test_one_person_takes_one_step_of_a_revision(ledger):
    take_in(ledger, steps=STEPS)
    decide(ledger, 0, "甲")

    with pytest.raises(NotAllowed):
        decide(ledger, 1, "甲")
    with ledger.read() as tx:
        assert articles.entry(tx, "water").steps_done == 1


def test_a_decision_on_an_older_revision_is_refused(ledger):
    take_in(ledger, steps=STEPS)
    take_in(ledger, replace(WATER, text="改过"), steps=STEPS)

    with pytest.raises(NotAllowed):
        decide(ledger, 0, "甲", revision=1)


def test_a_returned_article_goes_round_again_as_a_new_revision_of_its_author(ledger):
    take_in(ledger, steps=STEPS)
    assert decide(ledger, 0, "甲", Verdict.RETURNED) is ArticleState.RETURNED
    with ledger.write() as tx:
        again = articles.resubmit(tx, "water", now=NOW)

    assert (again.number, again.state, again.brought_in_by) == (2, ArticleState.IN_REVIEW, "李编辑")
    assert decide(ledger, 0, "甲", revision=2) is ArticleState.IN_REVIEW
    with ledger.read() as tx:
        assert articles.revision(tx, "water", 1).state is ArticleState.RETURNED
    with pytest.raises(NotAllowed), ledger.write() as tx:
        articles.resubmit(tx, "water", now=NOW)


def test_what_needs_a_person_is_what_they_may_still_review(ledger):
    take_in(ledger, steps=STEPS)
    decide(ledger, 0, "甲")
    with ledger.read() as tx:
        waiting = {who: [e.id for e in articles.entries(tx, needs=who)] for who in ("李编辑", "甲", "乙")}

    assert waiting == {"李编辑": [], "甲": [], "乙": ["water"]}


def test_lists_show_the_newest_first_and_can_be_narrowed(ledger):
    take_in(ledger)
    take_in(ledger, replace(WATER, id="free", column=None), now=NOW + timedelta(hours=1), steps=STEPS)

    with ledger.read() as tx:
        assert [e.id for e in articles.entries(tx)] == ["free", "water"]
        assert [e.id for e in articles.entries(tx, column="science")] == ["water"]
        assert [e.id for e in articles.entries(tx, column="")] == ["free"]
        assert [e.id for e in articles.entries(tx, state=ArticleState.IN_REVIEW)] == ["free"]
        assert [e.id for e in articles.entries(tx, limit=1)] == ["free"]
