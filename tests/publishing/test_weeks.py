"""Weeks of rounds: no slot unexplained, the plan is what then happens, and nothing goes out that lost its approval."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import TIMEZONE
from bot.ledger import articles
from bot.model.columns import Column
from bot.model.pushes import PushState
from bot.publishing import decide
from bot.publishing.plan import plan
from bot.publishing.timetable import slots
from tests.publishing.conftest import BEFORE, FRIDAY, HEALTH, SPIRIT, at
from tests.publishing.outlet_double import refusal

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


# -- approval on the way -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["upload_picture", "add_draft"])
@pytest.mark.parametrize("how", ["withdrawn", "corrected"])
def test_an_approval_that_ends_on_the_way_stops_the_push(association, call, how):
    association.article("leaf")
    association.round(BEFORE)

    def change(name):
        if name == call and how == "withdrawn":
            with association.ledger.write() as tx:
                articles.withdraw(tx, "leaf", person="张晓雯", reason="有误", now=FRIDAY)
        elif name == call:
            association.article("leaf", text="改过的正文")

    association.outlet.before = change

    done = association.round(FRIDAY)

    push = association.pushes()[0]
    assert (push.state, association.outlet.sends) == (PushState.FAILED, [])
    assert "《leaf》" in push.said
    assert len(done.undone) == 1


def test_a_tag_that_comes_on_the_way_stops_nothing(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.before = lambda name: association.article("leaf", tag="叶子") if name == "add_draft" else None

    done = association.round(FRIDAY)

    assert (done.undone, len(association.outlet.sends)) == ((), 1)


def test_a_corrected_article_goes_with_the_next_slot_once_the_push_is_dropped(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.before = lambda name: name == "upload_picture" and association.article("leaf", text="改过")
    association.round(FRIDAY)
    association.outlet.before = lambda _: None

    decide.drop(association.ledger, 1, person="赵海", now=FRIDAY + HOUR)
    association.round(FRIDAY + WEEK)

    assert [send.articles[0].content[:9] for send in association.outlet.sends] == ["<p>改过</p>"]


# -- the whole ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["mass", "publish", "draft"])
def test_four_unattended_weeks_leave_no_slot_unexplained(association, route):
    columns = (SPIRIT, replace(HEALTH, schedule="mon,thu 08:30"), Column("month", "月报", "day 1,31 18:00", order=3))
    association.settings(*columns, route=route)
    for number in range(3):
        association.article(f"spirit {number}")
    for number in range(12):
        association.article(f"health {number}", "health")
    start = at("2026-12-07 00:00")
    hours = [start + hour * HOUR for hour in range(28 * 24) if not 70 < hour < 100]  # a power cut
    for hour in hours:
        association.round(hour, settled=True)

    states = association.slot_states()
    promised = {
        (slot.column, f"{slot.due.astimezone(TIMEZONE):%m-%d %H:%M}") for slot in slots(columns, start, hours[-1])
    }
    assert set(states) == promised
    assert sorted(set(states.values())) == ["claimed", "empty", "missed"]
    titles = [title for send in association.outlet.titles() for title in send]
    sent = len(association.outlet.box) if route == "draft" else len(titles)
    assert sent == list(states.values()).count("claimed") == 3 + 7
    assert len(titles) == len(set(titles))
    assert set(association.states()) == {"handed_over" if route == "draft" else "confirmed"}


def test_the_plan_is_what_then_happens(association):
    association.settings(SPIRIT, HEALTH, Column("more", "更多", "fri 20:00", order=3))
    for name, column in (("leaf", "spirit"), ("tree", "spirit"), ("heart", "health")):
        association.article(name, column)
    association.round(BEFORE)
    with association.ledger.write() as tx:
        articles.place(tx, "tree", column="spirit", due=FRIDAY, person="张晓雯", now=BEFORE)
    with association.ledger.read() as tx:
        planned = plan(tx, association.config, BEFORE, days=8)

    for hour in range(24 * 8):
        association.round(BEFORE + HOUR / 2 + hour * HOUR, settled=True)

    assert [[item.title for item in push.items if item.title] for push in planned] == association.outlet.titles()
    assert [item.placed for item in planned[0].items] == [True, False, False]
    assert [(item.column, item.title) for item in planned[1].items][1:] == [("health", None), ("more", None)]
    assert planned[1].note


def test_a_plan_says_when_nothing_is_approved_and_when_quota_ends_it(association):
    association.settings(replace(SPIRIT, schedule="daily 18:00"), kind="service")
    for number in range(5):
        association.article(f"piece {number}")
    association.round(at("2026-12-01 00:00"))

    with association.ledger.read() as tx:
        planned = plan(tx, association.config, at("2026-12-01 00:00"), days=6)

    assert [push.items[0].title for push in planned[:4]] == [f"piece {n}" for n in range(4)]
    assert "服务号" in planned[4].note
    assert planned[4].items[0].article_id is None


def test_a_failed_push_does_not_use_up_the_day(association):
    association.settings(SPIRIT, replace(HEALTH, schedule="sat 18:00"))
    association.article("leaf")
    association.article("heart", "health")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(45166))

    association.round(FRIDAY)
    association.round(FRIDAY + timedelta(days=1))

    assert association.outlet.titles() == [["heart"]]
