"""What WeChat refuses is tried again, or a person is asked; a draft or cover it has lost is not made up for twice."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import Remedy
from bot.model.pushes import PushState
from bot.publishing import decide
from tests.publishing.conftest import BEFORE, FRIDAY, HEALTH, SPIRIT
from tests.publishing.outlet_double import refusal

MINUTE = timedelta(minutes=1)


def test_a_busy_wechat_is_asked_three_times_at_most_in_a_round(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(-1, Remedy.RETRY_NOW), times=4)

    first = association.round(FRIDAY)

    assert first.undone == ()
    assert association.outlet.calls["add_draft"] == 3
    assert association.states() == ["uploaded"]

    association.round(FRIDAY + 2 * MINUTE)

    assert association.outlet.titles() == [["leaf"]]


def test_what_needs_time_is_tried_later_and_in_the_end_a_person_is_asked(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45028, Remedy.RETRY_LATER, retry_after_s=3600), times=99)

    rounds = [association.round(FRIDAY + hours * timedelta(hours=1)) for hours in range(8)]

    assert association.outlet.calls["mass_send"] == 7  # 18:00 and each hour until 24:00
    assert association.states() == ["failed"]
    assert [bool(done.undone) for done in rounds] == [False] * 6 + [True, False]
    assert "45028" in association.pushes()[0].said


def test_a_push_that_stood_still_for_too_long_asks_a_person(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(-1, Remedy.RETRY_NOW), times=3)
    association.round(FRIDAY)

    done = association.round(FRIDAY + timedelta(hours=7))

    assert (association.outlet.sends, association.states()) == ([], ["failed"])
    assert "再试一次" in done.undone[0]


def test_a_permanent_refusal_fails_at_once_is_said_once_and_can_be_tried_again(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(45166))

    first, second = association.round(FRIDAY), association.round(FRIDAY + MINUTE)

    assert (association.states(), association.outlet.calls["add_draft"]) == (["failed"], 1)
    assert "45166" in first.undone[0]
    assert second.undone == ()

    decide.retry(association.ledger, 1, person="赵海", now=FRIDAY + timedelta(hours=20))
    association.round(FRIDAY + timedelta(hours=20))

    assert association.outlet.titles() == [["leaf"]]


def test_a_cover_that_wechat_forgot_is_uploaded_again_once(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(40007))

    association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf"]]
    assert association.outlet.calls["upload_cover"] == 2


def test_a_cover_that_wechat_keeps_forgetting_fails(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(40007), times=9)

    association.round(FRIDAY)

    assert (association.states(), association.outlet.calls["add_draft"]) == (["failed"], 2)


def test_a_draft_that_left_the_box_is_never_replaced_by_itself(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.before = lambda call: association.outlet.box.clear() if call == "mass_send" else None

    association.round(FRIDAY)

    push = association.pushes()[0]
    assert (push.state, association.outlet.sends) == (PushState.FAILED, [])
    assert [name for name, _ in decide.actions(push)] == ["mark_sent", "retry", "drop"]


def test_one_broken_push_does_not_hold_up_the_next(association):
    association.settings(SPIRIT, HEALTH, route="publish")
    association.article("leaf")
    association.article("heart", "health")
    association.round(BEFORE)
    association.outlet.next("upload_picture", RuntimeError("https://example/?access_token=secret"))

    done = association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf"]]
    assert len(done.undone) == 1
    assert "secret" not in done.undone[0]

    association.round(FRIDAY + MINUTE)

    assert association.outlet.titles() == [["leaf"], ["heart"]]


def test_who_waits_is_told_when_the_program_tries_again(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45028, Remedy.RETRY_LATER, retry_after_s=3600))
    association.round(FRIDAY)
    waiting = association.pushes()[0]
    association.round(FRIDAY + timedelta(hours=1))

    assert "程序会在 19:00 自己再试" in waiting.said
    assert association.outlet.titles() == [["leaf"]]
