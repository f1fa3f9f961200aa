"""What becomes of each slot: claimed, empty with a reason, or missed and a person's to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotAllowed
from bot.ledger import articles
from bot.model.columns import Slot
from bot.publishing import decide
from tests.publishing.conftest import BEFORE, FRIDAY, HEALTH, SPIRIT, at

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


# -- births and timetables ---------------------------------------------------------------------------------------------


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


# -- which article -----------------------------------------------------------------------------------------------------


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


# -- late and missed ---------------------------------------------------------------------------------------------------


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
