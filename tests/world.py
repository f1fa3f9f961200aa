"""A small world to test in: a folder with settings and a migrated ledger, the WeChat in a box, and real processes.

The box and the web application run in threads of the test; `round()` and `command()` are processes, as by hand.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.config import load
from bot.publishing.rounds import Round, attend
from bot.sandbox.app import create_box
from bot.sandbox.settings import BoxSettings
from bot.service import Service, open_service

ROOT = Path(__file__).resolve().parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")
SECRETS = {
    "WEIKEPU_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "WEIKEPU_TOKEN": "worldtoken",
    "WEIKEPU_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WEIKEPU_DESK_KEY": "a desk key that is long enough for tests",
}
APP_ID = "wx0123456789abcdef"
FRIDAY = datetime(2026, 12, 4, 18, 0, tzinfo=SHANGHAI)  # a slot of the column below
COLUMN = '[[columns]]\nid = "spirit"\nname = "科学家精神"\nschedule = "fri 18:00"\norder = 1\nlate_hours = 6\n'


class _Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_request(self, *_: object) -> None:
        """Nothing."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(app: Flask, *, port: int = 0) -> Iterator[str]:
    """The address of `app`, served by threads of this process until the block ends."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def until(condition: Callable[[], Any], *, timeout_s: float = 10.0, what: str = "it") -> Any:
    """The first true value of `condition`; AssertionError after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not happen within {timeout_s} s"
        time.sleep(0.02)


@dataclass
class World:
    """The folder, the box and how to run things in it."""

    folder: Path
    box_url: str
    environ: dict[str, str] = field(default_factory=dict)
    ledger: str = "sqlite:///data/ledger.db"

    @property
    def config_file(self) -> Path:
        return self.folder / "config.toml"

    def write_config(
        self, *, columns: str = COLUMN, route: str = "auto", steps: str = "[]", account: str = "", more: str = ""
    ) -> None:
        """Settings for this world; `columns` and `more` are TOML."""
        text = (
            f'[account]\napp_id = "{APP_ID}"\napi_base_url = "{self.box_url}"\nroute = "{route}"\n{account}\n'
            f'[storage]\nledger = "{self.ledger}"\n[review]\nsteps = {steps}\n{more}\n{columns}'
        )
        self.config_file.write_text(text, encoding="utf-8")

    def run(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """`python …` in this world, finished."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environ,
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def command(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """`python -m bot …`, finished."""
        return self.run("-m", "bot", *arguments, stdin=stdin)

    def start_round(self, now: datetime) -> subprocess.Popen[str]:
        """`scheduler.py --once --now …`, running."""
        command = [sys.executable, "scheduler.py", "--once", "--now", now.isoformat()]
        return subprocess.Popen(
            command, env=self.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def round(self, now: datetime) -> subprocess.CompletedProcess[str]:
        """One scheduler round at `now`; the box's clock goes along."""
        self.box("POST", "/box/clock", {"now": now.isoformat()})
        return self.run("scheduler.py", "--once", "--now", now.isoformat())

    @contextmanager
    def service(self) -> Iterator[Service]:
        """The bot's rooms, opened in this process."""
        opened = open_service(load(self.config_file, self.environ))
        try:
            yield opened
        finally:
            opened.close()

    def attend(self, *moments: datetime) -> Round:
        """Rounds in this process, one at each moment, WeChat's results delivered after each; the last one's outcome."""
        with self.service() as service:
            for moment in moments:
                self.box("POST", "/box/clock", {"now": moment.isoformat()})
                done = attend(service.config, service.ledger, service.media, service.outlet, moment)
                self.box("POST", "/box/settle")
        return done

    def box(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the box's control API; its JSON."""
        answer = requests.request(method, self.box_url + path, json=body if body is not None else {}, timeout=30)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None

    def sends(self) -> list[dict[str, Any]]:
        """What really went out, by the box's journal."""
        return [entry for entry in self.box("GET", "/box/journal")["entries"] if entry["kind"] in ("mass", "publish")]

    def pushes(self) -> list[dict[str, Any]]:
        """The bot's own view: `pushes --json`."""
        done = self.command("pushes", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def manuscript(
        self, name: str, *, title: str | None = None, column: str = "科学家精神", text: str = "", head: str = ""
    ) -> Path:
        """A Markdown manuscript in this world's folder."""
        file = self.folder / "manuscripts" / f"{name}.md"
        file.parent.mkdir(exist_ok=True)
        body = (
            text
            or f"为什么要记住{title or name}？\n\n> **核心提示**\n>\n> - 一\n> - 二\n> - 三\n\n## 划重点\n\n他坚持了二十年。\n"
        )
        file.write_text(
            f"---\ntitle: {title or name}\ncolumn: {column}\nsources: [教科书]\n{head}\n---\n\n{body}", encoding="utf-8"
        )
        return file

    def take_in(self) -> None:
        """All manuscripts of this world."""
        done = self.command("intake", str(self.folder / "manuscripts"))
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def world(
    folder: Path, *, callback_url: str = "http://127.0.0.1:9/wechat", ledger: str = World.ledger, **box: Any
) -> Iterator[World]:
    """A fresh world with a migrated ledger and a verified account; `box` changes the BoxSettings."""
    settings: dict[str, Any] = {
        "account_name": "临汾微科普",
        "app_id": APP_ID,
        "app_secret": SECRETS["WEIKEPU_APP_SECRET"],
        "token": SECRETS["WEIKEPU_TOKEN"],
        "aes_key": SECRETS["WEIKEPU_AES_KEY"],
        "callback_url": callback_url,
        "database": folder / "box.db",
        "clock_file": folder / "clock",
        "job_delay_s": 3600.0,  # results come when a test asks for them: POST /box/settle
    } | box
    box_app = create_box(BoxSettings(**settings))
    with served(box_app) as url, closing(box_app.extensions["box"]):
        made = World(folder, url, ledger=ledger)
        made.environ = {k: v for k, v in os.environ.items() if not k.startswith("WEIKEPU_")}
        made.environ |= SECRETS | {"WEIKEPU_CONFIG": str(made.config_file), "PYTHONPATH": str(ROOT)}
        made.write_config()
        migrated = made.command("migrate")
        assert migrated.returncode == 0, migrated.stderr
        yield made
