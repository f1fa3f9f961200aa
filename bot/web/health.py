"""/health: is everything that followers need in order, and if not, what is it, in words for the person on duty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify

from bot import __version__
from bot.config import TIMEZONE
from bot.errors import BotError
from bot.ledger import articles, counters, facts, pushes, slots
from bot.ledger.inbox import STALE_RUN
from bot.model.columns import SlotRecord
from bot.model.pushes import Push, PushState
from bot.service import Service
from bot.web.faults import where
from bot.web.pages import the_service

blueprint = Blueprint("health", __name__)

SILENT = timedelta(minutes=5)
"""A scheduler that has run before is missed after this long."""

SKEWED = 3
"""Messages refused one after the other for their timestamp from which the clock is suspect."""

SKEW_KEPT = timedelta(days=2)
"""Nobody has written for so long: the old refusals prove nothing any more."""

STUCK = timedelta(seconds=30)
"""A ledger that takes nothing for so long is more than busy."""

BEHIND = timedelta(minutes=1)
"""The archive follows within seconds; after this long it does not follow."""


@dataclass(slots=True)
class Findings:
    """What was looked at; `problems` make it unhealthy, `notes` do not."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)


class Abreast:
    """When this process last saw the archive level with the ledger."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.at = now()

    def note(self, _version: int = 0) -> None:
        """It is level now."""
        self.at = self._now()


def install(app: Flask, service: Service) -> None:
    """The application can say for how long its archive has been behind."""
    app.extensions["weikepu.abreast"] = Abreast(service.now)


def abreast(app: Flask) -> Abreast:
    """What whoever keeps this application's archive fresh tells of each success."""
    known: Abreast = app.extensions["weikepu.abreast"]
    return known


@blueprint.get("/health")
def health() -> tuple[Response, int]:
    """200, or 503 with what is wrong in `problems`; holds no secret and nobody's words."""
    service = the_service()
    found = examine(service, service.now(), abreast(current_app).at)
    answer = {"ok": not found.problems, "problems": found.problems, "notes": found.notes, **found.shown}
    return jsonify(answer), 503 if found.problems else 200


def examine(service: Service, now: datetime, abreast_at: datetime) -> Findings:
    """Everything looked at once; nothing here raises. `abreast_at`: when the archive was last level with the ledger."""
    found = Findings()
    found.shown |= {"version": __version__, "rehearsal": service.config.is_rehearsal, "clock": _local(now)}
    looks: dict[str, Callable[[], None]] = {
        "台账": lambda: _ledger(service, now, found),
        "检索库": lambda: _archive(service, now - abreast_at, found),
    }
    for name, look in looks.items():
        try:
            look()
        except BotError as error:
            found.problems.append(str(error))
        except Exception as error:  # whatever it is, the person on duty must hear of it here
            found.problems.append(f"检查{name}时出错：{where(error)}")
    return found


def _ledger(service: Service, now: datetime, found: Findings) -> None:
    _writing(service.inbox.stuck_since, now, found)
    service.ledger.check()
    with service.ledger.read() as tx:
        last_round = facts.get(tx, "round.last")
        counts = counters.total(tx, now.astimezone(TIMEZONE).date())
        stale = facts.with_time(tx, STALE_RUN)
        open_pushes, missed = pushes.unfinished(tx), slots.missed(tx)
    _scheduler(last_round, now, found)
    _refusals({name: n for name, n in counts.items() if name.startswith("refused.")}, found)
    _clock(int(stale[0]) if stale and now - stale[1] < SKEW_KEPT else 0, found)
    _pushes(open_pushes, missed, found)


def _writing(stuck_since: datetime | None, now: datetime, found: Findings) -> None:
    if stuck_since and now - stuck_since > STUCK:
        seconds = int((now - stuck_since).total_seconds())
        found.problems.append(
            f"台账已有 {seconds} 秒写不进去，收到的消息先放在内存里。"
            "请看磁盘空间、数据文件夹的权限，以及有没有别的程序一直占着它。"
        )


def _scheduler(last_round: str | None, now: datetime, found: Findings) -> None:
    found.shown["scheduler"] = {"last_round": _local(datetime.fromisoformat(last_round)) if last_round else None}
    if last_round is None:
        found.notes.append("定时程序还没有运行过。要按时推送，请运行 python scheduler.py。")
    elif (silent := now - datetime.fromisoformat(last_round)) > SILENT:
        minutes = int(silent.total_seconds() // 60)
        found.problems.append(f"定时程序已有 {minutes} 分钟没有动静，到点的推送发不出去。请看它还在不在运行。")


def _refusals(refused: dict[str, int], found: Findings) -> None:
    found.shown["refused"] = {name.removeprefix("refused."): n for name, n in refused.items()}


def _clock(stale: int, found: Findings) -> None:
    if stale >= SKEWED:
        found.problems.append(f"最近的 {stale} 条消息都因时间相差太多被拒绝，这台机器的时钟可能不准。请校准时间。")


def _pushes(open_pushes: list[Push], missed: list[SlotRecord], found: Findings) -> None:
    states = [push.state for push in open_pushes]
    found.shown["pushes"] = {
        "unknown": states.count(PushState.UNKNOWN),
        "failed": states.count(PushState.FAILED),
        "missed": len(missed),
    }


def _archive(service: Service, behind_for: timedelta, found: Findings) -> None:
    here = service.archive.version()
    with service.ledger.read() as tx:
        newest = articles.archive_version(tx)
    found.shown["archive"] = {"version": here, "behind": max(0, newest - here)}
    if here == 0 < newest:
        found.problems.append(
            f"检索库 {service.archive.path} 没有或读不了，关注者得不到回答。程序会自己重建；"
            "一分钟后还是这样，请看数据文件夹的权限和磁盘空间。"
        )
    elif here < newest and behind_for > BEHIND:
        seconds = int(behind_for.total_seconds())
        found.problems.append(f"检索库已有 {seconds} 秒没有跟上台账，回答用的是旧内容。请看 serve 的日志和磁盘空间。")


def _local(moment: datetime) -> str:
    return moment.astimezone(TIMEZONE).isoformat(timespec="seconds")
