"""Text → search terms, by the same rules for the index and for questions.

A term of the index is a pair of neighbouring Chinese characters, a whole run of Latin letters and digits (`pm2.5` is one),
or a short such run with the Chinese character beside it (`b超`). A question has dictionary words besides, behind the prefix
`w`: they are looked for in the best articles' text, so that what the dictionary knows weighs more than two characters
which happened to meet.
"""

from __future__ import annotations

import functools
import itertools
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

FIRST_HAN = "\u3000"  # Latin, Greek and Cyrillic come before it

# Only characters that FTS5's unicode61 tokenizer also takes for parts of a word: both sides see the same borders.
_HAN = "〇\u3400-\u4db5\u4e00-\u9fcb\uf900-\ufa6d\U00020000-\U0002a6d6"
_LATIN = "0-9a-zß-öø-ɏα-ωά-ώа-џ"
RUN = re.compile(f"[{_HAN}\ue000-\ue7ff]+|[{_LATIN}]+(?:[.][0-9]+)*")
_IS_HAN = re.compile(f"[{_HAN}]")
_IS_LATIN = re.compile(f"[{_LATIN}]")
# Whether there is a blank between Chinese and Latin is a matter of typesetting.
_LOOSE = re.compile(f"(?<=[{_HAN}]) +(?=[{_LATIN}])|(?<=[{_LATIN}]) +(?=[{_HAN}])")
JOINED = re.compile(f"(?<![{_LATIN}.])[{_LATIN}]{{1,3}}[{_HAN}]|[{_HAN}][{_LATIN}]{{1,3}}(?![{_LATIN}.])")
"""A short Latin run and the Chinese character beside it."""

_FINE_DUST = re.compile("pm *2[. 点]?5(?![0-9])")  # nobody types the point

POINT = "点"
"""How the point of `pm2.5` is written in a term: FTS5 would part the word there."""

# How people ask, not what about. Longest first; what is left must still be a question of two characters.
ASKING = """
    请问一下 我想知道 我想了解 我想问问 你知道吗 是真的吗 是真的假的 是不是真的 真的假的 有什么区别
    是什么意思 什么意思 怎么回事 是怎么回事 什么情况 怎么样 怎么办 怎么做 怎么才能 该怎么 怎样才能
    为什么会 为什么 为啥会 为啥 是什么 有什么 什么是 叫什么 什么叫 什么样 什么时候 什么 能不能
    可不可以 可以不可以 会不会 是不是 要不要 有没有 好不好 该不该 行不行 对不对 用不用 是否 能否 可否
    如何 怎样 怎么 咋办 咋样 咋 是谁 谁是 哪些 哪里 哪儿 在哪 有多大 有多高 有多远 有多长 有多重
    有多深 有多快 有多久 多大 多高 多远 多长 多久 多少 哪一年 哪年 哪一天 哪天 有什么用 有没有用
    管用 有用 请问 想问 问一下 介绍一下 讲一下 说一下 讲讲 说说 告诉我 科普一下 到底 究竟 真的 可以
    应该 哪一个 哪个 哪一种 哪种 哪一位 哪位 哪一项 哪项 哪一类 哪一座 哪座 哪一 哪国 哪 何年 何月 何日 何时 何地 何处 何人 何种 什么时后
    是啥 是个啥 是什 有啥 为甚 因为啥 干啥 啥意思 啥时候 啥样 啥 咋整 咋弄 咋回事 咋个 咋着 怎么弄 怎么搞 怎么整 怎么着 咋能 怎能
    行吗 行不 中不中 中不 能不 好吗 好不 要紧吗 要紧不 真假 真的吗 靠谱吗 靠谱 可信吗 求科普 想了解 想知道 怎么讲
"""
_ASKED = re.compile("|".join(sorted(ASKING.split(), key=len, reverse=True)))
PARTICLES = "吗呢吧啊呀嘛么哦"
_PARTICLE = re.compile(f"[{PARTICLES}](?![{_HAN}])")


def normalise(text: str) -> str:
    """The text in one spelling: compatibility forms and traditional characters replaced, lower case."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _FINE_DUST.sub("pm2.5", plain.translate(_simplified()))


def joined(text: str) -> str:
    """The normalised text without blanks between Chinese and Latin."""
    return _LOOSE.sub("", normalise(text))


@functools.cache
def _simplified() -> dict[int, str]:
    """Traditional → simplified by single characters: what one character becomes must not hang on its neighbours,
    or a question and the text that holds it would part ways."""
    convert = OpenCC("t2s").convert
    pairs = ((code, convert(chr(code))) for code in (*range(0x3400, 0x4DB6), *range(0x4E00, 0x9FCC)))
    return {code: simple for code, simple in pairs if simple != chr(code) and len(simple) == 1} | dict.fromkeys(
        range(0xE000, 0xE800), " "
    )


def question_key(question: str) -> str:
    """The question as far as it matters: normalised, punctuation gone, 120 characters; empty when nothing is left."""
    return _key(question[:READ_CHARS])


@functools.lru_cache(maxsize=1_024)  # a message's words are asked for several times, and so are the commonest questions
def _key(question: str) -> str:
    return _LOOSE.sub("", " ".join(RUN.findall(normalise(question))))[:QUESTION_CHARS].strip(" .")


def index_terms(text: str) -> list[str]:
    """The terms of a text that the index holds, repeats kept."""
    return terms_of(joined(text))


def terms_of(plain: str) -> list[str]:
    """As `index_terms`, of a text that is `joined` already. Hangs on nothing but this module: what is taken out of the
    index must be what was put in."""
    found: list[str] = []
    for run in RUN.findall(plain):
        if not is_han(run):
            found.append(run)
            if "." in run:
                found[-1:] = (run.replace(".", POINT), run.replace(".", ""))
        elif len(run) == 1:
            found.append(run)
        else:
            found.extend(map("".join, itertools.pairwise(run)))
    return found + JOINED.findall(plain)


def query_terms(question: str) -> list[str]:
    """The different terms of a question without the words that only ask; empty when it holds none."""
    return list(_terms_of_key(question_key(question)))


@functools.lru_cache(maxsize=1_024)  # the search asks, and then whoever cuts out the passage
def _terms_of_key(key: str) -> tuple[str, ...]:
    asked = trimmed(key)
    return tuple(dict.fromkeys(terms_of(asked) + [WORD + word for word in words(asked)]))


def words(plain: str) -> list[str]:
    """The dictionary's words of two characters and more in a normalised text, words within words too."""
    runs = (run for run in RUN.findall(plain) if is_han(run))
    return [word for run in runs for word in rjieba.cut_for_search(run) if len(word) > 1]


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


def trimmed(key: str) -> str:
    """The key without its question phrases; unchanged when fewer than two characters would be left."""
    rest = _PARTICLE.sub(" ", _ASKED.sub(" ", key))
    return rest if len(rest.replace(" ", "")) >= 2 else key


def is_han(term: str) -> bool:
    """True when a run, or a term, begins with a Chinese character (or a syllable)."""
    return term[0] >= FIRST_HAN


def is_apart(text: str, start: int, end: int) -> bool:
    """True when no Latin letter or digit stands at either end."""
    return not (start and _IS_LATIN.match(text, start - 1)) and not _IS_LATIN.match(text, end)
