"""Wrong usage of a command, in Chinese: click says it in English, and whoever is on duty must understand it."""

from __future__ import annotations

import click
from click import exceptions


def said(error: click.ClickException) -> str:
    """What is wrong with the command line, in one line, and where to look."""
    if isinstance(error, exceptions.NoArgsIsHelpError):
        return error.message  # the command's own help
    return f"{_problem(error)}用法见 {_command(error)} -h。"


def _problem(error: click.ClickException) -> str:
    if isinstance(error, exceptions.NoSuchOption):
        return f"没有 {error.option_name} 这个选项。"
    if isinstance(error, exceptions.MissingParameter):
        return f"少写了{_name(error).rstrip()}。"
    if isinstance(error, exceptions.BadOptionUsage):
        return f"选项 {error.option_name} 后面少写了值，或多写了。"
    if isinstance(error, exceptions.BadParameter):
        return f"{_name(error)}写得不对{_allowed(error)}。"
    if isinstance(error, exceptions.BadArgumentUsage) or error.message.startswith("Got unexpected extra"):
        return "后面多写了东西。"
    if error.message.startswith("No such command"):
        return f"没有{error.message.removeprefix('No such command').rstrip('.')} 这个命令。"
    if error.message.startswith("Missing command"):
        return "少写了命令。"
    return error.message


def _name(error: exceptions.BadParameter) -> str:
    if error.param is None:
        return ""
    if isinstance(error.param, click.Option):
        return f"选项 {error.param.opts[-1]} "
    return f"参数 {error.param.human_readable_name} "


def _allowed(error: exceptions.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"，只能是 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        return f"，要是 {kind.min} 到 {kind.max} 之间的整数"
    if isinstance(kind, click.Path):
        return "，找不到它，或者打不开"
    if "ASCII" <= error.message[:1] <= "z":  # click's own words
        return ""
    return f"：{error.message}"


def _command(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context else "python -m bot"
