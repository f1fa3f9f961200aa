"""What becomes of each slot: claimed, empty with a reason, or missed and a person's to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import TIMEZONE
from bot.errors import NotAllowed
from bot.ledger import articles
from bot.model.columns import Column, Slot
from bot.model.pushes import PushState
from bot.publishing import decide
from bot.publishing.plan import plan
from bot.publishing.timetable import slots
from tests.publishing.conftest import BEFORE, FRIDAY, HEALTH, SPIRIT, at
from tests.publishing.outlet_double import refusal

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


# -- births and timetables --------------------------------------------------------------------------------------------


def test_nothing_is_owed_for_before_a_columns_birth(association):
    association.article("leaf")

    association.round(FRIDAY + timedelta(seconds=1))

    assert association.slot_states() == {}


def test_a_slot_at_the_moment_of_birth_counts(association):
    association.article("leaf")

    association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf"]]


def test_a_column_that_is_added_later_owes_nothing_for_before(association):
    association.round(BEFORE)
    association.round(FRIDAY)
    association.settings(SPIRIT, HEALTH)
    association.article("heart", "health")

    association.round(FRIDAY + HOUR)
    association.round(FRIDAY + WEEK)

    assert association.slot_states() == {
        ("spirit", "12-04 18:00"): "empty",
        ("health", "12-11 08:30"): "claimed",
        ("spirit", "12-11 18:00"): "empty",
    }


def test_a_changed_timetable_makes_no_old_slot_due(association):
    association.article("leaf")
    association.round(at("2026-12-04 14:59"))
    association.settings(replace(SPIRIT, schedule="fri 12:00"))

    association.round(at("2026-12-04 15:00"))

    assert association.slot_states() == {}
    assert association.outlet.titles() == []


def test_the_slots_of_a_removed_column_end(association):
    association.settings(SPIRIT, HEALTH)
    association.round(BEFORE)
    association.settings(HEALTH)
    association.round(FRIDAY + HOUR)
    association.settings(SPIRIT, HEALTH)
    association.round(FRIDAY + 2 * HOUR)

    assert [column for column, _ in association.slot_states()] == ["health"]


def test_an_article_placed_on_a_moment_that_is_no_slot_any_more_comes_back(association):
    association.article("leaf")
    association.round(BEFORE)
    with association.ledger.write() as tx:
        articles.place(tx, "leaf", column="spirit", due=FRIDAY, person="张晓雯", now=BEFORE)
    association.settings(replace(SPIRIT, schedule="sat 18:00"))

    association.round(FRIDAY)
    association.round(FRIDAY + timedelta(days=1))

    assert association.outlet.titles() == [["leaf"]]


# -- which article ----------------------------------------------------------------------------------------------------


def test_the_oldest_intake_goes_first_and_one_article_per_slot(association):
    association.article("second", now=BEFORE + HOUR)
    association.article("first", now=BEFORE)
    association.round(BEFORE)

    association.round(FRIDAY, settled=True)
    association.round(FRIDAY + WEEK)

    assert association.outlet.titles() == [["first"], ["second"]]


def test_what_an_editor_placed_goes_before_the_queue_and_is_kept_from_other_slots(association):
    for name in ("one", "two", "three"):
        association.article(name)
    association.round(BEFORE)
    with association.ledger.write() as tx:
        articles.place(tx, "one", column="spirit", due=FRIDAY + WEEK, person="张晓雯", now=BEFORE)
        articles.place(tx, "three", column="spirit", due=FRIDAY, person="张晓雯", now=BEFORE)

    for week in range(3):
        association.round(FRIDAY + week * WEEK, settled=True)

    assert association.outlet.titles() == [["three"], ["one"], ["two"]]


def test_a_placed_article_that_is_not_approved_stays_behind_for_the_next(association):
    association.article("one")
    association.article("two")
    association.round(BEFORE)
    with association.ledger.write() as tx:
        articles.place(tx, "two", column="spirit", due=FRIDAY, person="张晓雯", now=BEFORE)
    association.article("two", text="改过，还没有人审", steps=1)

    association.round(FRIDAY)
    association.round(FRIDAY + WEEK)

    assert association.outlet.titles() == [["one"]]

    association.article("two", text="改过，审过了")
    association.round(FRIDAY + 2 * WEEK)

    assert association.outlet.titles() == [["one"], ["two"]]


def test_an_empty_slot_is_reported_and_sends_nothing(association):
    association.round(BEFORE)

    done = association.round(FRIDAY)
    association.article("late")
    association.round(FRIDAY + HOUR)

    record = association.slot(Slot(FRIDAY, "spirit"))
    assert (done.undone, record.state, bool(record.reason)) == ((), "empty", True)
    assert association.outlet.calls == {}


# -- late and missed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "state"), [(6 * HOUR, "claimed"), (6 * HOUR + timedelta(seconds=1), "missed")])
def test_a_late_slot_goes_until_its_late_hours_are_over(association, late, state):
    association.article("leaf")
    association.round(BEFORE)

    done = association.round(FRIDAY + late)

    assert association.slot(Slot(FRIDAY, "spirit")).state == state
    assert done.undone == ()


def missed(association):
    for name in ("one", "two"):
        association.article(name)
    association.round(BEFORE)
    association.round(FRIDAY + 7 * HOUR)
    return Slot(FRIDAY, "spirit")


def test_a_missed_slot_reserves_nothing(association):
    missed(association)

    association.round(FRIDAY + WEEK)

    assert association.outlet.titles() == [["one"]]


def test_a_missed_slot_is_sent_after_all_when_a_person_wants_it(association):
    slot = missed(association)

    decide.send_late(association.ledger, slot, person="赵海", now=FRIDAY + 9 * HOUR)
    association.round(FRIDAY + 9 * HOUR)

    assert association.outlet.titles() == [["one"]]
    assert association.slot(slot).state == "claimed"
    assert association.pushes()[0].due == FRIDAY + 9 * HOUR


def test_a_wanted_slot_that_cannot_go_comes_back_to_the_person(association):
    slot = missed(association)
    association.settings(SPIRIT, replace(HEALTH, schedule="sat 01:30"))
    association.article("heart", "health")
    association.round(FRIDAY + 7.2 * HOUR)
    association.round(FRIDAY + 7.5 * HOUR, settled=True)  # Saturday's mass send

    decide.send_late(association.ledger, slot, person="赵海", now=FRIDAY + 9 * HOUR)
    association.round(FRIDAY + 9 * HOUR)

    record = association.slot(slot)
    assert association.outlet.titles() == [["heart"]]
    assert (record.state, "次数已经用完" in record.reason) == ("missed", True)


def test_a_wanted_slot_takes_the_days_others_along(association):
    slot = missed(association)
    association.settings(SPIRIT, replace(HEALTH, schedule="sat 18:00"))
    association.article("heart", "health")
    association.round(FRIDAY + 8 * HOUR)

    decide.send_late(association.ledger, slot, person="赵海", now=FRIDAY + 15 * HOUR)
    association.round(FRIDAY + 15 * HOUR, settled=True)
    association.round(FRIDAY + 24 * HOUR)

    assert association.outlet.titles() == [["one", "heart"]]


@pytest.mark.parametrize(("act", "state"), [(decide.defer, "deferred"), (decide.let_go, "dropped")])
def test_a_missed_slot_is_decided_once(association, act, state):
    slot = missed(association)

    act(association.ledger, slot, person="赵海", now=FRIDAY + 9 * HOUR)

    assert association.slot(slot).state == state
    with pytest.raises(NotAllowed):
        decide.send_late(association.ledger, slot, person="李建国", now=FRIDAY + 9 * HOUR)


def test_what_was_placed_on_a_missed_slot_goes_first(association):
    for name in ("one", "two", "three"):
        association.article(name)
    association.round(BEFORE)
    with association.ledger.write() as tx:
        articles.place(tx, "three", column="spirit", due=FRIDAY, person="张晓雯", now=BEFORE)
    association.round(FRIDAY + 7 * HOUR)

    association.round(FRIDAY + WEEK, settled=True)

    assert association.outlet.titles() == [["three"]]


# -- one mass push a day ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["subscription", "service"])
def test_the_slots_of_a_day_make_one_mass_push_in_the_columns_order(association, kind):
    association.settings(SPIRIT, HEALTH, kind=kind)
    association.article("leaf")
    association.article("heart", "health")
    association.round(BEFORE)

    association.round(at("2026-12-04 08:30"), settled=True)
    association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf", "heart"]]
    assert association.slot_states() == {("health", "12-04 08:30"): "claimed", ("spirit", "12-04 18:00"): "claimed"}


def test_a_mass_push_goes_at_the_first_slot_that_has_an_article(association):
    association.settings(SPIRIT, HEALTH)
    association.article("leaf")
    association.round(BEFORE)

    association.round(at("2026-12-04 08:30"))

    assert association.outlet.titles() == []
    assert association.slot_states() == {("health", "12-04 08:30"): "empty"}

    association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf"]]


def test_a_later_slot_of_the_day_without_an_article_is_recorded_at_the_push(association):
    association.settings(SPIRIT, HEALTH)
    association.article("heart", "health")
    association.round(BEFORE)

    association.round(at("2026-12-04 08:30"), settled=True)
    association.article("leaf")
    association.round(FRIDAY)

    assert association.outlet.titles() == [["heart"]]
    record = association.slot(Slot(FRIDAY, "spirit"))
    assert (record.state, "已先发出" in record.reason) == ("empty", True)


def test_other_routes_make_a_push_of_each_slot(association):
    association.settings(SPIRIT, replace(HEALTH, schedule="fri 18:00"), route="publish")
    association.article("heart", "health")
    association.article("leaf")
    association.round(BEFORE)

    association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf"], ["heart"]]


def test_the_ninth_article_of_a_day_stays_for_its_next_slot(association):
    columns = [Column(f"c{n}", f"栏目{n}", "fri 18:00", order=n) for n in range(9)]
    association.settings(*columns)
    for column in columns:
        association.article(f"of {column.id}", column.id)
    association.round(BEFORE)

    association.round(FRIDAY, settled=True)
    association.round(FRIDAY + WEEK)

    assert association.outlet.titles() == [[f"of c{n}" for n in range(8)], ["of c8"]]
    assert "8 篇" in association.slot(Slot(FRIDAY, "c8")).reason


def test_a_late_push_uses_up_the_next_days_quota(association):
    association.settings(replace(SPIRIT, late_hours=20), replace(HEALTH, schedule="sat 18:00"))
    association.article("leaf")
    association.article("heart", "health")
    association.round(BEFORE)

    association.round(at("2026-12-05 09:00"), settled=True)
    association.round(at("2026-12-05 18:00"), settled=True)
    association.round(at("2026-12-12 18:00"))

    record = association.slot(Slot(at("2026-12-05 18:00"), "health"))
    assert (record.state, "次数已经用完" in record.reason) == ("empty", True)
    assert association.outlet.titles() == [["leaf"], ["heart"]]


def test_a_service_account_sends_four_times_a_month(association):
    association.settings(replace(SPIRIT, schedule="daily 18:00"), kind="service")
    for number in range(7):
        association.article(f"piece {number}")
    association.round(at("2026-11-26 00:00"))

    for day in range(8):
        association.round(at("2026-11-26 18:00") + timedelta(days=day), settled=True)

    assert [title for titles in association.outlet.titles() for title in titles] == [f"piece {n}" for n in range(7)]
    states = association.slot_states()
    assert [when for (_, when), state in states.items() if state == "empty"] == ["11-30 18:00"]


# -- approval on the way ----------------------------------------------------------------------------------------------


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


# -- the whole --------------------------------------------------------------------------------------------------------


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
