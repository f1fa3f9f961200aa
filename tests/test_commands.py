"""The command line itself: wrong usage and interruptions end in one Chinese sentence."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.commands import Commands, opened
from bot.config import load
from bot.ledger import people, trail
from bot.web.passwords import is_right


def run(*arguments):
    return CliRunner().invoke(main, arguments, prog_name="weikepu")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["foo"], "没有 'foo' 这个命令"),
        (["plan", "--foo"], "没有 --foo 这个选项"),
        (["plan", "more"], "多写了东西"),
        (["plan", "--days", "0"], "选项 --days 写得不对，要是 1 到 366 之间的整数"),
        (["plan", "--days", "99999999"], "选项 --days 写得不对"),
        (["gaps", "--limit", "99999999999999999999"], "选项 --limit 写得不对"),
        (["sandbox", "--port", "99999"], "1 到 65535"),
        (["people", "add"], "少写了参数 NAME"),
        (["people", "add", "王五", "--role", "boss"], "只能是 editor、reviewer、leader、duty"),
        (["people", "add", "王五", "--role"], "选项 --role 后面少写了值"),
        (["intake"], "少写了参数 PATHS"),
    ],
)
def test_wrong_usage_is_said_in_one_chinese_line(arguments, said):
    done = run(*arguments)

    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    problem, _, _ = done.stderr.partition("用法见")
    assert not re.search(r"[a-z]{2,} [a-z]{2,}", problem), "click's own English"


def test_without_a_command_the_help_is_shown():
    done = run()

    assert done.exit_code == 2
    assert "people" in done.stderr
    assert "用法见" not in done.stderr


def test_a_missing_settings_file_ends_with_one_sentence_and_1(tmp_path):
    done = run("gaps", "--config", str(tmp_path / "nowhere.toml"))

    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "找不到设置文件" in done.stderr


@pytest.mark.parametrize("command", ["enable", "reset"])
def test_a_new_password_is_printed_and_is_the_one_that_counts(tmp_path, command):
    settings = tmp_path / "config.toml"
    settings.write_text("", encoding="utf-8")
    for arguments in (["migrate"], ["people", "add", "王五", "--role", "editor"], ["people", "disable", "王五"]):
        assert run(*arguments, "--config", str(settings)).exit_code == 0
    done = run("people", command, "王五", "--config", str(settings))
    with opened(load(settings)) as service, service.ledger.read() as tx:
        kept, (person,), newest = people.password_hash(tx, "王五"), people.all_(tx), trail.recent(tx, limit=1)

    assert is_right(done.stdout.strip().rpartition("：")[2], kept)
    assert person.must_change_password
    assert (person.disabled_at is None) == (command == "enable")
    assert [(line.action, line.subject) for line in newest] == [(f"people.{command}", "person:王五")]


def test_ctrl_c_ends_calmly():
    group = Commands("x")

    @group.command()
    def wait():
        raise KeyboardInterrupt

    done = CliRunner().invoke(group, ["wait"])

    assert (done.exit_code, done.stderr.strip()) == (130, "已停下。")
