"""The first five minutes: a local WeChat, the bot and the scheduler on sample content, in a folder of its own.

Runs the same three commands that a person would run by hand, with settings and secrets made for the occasion.
"""

from __future__ import annotations

import ctypes
import os
import re
import secrets
import shutil
import signal
import socket
import string
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import TIMEZONE, Config, load
from bot.editorial.review import may, pass_step
from bot.errors import BotError
from bot.ledger import articles, people
from bot.ledger.database import Connection, Ledger
from bot.model.articles import ArticleState, Entry
from bot.model.people import Person, Role
from bot.model.schedules import WEEKDAYS

ROOT = Path(__file__).resolve().parent.parent
READY_S = 40.0
_PR_SET_PDEATHSIG = 1
STOP_S = 8.0
LEAD_S = 40  # seconds from here to the first push: everything is up by then, and nobody waits a minute

CAST = (
    ("张晓雯", Role.EDITOR, "编辑：排期、看稿"),
    ("李建国", Role.REVIEWER, "审核：初审、复审"),
    ("王秀兰", Role.REVIEWER, "审核：初审、复审"),
    ("陈志远", Role.LEADER, "分管领导：终审"),
    ("赵海", Role.DUTY, "值班：处理没发成的推送"),
)
LEFT_IN_REVIEW = "llm-hallucination"  # one piece stays before its last review, to be tried by hand


@dataclass(frozen=True, slots=True)
class Place:
    """Where this demo lives and listens."""

    folder: Path
    host: str
    shown_host: str  # as a browser elsewhere writes it
    bot_port: int
    box_port: int

    @property
    def config_file(self) -> Path:
        """The settings made for this demo."""
        return self.folder / "config.toml"


def run(*, host: str, keep: bool, folder: Path, say: Callable[[str], None]) -> int:
    """Runs the demo until Ctrl-C; the exit status: 0 after Ctrl-C, 1 when a part could not start or died."""
    place = _settle_in(folder, host=host, keep=keep)
    environ = _environment(place)
    fresh = not (place.folder / "data" / "ledger.db").exists()
    _write_config(place, fresh=fresh)
    passwords = _seed(place, environ, fresh=fresh)
    with _signals_as_interrupt(), _processes(place, environ) as parts:
        try:
            _wait_until_ready(place, parts)
            say(_welcome(place, passwords, load(place.config_file, environ)))
            return _watch(parts, say)
        except KeyboardInterrupt:
            say("\n已全部停下。再来一次：make demo；接着用这次的数据：make demo KEEP=1")
            return 0


# -- before the start -------------------------------------------------------------------------------------------------


def _settle_in(folder: Path, *, host: str, keep: bool) -> Place:
    if folder.exists() and not keep:
        if not (folder / "config.toml").exists() and any(folder.iterdir()):
            raise BotError(f"{folder} 里有别的东西，演示不敢清空它。请换个位置或把它移走。")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    bot_port = _free_port(host, 8000)
    box_port = _free_port(host, max(8001, bot_port + 1))
    shown = _address_of_this_machine() if host in ("0.0.0.0", "::") else host  # noqa: S104
    return Place(folder, host, shown, bot_port, box_port)


def _free_port(host: str, wanted: int) -> int:
    """The first port from `wanted` on that nobody listens on."""
    for port in range(wanted, wanted + 200):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise BotError(f"{wanted} 到 {wanted + 199} 的端口都被占用了。请关掉一些程序再试。")


def _address_of_this_machine() -> str:
    """The address under which others in the network see this machine; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _environment(place: Place) -> dict[str, str]:
    """The environment of the three processes: secrets of this demo's own, kept in its folder for KEEP=1."""
    file = place.folder / ".env"
    if not file.exists():
        letters = string.ascii_letters + string.digits
        lines = {
            "WEIKEPU_APP_SECRET": secrets.token_hex(16),
            "WEIKEPU_TOKEN": "".join(secrets.choice(letters) for _ in range(16)),
            "WEIKEPU_AES_KEY": "".join(secrets.choice(letters) for _ in range(42)) + "A",
            "WEIKEPU_DESK_KEY": secrets.token_urlsafe(36),
        }
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.writelines(f"{key}={value}\n" for key, value in lines.items())
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WEIKEPU_")}
    return kept | {"WEIKEPU_CONFIG": str(place.config_file), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}


def _write_config(place: Place, *, fresh: bool) -> None:
    """The demo's settings: the project's own, with this demo's addresses, quick rounds and a first slot within a minute."""
    if fresh:
        text = _with_first_slot(place, (ROOT / "config.toml").read_text(encoding="utf-8"), datetime.now(TIMEZONE))
        text = _set(text, "tick_s", "2")
        text = _set(text, "clock_file", '"data/clock"')
    else:
        text = place.config_file.read_text(encoding="utf-8")
    text = _set(text, "api_base_url", f'"http://127.0.0.1:{place.box_port}"')
    text = _set(text, "host", f'"{place.host}"')
    text = _set(text, "port", str(place.bot_port))
    text = _set(text, "public_url", f'"http://{place.shown_host}:{place.bot_port}"')
    tomllib.loads(text)
    place.config_file.write_text(text, encoding="utf-8")


