"""The `[[columns]]` of the settings → columns in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from bot.config.rules import COLOR, Rule, between
from bot.config.values import refuse_unknown, value, wrong
from bot.model.columns import Column
from bot.model.schedules import parse_schedule

RULES: dict[str, Rule] = {"late_hours": between(0, 24 * 28, "小时"), "color": COLOR}
"""What a column's settings may be, beyond their type and what `parse_schedule` says."""

_NAMED = {"id": '"spirit"', "name": '"科学家精神"'}


def columns(written: Any) -> tuple[Column, ...]:
    """The columns by their `order`; ConfigError names the first that is wrong, by its place."""
    if not isinstance(written, list):
        raise wrong("columns", written, "每个栏目要以 [[columns]] 开头", '[[columns]] id = "spirit"')
    found = tuple(_column(f"[[columns]]（第 {number} 个）", row) for number, row in enumerate(written, 1))
    _refuse_twins(found)
    return tuple(sorted(found, key=lambda column: column.order))


def _refuse_twins(found: Iterable[Column]) -> None:
    names = [name for column in found for name in {column.id, column.name}]
    for name in names:
        if names.count(name) > 1:
            raise wrong("[[columns]] id 或 name", name, "用了两次", 'id = "spirit"')


def _column(where: str, row: Any) -> Column:
    defaults = {f.name: f.default for f in fields(Column)}
    refuse_unknown(where, row, tuple(defaults))
    names: dict[str, Any] = {key: _name(f"{where} {key}", row.get(key), f"{key} = {_NAMED[key]}") for key in _NAMED}
    others = {
        key: value(f"{where} {key}", defaults[key], given, RULES.get(key))
        for key, given in row.items()
        if key not in names
    }
    column = Column(**names | others)
    try:
        parse_schedule(column.schedule)
    except ValueError as error:
        raise wrong(f"{where} schedule", column.schedule, str(error), 'schedule = "fri 18:00"') from error
    return column


def _name(key: str, given: Any, example: str) -> str:
    if given is not None and not isinstance(given, str):
        raise wrong(key, given, "要写成文字", example)
    if not given or not given.strip():
        raise wrong(key, given or "", "不能空着", example)
    return given.strip()
