"""What no content file can know by itself: that they fit each other, and the columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from bot.content.rules import plain
from bot.errors import ContentError
from bot.model.content import Button, Contents, Does, Emergency, Rule

EMERGENCY_NUMBERS = frozenset(("110", "119", "120", "122", "12320", "12345", "12356", "12378", "12379"))
"""Telephone numbers that are the same everywhere in the country and for years."""

_CALLED = re.compile(r"(?:[打拨]通?|电话|热线|号码)[^\d\n]{0,3}(\d[\d-]{2,})|(?<![\d-])(\d[\d-]{4,})(?![\d-]|[年月日])")
"""Digits that follow a word of calling, and long ones wherever they stand."""


def check(contents: Contents, columns: Mapping[str, str], help_words: Collection[str]) -> None:
    """Rules lead to columns that exist, and buttons to words that lead somewhere; `columns`: id → name. ContentError."""
    for rule in contents.rules:
        if rule.does is Does.COLUMN and rule.column not in columns:
            raise ContentError(f"“{rule.name}”指向的栏目“{rule.column}”不在设置里，请另选一个。")
    known = {plain(word) for word in key_words(contents.rules, columns, help_words)}
    for button in _plain_buttons(contents.menu):
        if button.key and plain(button.key) not in known:
            raise ContentError(
                f"按钮“{button.name}”点开的“{button.key}”没有对应的内容。可以写栏目名、关键词或回复编号里有的词，或者“帮助”。"
            )


def key_words(rules: Collection[Rule], columns: Mapping[str, str], help_words: Collection[str]) -> Iterator[str]:
    """What a button's key may be: columns' names, words and numbers of rules, and words of help."""
    yield from columns.values()
    for rule in rules:
        yield from rule.words
        if rule.code:
            yield rule.code
    yield from help_words


def _plain_buttons(menu: Collection[Button]) -> Iterator[Button]:
    for button in menu:
        yield from button.buttons or (button,)


def hints(contents: Contents) -> list[str]:
    """What is allowed and yet worth a look: telephone numbers that may be wrong tomorrow."""
    found = [_strange(each) for each in contents.emergencies]
    return [hint for hint in found if hint]


def _strange(emergency: Emergency) -> str:
    numbers = strange_numbers(emergency.text)
    return f"“{emergency.name}”里有 {'、'.join(numbers)}，请确认这个号码打得通。" if numbers else ""


def strange_numbers(text: str) -> list[str]:
    """Telephone numbers in the text that are not among those everybody knows, each once."""
    found = (match[1] or match[2] for match in _CALLED.finditer(text))
    return list(dict.fromkeys(number for number in found if number not in EMERGENCY_NUMBERS))
