"""The slots of a day: one mass push of at most eight articles, within the quota; on the other routes a push each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.columns import Column, Slot
from tests.publishing.conftest import BEFORE, FRIDAY, HEALTH, SPIRIT, at

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


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
