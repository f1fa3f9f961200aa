"""The bench runs, on few and made-up texts, and notices a wrong answer; how fast anything is, is not asked here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench import texts
from tests.bench.__main__ import main, run
from tests.bench.measure import Followers, Sizes
from tests.bench.place import settle_in
from tests.bench.servers import running
from tests.world import free_port

pytestmark = pytest.mark.processes

FEW = Sizes(rounds=1, repeated=60, fresh=20, seconds=1, rate=40, forged=40, distinct=30, warmings=1)


def test_every_answer_of_a_small_run_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = texts.made_up(articles=40, questions=FEW.questions)

    wrong = run(tmp_path, found, FEW, servers=["granian"], is_quiet=True)

    said = capsys.readouterr().out
    assert wrong == 0
    assert [line.split()[:3] for line in said.splitlines() if line.startswith("granian    new")] == [
        ["granian", "new", app] for app in ("bot", "echo", "hello")
    ]
    assert "half-sent held" in said


def test_an_answer_that_says_something_else_counts_as_wrong(tmp_path: Path) -> None:
    place = settle_in(tmp_path, texts.made_up(articles=5, questions=5), port=free_port())
    followers = Followers(place.replies, kept_every=1)
    try:
        with running("echo", "granian", free_port(), place.environ, tmp_path / "log") as echo:
            right = followers.write(echo, ("天为什么蓝", "水为什么湿"))
            other = followers.write(replace(echo, app="bot"), ("天为什么蓝", "水为什么湿"))
    finally:
        followers.close()

    assert (right.wrong, other.wrong) == (0, 2)


def test_a_folder_without_passages_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--passages", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_no_question_comes_twice_unless_it_is_meant_to() -> None:
    asked = texts.made_up(articles=20, questions=5_000).questions
    again = texts.as_real_ones_repeat(asked, 5_000, seed=1)

    assert len(set(asked)) == 5_000
    assert again.count(asked[0]) > again.count(asked[9]) > 0
