"""/health: is everything that followers need in order, and if not, what is it, in words for the person on duty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from bot import __version__
from bot.config import TIMEZONE
from bot.errors import BotError
from bot.ledger import articles, counters, facts, pushes
from bot.model.pushes import Push, PushState
from bot.service import Service
from bot.web.faults import where
from bot.web.pages import the_service

blueprint = Blueprint("health", __name__)

SILENT = timedelta(minutes=5)
"""A scheduler that has run before is missed after this long."""

SKEWED = 20
"""Messages refused today for their timestamp from which the clock is suspect."""


@dataclass(slots=True)
class Findings:
    """What was looked at; `problems` make it unhealthy, `notes` do not."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)


@blueprint.get("/health")
def health() -> tuple[Response, int]:
    """200, or 503 with what is wrong in `problems`; holds no secret and nobody's words."""
    service = the_service()
    found = examine(service, service.now())
    answer = {"ok": not found.problems, "problems": found.problems, "notes": found.notes, **found.shown}
    return jsonify(answer), 503 if found.problems else 200


def examine(service: Service, now: datetime) -> Findings:
    """Everything looked at once; nothing here raises."""
    found = Findings()
    found.shown |= {"version": __version__, "rehearsal": service.config.is_rehearsal, "clock": _local(now)}
    for name, look in (("台账", _ledger), ("检索库", _archive)):
        try:
            look(service, now, found)
        except BotError as error:
            found.problems.append(str(error))
        except Exception as error:  # whatever it is, the person on duty must hear of it here
            found.problems.append(f"检查{name}时出错：{where(error)}")
    return found


def _ledger(service: Service, now: datetime, found: Findings) -> None:
    service.ledger.check()
    with service.ledger.read() as tx:
        last_round = facts.get(tx, "round.last")
        counts = counters.total(tx, now.astimezone(TIMEZONE).date())
        open_pushes = pushes.unfinished(tx)
    _scheduler(last_round, now, found)
    _refusals({name: n for name, n in counts.items() if name.startswith("refused.")}, found)
    _pushes(open_pushes, found)


def _scheduler(last_round: str | None, now: datetime, found: Findings) -> None:
    found.shown["scheduler"] = {"last_round": _local(datetime.fromisoformat(last_round)) if last_round else None}
    if last_round is None:
        found.notes.append("定时程序还没有运行过。要按时推送，请运行 python scheduler.py。")
    elif (silent := now - datetime.fromisoformat(last_round)) > SILENT:
        minutes = int(silent.total_seconds() // 60)
        found.problems.append(f"定时程序已有 {minutes} 分钟没有动静，到点的推送发不出去。请看它还在不在运行。")


def _refusals(refused: dict[str, int], found: Findings) -> None:
    found.shown["refused"] = {name.removeprefix("refused."): n for name, n in refused.items()}
    stale = refused.get("refused.stale", 0)
    if stale >= SKEWED:
        found.problems.append(f"今天有 {stale} 条消息因时间相差太多被拒绝，这台机器的时钟可能不准。请校准时间。")


def _pushes(open_pushes: list[Push], found: Findings) -> None:
    states = [push.state for push in open_pushes]
    found.shown["pushes"] = {"unknown": states.count(PushState.UNKNOWN), "failed": states.count(PushState.FAILED)}


def _archive(service: Service, _now: datetime, found: Findings) -> None:
    here = service.archive.version()
    with service.ledger.read() as tx:
        newest = articles.archive_version(tx)
    found.shown["archive"] = {"version": here, "behind": max(0, newest - here)}


def _local(moment: datetime) -> str:
    return moment.astimezone(TIMEZONE).isoformat(timespec="seconds")
