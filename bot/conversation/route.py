"""Message → Intent, by tables; knows nothing of the archive."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from enum import StrEnum

from bot.archive.terms import question_key
from bot.conversation.book import Book
from bot.model.messages import Message


class Intent(StrEnum):
    """What a message asks of us."""

    QUESTION = "question"
    EMERGENCY = "emergency"  # danger to life: a fixed text before anything else
    RULE = "rule"  # words or a number that are never searched for
    UNKNOWN_CODE = "unknown_code"
    COLUMN = "column"  # a column's name: what is new there
    HELP = "help"
    THANKS = "thanks"
    WORDLESS = "wordless"  # text without a word in it
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    PICTURE = "picture"
    VOICE = "voice"
    OTHER = "other"
    NOTHING = "nothing"  # say nothing


KINDS = {
    "image": Intent.PICTURE,
    "voice": Intent.VOICE,
    "video": Intent.OTHER,
    "shortvideo": Intent.OTHER,
    "location": Intent.OTHER,
    "link": Intent.OTHER,
}
EVENTS = {"subscribe": Intent.SUBSCRIBE, "unsubscribe": Intent.UNSUBSCRIBE}
NOT_FOR_BUTTONS = (Intent.QUESTION, Intent.WORDLESS, Intent.UNKNOWN_CODE)
CLICK = "CLICK"
"""A button of the menu that answers: by its key, where that is a word or a column of ours."""

_HELP = """
    帮助 菜单 help menu 使用说明 怎么用 怎么使用 功能 有什么功能 你能做什么 你会什么 你可以做什么 能问什么 可以问什么 开始
    你是谁 你叫什么 你叫什么名字 你是机器人吗 你是人吗 你是真人吗
    你好 您好 你好啊 您好啊 你好呀 你们好 大家好 hi hello hey 嗨 哈喽 哈罗 在吗 在么 在不在 有人吗 早 早上好 上午好 中午好 下午好 晚上好
"""
_THANKS = "谢谢 谢谢你 谢谢您 谢谢啦 谢谢了 多谢 感谢 非常感谢 辛苦了 thanks 好的 好 ok 嗯 嗯嗯 知道了 明白了 收到 再见 拜拜 晚安"
WORDS = dict.fromkeys(_HELP.split(), Intent.HELP) | dict.fromkeys(_THANKS.split(), Intent.THANKS)


def route(message: Message, columns: Collection[str], book: Book) -> Intent:
    """What this message asks; `columns` are the question keys of the columns' names. Unknown events and kinds: NOTHING."""
    if message.kind == "text":
        return route_text(message.text, columns, book)
    if message.kind == "event" and message.event == CLICK:
        intent = route_text(message.event_key, columns, book)
        return Intent.HELP if intent in NOT_FOR_BUTTONS else intent  # a key is for programs to read
    if message.kind == "event":
        return EVENTS.get(message.event, Intent.NOTHING)
    return KINDS.get(message.kind, Intent.NOTHING)


def route_text(text: str, columns: Collection[str], book: Book) -> Intent:
    """What a text asks; `columns` as in `route`. Danger comes first, then what is fixed, and only then the archive."""
    if unicodedata.normalize("NFKC", text).strip() == "?":  # also ？, which a phone's keyboard gives first
        return Intent.HELP
    key = question_key(text)
    if not key:
        return Intent.WORDLESS
    if book.emergency(key):
        return Intent.EMERGENCY
    if book.rule(key):
        return Intent.RULE
    if key in WORDS:
        return WORDS[key]
    if book.is_unknown_code(key):
        return Intent.UNKNOWN_CODE
    return Intent.COLUMN if key in columns else Intent.QUESTION
