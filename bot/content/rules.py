"""The rules: words that are never searched for, and what they bring."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.content.forms import fields, fits_reply, listed, once, said, tables
from bot.errors import ContentError
from bot.model.content import Does, Rule

SHORTEST_PHRASE = 3
"""Characters of a phrase that suffices anywhere in a short message: a shorter one would catch real questions."""

_NEEDS = {Does.SAY: "text", Does.FORGET: "text", Does.COLUMN: "column", Does.ARTICLE: "article"}
_CALLED = {"text": "要说的话", "column": "栏目", "article": "文章"}


def read(text: str) -> tuple[Rule, ...]:
    """In order of the file."""
    found = tuple(_rule(row) for row in tables(text, "rules"))
    once((each.id for each in found), "编号")
    once((each.name for each in found), "名称")
    once((plain(word) for each in found for word in each.words), "词")
    once((plain(phrase) for each in found for phrase in each.contains), "短话里的词")
    once((each.code for each in found if each.code), "回复编号")
    return found


def plain(word: str) -> str:
    """The word whatever its width and case: `ＱＱ群` and `qq群` are one."""
    return unicodedata.normalize("NFKC", word).strip().casefold()


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
    _usable(rule)
    return rule


def _complete(rule: Rule) -> None:
    """What the rule does has all that it needs for it, and something leads to it."""
    needed = _NEEDS.get(rule.does, "")
    if needed and not getattr(rule, needed):
        raise ContentError(f"“{rule.name}”没有写{_CALLED[needed]}。")
    if not (rule.words or rule.contains or rule.code):
        raise ContentError(f"“{rule.name}”没有词也没有回复编号，谁也用不上它。")


def _usable(rule: Rule) -> None:
    if rule.code and not re.fullmatch(r"[0-9]{2,4}", rule.code):
        raise ContentError(f"“{rule.name}”的回复编号 {rule.code} 要写成两到四位数字，一位数字是用来选列表里第几条的。")
    if short := [phrase for phrase in rule.contains if len(phrase) < SHORTEST_PHRASE]:
        raise ContentError(
            f"“{rule.name}”短话里的词“{short[0]}”太短，会把别的问题也截走，至少 {SHORTEST_PHRASE} 个字。"
        )
    if strange := re.findall(r"\{[^}]*\}", rule.text):
        raise ContentError(f"“{rule.name}”要说的话里，{strange[0]} 没有东西可以填。")
    fits_reply(rule.text, rule.name)
