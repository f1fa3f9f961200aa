"""`python -m bot serve`, a real server of two workers, against the box over real HTTP."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from bot.sandbox.codec import MessageCipher, nonce, parse_xml, signature
from tests.world import APP_ID, ROOT, SECRETS, World, free_port, until, world

pytestmark = pytest.mark.processes

TEXT = (
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>follower</FromUserName><CreateTime>1796378400</CreateTime>"
    "<MsgType>text</MsgType><Content>{text}</Content><MsgId>{id}</MsgId></xml>"
)


@dataclass
class Served:
    """The world, and the address of its bot."""

    world: World
    url: str
    process: subprocess.Popen[bytes]

    def say(self, text: str, follower: int = 0) -> dict[str, object]:
        """A follower's question through the box, and what came of it."""
        openid = self.world.box("GET", "/box/state")["followers"][follower]["openid"]
        return self.world.box("POST", f"/box/followers/{openid}/say?wait=1", {"text": text})

    def post(self, message: str) -> str:
        """The words with which the bot answers a message, sealed and signed afresh at each call."""
        cipher = MessageCipher(token=SECRETS["WEIKEPU_TOKEN"], aes_key=SECRETS["WEIKEPU_AES_KEY"], app_id=APP_ID)
        sealed = cipher.seal(message, str(int(time.time())), nonce())
        query = {
            "signature": signature(SECRETS["WEIKEPU_TOKEN"], sealed.timestamp, sealed.nonce),
            "timestamp": sealed.timestamp,
            "nonce": sealed.nonce,
            "encrypt_type": "aes",
            "msg_signature": sealed.signature,
        }
        body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{sealed.encrypted}</Encrypt></xml>"
        answer = requests.post(f"{self.url}/wechat", params=query, data=body.encode(), timeout=10)
        assert answer.status_code == 200
        return parse_xml(cipher.decrypt(parse_xml(answer.text).findtext("Encrypt") or "")).findtext("Content") or ""

    def gaps(self) -> list[dict[str, object]]:
        return json.loads(self.world.command("gaps", "--json").stdout)

    def health(self) -> dict[str, object]:
        return requests.get(f"{self.url}/health", timeout=10).json()


def of_wechat() -> bytes:
    """The beginning of a request of WeChat's: rightly signed, for anything else is answered before its body is read."""
    timestamp, once = str(int(time.time())), nonce()
    signed = signature(SECRETS["WEIKEPU_TOKEN"], timestamp, once)
    return (
        f"POST /wechat?signature={signed}&timestamp={timestamp}&nonce={once} HTTP/1.1\r\n"
        "Host: bot\r\nContent-Type: text/xml\r\nContent-Length: 500\r\n\r\n<xml>"
    ).encode()


LOG_IN = (
    b"POST /desk/login HTTP/1.1\r\nHost: bot\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 500\r\n\r\nname="
)


@contextmanager
def half_sent(url: str, count: int, *, beginning: bytes | None = None) -> Iterator[list[socket.socket]]:
    """Connections that sent the beginning of a request, by default one of WeChat's, and nothing more."""
    place = urlsplit(url)
    opened = [socket.create_connection((place.hostname or "", place.port or 0)) for _ in range(count)]
    try:
        for one in opened:
            one.sendall(beginning or of_wechat())
        yield opened
        answered = select.select(opened, [], [], 0)[0]
        assert beginning or not answered, "a half-sent request was answered"
    finally:
        for one in opened:
            one.close()


