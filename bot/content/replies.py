"""What the account says, in one place: the same words every time."""

from __future__ import annotations

import re
from dataclasses import fields as fields_of

from bot.content.forms import REPLY_BYTES, fits_reply, parsed, said
from bot.errors import ContentError
from bot.model.content import Replies

PLACES = {
    "welcome": {"account"},
    "welcome_like": {"account"},
    "found": {"n"},
    "column_news": {"column"},
    "column_empty": {"column"},
}
"""What each text may hold in braces; the others hold none."""

LONGEST = {"account": "名" * 30, "n": "99", "column": "栏" * 20}
"""As long as each of them gets, when a text is measured."""

LINE_BYTES = 180
"""Of a line inside a reply: the longer these are, the less room is left for articles."""

LINES = ("examples", "columns", "more_columns", "suggest", "found", "column_news", "latest")
BEFORE_LIST_BYTES = 1_024
BEFORE_LIST = ("welcome_like", "help", "also_ask", "emergency_more", "no_match")
"""Texts that something to tap or read must still fit behind."""

SAID = {
    "welcome": "刚关注，还没有例子可举",
    "welcome_like": "刚关注，后面跟三个例子",
    "help": "问“帮助”“你好”",
    "examples": "帮助里，例子上面的一行",
    "columns": "帮助里，栏目上面的一行",
    "more_columns": "帮助里，点不下的栏目上面的一行",
    "no_match": "没有文章能回答",
    "also_ask": "没有答案时，可以点的话上面的一行",
    "suggest": "拿不准时，可以点的题目上面的一行",
    "thanks": "对方道谢",
    "wordless": "只有标点或表情",
    "picture": "收到图片",
    "voice": "收到语音",
    "other": "收到视频、位置、链接",
    "later": "程序忙，没有查成",
    "found": "找到好几篇，列表上面的一行",
    "column_news": "栏目的新文章，列表上面的一行",
    "column_empty": "栏目里还没有文章",
    "latest": "最新文章，列表上面的一行",
    "emergency_more": "紧急提示后面，相关文章上面的一行",
    "number_unknown": "发来的数字对不上列表和编号",
}
"""When each is said, as screens say it."""

KEYS = tuple(field.name for field in fields_of(Replies))


def read(text: str) -> Replies:
    """Every text, none missing, each with the places that it may hold and short enough for what follows it."""
    found = parsed(text)
    if missing := [key for key in KEYS if not found.get(key)]:
        raise ContentError(f"少了“{called(missing[0])}”（{missing[0]}），每一句都要有。")
    if strange := sorted(set(found) - set(KEYS)):
        raise ContentError(f"不认识“{strange[0]}”，这里没有这一句。")
    made = {key: said({"name": called(key), **found}, key) for key in KEYS}
    for key, words in made.items():
        check(key, words)
    return Replies(**made)


def called(key: str) -> str:
    """When this text is said."""
    return SAID.get(key, key)


def check(key: str, text: str) -> None:
    """The text holds only what can be filled in, and fits with everything filled in."""
    if not text:
        raise ContentError(f"“{called(key)}”不能空着。")
    allowed = PLACES.get(key, set())
    if strange := [place for place in re.findall(r"\{([^}]*)\}", text) if place not in allowed]:
        raise ContentError(f"“{called(key)}”里的 {{{strange[0]}}} 没有东西可以填。")
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        raise ContentError(f"“{called(key)}”里的花括号不成对。")
    filled = text.format(**{place: LONGEST[place] for place in allowed})
    most = LINE_BYTES if key in LINES else BEFORE_LIST_BYTES if key in BEFORE_LIST else REPLY_BYTES
    fits_reply(filled, called(key), most=most)
    if key in LINES and "\n" in text:
        raise ContentError(f"“{called(key)}”只能是一行。")
