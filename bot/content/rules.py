"""Emergencies, rules and the menu."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.content.forms import fields, listed, once, said, tables
from bot.errors import ContentError
from bot.model.content import Button, Does, Emergency, Rule

TOP_BUTTONS, LOWER_BUTTONS = 3, 5
TOP_NAME_BYTES, LOWER_NAME_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1_024
"""WeChat's limits (自定义菜单, menu/create)."""


def read_emergencies(text: str) -> tuple[Emergency, ...]:
    """In order of the file; the first whose words a message holds is the one that counts."""
    found = tuple(_emergency(row) for row in tables(text, "emergencies"))
    once([each.id for each in found], "编号 id ")
    return found


def _emergency(row: Mapping[str, Any]) -> Emergency:
    fields(row, needed=("id", "name", "words", "text", "sources", "checked"), allowed=("unless",))
    checked = row["checked"]
    if not isinstance(checked, date):
        raise ContentError(f"“{row['name']}”的 checked 要写成日期，例如 checked = 2026-11-24。")
    return Emergency(
        said(row, "id"),
        said(row, "name"),
        listed(row, "words"),
        listed(row, "unless"),
        said(row, "text"),
        listed(row, "sources"),
        checked,
    )


def read_rules(text: str) -> tuple[Rule, ...]:
    """In order of the file."""
    found = tuple(_rule(row) for row in tables(text, "rules"))
    once([each.id for each in found], "编号 id ")
    once([word for each in found for word in each.words], "词")
    once([each.code for each in found if each.code], "回复编号")
    return found


def _rule(row: Mapping[str, Any]) -> Rule:
    fields(row, needed=("id", "name", "does"), allowed=("words", "contains", "text", "column", "article", "code"))
    try:
        does = Does(row["does"])
    except ValueError as error:
        raise ContentError(f"“{row['name']}”的 does 只能是 {'、'.join(Does)}。") from error
    rule = Rule(
        said(row, "id"),
        said(row, "name"),
        listed(row, "words"),
        does,
        said(row, "text"),
        listed(row, "contains"),
        said(row, "column"),
        said(row, "article"),
        said(row, "code"),
    )
    _complete(rule)
    return rule


def _complete(rule: Rule) -> None:
    """What the rule does has all that it needs for it."""
    needs = {
        Does.SAY: ("text", rule.text),
        Does.COLUMN: ("column", rule.column),
        Does.ARTICLE: ("article", rule.article),
    }
    name, value = needs.get(rule.does, ("", "-"))
    if not value:
        raise ContentError(f"“{rule.name}”缺少 {name}。")
    if not (rule.words or rule.contains or rule.code):
        raise ContentError(f"“{rule.name}”没有词也没有编号，谁也用不上它。")
    if rule.code and not (rule.code.isdecimal() and rule.code.isascii() and 2 <= len(rule.code) <= 4):
        raise ContentError(f"“{rule.name}”的编号 {rule.code} 要写成两到四位数字。一位数字是用来选列表里第几条的。")


def read_menu(text: str) -> tuple[Button, ...]:
    """At most three buttons with five each, within WeChat's limits."""
    found = tuple(_button(row, TOP_NAME_BYTES) for row in tables(text, "buttons"))
    if not 1 <= len(found) <= TOP_BUTTONS:
        raise ContentError(f"菜单要有一到三个一级按钮，现在是 {len(found)} 个。")
    return found


def _button(row: Mapping[str, Any], name_bytes: int) -> Button:
    fields(row, needed=("name",), allowed=("key", "url", "buttons"))
    lower = row.get("buttons", [])
    is_lower = name_bytes == LOWER_NAME_BYTES
    if (lower and is_lower) or len(lower) > LOWER_BUTTONS:
        raise ContentError(f"“{row['name']}”下面最多五个按钮，按钮只有两级。")
    button = Button(
        said(row, "name"), said(row, "key"), said(row, "url"), tuple(_button(each, LOWER_NAME_BYTES) for each in lower)
    )
    if len(button.name.encode()) > name_bytes:
        raise ContentError(
            f"按钮“{button.name}”的名字太长：{'二' if is_lower else '一'}级最多 {name_bytes // 3} 个汉字。"
        )
    if len(button.key.encode()) > KEY_BYTES or len(button.url.encode()) > URL_BYTES:
        raise ContentError(f"按钮“{button.name}”的词或网址太长。")
    if sum(map(bool, (button.key, button.url, button.buttons))) != 1:
        raise ContentError(f"按钮“{button.name}”要么有词（key），要么有网址（url），要么有下一级，只能有一样。")
    return button