@contextmanager
def serving(w: World, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`serve` in this world, answering; stopped at the end, by itself and in time."""
    log = w.folder / "serve.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            env=w.environ,
            cwd=ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        until(lambda: _answers(url), timeout_s=40, what="serve")
        yield process
        process.terminate()
        assert process.wait(20) == 0
        assert "Traceback" not in log.read_text(encoding="utf-8")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def house(folder: Path) -> Iterator[tuple[World, str]]:
    """A world whose box sends to a bot at this address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with world(folder, callback_url=f"{url}/wechat") as w:
        w.write_config(more=f'[web]\nport = {port}\npublic_url = "{url}"\n')
        yield w, url


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with house(tmp_path_factory.mktemp("served")) as (w, url):
        w.manuscript(
            "leaf", title="叶子为什么是绿的", text="为什么叶子是绿的？因为叶绿素吸收红光和蓝光，把绿光反射出来。\n"
        )
        w.take_in()
        with serving(w, url) as process:
            yield Served(w, url, process)


def _answers(url: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"{url}/health", timeout=1).ok
    return False


def test_a_question_is_answered_with_title_year_and_an_open_link(served: Served):
    reply = str(served.say("叶子为什么是绿的")["reply"])

    assert "叶子为什么是绿的" in reply
    assert "2026" in reply or str(time.localtime().tm_year) in reply
    assert requests.get(f"{served.url}/a/leaf", timeout=10).status_code == 200
    assert f"{served.url}/a/leaf" in reply


def test_an_unanswered_question_stands_in_gaps_within_four_seconds(served: Served):
    served.say("火星上有没有人种土豆")

    until(lambda: [gap for gap in served.gaps() if "火星" in str(gap)], timeout_s=4, what="the gap")


def test_a_repeat_gets_the_same_reply_and_counts_once_whichever_worker_gets_it(served: Served):
    message = TEXT.format(text="木星上能不能养鲸鱼", id=7001)

    replies = {served.post(message) for _ in range(12)}

    assert len(replies) == 1
    assert "记下" in replies.pop()
    until(lambda: [gap for gap in served.gaps() if "木星" in str(gap)], what="the gap")
    assert [gap["asked"] for gap in served.gaps() if "木星" in str(gap)] == [1]


def test_sixteen_half_sent_requests_do_not_delay_the_next_follower(served: Served):
    with half_sent(served.url, 16):
        began = time.monotonic()
        first = served.say("叶子为什么是绿的")
        waited_s = time.monotonic() - began

    assert first["state"] == "answered"
    assert waited_s < 5  # WeChat's own limit: a stalled server answers only when the half-sent ones give up


def test_forms_sent_at_a_crawl_do_not_delay_a_follower(served: Served):
    """Nobody needs a signature to begin a log-in; twice as many as there are threads are tried."""
    with half_sent(served.url, 160, beginning=LOG_IN):
        first = served.say("叶子为什么是绿的")
        refused = requests.post(f"{served.url}/desk/login", data={"name": "x"}, timeout=10)

    assert first["state"] == "answered"
    assert refused.status_code in (400, 503)
    assert requests.get(f"{served.url}/desk/login", timeout=10).ok


def test_forms_that_never_end_are_cut_off_and_named_for_the_person_on_duty(served: Served):
    before = served.health()["refused"].get("slow_form", 0)
    with half_sent(served.url, 4, beginning=LOG_IN) as opened:
        until(lambda: len(select.select(opened, [], [], 0)[0]) == len(opened), timeout_s=20, what="the answers")
    until(lambda: served.health()["refused"].get("slow_form", 0) > before, what="the count")

    assert "表单" in (served.world.folder / "serve.log").read_text(encoding="utf-8")
    whole = requests.post(f"{served.url}/desk/login", data={"name": "赵" * 5000}, timeout=10)
    assert whole.status_code == 400  # read to its end: it is the token that is missing


def test_forged_messages_are_counted_and_leave_nothing(served: Served):
    before = served.health()
    answer = requests.post(
        f"{served.url}/wechat?signature=0&timestamp=1&nonce=2",
        data="<xml><Content>伪造的问题</Content></xml>".encode(),
        timeout=10,
    )

    assert (answer.status_code, answer.content) == (401, b"")
    refused = until(
        lambda: served.health()["refused"] != before["refused"] and served.health()["refused"], what="the count"
    )
    assert refused
    assert "伪造" not in json.dumps(served.gaps(), ensure_ascii=False)


def test_a_killed_worker_is_replaced(served: Served):
    killed = children(served.process.pid)
    assert len(killed) >= 2
    for child in killed:
        os.kill(child, signal.SIGKILL)

    until(lambda: _answers(served.url), timeout_s=30, what="a new worker")
    assert served.say("叶子为什么是绿的")["state"] == "answered"
    log = (served.world.folder / "serve.log").read_text(encoding="utf-8")
    assert "个工作进程被系统强行结束了，多半是内存不足（信号 9）。马上自动重启" in log
    assert "Unexpected" not in log


def children(pid: int) -> set[int]:
    """The processes that this one started and that still live."""
    listed = [file.read_text().split() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    return {int(child) for line in listed for child in line}


def test_stopping_writes_down_what_was_heard_last(tmp_path):
    with house(tmp_path) as (w, url):
        with serving(w, url) as process:
            served = Served(w, url, process)
            for number in range(4):  # both workers get some
                served.post(TEXT.format(text=f"土星上能不能养{'马牛羊鸡'[number]}", id=8001 + number))
        kept = json.dumps(served.gaps(), ensure_ascii=False)

    assert [animal for animal in "马牛羊鸡" if f"养{animal}" not in kept] == []


def test_a_worker_that_does_not_hear_of_the_stop_holds_it_up_for_seconds_only(tmp_path):
    with house(tmp_path) as (w, url), serving(w, url) as process:
        os.kill(max(children(process.pid)), signal.SIGSTOP)  # as deaf as one told to stop in the middle of its start


def test_workers_do_not_outlive_a_killed_server(tmp_path):
    with house(tmp_path) as (w, url), serving(w, url) as process:
        left = children(process.pid)
        process.kill()
        process.wait()

        until(lambda: not any(is_alive(child) for child in left), what="the workers' end")
        with serving(w, url):
            assert _answers(url)
        process.returncode = 0


def is_alive(pid: int) -> bool:
    """False also for a process that has ended and that nobody has asked after."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
