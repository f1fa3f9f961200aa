"""The settings, section by section: one line each, with its default and what it may be."""

from __future__ import annotations

from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from bot.config.rules import BARE, FILLED, beginning, between, one_of, short, web_address
from bot.errors import ConfigError
from bot.model.addresses import is_local
from bot.model.columns import Column
from bot.model.pushes import Route


@dataclass(frozen=True, slots=True)
class Account:
    name: Annotated[str, short(30)] = "临汾微科普"
    kind: Annotated[str, one_of(("subscription", "service"))] = "subscription"
    app_id: Annotated[str, BARE] = "wx0123456789abcdef"
    encryption: Annotated[str, one_of(("plain", "compatible", "safe"))] = "safe"
    api_base_url: Annotated[str, web_address()] = "https://api.weixin.qq.com"
    route: Annotated[str, one_of(("auto", *Route))] = "auto"

    @property
    def fixed_route(self) -> Route | None:
        """The route that the settings ask for; None for `auto`: what WeChat lets this account do decides."""
        return None if self.route == "auto" else Route(self.route)


@dataclass(frozen=True, slots=True)
class Storage:
    ledger: Annotated[str, beginning("sqlite:///", "postgresql+psycopg://")] = "sqlite:///data/ledger.db"
    archive: Annotated[str, FILLED] = "data/archive.db"
    media: Annotated[str, FILLED] = "data/media"


@dataclass(frozen=True, slots=True)
class Web:
    host: Annotated[str, FILLED] = "127.0.0.1"
    port: Annotated[int, between(1, 65535)] = 8000
    public_url: Annotated[str, web_address("https://kepu.example.cn")] = "http://127.0.0.1:8000"
    workers: Annotated[int, between(1, 64)] = 2
    threads: Annotated[int, between(17, 512, because="，太少时慢的连接会挡住别人")] = 32
    clock_tolerance_s: Annotated[int, between(30, 86400, "秒")] = 600
    session_hours: Annotated[int, between(1, 720, "小时")] = 12


@dataclass(frozen=True, slots=True)
class Answers:
    threshold: Annotated[float, between(0, 1)] = 0.54
    suggest_threshold: Annotated[float, between(0, 1)] = 0.2
    cached_replies: Annotated[int, between(0, 1_000_000)] = 10_000
    question_days: Annotated[int, between(30, 365, "天")] = 180


@dataclass(frozen=True, slots=True)
class Review:
    steps: tuple[str, ...] = ("初审", "复审", "终审")


@dataclass(frozen=True, slots=True)
class Scheduler:
    tick_s: Annotated[int, between(1, 60, "秒")] = 20
    inbox_days: Annotated[int, between(1, 365, "天")] = 7


@dataclass(frozen=True, slots=True)
class Rehearsal:
    clock_file: str = ""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Read from the environment: `token` from WEIKEPU_TOKEN, and so on; beside each what to say to whoever lacks it."""

    app_secret: Annotated[str, "它是公众号的 AppSecret，在微信开发者平台“基础信息”里查看。"] = field(
        default="", repr=False
    )
    token: Annotated[str, "它是服务器配置里的 Token，3 到 32 个字母或数字。"] = field(default="", repr=False)
    aes_key: Annotated[str, "它是服务器配置里的 EncodingAESKey，正好 43 个字符。"] = field(default="", repr=False)
    desk_key: Annotated[str, "它用来给工作台的登录签名，任意一串不少于 32 个字符的随机文字。"] = field(
        default="", repr=False
    )

    def need(self, name: str) -> str:
        """The secret of this name; ConfigError names its variable when unset."""
        value: str = getattr(self, name)
        if not value:
            (about,) = get_type_hints(Secrets, include_extras=True)[name].__metadata__
            raise ConfigError(f"缺少环境变量 {variable(name)}：{about}运行 make env 可以生成一份 .env，再把它填进去。")
        return value


def variable(secret: str) -> str:
    """The environment variable of a secret."""
    return f"WEIKEPU_{secret.upper()}"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; paths in it are as written, `folder` is what relative ones count from. Each other field but
    `columns` and `secrets` is a section."""

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


SECTIONS: dict[str, type[Any]] = {
    name: kind
    for name, kind in get_type_hints(Config).items()
    if is_dataclass(kind) and isinstance(kind, type) and kind is not Secrets
}
"""By their names in the file."""
