"""TOML text → its tables, with each wrong field named in one sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.errors import ContentError

REPLY_BYTES = 2_048
"""What a text reply of WeChat's may hold."""

CALLED = {
    "id": "编号",
    "name": "名称",
    "words": "词",
    "unless": "除外的词",
    "contains": "短话里的词",
    "text": "要说的话",
    "sources": "依据",
    "checked": "核对日期",
    "does": "要做的事",
    "column": "栏目",
    "article": "文章",
    "code": "回复编号",
    "key": "点开的内容",
    "url": "网址",
    "buttons": "下一级按钮",
}
"""What the fields are called where people meet them."""


def tables(text: str, name: str) -> list[Mapping[str, Any]]:
    """The tables `[[name]]` of the text; ContentError when it is no TOML or holds anything else."""
    found = parsed(text)
    if strange := set(found) - {name}:
        raise ContentError(f"不认识“{min(strange)}”，这里只有 [[{name}]]。")
    rows = found.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ContentError(f"每一条都要以 [[{name}]] 开头。")
    return rows


def parsed(text: str) -> dict[str, Any]:
    """The whole text as a table."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        where = f"第 {place[1]} 行附近" if place else "文件末尾"
        raise ContentError(f'{where}的写法有误。文字要用引号括起来，例如 name = "煤气中毒"。') from error


def fields(row: Mapping[str, Any], *, needed: Collection[str], allowed: Collection[str]) -> None:
    """Nothing is missing, and nothing is there that nobody reads."""
    about = _about(row)
    if missing := [name for name in needed if not row.get(name)]:
        raise ContentError(f"“{about}”没有写{_called(missing[0])}。")
    if strange := sorted(set(row) - {*needed, *allowed}):
        raise ContentError(f"“{about}”里不认识 {strange[0]}，可以写的有 {'、'.join((*needed, *allowed))}。")


def said(row: Mapping[str, Any], name: str) -> str:
    """A text; empty when it is not there."""
    value = row.get(name, "")
    if not isinstance(value, str):
        raise ContentError(f"“{_about(row)}”的{_called(name)}要写成文字，用引号括起来。")
    return value.strip()


def listed(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts, none of them empty or there twice."""
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ContentError(f'“{_about(row)}”的{_called(name)}要写成一串词，例如 {name} = ["溺水", "落水"]。')
    found = tuple(each.strip() for each in value)
    once(found, f"“{_about(row)}”的{_called(name)}里，")
    return found


def once(values: Iterable[str], what: str) -> None:
    """None of them stands twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ContentError(f"{what}“{value}”写了两次。")
        seen.add(value)


def fits_reply(text: str, about: str, *, most: int = REPLY_BYTES) -> None:
    """What is said fits into a reply of WeChat's."""
    if (size := len(text.encode())) > most:
        raise ContentError(f"“{about}”太长了，大约多出 {-(-(size - most) // 3)} 个汉字，请缩短。")


def _about(row: Mapping[str, Any]) -> object:
    return row.get("name") or row.get("id") or "有一条"


def _called(name: str) -> str:
    return CALLED.get(name, f" {name} ")
