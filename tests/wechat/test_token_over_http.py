"""How many calls a token costs, counted by the WeChat in a box, over real HTTP and with real processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import OutletRefused, Remedy
from bot.ledger.database import Ledger
from bot.sandbox.app import create_box
from bot.sandbox.box import Box
from bot.sandbox.settings import BoxSettings
from bot.wechat.client import WeChatClient
from tests.wechat.token_caller import APP_ID, BODY, LOOK, SECRET, call_once, new_client
from tests.world import served

TOKEN_PATH = "/cgi-bin/stable_token"


@dataclass
class Counted:
    """A box, where it is, and what it was asked."""

    box: Box
    url: str
    folder: Path

    def asked(self) -> list[str]:
        """The paths, in order."""
        return [row["path"] for row in self.box.store.rows("SELECT path FROM requests ORDER BY seq")]

    def forced(self) -> int:
        """Tokens that were asked for by force."""
        return self.box.store.number("SELECT count(*) FROM forced_tokens")

    def forget(self) -> None:
        """Counting begins anew."""
        self.box.store.change("DELETE FROM requests")


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    settings = BoxSettings(
        app_id=APP_ID,
        app_secret=SECRET,
        token="boxtoken",
        aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        callback_url="",
        database=tmp_path / "box.db",
    )
    app = create_box(settings)
    with closing(app.extensions["box"]) as box, served(app) as url:
        yield Counted(box, url, tmp_path)


@pytest.fixture
def client(counted: Counted, ledger: Ledger) -> Iterator[WeChatClient]:
    with closing(new_client(counted.url, ledger)) as made:
        yield made


@pytest.fixture
def processes(counted: Counted, ledger: Ledger) -> Callable[[int], list[str]]:
    """So many processes, each with one call, all at once; what each of them says."""

    def run(number: int) -> list[str]:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.wechat.token_caller"])
        together, said = context.Barrier(number), context.Queue()
        arguments = (counted.url, counted.folder, together, said)
        started = [context.Process(target=call_once, args=arguments) for _ in range(number)]
        try:
            for process in started:
                process.start()
            return [said.get(timeout=60) for _ in started]
        finally:
            for process in started:
                process.join(60)
                process.kill()

    return run


def test_twenty_cold_threads_make_one_fetch(client, counted):
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda _: client.post(LOOK, BODY), range(20)))

    assert (counted.asked().count(TOKEN_PATH), counted.asked().count(LOOK.path)) == (1, 20)


@pytest.mark.processes
def test_four_cold_processes_make_at_most_four_fetches_and_force_none(processes, counted):
    assert processes(4) == ["ok"] * 4
    assert 1 <= counted.asked().count(TOKEN_PATH) <= 4
    assert counted.asked().count(LOOK.path) == 4
    assert counted.forced() == 0


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_refused_for_ever_ends_after_three_calls(client, counted, code):
    client.post(LOOK, BODY)
    counted.forget()
    counted.box.faults.add(LOOK.path, f"errcode:{code}", 1000)

    with pytest.raises(OutletRefused) as caught:
        client.post(LOOK, BODY)

    assert counted.asked() == [LOOK.path, TOKEN_PATH, LOOK.path]
    assert counted.forced() == 0
    assert (caught.value.code, caught.value.remedy) == (code, Remedy.HUMAN)


def test_a_token_refused_once_costs_a_fetch_without_force_and_a_repeat(client, counted):
    client.post(LOOK, BODY)
    counted.forget()
    counted.box.faults.add(LOOK.path, "errcode:40001", 1)

    client.post(LOOK, BODY)

    assert counted.asked() == [LOOK.path, TOKEN_PATH, LOOK.path]
    assert counted.forced() == 0


@pytest.mark.parametrize(("times", "passes"), [(1, True), (1000, False)])
def test_where_the_same_token_comes_back_the_forced_one_is_the_only_extra(client, counted, times, passes):
    client.post(LOOK, BODY)
    counted.forget()
    counted.box.faults.add(LOOK.path, "same_token:40001", times)

    if passes:
        client.post(LOOK, BODY)
    else:
        with pytest.raises(OutletRefused):
            client.post(LOOK, BODY)

    assert counted.asked() == [LOOK.path, TOKEN_PATH, TOKEN_PATH, LOOK.path]
    assert counted.forced() == 1


@pytest.mark.processes
@pytest.mark.parametrize("times", [2, 1000])
def test_two_processes_with_a_refused_token_force_at_most_once(processes, client, counted, times):
    client.post(LOOK, BODY)
    counted.forget()
    counted.box.faults.add(LOOK.path, "same_token:40001", times)

    said = processes(2)

    assert counted.forced() == 1
    assert counted.asked().count(TOKEN_PATH) <= 3
    assert set(said) <= ({"ok", "retry_later"} if times == 2 else {"human", "retry_later"})
