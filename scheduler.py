"""Process 2: wakes up, asks what is due and has it done. It holds no rules; `bot.publishing.rounds` does.

`python scheduler.py` runs until it is told to stop; `--once [--now 2026-12-04T18:00:00+08:00]` does one round.
"""

from __future__ import annotations

import fcntl
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click
from apscheduler.schedulers.blocking import BlockingScheduler

from bot.config import TIMEZONE, load
from bot.errors import BotError, LedgerError
from bot.publishing.rounds import Round, attend, where
from bot.service import Service, open_service

ONCE_WAITS_S = 60.0

log = logging.getLogger("scheduler")


@click.command(help="到点推送栏目。不带参数时一直运行；--once 只做一轮。")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="设置文件，默认 config.toml")
@click.option("--once", is_flag=True, help="做一轮就退出：0 都办妥了，1 有没办成的（写在标准错误里）")
@click.option("--now", "written_now", help="当作此刻的时间，例如 2026-12-04T18:00:00+08:00；不写时区就是北京时间")
def main(config_file: Path | None, written_now: str | None, *, once: bool) -> None:
    """Exit status 0, or 1 when something failed."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    if written_now and not once:
        raise click.UsageError("--now 要和 --once 一起用。")
    supposed = _moment(written_now) if written_now else None
    try:
        with closing(open_service(load(config_file))) as service:
            sys.exit(_once(service, supposed) if once else _daemon(service))
    except BotError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise click.UsageError(f"--now {written} 不是时间。例如 2026-12-04T18:00:00+08:00") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=TIMEZONE)).astimezone(UTC)


def _once(service: Service, supposed: datetime | None) -> int:
    with _turn(service, wait_s=ONCE_WAITS_S) as is_ours:
        if not is_ours:
            raise LedgerError("另一个定时程序正在推送，等了一分钟还没有完。请稍后再试。")
        done = _round(service, supposed)
    for sentence in done.undone:
        click.echo(sentence, err=True)
    return 1 if done.undone else 0


def _round(service: Service, supposed: datetime | None = None) -> Round:
    wall = service.now()
    return attend(service.config, service.ledger, service.media, service.outlet, supposed or wall, wall=wall)


def _daemon(service: Service) -> int:
    """Rounds until SIGTERM or SIGINT; the round under way is finished first."""
    scheduler = BlockingScheduler(timezone=TIMEZONE)
    every = {"seconds": service.config.scheduler.tick_s, "timezone": TIMEZONE, "next_run_time": datetime.now(TIMEZONE)}
    never_skipped = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler.add_job(_tick, "interval", args=[service], **every, **never_skipped)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    log.info("started: a round every %s s", service.config.scheduler.tick_s)
    try:
        scheduler.start()
    except SystemExit:
        scheduler.shutdown(wait=True)
    return 0


def _tick(service: Service) -> None:
    """One round, unless another scheduler has its turn; a round that fails is said, and the next one comes."""
    try:
        with _turn(service, wait_s=0) as is_ours:
            done = _round(service) if is_ours else Round()
        for sentence in done.undone:
            log.error("%s", sentence)
    except BotError as error:
        log.error("%s", error)
    except Exception as error:  # its text may hold an address with a token
        log.error("round failed: %s", where(error))


@contextmanager
def _turn(service: Service, *, wait_s: float) -> Iterator[bool]:
    """True while this process alone may do a round; the lock dies with its process."""
    file = service.ledger.file or service.config.path(service.config.storage.archive)
    deadline = time.monotonic() + wait_s
    with _lock_file(file.parent / "scheduler.lock") as lock:
        while not (is_ours := _locked(lock.fileno())) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield is_ours


def _lock_file(file: Path) -> TextIO:
    try:
        return file.open("a")
    except OSError as error:
        raise LedgerError(
            f"定时程序的锁 {file} 打不开：{error.strerror}。请让运行它的用户能写这个文件夹和文件。"
        ) from error


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    main()
