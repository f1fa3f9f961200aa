"""What a person decides of a push: sent again, said to have gone out, dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotAllowed, Remedy
from bot.ledger import articles
from bot.model.pushes import PushState
from bot.publishing import decide
from tests.publishing.conftest import BEFORE, FRIDAY, SPIRIT
from tests.publishing.outlet_double import refusal
from tests.publishing.test_once import MINUTE, play


def unknown_push(association, *, handled=False):
    association.settings(SPIRIT, route="publish")
    play(association, "submit", "killed", handled=handled)
    return association.pushes()[0]


def test_a_person_resends_what_was_not_submitted(association):
    before = unknown_push(association)

    decide.resend(association.ledger, before.id, person="赵海", now=FRIDAY + timedelta(hours=9))
    association.round(FRIDAY + timedelta(hours=9), settled=True)
    association.round(FRIDAY + timedelta(hours=9, minutes=1))

    after = association.pushes()[0]
    assert (after.state, association.outlet.titles()) == (PushState.CONFIRMED, [["leaf"]])
    assert after.clientmsgid != before.clientmsgid
    assert "person:resend" in association.history()


def test_a_person_says_that_it_went_out(association):
    push = unknown_push(association)

    decide.mark_sent(association.ledger, push.id, person="赵海", now=FRIDAY + timedelta(hours=9), url="https://mp/x")

    assert association.states() == ["confirmed"]
    assert association.pushes()[0].items[0].url == "https://mp/x"


def test_of_two_people_who_decide_the_second_is_told(association):
    push = unknown_push(association)
    decide.mark_sent(association.ledger, push.id, person="赵海", now=FRIDAY + timedelta(hours=9))

    with pytest.raises(NotAllowed):
        decide.resend(association.ledger, push.id, person="李建国", now=FRIDAY + timedelta(hours=9))


def test_a_dropped_push_gives_its_articles_back(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(45166))
    association.round(FRIDAY)

    decide.drop(association.ledger, 1, person="赵海", now=FRIDAY + MINUTE)
    association.round(FRIDAY + timedelta(days=7))

    assert association.states() == ["dropped", "sent"]
    assert [push.items[0].issue for push in association.pushes()] == [1, 2]
    assert association.outlet.titles() == [["leaf"]]


def test_a_handed_over_draft_waits_for_a_person(association):
    association.settings(SPIRIT, route="draft")
    association.article("leaf")
    association.round(BEFORE)

    done = association.round(FRIDAY)

    assert (association.states(), done.undone) == (["handed_over"], ())
    assert [name for name, _ in decide.actions(association.pushes()[0])] == ["mark_sent", "drop"]

    decide.mark_sent(association.ledger, 1, person="赵海", now=FRIDAY + timedelta(hours=1))

    assert association.states() == ["confirmed"]
    assert len(association.outlet.box) == 1


@pytest.mark.parametrize("code", [53504, 53505, 48001])
def test_a_person_who_was_sent_to_the_back_office_can_say_that_it_went_out_there(association, code):
    association.settings(SPIRIT, route="publish")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("submit", refusal(code, Remedy.HUMAN))
    association.round(FRIDAY)

    assert [name for name, _ in decide.actions(association.pushes()[0])] == ["mark_sent", "retry", "drop"]

    decide.mark_sent(association.ledger, 1, person="赵海", now=FRIDAY + MINUTE)
    association.round(FRIDAY + timedelta(days=7))

    assert (association.states(), association.outlet.titles()) == (["confirmed"], [])


def test_a_handed_over_draft_is_recalled_when_its_article_is_withdrawn(association):
    association.settings(SPIRIT, route="draft")
    association.article("leaf")
    association.round(BEFORE)
    association.round(FRIDAY)
    with association.ledger.write() as tx:
        articles.withdraw(tx, "leaf", person="张晓雯", reason="有误", now=FRIDAY)

    done = association.round(FRIDAY + MINUTE)

    push = association.pushes()[0]
    assert (push.state, done.undone) == (PushState.FAILED, ())
    assert "已撤下" in push.said
    assert "删掉这份草稿" in push.said
    assert [name for name, _ in decide.actions(push)] == ["mark_sent", "retry", "drop"]


def test_the_draft_of_a_dropped_push_leaves_the_box(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45166))
    association.round(FRIDAY)

    assert len(association.outlet.box) == 1

    decide.drop(association.ledger, 1, person="赵海", now=FRIDAY + MINUTE)
    association.round(FRIDAY + 2 * MINUTE)

    assert association.outlet.box == {}


def test_a_push_whose_revision_is_lost_keeps_no_other_from_being_swept(association):
    association.settings(replace(SPIRIT, schedule="daily 18:00"))
    for name in ("leaf", "tree"):
        association.article(name)
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45166), times=2)
    association.round(FRIDAY)
    association.round(FRIDAY + timedelta(days=1))
    for number in (1, 2):
        decide.drop(association.ledger, number, person="赵海", now=FRIDAY + timedelta(days=1))
    with association.ledger.write() as tx:
        tx.exec_driver_sql("PRAGMA foreign_keys=OFF")
        tx.exec_driver_sql("UPDATE push_items SET revision = 99 WHERE push_id = 1")

    association.round(FRIDAY + timedelta(days=1, minutes=1))

    assert [articles_[0].title for articles_, _ in association.outlet.box.values()] == ["leaf"]
