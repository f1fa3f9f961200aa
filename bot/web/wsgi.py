"""Runs the web application: what `python -m bot serve` starts, and the factory that each worker calls."""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import socket
import sys
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels, logger

from bot.archive.bake import Watcher, refresh
from bot.config import Config, load, refuse_unfit
from bot.errors import ConfigError
from bot.service import open_service
from bot.web import health
from bot.web.app import create_app
from bot.web.endings import InPlainWords

BACKLOG = 1024
PR_SET_PDEATHSIG = 1
SERVER_PID = "WEIKEPU_SERVER_PID"  # from the server to its workers
KILL_AFTER_S = 5
"""A worker told to stop while it starts never hears of it; without this the server waits for it for ever."""


def application() -> Flask:
    """One worker's application, with the thread that keeps its archive fresh; settings from WEIKEPU_CONFIG."""
    service = open_service(load())
    _end_with_parent()
    app = create_app(service)
    abreast = health.abreast(app)

    def notice(version: int) -> None:
        service.conversation.notice(version)
        abreast.note(version)

    Watcher(service.archive, service.ledger, notice).start()
    # A worker ends without unwinding anything: only this writes down what was heard in its last moments.
    Finalize(None, service.close, exitpriority=10)
    return app


def _end_with_parent() -> None:
    """A worker does not outlive a server that was killed, or it would hold the port (Linux: the kernel sees to it).

    SIGTERM would not do: a worker that gets it in the middle of its start never ends.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if str(os.getppid()) != os.environ.get(SERVER_PID, str(os.getppid())):
            os._exit(1)  # it was killed before this worker could ask to go with it


def serve(config: Config, *, file: Path) -> None:
    """Serves until a signal; ConfigError or LedgerError in one sentence when it cannot start."""
    _check(config)
    os.environ[SERVER_PID] = str(os.getpid())
    os.environ["WEIKEPU_CONFIG"] = str(file)  # the workers are processes of their own and read the same settings
    server = Granian(
        "bot.web.wsgi:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=config.web.host,
        port=config.web.port,
        workers=config.web.workers,
        blocking_threads=config.web.threads,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_S,
        log_level=LogLevels.error,
    )
    logger.addFilter(InPlainWords(functools.partial(_exit_code, server)))
    server.serve()


def _exit_code(server: Any, number: int) -> int | None:
    """With what the worker of this number ended; None when the server has taken it off its list already."""
    return next(
        (getattr(worker.inner, "exitcode", None) for worker in list(server.wrks) if worker.idx == number - 1), None
    )


def _check(config: Config) -> None:
    """Everything that would otherwise fail in a worker, said once and plainly."""
    refuse_unfit(config)
    for name in ("token", "desk_key", *(() if config.account.encryption == "plain" else ("aes_key",))):
        config.secrets.need(name)
    service = open_service(config)
    try:
        service.codec()
        refresh(service.archive, service.ledger)
    finally:
        service.close()
    with socket.socket(socket.AF_INET6 if ":" in config.web.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.web.host, config.web.port))
        except OSError as error:
            raise ConfigError(
                f"设置 [web] host、port：{config.web.host}:{config.web.port} 用不了（{error.strerror}）。"
                "可能另一个程序占着它。例如 port = 8010"
            ) from error
