"""Words that mean the same: `马铃薯 = 土豆 = 洋芋` either way, `布洛分 > 布洛芬` one way; `#` begins a comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.rules import plain
from bot.errors import ContentError
from bot.model.content import Synonyms

SHORTEST, LONGEST = 2, 12
"""Characters of a word: a single one is found everywhere."""

MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something: words that mean the same, or (one way) the written and the meant."""

    number: int
    words: tuple[str, ...]
    is_one_way: bool


def read(text: str) -> Synonyms:
    """The groups and variants in order of the lines; ContentError names the first line that is wrong."""
    found = list(lines(text))
    if len(found) > MOST_LINES:
        raise ContentError(f"一共 {len(found)} 行，太多了，最多 {MOST_LINES} 行。")
    _once(found)
    groups = tuple(line.words for line in found if not line.is_one_way)
    variants = tuple((line.words[0], line.words[1]) for line in found if line.is_one_way)
    return Synonyms(groups, variants)


def lines(text: str) -> Iterator[Line]:
    """The lines that say something, in order."""
    for number, written in enumerate(text.splitlines(), 1):
        line = written.split("#", 1)[0].strip().replace("＝", "=").replace("＞", ">")
        if line:
            yield Line(number, _words(line, number), is_one_way=">" in line)


def _words(line: str, number: int) -> tuple[str, ...]:
    mark = ">" if ">" in line else "="
    words = tuple(word.strip() for word in line.split(mark))
    is_right = len(words) == 2 if mark == ">" else len(words) >= 2
    if not is_right or ("=" in line and ">" in line) or not all(words):
        raise ContentError(f"第 {number} 行看不懂。写成“马铃薯 = 土豆 = 洋芋”，或者“错写 > 正写”。")
    if too_long := [word for word in words if len(word) > LONGEST]:
        raise ContentError(f"第 {number} 行的“{too_long[0]}”太长，最多 {LONGEST} 个字。")
    if too_short := [word for word in words if len(word) < SHORTEST]:
        raise ContentError(f"第 {number} 行的“{too_short[0]}”只有一个字，会到处对上，请写长一点。")
    return words


def _once(found: list[Line]) -> None:
    """No word stands in two groups or twice at the left of an arrow, and none means itself."""
    grouped: dict[str, int] = {}
    written: dict[str, int] = {}
    for line in found:
        seen, words = (written, line.words[:1]) if line.is_one_way else (grouped, line.words)
        for word in map(plain, words):
            if word in seen:
                raise ContentError(f"“{word}”在第 {seen[word]} 行和第 {line.number} 行各写了一次，只能留一处。")
            seen[word] = line.number
        if line.is_one_way and plain(line.words[0]) == plain(line.words[1]):
            raise ContentError(f"第 {line.number} 行两边是同一个词。")
