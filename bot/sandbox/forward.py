"""快进: the clock goes to the bot's next push, slot by slot, and one scheduler round is run at each."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox import journal
from bot.sandbox.box import Box
from bot.sandbox.clock import SHANGHAI
from bot.sandbox.site import listed_drafts

TIMEOUT_S = 60
LOOK_EVERY_S = 0.1
DRAFT_STAYS_S = 1.5
NO_PERMISSION, BUSY = 48001, -1
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
        dues = stops(planned.output, clock.now())
        if not dues:
            raise NothingPlanned("接下来四周没有排好的推送，先在工作台排一篇")
        before = _Before(
            journal.last_seq(self._box.store),
            journal.last_request(self._box.store),
            {draft["media_id"] for draft in listed_drafts(self._box.store)},
        )
        for due in dues:
            clock.move_to(due + timedelta(seconds=1))
            done = _run(round_command, clock.now())
            if done.problem:
                return Forwarded(False, clock.now(), f"时钟拨到了{_said_time(due)}，但这一轮没做完：{done.problem}")
        return Forwarded(True, clock.now(), f"时钟拨到了{_said_time(dues[-1])}，{self._said_arrival(before)}")

    def _said_arrival(self, before: _Before) -> str:
        """What the box holds since `before`: what really went out, not what the command claims.

        The bot's own scheduler may have got there first and still be at it, so the box is watched for a while.
        """
        until = time.monotonic() + self._box.settings.arrival_s
        while not self._has_arrived(before) and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)
            if self._fresh_drafts(before):  # on most routes it goes on from there within a moment
                until = min(until, time.monotonic() + DRAFT_STAYS_S)
        entries = journal.entries(self._box.store, "", after=before.seq)
        if entries:
            return said_entry(entries[-1])
        if fresh := self._fresh_drafts(before):
            tried = journal.last_try(self._box.store, after=before.request)
            return said_draft(fresh[0]["titles"], tried)
        return "这一轮没有送出文章，看看工作台的推送记录"

    def _has_arrived(self, before: _Before) -> bool:
        entries = journal.entries(self._box.store, "", after=before.seq)
        return bool(entries) and all(entry["state"] != "in progress" or entry["is_waiting"] for entry in entries)

    def _fresh_drafts(self, before: _Before) -> list[dict[str, Any]]:
        return [draft for draft in listed_drafts(self._box.store) if draft["media_id"] not in before.drafts]


@dataclass(frozen=True, slots=True)
class _Before:
    """What the box held before it went forward."""

    seq: int  # of the journal
    request: int  # number of the newest call
    drafts: set[str]


def stops(plan: str, now: datetime) -> list[datetime]:
    """Each planned moment after `now` up to the first push with articles; [] when there is none, or the plan is bad.

    Slots without an article are stops too: a moment that is jumped over looks to the bot as if it had not been running.
    """
    try:
        pushes: list[dict[str, Any]] = json.loads(plan)["pushes"]
        dues = sorted({(_aware(push["due"]), not push.get("articles")) for push in pushes})
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    target = next((due for due, is_empty in dues if due > now and not is_empty), None)
    return sorted({due for due, _ in dues if target and now < due <= target})


def said_entry(entry: dict[str, Any]) -> str:
    """A journal entry as one half of a sentence: what it was, and where it is now."""
    what = _said_titles(entry["titles"]) if entry["titles"] else "一条消息"
    if entry["state"] == "failed":
        return f"{what}没有发成"
    if entry["is_waiting"]:
        return f"{what}还没有发出，在等管理员同意群发"
    if entry["state"] == "in progress":
        return f"{what}微信收下了，还没有发完"
    if entry["kind"] == "publish":
        return f"{what}发布了，只有链接，不通知关注者"
    return f"送出了{what}"


def said_draft(titles: Sequence[str], tried: int | None) -> str:
    """A draft that stays in the box: for a person to send, unless the bot has tried to (`tried`: the code it got)."""
    what = _said_titles(titles)
    if tried in (None, NO_PERMISSION):  # refused for good: the bot leaves it to a person
        return f"{what}进了草稿箱，点“发表”才会到关注者手机上"
    why = "机器人没有等到答复" if tried == BUSY else f"微信没有收下（{tried}）"
    return f"{what}还没有发出：{why}。不用去发草稿，看看工作台的推送记录"


def _said_titles(titles: Sequence[str]) -> str:
    return f"《{titles[0]}》" + (f"等 {len(titles)} 篇" if len(titles) > 1 else "")


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
