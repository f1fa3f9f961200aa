"""Every setting: read once from a TOML file and the environment into one frozen `Config`.

`config.toml` in the repository lists all of them; a test holds the two together. Secrets come from the
environment, or from `.env` beside the settings file, and never appear in a repr.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from bot.errors import ConfigError
from bot.model.addresses import host_of, is_inside, is_local
from bot.model.articles import AnswerFrom
from bot.model.columns import Column
from bot.model.schedules import parse_schedule

TIMEZONE = ZoneInfo("Asia/Shanghai")
WECHAT_DOMAIN = "weixin.qq.com"
"""All of WeChat's API hosts stand under it: api, and api2, sh, sz and hk for other places."""

SHORTEST_DESK_KEY = 32
"""Characters; the key signs the log-ins, and who guesses it is at the desk."""


@dataclass(frozen=True, slots=True)
class Account:
    name: str = "临汾微科普"
    kind: str = "subscription"
    app_id: str = "wx0123456789abcdef"
    encryption: str = "safe"
    api_base_url: str = "https://api.weixin.qq.com"
    route: str = "auto"


@dataclass(frozen=True, slots=True)
class Storage:
    ledger: str = "sqlite:///data/ledger.db"
    archive: str = "data/archive.db"
    media: str = "data/media"


@dataclass(frozen=True, slots=True)
class Web:
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    workers: int = 2
    threads: int = 32
    clock_tolerance_s: int = 600
    session_hours: int = 12


@dataclass(frozen=True, slots=True)
class Answers:
    threshold: float = 0.35
    cached_replies: int = 10_000
    question_days: int = 180


@dataclass(frozen=True, slots=True)
class Review:
    steps: tuple[str, ...] = ("初审", "复审", "终审")


@dataclass(frozen=True, slots=True)
class Scheduler:
    tick_s: int = 20
    inbox_days: int = 7


@dataclass(frozen=True, slots=True)
class Rehearsal:
    clock_file: str = ""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Read from the environment; `need_…` name the variable that is missing."""

    app_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    desk_key: str = field(default="", repr=False)

    def need(self, name: str) -> str:
        """The secret `name` ("app_secret", "token", "aes_key", "desk_key"); ConfigError names its variable when unset."""
        value: str = getattr(self, name)
        if not value:
            variable = f"WEIKEPU_{name.upper()}"
            raise ConfigError(
                f"缺少环境变量 {variable}：{_SECRET_HELP[name]}运行 make env 可以生成一份 .env，再把它填进去。"
            )
        return value


_SECRET_HELP = {
    "app_secret": "它是公众号的 AppSecret，在微信开发者平台“基础信息”里查看。",
    "token": "它是服务器配置里的 Token，3 到 32 个字母或数字。",
    "aes_key": "它是服务器配置里的 EncodingAESKey，正好 43 个字符。",
    "desk_key": "它用来给工作台的登录签名，任意一串不少于 32 个字符的随机文字。",
}


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; paths in it are as written, `folder` is what relative ones count from."""

    folder: Path = field(default_factory=Path.cwd)
    account: Account = field(default_factory=Account)
    storage: Storage = field(default_factory=Storage)
    web: Web = field(default_factory=Web)
    answers: Answers = field(default_factory=Answers)
    review: Review = field(default_factory=Review)
    scheduler: Scheduler = field(default_factory=Scheduler)
    rehearsal: Rehearsal = field(default_factory=Rehearsal)
    columns: tuple[Column, ...] = ()
    secrets: Secrets = field(default_factory=Secrets)

    def path(self, written: str) -> Path:
        """The absolute path of a path as written in the settings."""
        return self.folder / written

    @property
    def is_rehearsal(self) -> bool:
        """True while nothing can reach real followers: the platform's address is on this machine."""
        return is_local(self.account.api_base_url)

    def column(self, name: str | None) -> Column | None:
        """The column with this id or Chinese name; None when there is none."""
        return next((c for c in self.columns if name in (c.id, c.name)), None)

    def column_name(self, column_id: str | None) -> str:
        """The column's Chinese name; the id itself when the settings no longer have it; empty for None."""
        found = self.column(column_id) if column_id else None
        return found.name if found else (column_id or "")


def load(path: str | os.PathLike[str] | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """The settings of `path`, else of WEIKEPU_CONFIG, else of ./config.toml; ConfigError says what is wrong with them."""
    environ = os.environ if environ is None else environ
    file = Path(path or environ.get("WEIKEPU_CONFIG") or "config.toml").absolute()
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"找不到设置文件 {file}。请用 --config 指出它，或在有 config.toml 的文件夹里运行。"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"设置文件 {file} 不是 UTF-8 编码，请用 UTF-8 另存。") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 个字符附近" if place else "文件末尾"
        raise ConfigError(f'设置文件 {file} 的写法有误：{where}。例如文字要写成 name = "临汾微科普"。') from error
    except OSError as error:
        raise ConfigError(f"读不了设置文件 {file}：{error.strerror}。") from error
    return parse(written, folder=file.parent, environ=_with_dotenv(file.parent, environ))


