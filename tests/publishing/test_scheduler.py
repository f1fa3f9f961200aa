"""The scheduler's own door: what it refuses, said in one sentence."""

from __future__ import annotations

from click.testing import CliRunner

import scheduler


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


def test_a_moment_without_zone_is_in_beijing_time():
    assert scheduler._moment("2026-12-04T18:00:00").isoformat() == "2026-12-04T10:00:00+00:00"
    assert scheduler._moment("2026-12-04T18:00:00+00:00").isoformat() == "2026-12-04T18:00:00+00:00"
