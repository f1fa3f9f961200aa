"""Words that mean the same: `马铃薯 = 土豆 = 洋芋` either way, `布洛分 > 布洛芬` one way; `#` begins a comment."""

from __future__ import annotations

from bot.content.forms import once
from bot.errors import ContentError
from bot.model.content import Synonyms

LONGEST = 12  # characters of a word


def read(text: str) -> Synonyms:
    """The groups and variants in order of the lines; ContentError names the first line that is wrong."""
    groups: list[tuple[str, ...]] = []
    variants: list[tuple[str, str]] = []
    for number, written in enumerate(text.splitlines(), 1):
        line = written.split("#", 1)[0].strip()
        if not line:
            continue
        words = _words(line, number)
        if ">" in line:
            variants.append((words[0], words[1]))
        else:
            groups.append(words)
    once([word for group in groups for word in group], "词")
    once([left for left, _ in variants], "错写")
    return Synonyms(tuple(groups), tuple(variants))


def _words(line: str, number: int) -> tuple[str, ...]:
    mark = ">" if ">" in line else "="
    words = tuple(word.strip() for word in line.split(mark))
    is_right = len(words) == 2 if mark == ">" else len(words) >= 2
    if not is_right or ("=" in line and ">" in line) or not all(words):
        raise ContentError(f"第 {number} 行看不懂。写成“马铃薯 = 土豆 = 洋芋”，或者“错写 > 正写”。")
    if too_long := [word for word in words if len(word) > LONGEST]:
        raise ContentError(f"第 {number} 行的“{too_long[0]}”太长，最多 {LONGEST} 个字。")
    return words