def _with_dotenv(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, with what `.env` beside the settings adds; the environment wins."""
    file = folder / ".env"
    try:
        kept = {key: value for key, value in dotenv_values(file).items() if value}
    except UnicodeDecodeError as error:
        raise ConfigError(f"密钥文件 {file} 不是 UTF-8 编码，请用 UTF-8 另存。") from error
    except OSError as error:
        raise ConfigError(f"读不了密钥文件 {file}：{error.strerror}。它应当属于运行程序的用户。") from error
    return kept | dict(environ)


def parse(written: Mapping[str, Any], *, folder: Path, environ: Mapping[str, str]) -> Config:
    """The settings as a `Config`; ConfigError names the first key that is unknown or wrong, the problem and an example."""
    _refuse_unknown("", written, (*_SECTIONS, "columns"))
    sections = {name: _section(name, kind, written.get(name, {})) for name, kind in _SECTIONS.items()}
    config = Config(folder=folder, columns=_columns(written.get("columns", [])), secrets=_secrets(environ), **sections)
    _check_together(config)
    return config


_SECTIONS: dict[str, type[Any]] = {
    "account": Account,
    "storage": Storage,
    "web": Web,
    "answers": Answers,
    "review": Review,
    "scheduler": Scheduler,
    "rehearsal": Rehearsal,
}


def _fail(key: str, value: object, problem: str, example: str) -> ConfigError:
    return ConfigError(f"设置 {key} = {_toml(value)}：{problem}。例如 {example}")


def _refuse_unknown(section: str, written: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if not isinstance(written, Mapping):
        raise _fail(section, written, "应当是一个表", section if section.startswith("[") else f"[{section}]")
    unknown = [key for key in written if key not in known]
    if unknown:
        where = f"[{section}] " if section else ""
        raise ConfigError(
            f"设置里有不认识的 {where}{'、'.join(unknown)}。可以用的是：{'、'.join(known)}。"
            f"例如 {_example(section, known[0])}"
        )


def _example(section: str, key: str) -> str:
    return f"[{section}] 下写 {key} = …" if section else f"[{key}]"


def _section(name: str, kind: type[Any], written: Mapping[str, Any]) -> Any:
    known = {f.name: f for f in fields(kind)}
    _refuse_unknown(name, written, tuple(known))
    values = {key: _value(f"[{name}] {key}", known[key].default, value) for key, value in written.items()}
    for key, value in values.items():
        rule = _RULES.get((name, key))
        if rule and not rule[0](value):
            raise _fail(f"[{name}] {key}", value, rule[1], f"{key} = {rule[2]}")
    return kind(**values)


def _value(key: str, default: object, value: Any) -> Any:
    """The value in the default's type; tuples come from lists of strings, floats also from integers."""
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise _fail(key, value, "要写成一列文字", '["初审", "复审", "终审"]')
        if len(set(value)) != len(value):
            raise _fail(key, value, "有重复的名字", '["初审", "复审", "终审"]')
        return tuple(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        kinds = {str: "文字", int: "整数", float: "数字", bool: "true 或 false"}
        raise _fail(key, value, f"要写成{kinds[type(default)]}", f"{key.rpartition(' ')[2]} = {_toml(default)}")
    return value


def _toml(value: object) -> str:
    """The value as people write it in the settings."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False, default=str)


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: value in words


def _between(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: low <= value <= high


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


_RULES: dict[tuple[str, str], tuple[Callable[[Any], bool], str, str]] = {
    ("account", "name"): (lambda v: 0 < len(v.strip()) <= 30, "不能空着，最多 30 个字", '"临汾微科普"'),
    ("account", "kind"): (_one_of("subscription", "service"), "只能是 subscription 或 service", '"subscription"'),
    ("account", "app_id"): (lambda v: v.strip() == v and bool(v), "不能空着，前后不能有空格", '"wx0123456789abcdef"'),
    ("account", "encryption"): (_one_of("plain", "compatible", "safe"), "只能是 plain、compatible 或 safe", '"safe"'),
    ("account", "api_base_url"): (_is_web_address, "要写成 http 或 https 地址", '"https://api.weixin.qq.com"'),
    ("account", "route"): (
        _one_of("auto", "mass", "publish", "draft"),
        "只能是 auto、mass、publish 或 draft",
        '"auto"',
    ),
    ("storage", "ledger"): (
        lambda v: v.startswith(("sqlite:///", "postgresql+psycopg://")),
        "要以 sqlite:/// 或 postgresql+psycopg:// 开头",
        '"sqlite:///data/ledger.db"',
    ),
    ("storage", "archive"): (bool, "不能空着", '"data/archive.db"'),
    ("storage", "media"): (bool, "不能空着", '"data/media"'),
    ("web", "host"): (bool, "不能空着", '"127.0.0.1"'),
    ("web", "port"): (_between(1, 65535), "要在 1 到 65535 之间", "8000"),
    ("web", "public_url"): (_is_web_address, "要写成 http 或 https 地址", '"https://kepu.example.cn"'),
    ("web", "workers"): (_between(1, 64), "要在 1 到 64 之间", "2"),
    ("web", "threads"): (_between(17, 512), "要在 17 到 512 之间，太少时慢的连接会挡住别人", "32"),
    ("web", "clock_tolerance_s"): (_between(30, 86400), "要在 30 到 86400 秒之间", "600"),
    ("web", "session_hours"): (_between(1, 720), "要在 1 到 720 小时之间", "12"),
    ("answers", "threshold"): (_between(0, 1), "要在 0 到 1 之间", "0.35"),
    ("answers", "cached_replies"): (_between(0, 1_000_000), "要在 0 到 1000000 之间", "10000"),
    ("answers", "question_days"): (_between(30, 365), "要在 30 到 365 天之间", "180"),
    ("scheduler", "tick_s"): (_between(1, 60), "要在 1 到 60 秒之间", "20"),
    ("scheduler", "inbox_days"): (_between(1, 365), "要在 1 到 365 天之间", "7"),
}


def _columns(written: Any) -> tuple[Column, ...]:
    if not isinstance(written, list):
        raise _fail("columns", written, "每个栏目要以 [[columns]] 开头", '[[columns]] id = "spirit"')
    columns = tuple(_column(number, row) for number, row in enumerate(written, 1))
    names = [name for column in columns for name in {column.id, column.name}]
    for name in names:
        if names.count(name) > 1:
            raise _fail("[[columns]] id 或 name", name, "用了两次", 'id = "spirit"')
    return tuple(sorted(columns, key=lambda column: column.order))


def _column(number: int, row: Any) -> Column:
    where = f"[[columns]]（第 {number} 个）"
    known = {f.name: f for f in fields(Column)}
    _refuse_unknown(where, row, tuple(known))
    for key in ("id", "name"):
        given, example = row.get(key), f'{key} = "{"spirit" if key == "id" else "科学家精神"}"'
        if given is not None and not isinstance(given, str):
            raise _fail(f"{where} {key}", given, "要写成文字", example)
        if not given or not given.strip():
            raise _fail(f"{where} {key}", given or "", "不能空着", example)
    values = {"id": row["id"].strip(), "name": row["name"].strip()}
    for key, value in row.items():
        if key in values:
            continue
        if key == "answer_from":
            if value not in tuple(AnswerFrom):
                raise _fail(f"{where} {key}", value, "只能是 approval 或 published", 'answer_from = "approval"')
            values[key] = AnswerFrom(value)
        else:
            values[key] = _value(f"{where} {key}", known[key].default, value)
    column = Column(**values)
    if not 0 <= column.late_hours <= 24 * 28:
        raise _fail(f"{where} late_hours", column.late_hours, "要在 0 到 672 小时之间", "late_hours = 6")
    if not re.fullmatch("#[0-9A-Fa-f]{6}", column.color):
        raise _fail(f"{where} color", column.color, "要写成 # 和六位十六进制数", 'color = "#0B6E4F"')
    try:
        parse_schedule(column.schedule)
    except ValueError as error:
        raise _fail(f"{where} schedule", column.schedule, str(error), 'schedule = "fri 18:00"') from error
    return column


def _secrets(environ: Mapping[str, str]) -> Secrets:
    found = {f.name: environ.get(f"WEIKEPU_{f.name.upper()}", "").strip() for f in fields(Secrets)}
    if found["aes_key"] and len(found["aes_key"]) != 43:
        raise ConfigError(
            f"环境变量 WEIKEPU_AES_KEY 有 {len(found['aes_key'])} 个字符，应当正好 43 个。请从微信开发者平台重新复制。"
        )
    if found["token"] and not (
        found["token"].isalnum() and found["token"].isascii() and 3 <= len(found["token"]) <= 32
    ):
        raise ConfigError("环境变量 WEIKEPU_TOKEN 应当是 3 到 32 个字母或数字，例如 make env 生成的那一串。")
    return Secrets(**found)


def _check_together(config: Config) -> None:
    """Rules between settings."""
    if config.rehearsal.clock_file and not config.is_rehearsal:
        raise ConfigError(
            f"设置 [rehearsal] clock_file = {config.rehearsal.clock_file!r}：接真实公众号时不能拨动时钟。例如删掉这一行"
        )


def refuse_unfit(config: Config) -> None:
    """Raises ConfigError when a real account would be served with what will do for a rehearsal only.

    That is: links that do not open for followers, or a key with which strangers could forge log-ins.
    """
    if not f".{host_of(config.account.api_base_url)}".endswith(f".{WECHAT_DOMAIN}"):
        return
    if len(config.secrets.desk_key) < SHORTEST_DESK_KEY:
        raise ConfigError(
            f"环境变量 WEIKEPU_DESK_KEY 只有 {len(config.secrets.desk_key)} 个字符，太容易猜到：应当不少于 "
            f"{SHORTEST_DESK_KEY} 个，例如 make env 生成的那一串。"
        )
    if is_inside(config.web.public_url):
        raise ConfigError(
            f"设置 [web] public_url = {config.web.public_url!r}：接的是真实的微信，关注者却打不开只在本机或内网里通的地址。"
            '请写成外面能访问的网址，例如 public_url = "https://kepu.example.cn"'
        )
