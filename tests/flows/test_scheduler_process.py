"""`scheduler.py --once` as the duty person or a timer runs it."""

from __future__ import annotations

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
        assert '"id": "leaf"' in w.command("plan", "--json").stdout


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
