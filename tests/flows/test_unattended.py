"""Nobody looks for weeks, or two schedulers look at once: every slot goes out once, or is reported."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from bot.ledger import slots as ledger_slots
from bot.model.columns import SlotState
from bot.publishing.timetable import slots
from tests.world import FRIDAY, ROOT, SHANGHAI, until, world

COLUMNS = """
[[columns]]
id = "spirit"
name = "科学家精神"
schedule = "fri 18:00"
order = 1

[[columns]]
id = "health"
name = "健康科普"
schedule = "mon,thu 08:30"
order = 2

[[columns]]
id = "month"
name = "月报"
schedule = "day 1,31 18:00"
order = 3
"""
START = datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize("route", ["mass", "publish"])
def test_four_unattended_weeks_leave_no_slot_unexplained(tmp_path, route):
    with world(tmp_path) as w:
        w.write_config(columns=COLUMNS, route=route)
        for number in range(3):
            w.manuscript(f"spirit-{number}", title=f"科学家的故事{number}")
        for number in range(9):
            w.manuscript(f"health-{number}", title=f"健康问答{number}", column="健康科普")
        w.take_in()
        w.attend(START)

        hours = [
            START + timedelta(hours=h) for h in range(1, 24 * 28) if not 3 * 24 < h < 5 * 24
        ]  # two days of power cut
        w.attend(*hours)

        with w.service() as service, service.ledger.read() as tx:
            promised = slots(service.config.columns, START, hours[-1])
            records = ledger_slots.attended(tx, START, hours[-1])
        assert set(records) == set(promised)
        claimed = [record for record in records.values() if record.state is SlotState.CLAIMED]
        assert sum(len(send["titles"]) for send in w.sends()) == len(claimed) > 8
        assert {push["state"] for push in w.pushes()} == {"confirmed"}
        titles = [title for send in w.sends() for title in send["titles"]]
        assert len(titles) == len(set(titles))
        others = [record for record in records.values() if record.state is not SlotState.CLAIMED]
        assert {record.state for record in others} == {SlotState.EMPTY, SlotState.MISSED}
        assert all(record.reason for record in others)


@pytest.mark.processes
def test_two_schedulers_at_once_make_one_push(tmp_path):
    with world(tmp_path, job_delay_s=0.1) as w:
        w.write_config(more='[scheduler]\ntick_s = 1\n[rehearsal]\nclock_file = "clock"')
        w.manuscript("leaf")
        w.take_in()
        w.attend(FRIDAY - timedelta(hours=1))
        w.box("POST", "/box/clock", {"now": (FRIDAY - timedelta(seconds=2)).isoformat()})
        daemons = [
            subprocess.Popen([sys.executable, "scheduler.py"], env=w.environ, cwd=ROOT, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        try:
            until(lambda: w.pushes() and w.pushes()[0]["state"] == "confirmed", timeout_s=30, what="the push")
            assert [daemon.poll() for daemon in daemons] == [None, None]
        finally:
            for daemon in daemons:
                daemon.terminate()
            codes = [daemon.wait(10) for daemon in daemons]

        assert len(w.sends()) == len(w.pushes()) == 1
        assert codes == [0, 0]


@pytest.mark.processes
def test_eight_rounds_at_the_same_moment_make_one_push(tmp_path):
    with world(tmp_path) as w:
        w.manuscript("leaf")
        w.take_in()
        w.attend(FRIDAY - timedelta(hours=1))
        w.box("POST", "/box/clock", {"now": FRIDAY.isoformat()})

        processes = [w.start_round(FRIDAY) for _ in range(8)]
        outputs = [process.communicate(timeout=60)[1] for process in processes]

        assert [process.returncode for process in processes] == [0] * 8, outputs
        assert len(w.sends()) == 1
