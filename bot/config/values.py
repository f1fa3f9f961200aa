"""Written values → values of their setting's type, within its rule; what is wrong is named, with an example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

from bot.config.rules import Rule, one_of, rules_of
from bot.errors import ConfigError


def section(name: str, kind: type[Any], written: Mapping[str, Any]) -> Any:
    """The section as written, with its defaults for all else."""
    defaults = {f.name: f.default for f in fields(kind)}
    refuse_unknown(name, written, tuple(defaults))
    rules = rules_of(kind)
    return kind(
        **{key: value(f"[{name}] {key}", defaults[key], given, rules.get(key)) for key, given in written.items()}
    )


def value(key: str, default: object, written: Any, rule: Rule | None = None) -> Any:
    """What is written in the default's type; tuples come from lists of strings, floats also from integers."""
    bare = key.rpartition(" ")[2]
    if isinstance(default, StrEnum):
        rule = rule or one_of(type(default))
        if written not in tuple(type(default)):
            raise wrong(key, written, rule.problem, f"{bare} = {_toml(default)}")
        return type(default)(written)
    found = _typed(key, default, written)
    if rule and not rule.holds(found):
        example = default if rule.example is None else rule.example
        raise wrong(key, found, rule.problem, f"{bare} = {_toml(example)}")
    return found


def _typed(key: str, default: object, written: Any) -> Any:
    if isinstance(default, tuple):
        return _words(key, written)
    if isinstance(default, float) and isinstance(written, int) and not isinstance(written, bool):
        return float(written)
    if type(written) is not type(default):
        kinds = {str: "文字", int: "整数", float: "数字", bool: "true 或 false"}
        raise wrong(key, written, f"要写成{kinds[type(default)]}", f"{key.rpartition(' ')[2]} = {_toml(default)}")
    return written


def _words(key: str, written: Any) -> tuple[str, ...]:
    example = '["初审", "复审", "终审"]'
    if not isinstance(written, list) or not all(isinstance(item, str) and item.strip() for item in written):
        raise wrong(key, written, "要写成一列文字", example)
    if len(set(written)) != len(written):
        raise wrong(key, written, "有重复的名字", example)
    return tuple(written)


def refuse_unknown(name: str, written: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """ConfigError names what is no setting of the section; "" is the file itself."""
    if not isinstance(written, Mapping):
        raise wrong(name, written, "应当是一个表", name if name.startswith("[") else f"[{name}]")
    unknown = [key for key in written if key not in known]
    if unknown:
        where = f"[{name}] " if name else ""
        example = f"[{name}] 下写 {known[0]} = …" if name else f"[{known[0]}]"
        raise ConfigError(
            f"设置里有不认识的 {where}{'、'.join(unknown)}。可以用的是：{'、'.join(known)}。例如 {example}"
        )


def wrong(key: str, written: object, problem: str, example: str) -> ConfigError:
    """The error for a setting: as it was written, what is wrong, and how it may look."""
    return ConfigError(f"设置 {key} = {_toml(written)}：{problem}。例如 {example}")


def _toml(value: object) -> str:
    """The value as people write it in the settings."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False, default=str)
