"""The demo's folder is the demo's alone: nothing of anybody else's is emptied, and nobody gets in by a published password."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import demo
from bot.config import load
from bot.demo.cast import seed
from bot.demo.place import MARKER, Place, environment, is_whole, made_ready, settle_in, turn, write_config
from bot.errors import BotError
from bot.ledger import people
from bot.ledger.database import Ledger
from bot.web.passwords import is_right
from tests.world import ROOT

pytestmark = pytest.mark.processes

SAMPLE_PASSWORD = "kepu-demo-2026"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project's folder, to lose: a copy."""
    copy = tmp_path / "home" / "weikepu"
    for name in ("bot", "articles"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.toml", "scheduler.py"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def refused(checkout: Path, *arguments: str) -> str:
    """The one sentence with which the demo does not start."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("WEIKEPU_")} | {"PYTHONPATH": str(checkout)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", *arguments],
        cwd=checkout,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if "__pycache__" not in file.parts)


@pytest.mark.parametrize("keep", [(), ("--keep",)], ids=["fresh", "keep"])
def test_a_real_installation_is_left_alone(checkout: Path, tmp_path: Path, keep: tuple[str, ...]) -> None:
    real = tmp_path / "real"
    (real / "data").mkdir(parents=True)
    (real / "config.toml").write_text('[account]\napp_id = "wxreal"\n', encoding="utf-8")
    (real / "data" / "ledger.db").write_bytes(b"everything we know")
    said = refused(checkout, "--folder", str(real), *keep)

    assert str(real) in said
    assert "不敢动它" in said
    assert not real.with_name("real.lock").exists()
    assert files(real) == [real / "config.toml", real / "data", real / "data" / "ledger.db"]
    assert "wxreal" in (real / "config.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [".", "..", "bot/.."])
@pytest.mark.parametrize("is_marked", [False, True])
def test_the_program_itself_is_left_alone(checkout: Path, folder: str, is_marked: bool) -> None:
    if is_marked:
        (checkout / folder / MARKER).touch()
    before = files(checkout.parent)
    said = refused(checkout, "--folder", folder)

    assert "程序自己" in said
    assert files(checkout.parent) == before


@pytest.mark.parametrize("folder", ["/dev/null/x", "/proc/x", "config.toml"])
def test_a_folder_that_cannot_be_is_one_sentence(checkout: Path, folder: str) -> None:
    assert "用不了" in refused(checkout, "--folder", folder)


def test_a_running_demo_is_left_alone(checkout: Path, tmp_path: Path) -> None:
    running = tmp_path / "running"
    running.mkdir()
    (running / MARKER).touch()
    (running / "config.toml").touch()
    with (tmp_path / "running.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = refused(checkout, "--folder", str(running))

    assert "另一个演示" in said
    assert "--folder" in said
    assert (running / "config.toml").exists()


def test_a_package_without_its_samples_says_where_to_run_the_demo(checkout: Path, tmp_path: Path) -> None:
    shutil.rmtree(checkout / "articles")
    said = refused(checkout, "--folder", str(tmp_path / "new"))

    assert "make demo" in said
    assert not (tmp_path / "new").exists()


def test_a_demo_of_before_gives_way_to_a_fresh_one(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    settle_in(folder, host="127.0.0.1", keep=False)
    (folder / "data").mkdir()
    settle_in(folder, host="127.0.0.1", keep=True)
    assert (folder / "data").exists()
    settle_in(folder, host="127.0.0.1", keep=False)

    assert [file.name for file in folder.iterdir()] == [MARKER]


def test_a_kept_demo_that_opens_to_the_network_gets_fresh_passwords(tmp_path: Path) -> None:
    folder, passwords, opens = tmp_path / "demo", [], []
    for host, is_first in (("127.0.0.1", True), ("0.0.0.0", False)):
        place = settle_in(folder, host=host, keep=not is_first)
        environ = environment(place)
        write_config(place, fresh=is_first)
        passwords.append(seed(place, environ, fresh=is_first))
        config = load(place.config_file, environ)
        ledger = Ledger(config.storage.ledger, folder=config.folder)
        with ledger.read() as tx:
            kept = {person.name: people.password_hash(tx, person.name) for person in people.all_(tx)}
        ledger.close()
        opens.append([name for name, hashed in kept.items() if is_right(SAMPLE_PASSWORD, hashed)])
        assert all(is_right(passwords[-1][name], hashed) for name, hashed in kept.items())

    assert len(opens[0]) == 5
    assert set(passwords[0].values()) == {SAMPLE_PASSWORD}
    assert len(set(passwords[1].values())) == 5
    assert opens[1] == []


@pytest.mark.parametrize("lost", ["", "config.toml", ".env"])
def test_only_a_demo_that_was_made_ready_is_gone_on_with(tmp_path: Path, lost: str) -> None:
    place = settle_in(tmp_path / "demo", host="127.0.0.1", keep=False)
    environment(place)
    write_config(place, fresh=True)

    assert not is_whole(place.folder), "it may have died in the middle of its seeding"

    made_ready(place)
    if lost:
        (place.folder / lost).unlink()

    assert is_whole(place.folder) == (not lost)


def test_demos_that_start_together_choose_their_ports_one_after_the_other() -> None:
    order: list[str] = []

    def second() -> None:
        with turn():
            order.append("second")

    with turn() as ports_are_taken:
        other = threading.Thread(target=second)
        other.start()
        other.join(0.2)
        order.append("first")
        ports_are_taken()
    other.join(10)

    assert order == ["first", "second"]


@contextmanager
def listening(port: int) -> Iterator[None]:
    """Another program has this port."""
    with socket.create_server(("127.0.0.1", port)):
        yield


def settled(folder: Path, *, keep: bool = False) -> Place:
    place = settle_in(folder, host="127.0.0.1", keep=keep)
    write_config(place, fresh=not keep)
    return place


def test_a_kept_demo_stays_where_its_links_lead(tmp_path: Path) -> None:
    with turn():
        with listening(settled(tmp_path / "other").bot_port):
            before = settled(tmp_path / "demo")  # not at the first free port
        after = settled(tmp_path / "demo", keep=True)

        assert (after.bot_port, after.box_port) == (before.bot_port, before.box_port)
        for port in (before.bot_port, before.box_port):
            with listening(port), pytest.raises(BotError, match=f"上次的演示在 {port} 端口"):
                settled(tmp_path / "demo", keep=True)


def test_a_part_that_was_killed_is_said_with_what_comes_next(tmp_path: Path) -> None:
    place = settled(tmp_path / "demo")
    (place.folder / "log").mkdir()
    (place.folder / "log" / "scheduler.log").write_text("由这个定时程序推送。\n", encoding="utf-8")
    part, said = subprocess.Popen(["sleep", "60"]), []
    part.kill()

    assert demo._watch(place, {"scheduler": part}, said.append) == 1
    assert said == [
        "定时程序被系统强行结束了，多半是内存不足（信号 9）。少了它演示走不下去，其余的也停下。\n"
        f"它最后说的是：\n由这个定时程序推送。\n全部日志在 {place.folder}/log/scheduler.log\n"
        "接着用这次的数据再来：make demo KEEP=1"
    ]
