"""Process 2: wakes up, asks what is due and has it done. It holds no rules; `bot.publishing.rounds` does.

`python scheduler.py` runs until it is told to stop and makes rounds while it has the turn (`bot.ledger.turn`);
`--once [--now 2026-12-04T18:00:00+08:00]` does one round.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from apscheduler.schedulers.blocking import BlockingScheduler

from bot.config import TIMEZONE, load
from bot.errors import BotError, LedgerError
from bot.ledger.turn import Turn, open_turn
from bot.publishing.rounds import Round, attend, where
from bot.service import Service, open_service

ONCE_WAITS_S = 60.0
ONCE_SILENT_S = 600
WATCH_S = 2
"""So often a waiting scheduler looks whether it is its turn, and the active one shows that it lives."""

OURS = "由这个定时程序推送。"
TAKING_TURNS = "由这个定时程序推送；这台机器上如果还开着别的定时程序，它们轮流做，一期也只发一次。"
OTHERS = "另一个定时程序正在推送，这个等着接替。"
UNKNOWN = "台账问不到，不知道该由哪个定时程序推送，现在不推送，接着问。"

log = logging.getLogger("scheduler")


@click.command(help="到点推送栏目。不带参数时一直运行；--once 只做一轮。")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="设置文件，默认 config.toml")
@click.option("--once", is_flag=True, help="做一轮就退出：0 都办妥了，1 有没办成的（写在标准错误里）")
@click.option("--now", "written_now", help="当作此刻的时间，例如 2026-12-04T18:00:00+08:00；不写时区就是北京时间")
def main(config_file: Path | None, written_now: str | None, *, once: bool) -> None:
    """Exit status 0, or 1 when something failed."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a round longer than its interval is no mishap
    if written_now and not once:
        raise click.UsageError("--now 要和 --once 一起用。")
    supposed = _moment(written_now) if written_now else None
    try:
        with closing(open_service(load(config_file))) as service, closing(_turn(service, once=once)) as turn:
            sys.exit(_once(service, turn, supposed) if once else _daemon(service, turn))
    except BotError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise click.UsageError(f"--now {written} 不是时间。例如 2026-12-04T18:00:00+08:00") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=TIMEZONE)).astimezone(UTC)


def _turn(service: Service, *, once: bool) -> Turn:
    # Nobody shows that a single round is alive while it waits for WeChat: it may be silent for as long as it takes.
    return open_turn(service.ledger, silence_s=ONCE_SILENT_S) if once else open_turn(service.ledger)


def _once(service: Service, turn: Turn, supposed: datetime | None) -> int:
    with turn.round(wait_s=ONCE_WAITS_S) as is_ours:
        if not is_ours:
            raise LedgerError("另一个定时程序正在推送，等了一分钟还没有完。请稍后再试。")
        done = _round(service, supposed)
    for sentence in done.undone:
        click.echo(sentence, err=True)
    return 1 if done.undone else 0


def _round(service: Service, supposed: datetime | None = None) -> Round:
    wall = service.now()
    return attend(service.config, service.ledger, service.media, service.outlet, supposed or wall, wall=wall)


def _daemon(service: Service, turn: Turn) -> int:
    """Rounds while it is our turn, until SIGTERM or SIGINT; the round under way is finished first."""
    scheduler = BlockingScheduler(timezone=TIMEZONE)
    watch = _Watch(turn, awaken=lambda: scheduler.modify_job("round", next_run_time=datetime.now(TIMEZONE)))
    kept = {"timezone": TIMEZONE, "misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    at_once = {"next_run_time": datetime.now(TIMEZONE)}
    tick_s = service.config.scheduler.tick_s
    scheduler.add_job(tick, "interval", args=[service, turn, Trouble()], id="round", seconds=tick_s, **at_once, **kept)
    scheduler.add_job(watch.look, "interval", seconds=WATCH_S, **kept)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    log.info("定时程序启动了，每 %s 秒看一次有没有到点的栏目。", tick_s)
    watch.look()
    try:
        scheduler.start()
    except SystemExit:
        scheduler.shutdown(wait=True)
    return 0


class _Watch:
    """Keeps the turn that is ours, and takes it over soon after whoever had it has gone."""

    def __init__(self, turn: Turn, *, awaken: Callable[[], object]) -> None:
        self._turn = turn
        self._awaken = awaken
        self._said = ""

    def look(self) -> None:
        """When the turn has become ours, a round is due at once; whose it is now is said when that changes."""
        try:
            ours = TAKING_TURNS if self._turn.is_shared else OURS
            says = ours if self._turn.is_active() else OTHERS
        except LedgerError:
            says = UNKNOWN  # the next round says why
        if says != self._said:
            log.info("%s", says)
        if says in (OURS, TAKING_TURNS) and self._said in (OTHERS, UNKNOWN):
            self._awaken()
        self._said = says


class Trouble:
    """What kept the last round from its work, said once for as long as it lasts, and when it is over."""

    def __init__(self) -> None:
        self._said = ""

    def say(self, sentence: str) -> None:
        """The round failed for this reason."""
        if sentence != self._said:
            log.error("%s", sentence)
        self._said = sentence

    def over(self) -> None:
        """The round was made."""
        if self._said:
            log.info("这一轮又做成了。")
        self._said = ""


def tick(service: Service, turn: Turn, trouble: Trouble) -> None:
    """One round, unless another scheduler has its turn; a round that fails is said, and the next one comes."""
    try:
        if not turn.is_active():
            return
        with turn.round(wait_s=0) as is_ours:
            done = _round(service) if is_ours else Round()
        for sentence in done.undone:
            log.error("%s", sentence)
        trouble.over()
    except BotError as error:
        trouble.say(str(error))
    except Exception as error:  # its text may hold an address with a token
        trouble.say(f"这一轮没有做成，下一轮再试：{where(error)}")


if __name__ == "__main__":
    main()
