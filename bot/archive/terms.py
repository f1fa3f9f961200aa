"""Text → search terms, by the same rules for the index and for questions.

A term is a pair of neighbouring Chinese characters, a whole run of Latin letters or digits, or a word of the
dictionary behind the prefix `w`. A word and its pairs are both found where the word stands, so that what the
dictionary knows weighs more than two characters which happened to meet.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata

import rjieba
from opencc import OpenCC

QUESTION_CHARS = 120
"""What comes after this many characters of a question does not count."""

READ_CHARS = 2_048
"""What comes after this many characters of a message is not even looked at."""

WORD = "w"
"""Prefix of dictionary words."""

# Only characters that FTS5's unicode61 tokenizer also takes for parts of a word: both sides see the same borders.
_HAN = "〇\u3400-\u4db5\u4e00-\u9fcb\uf900-\ufa6d\U00020000-\U0002a6d6"
_RUN = re.compile(f"[{_HAN}]+|[0-9a-zß-öø-ɏα-ωά-ώа-џ]+")
_IS_HAN = re.compile(f"[{_HAN}]")

# How people ask, not what about. Longest first; what is left must still be a question of two characters.
_ASKING = """
    请问一下 我想知道 我想了解 我想问问 你知道吗 是真的吗 是真的假的 是不是真的 真的假的 有什么区别
    是什么意思 什么意思 怎么回事 是怎么回事 什么情况 怎么样 怎么办 怎么做 怎么才能 该怎么 怎样才能
    为什么会 为什么 为啥会 为啥 是什么 有什么 什么是 叫什么 什么叫 什么样 什么时候 什么 能不能
    可不可以 可以不可以 会不会 是不是 要不要 有没有 好不好 该不该 行不行 对不对 用不用 是否 能否 可否
    如何 怎样 怎么 咋办 咋样 咋 是谁 谁是 哪些 哪里 哪儿 在哪 有多大 有多高 有多远 有多长 有多重
    有多深 有多快 有多久 多大 多高 多远 多长 多久 多少 哪一年 哪年 哪一天 哪天 有什么用 有没有用
    管用 有用 请问 想问 问一下 介绍一下 讲一下 说一下 讲讲 说说 告诉我 科普一下 到底 究竟 真的 可以
    应该
"""
_ASKED = re.compile("|".join(sorted(_ASKING.split(), key=len, reverse=True)))
_PARTICLE = re.compile(f"[吗呢吧啊呀嘛么哦](?![{_HAN}])")


def normalise(text: str) -> str:
    """The text in one spelling: compatibility forms and traditional characters replaced, lower case."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return plain.translate(_simplified())


@functools.cache
def _simplified() -> dict[int, str]:
    """Traditional → simplified by single characters: what one character becomes must not hang on its neighbours,
    or a question and the text that holds it would part ways."""
    convert = OpenCC("t2s").convert
    pairs = ((code, convert(chr(code))) for code in (*range(0x3400, 0x4DB6), *range(0x4E00, 0x9FCC)))
    return {code: simple for code, simple in pairs if simple != chr(code) and len(simple) == 1}


def question_key(question: str) -> str:
    """The question as far as it matters: normalised, punctuation gone, 120 characters; empty when nothing is left."""
    return _key(question[:READ_CHARS])


@functools.lru_cache(maxsize=1_024)  # a message's words are asked for several times, and so are the commonest questions
def _key(question: str) -> str:
    return " ".join(_RUN.findall(normalise(question)))[:QUESTION_CHARS].strip()


def index_terms(text: str) -> list[str]:
    """All terms of a text, in order of the runs they stand in, repeats kept."""
    return [term for run in _RUN.findall(normalise(text)) for term in _terms(run)]


def query_terms(question: str) -> list[str]:
    """The different terms of a question without the words that only ask; empty when it holds none."""
    return list(_terms_of_key(question_key(question)))


@functools.lru_cache(maxsize=1_024)  # the search asks, and then whoever cuts out the passage
def _terms_of_key(key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(index_terms(_without_asking(key))))


@functools.cache
def _rarity_of_word(word: str) -> float:
    """From the dictionary's own counts: 0.1 for the commonest words, 1.0 for the rarest."""
    return max(0.1, 1 - math.log1p(rjieba.suggest_freq(word)) / math.log(_COMMONEST))


_COMMONEST = 60_000
_UNLISTED_PAIR = 0.7  # two neighbours that are no word say less than a word nobody uses


def as_written(term: str) -> str:
    """How the term stands in a normalised text: a dictionary word loses its prefix, a Latin word's own `w` stays."""
    return term.removeprefix(WORD) if _IS_HAN.match(term[-1]) else term


def rarity(term: str) -> float:
    """How little a term is used in everyday Chinese, 0.1 to 1.0: a small archive cannot know that 今天 tells nothing."""
    word = as_written(term) if _IS_HAN.match(term[-1]) else ""
    if word and rjieba.has_word(word):
        return _rarity_of_word(word)
    if word:
        return 1.0 if term.startswith(WORD) or len(word) == 1 else _UNLISTED_PAIR
    return 0.2 if term.isdecimal() or len(term) == 1 else 1.0


def _without_asking(key: str) -> str:
    """The question without its question phrases; unchanged when fewer than two characters would be left."""
    trimmed = _PARTICLE.sub(" ", _ASKED.sub(" ", key))
    return trimmed if len(trimmed.replace(" ", "")) >= 2 else key


def _terms(run: str) -> list[str]:
    if not _IS_HAN.match(run) or len(run) == 1:
        return [run]
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return pairs + [WORD + word for word in rjieba.cut_for_search(run) if len(word) > 1]
