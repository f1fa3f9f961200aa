"""A settings file and the environment → one `Config`, or one sentence that says what is wrong with them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from bot.config.columns import columns
from bot.config.settings import SECTIONS, Config, Secrets, variable
from bot.config.values import refuse_unknown, section
from bot.errors import ConfigError
from bot.model.addresses import host_of, is_inside

WECHAT_DOMAIN = "weixin.qq.com"
"""All of WeChat's API hosts stand under it: api, and api2, sh, sz and hk for other places."""

SHORTEST_DESK_KEY = 32
"""Characters; the key signs the log-ins, and who guesses it is at the desk."""


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
    refuse_unknown("", written, (*SECTIONS, "columns"))
    sections = {name: section(name, kind, written.get(name, {})) for name, kind in SECTIONS.items()}
    config = Config(folder=folder, columns=columns(written.get("columns", [])), secrets=_secrets(environ), **sections)
    _check_together(config)
    return config


def _secrets(environ: Mapping[str, str]) -> Secrets:
    found = {f.name: environ.get(variable(f.name), "").strip() for f in fields(Secrets)}
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
