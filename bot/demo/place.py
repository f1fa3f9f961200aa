"""Where a demo lives and listens: its folder, which is nobody else's, its ports, its settings and its secrets."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import socket
import string
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import TIMEZONE
from bot.errors import BotError
from bot.model.schedules import WEEKDAYS

ROOT = Path(__file__).resolve().parent.parent.parent
MARKER = ".weikepu-demo"
"""Only a folder with this file in it is ever emptied: the demo made it, and nobody's real account lives there."""

READY = "ready"
LEAD_S = 40  # seconds from here to the first push: everything is up by then, and nobody waits a minute


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

    @property
    def is_private(self) -> bool:
        """True while only this machine can reach it."""
        return self.host in ("127.0.0.1", "localhost", "::1")


def need_checkout(root: Path) -> None:
    """BotError when the package was installed alone: the demo runs on what lies beside it in the project's folder."""
    if not all((root / name).exists() for name in ("articles", "config.toml", "scheduler.py")):
        raise BotError(
            "演示要用到项目里的示例文章、config.toml 和 scheduler.py，单独安装的程序里没有。"
            "请取得完整的代码，在它的文件夹里运行 make demo。"
        )


@contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """The folder, the demo's own and used by no other demo meanwhile; the lock goes with its process."""
    try:
        _refuse_what_is_not_ours(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = open(folder.with_name(f"{folder.name}.lock"), "ab")  # noqa: SIM115  beside it: the folder is emptied
    except OSError as error:
        raise _unusable(folder, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BotError(
                f"另一个演示正在用 {folder}。请先停下它，或换个位置：python -m bot demo --folder 另一个文件夹"
            ) from error
        yield folder


def _refuse_what_is_not_ours(folder: Path) -> None:
    if ROOT.is_relative_to(folder):
        raise BotError(f"{folder} 里是程序自己，不能给演示用。请换个位置，或不写 --folder。")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise BotError(f"{folder} 里有别的东西（没有演示的标记 {MARKER}），演示不敢动它。请换个位置或把它移走。")


def _unusable(folder: Path, error: OSError) -> BotError:
    return BotError(f"演示的文件夹 {folder} 用不了：{error.strerror}。请换个位置，例如 --folder /tmp/weikepu-demo")


@contextmanager
def turn() -> Iterator[Callable[[], None]]:
    """Demos that start at the same moment choose their ports one after the other; call what is given once they are taken."""
    with open(Path(tempfile.gettempdir()) / f"weikepu-demo-{os.getuid()}.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.close


def is_whole(folder: Path) -> bool:
    """True when an earlier demo was made ready here, and can be gone on with."""
    return _marker_says(folder) == READY and all((folder / name).exists() for name in ("config.toml", ".env"))


def made_ready(place: Place) -> None:
    """From now on the demo in this place can be gone on with."""
    (place.folder / MARKER).write_text(READY, encoding="ascii")


def _marker_says(folder: Path) -> str:
    try:
        return (folder / MARKER).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def settle_in(folder: Path, *, host: str, keep: bool) -> Place:
    """A place in this folder: emptied, with the next free ports, or kept as it is, with the ports of before."""
    try:
        if folder.exists() and not keep:
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).touch()
    except OSError as error:
        raise _unusable(folder, error) from error
    bot_port, box_port = (_ports_of_before(folder, host) if keep else None) or _new_ports(host)
    shown = _address_of_this_machine() if host in ("0.0.0.0", "::") else in_address(host)  # noqa: S104
    return Place(folder, host, shown, bot_port, box_port)


def in_address(host: str) -> str:
    """The host as it stands in an http address."""
    return f"[{host}]" if ":" in host else host


def _new_ports(host: str) -> tuple[int, int]:
    bot_port = _free_port(host, 8000)
    return bot_port, _free_port(host, max(8001, bot_port + 1))


def _ports_of_before(folder: Path, host: str) -> tuple[int, int] | None:
    """Where links that were given out lead to; None without settings that say it, BotError when somebody else is there."""
    try:
        written = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))
        ports = int(written["web"]["port"]), int(urlsplit(written["account"]["api_base_url"]).port or 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    for port in ports:
        if not _is_free(host, port):
            raise BotError(
                f"上次的演示在 {port} 端口，现在别的程序占着它，已经发出的链接会打不开。"
                "请先停下那个程序；不要上次的数据，就不带 KEEP=1 重新开始。"
            )
    return ports


def _free_port(host: str, wanted: int) -> int:
    """The first port from `wanted` on that nobody listens on."""
    for port in range(wanted, wanted + 200):
        if _is_free(host, port):
            return port
    raise BotError(f"{wanted} 到 {wanted + 199} 的端口都被占用了。请关掉一些程序再试。")


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _address_of_this_machine() -> str:
    """The address under which others in the network see this machine; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def environment(place: Place) -> dict[str, str]:
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


def write_config(place: Place, *, fresh: bool) -> None:
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
