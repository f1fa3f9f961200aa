"""What the commands share: settings, an open service, sentences and JSON. The commands themselves: `bot/__main__.py`."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from bot.commands import usage
from bot.config import TIMEZONE, Config, load
from bot.errors import BotError


def settings_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --config to a command and hands it the settings as its first argument."""

    @click.option("--config", "file", type=click.Path(path_type=Path), help="设置文件，默认 config.toml")
    @functools.wraps(command)
    def with_settings(*arguments: Any, file: Path | None, **options: Any) -> Any:
        return command(load(file), *arguments, **options)

    return with_settings


json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


class Commands(click.Group):
    """Says every BotError as one sentence on stderr, with exit status 1, and wrong usage in Chinese, with 2."""

    def invoke(self, context: click.Context) -> Any:
        """The command's result; the process ends with 1 after a BotError."""
        try:
            return super().invoke(context)
        except BotError as error:
            click.echo(str(error), err=True)
            context.exit(1)

    def main(self, *arguments: Any, standalone_mode: bool = True, **options: Any) -> Any:
        """The process's whole run; it ends here."""
        if not standalone_mode:
            return super().main(*arguments, standalone_mode=False, **options)  # type: ignore[call-overload]
        try:
            sys.exit(super().main(*arguments, standalone_mode=False, **options) or 0)  # type: ignore[call-overload]
        except click.ClickException as error:
            click.echo(usage.said(error), err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("已停下。", err=True)
            sys.exit(130)


MANY = click.IntRange(1, 100_000)
"""How many rows a listing may be asked for."""


@contextmanager
def opened(config: Config) -> Iterator[Any]:
    from bot.service import open_service

    service = open_service(config)
    try:
        yield service
    finally:
        service.close()


def settings_file() -> Path:
    named = click.get_current_context().params.get("file") or os.environ.get("WEIKEPU_CONFIG") or "config.toml"
    return Path(named).absolute()


def reachable(host: str) -> str:
    """The host, as it stands in an http address of this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def local(moment: datetime) -> datetime:
    return moment.astimezone(TIMEZONE)


def print_json(value: object, *, indent: int | None = 2) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=_jsonable))


def _jsonable(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(TIMEZONE).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
