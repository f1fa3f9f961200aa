"""/health: well, unwell and why."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from bot.archive.bake import refresh
from bot.ledger import facts, slots
from bot.model.columns import Slot, SlotState
from tests.world import until

from .conftest import NOW, SECRETS, Build, House, message, signed
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
    assert said["pushes"] == {"unknown": 0, "failed": 0, "missed": 0}


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


def post(house: House, *, late: timedelta = timedelta(0), msg_id: str = "1") -> None:
    query = signed(house.clock() - late)
    house.visitor().client.post("/wechat", query_string=query, data=message("帮助", msg_id=msg_id))
    assert house.service.inbox.flush(5)


@pytest.mark.parametrize(("times", "status"), [(2, 200), (3, 503)])
def test_old_timestamps_one_after_the_other_point_at_the_clock(empty: House, times: int, status: int) -> None:
    for _ in range(times):
        post(empty, late=timedelta(hours=1))
    answered, said = health(empty)

    assert answered == status
    assert any("时钟可能不准" in problem for problem in said["problems"]) == (status == 503)


def test_a_message_that_was_taken_clears_the_clock(empty: House) -> None:
    for late in (1, 1, 0, 1, 1):
        post(empty, late=timedelta(hours=late))
    mixed = health(empty)[0]
    post(empty, late=timedelta(hours=1))
    wrong = health(empty)[0]
    post(empty, msg_id="2")

    assert (mixed, wrong) == (200, 503)
    assert health(empty)[0] == 200


def test_refusals_of_long_ago_say_nothing_of_the_clock(empty: House) -> None:
    for _ in range(3):
        post(empty, late=timedelta(hours=1))
    empty.clock.pass_(days=3)

    assert health(empty)[0] == 200


def test_a_ledger_that_cannot_be_written_is_named_after_half_a_minute(empty: House) -> None:
    inbox = empty.service.inbox
    with closing(sqlite3.connect(str(empty.service.ledger.file))) as other:
        other.execute("BEGIN IMMEDIATE")
        inbox.count("refused.signature")
        until(lambda: inbox.stuck_since, timeout_s=15, what="the first refused write")
        at_once = health(empty)[0]
        empty.clock.pass_(seconds=31)
        later, said = health(empty)

    assert (at_once, later) == (200, 503)
    assert any("31 秒写不进去" in problem for problem in said["problems"])
    assert inbox.flush(15)
    assert health(empty)[0] == 200


def test_missed_slots_are_counted_without_making_it_unwell(empty: House) -> None:
    with empty.service.ledger.write() as tx:
        slots.record(tx, Slot(NOW - timedelta(hours=9), "spirit"), SlotState.MISSED, None, "到点后没有人管。", NOW)
    status, said = health(empty)

    assert (status, said["pushes"]["missed"]) == (200, 1)


def test_pushes_that_need_a_person_are_counted_without_making_it_unwell(house: House) -> None:
    from bot.model.pushes import PushState

    house.push_in(PushState.UNKNOWN)
    refresh(house.service.archive, house.service.ledger)
    status, said = health(house)

    assert status == 200
    assert said["pushes"] == {"unknown": 1, "failed": 0, "missed": 0}


def test_an_archive_that_stays_behind_is_named_after_a_minute(house: House) -> None:
    refresh(house.service.archive, house.service.ledger)
    house.approve("leftovers")
    visitor = house.visitor()
    answers = []
    for seconds in (0, 59, 2):
        house.clock.pass_(seconds=seconds)
        answers.append(visitor.get("/health"))
    refresh(house.service.archive, house.service.ledger)

    assert [answer.status_code for answer in answers] == [200, 200, 503]
    assert all(answer.json["archive"]["behind"] > 0 for answer in answers)
    assert any("没有跟上" in problem for problem in answers[-1].json["problems"])
    assert (visitor.get("/health").status_code, visitor.get("/health").json["archive"]["behind"]) == (200, 0)


@pytest.mark.parametrize("lost", ["gone", "a folder"])
def test_an_archive_that_cannot_be_read_is_named_at_once(house: House, lost: str) -> None:
    house.approve("leftovers")
    refresh(house.service.archive, house.service.ledger)
    path = house.service.archive.path
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    if lost == "a folder":
        path.mkdir()
    status, said = health(house)

    assert status == 503
    assert any("检索库" in problem and "读不了" in problem for problem in said["problems"])


def test_it_holds_no_secret(build: Build) -> None:
    text = build().visitor().text("/health")

    assert not any(secret in text for secret in SECRETS.values())
