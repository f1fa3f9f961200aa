"""Servers as anyone would start them, and what they cost: CPU and memory of all their processes, from /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.config import Web
from bot.web.wsgi import BACKLOG
from tests.world import ROOT, until

APPS = ("bot", "echo", "hello")
SERVERS = ("granian", "gunicorn")
_FACTORIES = {
    "bot": "bot.web.wsgi:application()",
    "echo": "tests.bench.peers:echo()",
    "hello": "tests.bench.peers:hello()",
}
_TICKS = os.sysconf("SC_CLK_TCK")
_STARTS_S = 60.0


@dataclass(frozen=True)
class Running:
    """A server at work on a port of 127.0.0.1."""

    app: str
    server: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        """Seconds of CPU that its processes have used, user and system."""
        return sum(_cpu_s(pid) for pid in self._tree())

    def settled_cpu_s(self) -> float:
        """The same, once it has done all that it does after its answers."""
        before = -1.0
        while (now := self.cpu_s()) - before > 0.015:
            before = now
            time.sleep(0.15)
        return now

    def memory_mb(self) -> list[tuple[float, float]]:
        """(RSS, PSS) of each worker, in MB; the processes that only look after the workers are left out."""
        sizes = [_memory_mb(pid) for pid in self._tree()]
        return sorted(sizes, reverse=True)[: Web().workers]

    def _tree(self) -> list[int]:
        parents = _parents()
        found = [self.pid]
        for pid in found:
            found.extend(child for child, parent in parents.items() if parent == pid)
        return found


def command(app: str, server: str, port: int) -> list[str]:
    """What one would type; the bot's own port stands in its settings."""
    if server == "gunicorn":
        web = Web()
        options = {"workers": web.workers, "threads": web.threads, "worker-class": "gthread", "backlog": BACKLOG}
        written = [f"--{name}={value}" for name, value in options.items()]
        return [
            sys.executable,
            "-m",
            "gunicorn",
            *written,
            f"--bind=127.0.0.1:{port}",
            "--log-level=error",
            _FACTORIES[app],
        ]
    if app == "bot":
        return [sys.executable, "-m", "bot", "serve"]
    return [sys.executable, "-m", "tests.bench.peers", app, str(port)]


@contextmanager
def running(app: str, server: str, port: int, environ: Mapping[str, str], log: Path) -> Iterator[Running]:
    """The server, answering; ended with all its processes when the block ends."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command(app, server, port), env=dict(environ), cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )
    try:
        until(lambda: _listens(process, port, log), timeout_s=_STARTS_S, what=f"{app} on {server}")
        time.sleep(1.0)  # the second worker, and what each loads after it listens
        yield Running(app, server, port, process.pid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _listens(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    assert process.poll() is None, f"the server ended: {log.read_text(encoding='utf-8')[-500:]}"
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
        probe.settimeout(5)
        probe.sendall(b"GET / HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n")
        return bool(probe.recv(1))
    return False


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found[int(entry.name)] = int(_stat(int(entry.name))[1])
    return found


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold blanks: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _cpu_s(pid: int) -> float:
    with suppress(OSError):
        fields = _stat(pid)
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0


def _memory_mb(pid: int) -> tuple[float, float]:
    kb = {"Rss": 0.0, "Pss": 0.0}
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
            name, value = line.split(":", 1)
            if name in kb:
                kb[name] = float(value.split()[0])
    return kb["Rss"] / 1024, kb["Pss"] / 1024
