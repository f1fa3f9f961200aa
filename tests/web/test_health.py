"""/health: well, unwell and why."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.archive.bake import refresh
from bot.ledger import facts

from .conftest import NOW, SECRETS, Build, House, message, signed
from .test_desk import push_in
from .test_pages import _break_ledger


def health(house: House) -> tuple[int, dict[str, Any]]:
    answer = house.visitor().get("/health")
    assert "\\u" not in answer.text
    assert answer.mimetype == "application/json"
    return answer.status_code, json.loads(answer.text)


def test_a_fresh_house_is_well_and_notes_what_never_ran(empty: House) -> None:
    status, said = health(empty)

    assert (status, said["ok"], said["problems"]) == (200, True, [])
    assert any("定时程序" in note for note in said["notes"])
    assert said["rehearsal"] is True
    assert said["refused"] == {}
    assert said["pushes"] == {"unknown": 0, "failed": 0}


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (4, 200), (6, 503)])
def test_a_scheduler_that_fell_silent_is_named(empty: House, minutes: int, status: int) -> None:
    last = NOW - timedelta(minutes=minutes)
    with empty.service.ledger.write() as tx:
        facts.put(tx, "round.last", last.isoformat(), last)
    answered, said = health(empty)

    assert answered == status
    assert bool(said["problems"]) == (status == 503)
    assert said["scheduler"]["last_round"].startswith("2026-12-02T10:")


def test_an_unusable_ledger_is_named(house: House) -> None:
    house.visitor().get("/health")
    _break_ledger(house.service)
    status, said = health(house)

    assert (status, said["ok"]) == (503, False)
    assert any("台账" in problem for problem in said["problems"])


def test_refusals_are_counted_by_kind(empty: House) -> None:
    empty.visitor().client.post("/wechat", query_string=signed(NOW, token="other"), data=message("x"))
    assert empty.service.inbox.flush(5)

    assert health(empty)[1]["refused"] == {"signature": 1}


def test_many_old_timestamps_point_at_the_clock(empty: House) -> None:
    client = empty.visitor().client
    for _ in range(20):
        client.post("/wechat", query_string=signed(NOW - timedelta(hours=1)), data=message("x"))
    assert empty.service.inbox.flush(5)
    status, said = health(empty)

    assert status == 503
    assert any("时钟可能不准" in problem for problem in said["problems"])


def test_pushes_that_need_a_person_are_counted_without_making_it_unwell(house: House) -> None:
    from bot.model.pushes import PushState

    push_in(house, PushState.UNKNOWN)
    status, said = health(house)

    assert status == 200
    assert said["pushes"] == {"unknown": 1, "failed": 0}


def test_an_archive_that_is_behind_is_shown(house: House) -> None:
    house.approve("leftovers")
    behind = health(house)[1]["archive"]["behind"]
    refresh(house.service.archive, house.service.ledger)

    assert behind > 0
    assert health(house)[1]["archive"]["behind"] == 0


def test_it_holds_no_secret(build: Build) -> None:
    text = build().visitor().text("/health")

    assert not any(secret in text for secret in SECRETS.values())