def _set(text: str, key: str, value: str) -> str:
    """The settings with the first line of `key` changed."""
    return re.sub(rf"^{key} = [^#\n]*", lambda _: f"{key} = {value} ", text, count=1, flags=re.MULTILINE)


def _with_first_slot(place: Place, text: str, now: datetime) -> str:
    """The settings with the first column's slot at a whole minute, and the rehearsal's clock set LEAD_S before it."""
    due = (now + timedelta(seconds=LEAD_S + 60)).replace(second=0, microsecond=0)
    clock = place.folder / "data" / "clock"
    clock.parent.mkdir(parents=True, exist_ok=True)
    clock.write_text(str((due - now).total_seconds() - LEAD_S), encoding="ascii")
    return _set(text, "schedule", f'"{WEEKDAYS[due.weekday()]} {due:%H:%M}"')


def _seed(place: Place, environ: dict[str, str], *, fresh: bool) -> dict[str, str]:
    """Ledger, sample articles, people and reviews; the passwords of a fresh demo, by name."""
    _command(environ, "migrate")
    _command(environ, "intake", str(ROOT / "articles"))
    if not fresh:
        return {}
    config = load(place.config_file, environ)
    ledger = Ledger(config.storage.ledger, folder=config.folder)
    try:
        return _people(place, ledger) | _reviewed(ledger, config)
    finally:
        ledger.close()
        _command(environ, "intake", str(ROOT / "articles"))  # brings the archive up to what was just approved


def _command(environ: dict[str, str], *arguments: str) -> None:
    """Runs one command of the bot's; BotError with its own words when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments], env=environ, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise BotError((done.stderr or done.stdout).strip())


def _people(place: Place, ledger: Ledger) -> dict[str, str]:
    from argon2 import PasswordHasher

    is_private = place.host in ("127.0.0.1", "localhost", "::1")
    now, hasher = datetime.now(UTC), PasswordHasher()
    passwords = {name: "kepu-demo-2026" if is_private else secrets.token_urlsafe(12) for name, _, _ in CAST}
    with ledger.write() as tx:
        for name, role, _ in CAST:
            people.add(tx, name, role, hasher.hash(passwords[name]), now)
            people.set_password(tx, name, hasher.hash(passwords[name]), must_change=False)
    return passwords


def _reviewed(ledger: Ledger, config: Config) -> dict[str, str]:
    """Walks the samples through their reviews as the cast would; nothing to add to the passwords."""
    now = datetime.now(UTC)
    with ledger.write() as tx:
        reviewers = [person for person in people.all_(tx) if person.role in (Role.REVIEWER, Role.LEADER)]
        for entry in articles.entries(tx, state=ArticleState.IN_REVIEW):
            for _ in config.review.steps[: -1 if entry.id == LEFT_IN_REVIEW else None]:
                _pass_by_anyone(tx, config, entry, reviewers, now)
    return {}


def _pass_by_anyone(tx: Connection, config: Config, entry: Entry, reviewers: Sequence[Person], now: datetime) -> None:
    """The next step, by the first of the cast who may take it; nobody: it waits for a real person."""
    revision = articles.get(tx, entry.id)
    taken = articles.decisions(tx, entry.id)
    for person in reviewers:
        # The leader signs last: nobody else may.
        is_kept = person.role is Role.LEADER and revision and revision.steps_done < len(config.review.steps) - 1
        if revision and not is_kept and may(person, revision, taken, config.review.steps)[0]:
            pass_step(tx, config.review.steps, entry.id, entry.revision, person, "示例", now)
            return


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
                parts[name] = subprocess.Popen(
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
                raise BotError(f"{name} 没有起来。它最后说的是：\n{_last_words(place.folder / 'log' / f'{name}.log')}")
            time.sleep(0.1)


def _reach(place: Place) -> str:
    return "127.0.0.1" if place.host == "0.0.0.0" else place.host  # noqa: S104


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return int(answer.status) < 400
    except (urllib.error.URLError, OSError):
        return False


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "\n".join(lines[-5:]) or "（什么也没说）"


def _watch(parts: dict[str, subprocess.Popen[bytes]], say: Callable[[str], None]) -> int:
    """Waits; 1 when a part died by itself."""
    while True:
        for name, part in parts.items():
            if part.poll() is not None:
                say(f"{name} 停了（退出码 {part.returncode}），演示一起停下。日志在 .demo/log/{name}.log")
                return 1
        time.sleep(0.5)


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
            f"  2. 不到一分钟，“{first.name}”会自己推送到手机",
            "  3. 用张晓雯登录工作台，给一篇稿件排期，再在手机旁按“快进”，看它到达",
            "",
            "按 Ctrl-C 全部停下。",
        ]
    )
