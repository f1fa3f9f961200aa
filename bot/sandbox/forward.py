"""快进: the clock jumps to the bot's next push, and one scheduler round is run there."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox import journal
from bot.sandbox.box import Box
from bot.sandbox.clock import SHANGHAI

TIMEOUT_S = 60
WEEKDAYS = "一二三四五六日"


class NothingPlanned(Exception):
    """There is nothing to go forward to; the text says why."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    ok: bool
    now: datetime
    said: str


class Forward:
    """Runs the two commands that the box was given at its start, one forwarding at a time."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._busy = threading.Lock()

    @property
    def is_possible(self) -> bool:
        """True when both commands were given."""
        return bool(self._box.settings.plan_command and self._box.settings.round_command)

    def go(self) -> Forwarded:
        """What happened; NothingPlanned when there is no push to go to."""
        if not self.is_possible:
            raise NothingPlanned("这里没有接上定时任务，快进不了")
        if not self._busy.acquire(blocking=False):
            raise NothingPlanned("正在快进，稍等一下")
        try:
            return self._go(self._box.settings.plan_command or [], self._box.settings.round_command or [])
        finally:
            self._busy.release()

    def _go(self, plan_command: Sequence[str], round_command: Sequence[str]) -> Forwarded:
        clock = self._box.clock
        planned = _run(plan_command, clock.now())
        if planned.problem:
            return Forwarded(False, clock.now(), f"没能读到推送计划：{planned.problem}")
        due = next_push(planned.output, clock.now())
        if due is None:
            raise NothingPlanned("接下来四周没有排好的推送，先在工作台排一篇")
        before = journal.last_seq(self._box.store)
        clock.move_to(due + timedelta(seconds=1))
        done = _run(round_command, clock.now())
        if done.problem:
            return Forwarded(False, clock.now(), f"时钟拨到了{_said_time(due)}，但这一轮没做完：{done.problem}")
        return Forwarded(True, clock.now(), f"时钟拨到了{_said_time(due)}，{self._said_sends(before)}")

    def _said_sends(self, before: int) -> str:
        """What the journal holds since `before`: what really went out, not what the command claims."""
        entries = journal.entries(self._box.store, "", after=before)
        titles = [title for entry in entries for title in entry["titles"]]
        if titles:
            return f"送出了《{titles[0]}》" + (f"等 {len(titles)} 篇" if len(titles) > 1 else "")
        return "送出了一条消息" if entries else "这一轮没有送出文章，看看工作台的推送记录"


def next_push(plan: str, now: datetime) -> datetime | None:
    """When the first push with articles after `now` is due; ValueError is never raised, a bad plan has none."""
    try:
        pushes: list[dict[str, Any]] = json.loads(plan)["pushes"]
        dues = [_aware(push["due"]) for push in pushes if push.get("articles")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return min((due for due in dues if due > now), default=None)


@dataclass(frozen=True, slots=True)
class _Ran:
    output: str
    problem: str  # empty: it went well


def _run(command: Sequence[str], now: datetime) -> _Ran:
    words = [word.replace("{now}", now.isoformat(timespec="seconds")) for word in command]
    try:
        # The command comes from whoever started the box, never from a request.
        done = subprocess.run(  # noqa: S603
            words, capture_output=True, encoding="utf-8", errors="replace", timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return _Ran("", f"{TIMEOUT_S} 秒还没有做完")
    except OSError as error:
        return _Ran("", f"命令 {words[0]} 启动不了（{error.strerror}）")
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return _Ran(done.stdout, lines[-1] if lines else f"命令以 {done.returncode} 退出")
    return _Ran(done.stdout, "")


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _said_time(moment: datetime) -> str:
    there = moment.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日（周{WEEKDAYS[there.weekday()]}）{there:%H:%M}"
