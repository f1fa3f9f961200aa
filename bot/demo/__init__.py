"""The first five minutes: a local WeChat, the bot and the scheduler on sample content, in a folder of its own.

Runs the same three commands that a person would run by hand, with settings and secrets made for the occasion.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config import Config, load
from bot.demo.cast import CAST, seed
from bot.demo.place import (
    ROOT,
    Place,
    alone,
    environment,
    in_address,
    is_whole,
    made_ready,
    need_checkout,
    settle_in,
    turn,
    write_config,
)
from bot.errors import BotError
from bot.model.endings import ended

NAMES = {"sandbox": "本地的微信", "serve": "网页服务", "scheduler": "定时程序"}
READY_S = 40.0
STOP_S = 8.0
_PR_SET_PDEATHSIG = 1


def run(*, host: str, keep: bool, folder: Path, say: Callable[[str], None]) -> int:
    """Runs the demo until Ctrl-C; the exit status: 0 after Ctrl-C, 1 when a part could not start or died."""
    need_checkout(ROOT)
    with _signals_as_interrupt(), alone(folder.resolve()) as folder, turn() as ports_are_taken:
        if keep and folder.exists() and not is_whole(folder):
            say("上次的演示没有准备完，或者缺了文件，这次重新开始。")
        fresh = not (keep and is_whole(folder))
        place = settle_in(folder, host=host, keep=not fresh)
        environ = environment(place)
        write_config(place, fresh=fresh)
        passwords = seed(place, environ, fresh=fresh)
        made_ready(place)
        return _play(place, environ, passwords, say, ports_are_taken)


def _play(
    place: Place,
    environ: dict[str, str],
    passwords: dict[str, str],
    say: Callable[[str], None],
    ports_are_taken: Callable[[], None],
) -> int:
    with _processes(place, environ) as parts:
        try:
            _wait_until_ready(place, parts)
            ports_are_taken()
            say(_welcome(place, passwords, load(place.config_file, environ)))
            return _watch(place, parts, say)
        except KeyboardInterrupt:
            say("\n已全部停下。再来一次：make demo；接着用这次的数据：make demo KEEP=1")
            return 0


# -- the three processes ----------------------------------------------------------------------------------------------


@contextmanager
def _processes(place: Place, environ: dict[str, str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Starts the box, the bot and the scheduler; stops them all at the end, whatever happened."""
    box = [
        "-m",
        "bot",
        "sandbox",
        "--host",
        place.host,
        "--port",
        str(place.box_port),
        "--shown-host",
        place.shown_host,
    ]
    commands = {"sandbox": box, "serve": ["-m", "bot", "serve"], "scheduler": [str(ROOT / "scheduler.py")]}
    parts: dict[str, subprocess.Popen[bytes]] = {}
    logs = place.folder / "log"
    logs.mkdir(exist_ok=True)
    try:
        for name, command in commands.items():
            with (logs / f"{name}.log").open("ab") as log:
                parts[name] = subprocess.Popen(  # noqa: S603  our own command
                    [sys.executable, *command],
                    env=environ,
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    preexec_fn=_end_with_parent,
                )
        yield parts
    finally:
        _stop(parts)


def _end_with_parent() -> None:
    """A part does not outlive a demo that was killed: the kernel sends it SIGTERM then (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    for part in parts.values():
        part.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    for part in parts.values():
        try:
            part.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)
            part.wait()


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """SIGTERM and a closed terminal stop the demo as Ctrl-C does."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_until_ready(place: Place, parts: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_S
    for name, url in (
        ("sandbox", f"http://{_reach(place)}:{place.box_port}/"),
        ("serve", f"http://{_reach(place)}:{place.bot_port}/health"),
    ):
        while not _answers(url):
            if parts[name].poll() is not None or time.monotonic() > deadline:
                raise BotError(f"{NAMES[name]}没有起来。\n{_last_words(place, name)}")
            time.sleep(0.1)


def _reach(place: Place) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(place.host, in_address(place.host))  # noqa: S104


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return int(answer.status) < 400
    except (urllib.error.URLError, OSError):
        return False


def _last_words(place: Place, name: str) -> str:
    log = place.folder / "log" / f"{name}.log"
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"它最后说的是：\n{chr(10).join(lines[-5:]) or '（什么也没说）'}\n全部日志在 {log}"


def _watch(place: Place, parts: dict[str, subprocess.Popen[bytes]], say: Callable[[str], None]) -> int:
    """Waits; 1 when a part died by itself."""
    while True:
        for name, part in parts.items():
            if part.poll() is not None:
                say(_end(place, name, part.returncode))
                return 1
        time.sleep(0.5)


def _end(place: Place, name: str, exit_code: int) -> str:
    return (
        f"{NAMES[name]}{ended(exit_code)}。少了它演示走不下去，其余的也停下。\n{_last_words(place, name)}\n"
        "接着用这次的数据再来：make demo KEEP=1"
    )


def _welcome(place: Place, passwords: dict[str, str], config: Config) -> str:
    base = f"http://{place.shown_host}"
    first = min(config.columns, key=lambda column: column.order)
    people_lines = (
        [f"  {name}  {passwords[name]}  {duty}" for name, _, duty in CAST] if passwords else ["  用上次的名字和密码"]
    )
    return "\n".join(
        [
            "微科普 演示已就绪。这是演练，不会发到任何真实的公众号。",
            "",
            f"手机（本地的微信）  {base}:{place.box_port}/",
            f"工作台（编辑用）    {base}:{place.bot_port}/desk",
            f"体检                {base}:{place.bot_port}/health",
            f"微信把消息发到      {place.shown_host}:{place.bot_port}/wechat",
            "",
            "工作台的登录（名字  密码  职责）：",
            *people_lines,
            "",
            "试试看：",
            "  1. 在手机里问：隔夜菜能吃吗",
            f"  2. 第一次启动后不到一分钟，“{first.name}”会自己推送到手机",
            "  3. 用张晓雯登录工作台，给一篇稿件排期，再在手机旁的控制台按“快进”（窄屏先点右上角“控制台”），看它到达",
            "",
            "按 Ctrl-C 全部停下。",
        ]
    )
