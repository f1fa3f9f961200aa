"""What a setting may be: a rule beside its type, with the sentence for whoever wrote something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, get_type_hints
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Rule:
    """Which values are fine, and what to say of all others."""

    holds: Callable[[Any], bool]
    problem: str  # what it must be, in Chinese, without a full stop
    example: str | None = None  # None: the default is example enough


def between(low: float, high: float, unit: str = "", *, because: str = "") -> Rule:
    """A number from `low` to `high`, both fine."""
    return Rule(lambda value: low <= value <= high, f"要在 {low} 到 {high} {unit}之间{because}")


def one_of(words: Iterable[str]) -> Rule:
    """One of these words."""
    *others, last = known = tuple(map(str, words))
    return Rule(lambda value: value in known, f"只能是 {'、'.join(others)} 或 {last}")


def web_address(example: str | None = None) -> Rule:
    """An address that begins with http:// or https:// and names a host."""
    return Rule(_is_web_address, "要写成 http 或 https 地址", example)


def beginning(*beginnings: str) -> Rule:
    """A text that begins with one of these."""
    return Rule(lambda value: value.startswith(beginnings), f"要以 {' 或 '.join(beginnings)} 开头")


def short(most_chars: int) -> Rule:
    """Words that can be seen, not too many."""
    return Rule(lambda value: 0 < len(value.strip()) <= most_chars, f"不能空着，最多 {most_chars} 个字")


FILLED = Rule(bool, "不能空着")
BARE = Rule(lambda value: bool(value) and value.strip() == value, "不能空着，前后不能有空格")
COLOR = Rule(lambda value: bool(re.fullmatch("#[0-9A-Fa-f]{6}", value)), "要写成 # 和六位十六进制数")


def rules_of(section: type[Any]) -> dict[str, Rule]:
    """The rule of each of the section's settings that has one, by its key."""
    hints = get_type_hints(section, include_extras=True)
    beside = {f.name: getattr(hints[f.name], "__metadata__", ()) for f in fields(section)}
    return {key: rule for key, marks in beside.items() for rule in marks if isinstance(rule, Rule)}


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
