"""The scheduler's own door: what it refuses, said in one sentence."""

from __future__ import annotations

import logging
from contextlib import closing

from click.testing import CliRunner

import scheduler
from bot.errors import LedgerError
from bot.ledger import facts
from bot.ledger.database import Ledger
from bot.ledger.turn import open_turn


def run(*arguments, **environ):
    return CliRunner().invoke(scheduler.main, arguments, env=environ)


def test_a_supposed_time_is_for_a_single_round_only():
    done = run("--now", "2026-12-04T18:00:00+08:00")

    assert done.exit_code == 2
    assert "--once" in done.stderr


def test_a_time_that_is_none_is_named():
    done = run("--once", "--now", "friday")

    assert done.exit_code == 2
    assert "friday" in done.stderr


def test_a_missing_settings_file_is_one_sentence(tmp_path):
    done = run("--once", WEIKEPU_CONFIG=str(tmp_path / "nowhere.toml"))

    assert (done.exit_code, done.stdout) == (1, "")
    assert "nowhere.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_ledger_that_was_never_made_is_one_sentence(tmp_path):
    settings = tmp_path / "config.toml"
    settings.write_text("", encoding="utf-8")

    done = run("--once", "--config", str(settings))

    assert done.exit_code == 1
    assert "migrate" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_supposed_time_without_zone_is_in_beijing(tmp_path):
    settings = tmp_path / "config.toml"
    settings.write_text("", encoding="utf-8")
    with closing(Ledger("sqlite:///data/ledger.db", folder=tmp_path)) as ledger:
        ledger.migrate()

        done = run("--once", "--now", "2026-12-04T18:00:00", "--config", str(settings))

        assert (done.exit_code, done.stderr) == (0, "")
        with ledger.read() as tx:
            assert facts.get(tx, "round.last") == "2026-12-04T10:00:00+00:00"


class Turns:
    """Says of each look what a ledger would; an error is raised."""

    is_shared = False

    def __init__(self, *looks):
        self.looks = list(looks)

    def is_active(self):
        look = self.looks.pop(0)
        if isinstance(look, Exception):
            raise look
        return look


def test_whose_turn_it_is_and_that_nobody_knows_are_said_when_they_change(caplog):
    lost = LedgerError("和台账的连接断了。")
    turns, woken = Turns(False, False, True, lost, lost, True, False), []
    watch = scheduler._Watch(turns, awaken=lambda: woken.append(len(turns.looks)))

    with caplog.at_level(logging.INFO):
        while turns.looks:
            watch.look()

    said = [scheduler.OTHERS, scheduler.OURS, scheduler.UNKNOWN, scheduler.OURS, scheduler.OTHERS]
    assert [record.message for record in caplog.records] == said
    assert woken == [4, 1]
    assert "问不到" in scheduler.UNKNOWN


def test_beside_a_file_nobody_claims_to_be_the_only_one(tmp_path, caplog):
    with closing(Ledger("sqlite:///ledger.db", folder=tmp_path)) as ledger, caplog.at_level(logging.INFO):
        for _ in range(2):
            scheduler._Watch(open_turn(ledger), awaken=lambda: None).look()

    assert [record.message for record in caplog.records] == [scheduler.TAKING_TURNS] * 2
    assert "轮流" in scheduler.TAKING_TURNS


def test_a_trouble_that_lasts_is_said_once_and_when_it_is_over(caplog):
    trouble = scheduler.Trouble()
    with caplog.at_level(logging.INFO):
        for full in (True, True, False, False, True):
            trouble.say("磁盘满了。") if full else trouble.over()

    assert [record.message for record in caplog.records] == ["磁盘满了。", "这一轮又做成了。", "磁盘满了。"]
