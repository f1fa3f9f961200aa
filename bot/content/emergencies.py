"""The fixed texts of emergencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.content.forms import fields, fits_reply, listed, once, said, tables
from bot.errors import ContentError
from bot.model.content import Emergency

TEXT_CHARS = 300
SHORTEST_WORD = 2
"""A single character would be found in almost every message."""


def read(text: str) -> tuple[Emergency, ...]:
    """In order of the file; the first whose words a message holds is the one that counts."""
    found = tuple(_emergency(row) for row in tables(text, "emergencies"))
    once((each.id for each in found), "编号")
    once((each.name for each in found), "名称")
    return found


def _emergency(row: Mapping[str, Any]) -> Emergency:
    fields(row, needed=("id", "name", "words", "text", "sources", "checked"), allowed=("unless",))
    checked = row["checked"]
    if not isinstance(checked, date) or isinstance(checked, datetime):
        raise ContentError(f"“{row['name']}”的核对日期要写成 checked = 2026-11-24 这样。")
    found = Emergency(
        said(row, "id"),
        said(row, "name"),
        listed(row, "words"),
        listed(row, "unless"),
        said(row, "text"),
        listed(row, "sources"),
        checked,
    )
    _usable(found)
    return found


def _usable(emergency: Emergency) -> None:
    fits_reply(emergency.text, emergency.name)
    if (chars := len(emergency.text)) > TEXT_CHARS:
        raise ContentError(f"“{emergency.name}”要说的话有 {chars} 个字，最多 {TEXT_CHARS} 个，人急的时候读不完。")
    if short := [word for word in emergency.words if len(word) < SHORTEST_WORD]:
        raise ContentError(f"“{emergency.name}”的词“{short[0]}”只有一个字，几乎每句话里都有，请写长一点。")
    if clash := sorted(set(emergency.words) & set(emergency.unless)):
        raise ContentError(f"“{emergency.name}”里，“{clash[0]}”既算紧急又不算紧急，请去掉一处。")
