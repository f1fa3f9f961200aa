"""What the account can do decides how a push goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Remedy
from bot.ledger import facts, pushes
from bot.model.columns import Slot, SlotState
from bot.model.pushes import PushState, Route
from bot.publishing import decide
from bot.publishing.route import resolve
from tests.publishing.conftest import BEFORE, FRIDAY, HEALTH, SPIRIT
from tests.publishing.outlet_double import lost, refusal

WEEK = timedelta(days=7)
SLOT = Slot(FRIDAY, "spirit")


def known(association):
    with association.ledger.read() as tx:
        return resolve(tx, association.config), facts.get(tx, "route.mass"), facts.get(tx, "route.publish")


@pytest.mark.parametrize(
    ("may_mass", "may_free", "expected", "state"),
    [
        (True, True, (Route.MASS, "allowed", None), PushState.SENT),
        (False, True, (Route.PUBLISH, "refused", "allowed"), PushState.SENT),
        (False, False, (Route.DRAFT, "refused", "refused"), PushState.HANDED_OVER),
    ],
)
def test_auto_asks_before_the_first_push_and_remembers(association, may_mass, may_free, expected, state):
    association.settings(replace(SPIRIT, schedule="tue,fri 18:00"), route="auto")
    association.article("leaf")
    association.article("tree")
    association.outlet.may_mass, association.outlet.may_free = may_mass, may_free
    association.round(BEFORE)

    assert known(association)[0] is None
    assert association.outlet.calls["may_mass_send"] == 0

    association.round(FRIDAY)

    assert known(association) == expected
    assert association.pushes()[0].state is state

    association.round(FRIDAY + timedelta(days=4))

    assert len(association.pushes()) == 2
    assert {push.route for push in association.pushes()} == {expected[0]}
    assert association.outlet.calls["may_mass_send"] == 1


@pytest.mark.parametrize(
    ("may_mass", "may_free", "turns_to"),
    [(True, True, Route.MASS), (False, True, Route.PUBLISH), (False, False, Route.DRAFT)],
)
def test_what_was_refused_is_asked_about_again_after_a_week(association, may_mass, may_free, turns_to):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.outlet.may_mass = association.outlet.may_free = False
    association.round(BEFORE)
    association.round(FRIDAY)
    association.outlet.may_mass, association.outlet.may_free = may_mass, may_free

    association.round(FRIDAY + WEEK - timedelta(hours=1))

    assert known(association)[0] is Route.DRAFT

    association.round(FRIDAY + WEEK)

    assert known(association)[0] is turns_to


def test_trouble_in_asking_again_is_for_the_next_round(association):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.outlet.may_mass = False
    association.round(BEFORE)
    association.round(FRIDAY)
    association.outlet.may_mass = True
    association.outlet.next("may_mass_send", lost())

    done = association.round(FRIDAY + WEEK)

    assert (done.undone, known(association)[0]) == ((), Route.PUBLISH)

    association.round(FRIDAY + WEEK + timedelta(minutes=1))

    assert known(association)[0] is Route.MASS


@pytest.mark.parametrize("error", [lost(), refusal(45011, Remedy.RETRY_LATER, retry_after_s=60)])
def test_when_asking_fails_nothing_goes_out_and_the_slot_waits(association, error):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("may_mass_send", error)

    done = association.round(FRIDAY)

    assert len(done.undone) == 1
    assert str(error) in done.undone[0]
    assert association.pushes() == []

    association.round(FRIDAY + timedelta(minutes=1))

    assert association.outlet.titles() == [["leaf"]]


def test_trouble_in_asking_is_said_in_each_round_and_asked_about_once_a_minute(association):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("may_mass_send", lost(), times=9)

    rounds = [association.round(FRIDAY + timedelta(seconds=second)) for second in (0, 20, 40, 60, 80)]

    assert [len(done.undone) for done in rounds] == [1] * 5
    assert association.outlet.calls["may_mass_send"] == 2


@pytest.mark.parametrize("is_wanted", [False, True])
def test_a_slot_whose_route_wechat_refuses_to_tell_waits_for_a_person(association, is_wanted):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("may_mass_send", refusal(40164, Remedy.HUMAN), times=1 + is_wanted)

    done = association.round(FRIDAY)
    if is_wanted:
        decide.send_late(association.ledger, SLOT, person="赵海", now=FRIDAY + timedelta(minutes=1))
        done = association.round(FRIDAY + timedelta(minutes=1))
    association.round(FRIDAY + timedelta(minutes=9))

    assert "40164" in done.undone[0]
    assert (association.slot(SLOT).state, association.pushes()) == (SlotState.MISSED, [])
    assert "40164" in association.slot(SLOT).reason
    assert association.outlet.calls["may_mass_send"] == 1 + is_wanted

    decide.send_late(association.ledger, SLOT, person="赵海", now=FRIDAY + timedelta(minutes=10))
    association.round(FRIDAY + timedelta(minutes=10))

    assert association.outlet.titles() == [["leaf"]]


def test_a_permanent_refusal_in_asking_again_lasts_another_week(association):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.outlet.may_mass = False
    association.round(BEFORE)
    association.round(FRIDAY)
    association.outlet.next("may_mass_send", refusal(40164, Remedy.HUMAN), times=9)

    for day in (7, 8, 9):
        association.round(FRIDAY + timedelta(days=day))

    assert association.outlet.calls["may_mass_send"] == 2


def test_an_empty_slot_needs_no_route(association):
    association.settings(SPIRIT, route="auto")
    association.round(BEFORE)

    association.round(FRIDAY)

    assert association.outlet.calls == {}
    assert association.slot_states() == {("spirit", "12-04 18:00"): "empty"}


def test_a_route_lost_on_the_way_goes_on_with_the_same_draft(association):
    association.settings(SPIRIT, HEALTH, route="auto")
    association.article("leaf")
    association.article("heart", "health")
    association.round(BEFORE)
    association.outlet.before = lambda call: call == "mass_send" and setattr(association.outlet, "may_mass", False)

    association.round(FRIDAY, settled=True)
    association.round(FRIDAY + timedelta(minutes=1))

    push = association.pushes()[0]
    assert (push.state, push.route) == (PushState.CONFIRMED, Route.PUBLISH)
    assert association.outlet.titles() == [["leaf", "heart"]]
    assert association.outlet.calls["add_draft"] == 1
    assert known(association)[1] == "refused"
    assert "route:publish" in association.history()


def test_both_routes_lost_on_the_way_leave_the_draft_to_a_person(association):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.round(BEFORE)

    def withdraw_rights(call):
        if call in ("mass_send", "submit"):
            association.outlet.may_mass = association.outlet.may_free = False

    association.outlet.before = withdraw_rights

    done = association.round(FRIDAY)

    push = association.pushes()[0]
    assert (push.state, push.route, done.undone) == (PushState.HANDED_OVER, Route.DRAFT, ())
    assert list(association.outlet.box) == [push.draft_media_id]
    assert known(association)[0] is Route.DRAFT


def test_a_fixed_route_is_kept_and_its_refusal_is_said(association):
    association.settings(SPIRIT, route="mass")
    association.article("leaf")
    association.outlet.may_mass = False
    association.round(BEFORE)

    done = association.round(FRIDAY)

    assert association.states() == ["failed"]
    assert "48001" in done.undone[0]
    assert known(association)[1] is None


def test_a_refused_mass_send_is_told_once_and_not_as_accepted(association):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(48001, Remedy.HUMAN))
    association.round(FRIDAY)

    with association.ledger.read() as tx:
        history = pushes.events(tx, association.pushes()[0].id)
    turned = [event.what for event in history if "48001" in event.said]
    assert turned == ["route:publish"]
    assert [event.what for event in history].count("send:after") == 1  # the publication that WeChat then accepted
