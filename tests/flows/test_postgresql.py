"""Several machines over one PostgreSQL: real processes, real HTTP, one scheduler that may die or freeze."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from bot.ledger import people
from bot.ledger.turn import ACTIVE
from bot.model.people import Role
from bot.service import Service
from bot.web import health
from bot.web.passwords import hash_password
from scheduler import OTHERS, OURS, UNKNOWN
from tests.databases import Postgresql
from tests.flows.test_serve import TEXT, Served, serving
from tests.world import FRIDAY, ROOT, World, free_port, until, world

pytestmark = pytest.mark.processes

TITLE = "叶子为什么是绿的"
PASSWORD = "a good long one"
FRESH_S = 2.0
TAKEN_OVER_S = 5.0


# -- two machines that answer


@pytest.fixture
def machines(tmp_path: Path, postgresql_url: str) -> Iterator[tuple[Served, Served]]:
    """Two `serve`, each with a folder and an archive of its own, over one ledger."""
    with world(tmp_path / "one", ledger=postgresql_url) as one, ExitStack() as running:
        two = World(tmp_path / "two", one.box_url, dict(one.environ), postgresql_url)
        two.environ["WEIKEPU_CONFIG"] = str(two.config_file)
        for each in (one, two):
            each.folder.mkdir(exist_ok=True)
        one.manuscript("leaf", title=TITLE, text="叶绿素吸收红光和蓝光，把绿光反射出来。\n")
        ports = [free_port(), free_port()]
        for each, port in zip((one, two), ports, strict=True):
            public = f'[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\nworkers = 1\n'
            each.write_config(route="publish", steps='["终审"]', more=public)
        one.take_in()
        with one.service() as service, service.ledger.write() as tx:
            people.add(tx, "赵海", Role.LEADER, hash_password(PASSWORD), datetime.now(UTC))
            people.set_password(tx, "赵海", hash_password(PASSWORD), must_change=False)
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        served = [
            Served(each, url, running.enter_context(serving(each, url)))
            for each, url in zip((one, two), urls, strict=True)
        ]
        yield served[0], served[1]


@dataclass
class Desk:
    """A leader's browser at one machine."""

    url: str

    def __post_init__(self) -> None:
        self._browser = requests.Session()
        self._form("/desk/login", name="赵海", password=PASSWORD)

    def act(self, path: str, **fields: str) -> None:
        """One form of the desk's, taken."""
        page = self._form(path, **fields)
        assert 'data-testid="notice"' in page, page

    def _form(self, path: str, **fields: str) -> str:
        page = self._browser.get(f"{self.url}/desk/password", timeout=10).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page
        answer = self._browser.post(f"{self.url}{path}", data={"csrf_token": found[1], **fields}, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.text


NUMBERS = itertools.count(9000)


def reply(machine: Served) -> str:
    return machine.post(TEXT.format(text=TITLE, id=next(NUMBERS)))


def fresh_on(machines: tuple[Served, Served], is_so: Callable[[str], bool], what: str) -> None:
    """Within two seconds a follower hears it from both."""
    for number, machine in enumerate(machines, 1):
        until(lambda machine=machine: is_so(reply(machine)), timeout_s=FRESH_S, what=f"{what} on machine {number}")


def test_what_is_approved_published_and_withdrawn_is_fresh_on_both_machines(machines):
    one, two = machines
    assert [TITLE in reply(each) for each in machines] == [False, False]

    Desk(one.url).act("/desk/review/leaf", verdict="passed", revision="1")
    fresh_on(machines, lambda said: TITLE in said, "the approval")

    one.world.attend(FRIDAY - timedelta(days=1), FRIDAY, FRIDAY + timedelta(minutes=2))
    address = one.world.pushes()[0]["items"][0]["url"]
    fresh_on(machines, lambda said: address in said, "the address at WeChat")

    one.world.manuscript("leaf", title=TITLE, text="叶绿素吸收红光和蓝光，把绿光反射出来，改过。\n")
    one.world.take_in()
    fresh_on(machines, lambda said: TITLE not in said, "the changed manuscript")

    Desk(one.url).act("/desk/review/leaf", verdict="passed", revision="2")
    fresh_on(machines, lambda said: TITLE in said, "the second approval")

    Desk(two.url).act("/desk/withdraw/leaf", reason="数据有误")
    fresh_on(machines, lambda said: TITLE not in said, "the withdrawal")


# -- schedulers that die and freeze


@dataclass
class Daemon:
    """A `scheduler.py` that runs."""

    process: subprocess.Popen[bytes]
    log: Path

    def says(self, word: str) -> None:
        """Its log's latest word on the turn is this one."""
        until(lambda: self.turns()[-1:] == [word], timeout_s=30, what=f"{word!r} in {self.log.read_text()}")

    def turns(self) -> list[str]:
        """Whenever the turn changed: what was said of it."""
        said = "|".join(map(re.escape, (OURS, OTHERS, UNKNOWN)))
        return re.findall(f"INFO ({said})", self.log.read_text(encoding="utf-8"))


@contextmanager
def daemons(w: World) -> Iterator[tuple[Daemon, Daemon]]:
    """Two schedulers; the first is active, the second waits. Those that still run are told to stop at the end."""
    started: list[Daemon] = []
    try:
        for name, word in (("first", OURS), ("second", OTHERS)):
            log = w.folder / f"{name}.log"
            with log.open("wb") as out:
                process = subprocess.Popen([sys.executable, "scheduler.py"], env=w.environ, cwd=ROOT, stderr=out)
            started.append(Daemon(process, log))
            started[-1].says(word)
        yield started[0], started[1]
    finally:
        for daemon in started:
            daemon.process.send_signal(signal.SIGCONT)
            daemon.process.terminate()
            daemon.process.wait(20)


@contextmanager
def waiting_for_friday(folder: Path, url: str, *, tick_s: int) -> Iterator[World]:
    """One approved article, and a clock that stands shortly before its slot."""
    with world(folder, ledger=url, job_delay_s=0.1) as w:
        w.write_config(route="mass", more=f'[scheduler]\ntick_s = {tick_s}\n[rehearsal]\nclock_file = "clock"')
        w.manuscript("leaf")
        w.take_in()
        w.attend(FRIDAY - timedelta(hours=1))
        w.box("POST", "/box/clock", {"now": (FRIDAY - timedelta(minutes=30)).isoformat()})
        yield w


def test_the_waiting_scheduler_takes_over_within_five_seconds_of_a_kill(tmp_path, postgresql_url):
    with waiting_for_friday(tmp_path, postgresql_url, tick_s=20) as w, daemons(w) as (first, second):
        w.box("POST", "/box/clock", {"now": (FRIDAY + timedelta(seconds=1)).isoformat()})
        first.process.kill()

        until(w.sends, timeout_s=TAKEN_OVER_S, what="the push by the other scheduler")
        second.says(OURS)
        with w.service() as service:
            until(lambda: not silent(service), what="the end of its round")


def silent(service: Service) -> list[str]:
    """What `/health` has to say against the scheduler."""
    seen = health.examine(service, service.now(), service.now())
    return [problem for problem in seen.problems if "定时程序" in problem]


def test_a_frozen_scheduler_loses_the_turn_and_sends_nothing_twice_when_it_wakes(tmp_path, postgresql_url, postgresql):
    send = "/cgi-bin/message/mass/sendall"
    with waiting_for_friday(tmp_path, postgresql_url, tick_s=1) as w:
        with daemons(w) as (first, second):
            w.box("POST", "/box/faults", {"path": send, "kind": "hold_before", "times": 1})
            w.box("POST", "/box/clock", {"now": FRIDAY.isoformat()})
            assert w.box("GET", "/box/held?timeout=30")["held"][0]["path"] == send
            os.kill(first.process.pid, signal.SIGSTOP)
            end_silent_session(postgresql)

            until(w.sends, timeout_s=TAKEN_OVER_S, what="the push by the other scheduler")
            w.box("POST", "/box/release")
            os.kill(first.process.pid, signal.SIGCONT)
            first.says(OTHERS)
            second.says(OURS)
        # The one that woke has ended its round by now, as every scheduler does that is told to stop.
        assert len(w.sends()) == len(w.pushes()) == 1
        assert w.pushes()[0]["state"] in ("sent", "confirmed")


def end_silent_session(postgresql: Postgresql) -> None:
    """What the server does by itself to a scheduler that has been silent for `turn.SILENCE_S`."""
    holder = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = {ACTIVE}"
    assert postgresql.say(f"{holder} AND granted") == [(True,)]


# -- a push from claim to confirmation


def test_a_push_that_is_killed_in_the_middle_goes_out_once(tmp_path, postgresql_url):
    sendall = "/cgi-bin/message/mass/sendall"
    with world(tmp_path, ledger=postgresql_url) as w:
        w.write_config(route="mass")
        w.manuscript("leaf", title=TITLE)
        w.take_in()
        w.attend(FRIDAY - timedelta(days=1))
        w.box("POST", "/box/clock", {"now": FRIDAY.isoformat()})
        w.box("POST", "/box/faults", {"path": sendall, "kind": "hold_after", "times": 1})
        killed = w.start_round(FRIDAY)
        held = w.box("GET", "/box/held?timeout=30")["held"]
        killed.kill()
        killed.communicate()
        w.box("POST", "/box/release")
        w.attend(*(FRIDAY + timedelta(minutes=minutes) for minutes in (2, 4, 10)))

        assert [request["path"] for request in held] == [sendall]
        assert [push["state"] for push in w.pushes()] == ["confirmed"]
        assert len(w.sends()) == 1
        assert w.box("GET", "/box/drafts")["drafts"] == []
        assert not (tmp_path / "data" / "ledger.db").exists()
