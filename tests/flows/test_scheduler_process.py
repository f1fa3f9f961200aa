"""`scheduler.py --once` as the duty person or a timer runs it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.world import FRIDAY, world

pytestmark = pytest.mark.processes


def test_from_nothing_to_a_sent_push_by_the_promised_commands(tmp_path):
    with world(tmp_path) as w:
        w.manuscript("leaf", title="一片叶子")
        w.take_in()

        born = w.round(FRIDAY - timedelta(minutes=1))
        sent = w.round(FRIDAY)
        w.box("POST", "/box/settle")
        confirmed = w.round(FRIDAY + timedelta(minutes=2))

        assert [done.returncode for done in (born, sent, confirmed)] == [0, 0, 0], sent.stderr
        assert [push["state"] for push in w.pushes()] == ["confirmed"]
        assert w.sends()[0]["titles"] == ["一片叶子"]
        assert w.sends()[0]["clientmsgid"]
        assert w.box("GET", "/box/drafts")["drafts"] == []


def test_a_slot_at_the_moment_of_birth_counts(tmp_path):
    with world(tmp_path) as w:
        w.manuscript("leaf")
        w.take_in()

        w.round(FRIDAY)

        assert len(w.sends()) == 1


def test_a_refused_push_is_said_with_exit_status_one(tmp_path):
    with world(tmp_path) as w:
        w.manuscript("leaf")
        w.take_in()
        w.box("POST", "/box/faults", {"path": "/cgi-bin/draft/add", "kind": "errcode:40164", "times": 9})

        done = w.round(FRIDAY)
        again = w.round(FRIDAY + timedelta(minutes=1))

        assert done.returncode == 1
        assert "40164" in done.stderr
        assert w.environ["WEIKEPU_APP_SECRET"] not in done.stderr
        assert again.returncode == 0
        assert [push["state"] for push in w.pushes()] == ["failed"]


def test_a_missed_slot_waits_for_a_person_and_is_no_failure(tmp_path):
    with world(tmp_path) as w:
        w.manuscript("leaf")
        w.take_in()
        w.round(FRIDAY - timedelta(days=1))

        done = w.round(FRIDAY + timedelta(hours=7))

        assert done.returncode == 0, done.stderr
        assert w.sends() == []
        told = json.loads(w.command("plan", "--json").stdout)
        assert told["pushes"][0]["articles"][0]["id"] == "leaf"
        missed = told["missed"][0]
        assert (missed["column"], missed["due"]) == ("spirit", FRIDAY.isoformat())
        assert missed["reason"]
        assert w.command("plan").stdout.startswith("12-04 18:00  科学家精神  错过了\n")
        assert "错过了 1 期，等人决定：http://127.0.0.1:8000/desk" in w.command("pushes").stdout


def test_nothing_is_said_of_missed_slots_when_there_are_none(tmp_path):
    with world(tmp_path) as w:
        assert json.loads(w.command("plan", "--json").stdout)["missed"] == []
        assert "错过" not in w.command("plan").stdout + w.command("pushes").stdout


def test_a_lock_that_cannot_be_opened_is_one_sentence(tmp_path):
    with world(tmp_path) as w:
        lock = w.folder / "data" / "scheduler.lock"
        lock.mkdir()  # stands for a folder that another user owns: it holds for root as well
        done = w.round(FRIDAY)

        assert done.returncode == 1
        assert f"定时程序的锁 {lock} 打不开" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_question_on_trial_is_not_kept_and_that_is_said_beside_the_reply(tmp_path):
    with world(tmp_path) as w:
        asked = w.command("ask", "量子纠缠怎么回事")
        row = json.dumps({"id": "1", "q": "量子纠缠怎么回事"})
        by_row = w.command("ask", "--jsonl", stdin=row)
        helped = w.command("ask", "帮助")

        assert "已经记下了" in asked.stdout
        assert asked.stderr == "这是试问，没有记下来；关注者问才会记进 gaps。\n"
        assert (by_row.stderr, helped.stderr) == ("", "")
        assert json.loads(w.command("gaps", "--json").stdout) == []


@pytest.mark.parametrize(("encryption", "kind"), [("plain", "service"), ("compatible", "subscription")])
def test_other_kinds_of_account_send_too(tmp_path, encryption, kind):
    with world(tmp_path, encryption=encryption, kind=kind) as w:
        w.write_config(account=f'encryption = "{encryption}"\nkind = "{kind}"')
        w.manuscript("leaf")
        w.take_in()

        w.round(FRIDAY)

        assert [send["kind"] for send in w.sends()] == ["mass"]


def test_an_unverified_account_gets_a_draft_for_a_person(tmp_path):
    with world(tmp_path, verified=False) as w:
        w.manuscript("leaf", title="一片叶子")
        w.take_in()

        done = w.round(FRIDAY)

        assert done.returncode == 0, done.stderr
        assert w.sends() == []
        assert [draft["titles"] for draft in w.box("GET", "/box/drafts")["drafts"]] == [["一片叶子"]]
        assert [(push["state"], push["route"]) for push in w.pushes()] == [("handed_over", "draft")]
