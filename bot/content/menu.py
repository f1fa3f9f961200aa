"""The account's menu: at most three buttons with five each, within WeChat's limits (自定义菜单, menu/create)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.content.forms import fields, once, said, tables
from bot.errors import ContentError
from bot.model.content import Button

TOP_BUTTONS, LOWER_BUTTONS = 3, 5
TOP_NAME_BYTES, LOWER_NAME_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1_024


def read(text: str) -> tuple[Button, ...]:
    """The buttons of the bar, from left to right."""
    found = tuple(_button(row, is_lower=False) for row in tables(text, "buttons"))
    if not 1 <= len(found) <= TOP_BUTTONS:
        raise ContentError(f"菜单栏上要有一到三个按钮，现在是 {len(found)} 个。")
    once((button.name for button in found), "菜单栏上，")
    for button in found:
        once((lower.name for lower in button.buttons), f"“{button.name}”下面，")
    return found


def _button(row: Mapping[str, Any], *, is_lower: bool) -> Button:
    fields(row, needed=("name",), allowed=("key", "url", "buttons"))
    lower = row.get("buttons", [])
    if not isinstance(lower, list) or not all(isinstance(each, dict) for each in lower):
        raise ContentError(f"“{row['name']}”的下一级按钮，每个都要以 [[buttons.buttons]] 开头。")
    if lower and is_lower:
        raise ContentError(f"“{row['name']}”下面不能再有按钮，菜单只有两级。")
    if len(lower) > LOWER_BUTTONS:
        raise ContentError(f"“{row['name']}”下面最多 {LOWER_BUTTONS} 个按钮，现在是 {len(lower)} 个。")
    below = tuple(_button(each, is_lower=True) for each in lower)
    button = Button(said(row, "name"), said(row, "key"), said(row, "url"), below)
    _fits(button, LOWER_NAME_BYTES if is_lower else TOP_NAME_BYTES)
    _leads_somewhere(button)
    return button


def _fits(button: Button, name_bytes: int) -> None:
    if len(button.name.encode()) > name_bytes:
        raise ContentError(f"按钮“{button.name}”的名字太长，最多 {name_bytes // 3} 个汉字。")
    if len(button.key.encode()) > KEY_BYTES:
        raise ContentError(f"按钮“{button.name}”点开的词太长，最多 {KEY_BYTES // 3} 个汉字。")
    if len(button.url.encode()) > URL_BYTES:
        raise ContentError(f"按钮“{button.name}”的网址太长，微信最多收 {URL_BYTES} 个字节。")


def _leads_somewhere(button: Button) -> None:
    if sum(map(bool, (button.key, button.url, button.buttons))) != 1:
        raise ContentError(f"按钮“{button.name}”点开的是词、网址还是下一级按钮，只能有一样，也不能一样都没有。")
    if button.url and not _is_address(button.url):
        raise ContentError(f"按钮“{button.name}”的网址要以 https:// 或 http:// 开头，中间不能有空格。")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:  # brackets that hold no address
        return False
