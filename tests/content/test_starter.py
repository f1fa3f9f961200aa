"""What the program comes with fits the sample settings and the sample articles."""

from __future__ import annotations

from pathlib import Path

from bot.config import load
from bot.content import read
from bot.content.together import check, hints
from bot.conversation.book import Book
from bot.conversation.route import WORDS

ROOT = Path(__file__).resolve().parents[2]
CONTENTS = read()


def test_rules_and_buttons_lead_somewhere():
    columns = {column.id: column.name for column in load(ROOT / "config.toml", {}).columns}

    check(CONTENTS, columns, WORDS)
    assert {rule.article for rule in CONTENTS.rules if rule.article} <= {
        file.stem for file in (ROOT / "articles").rglob("*.md")
    }


def test_the_menu_is_full():
    assert [len(button.buttons) for button in CONTENTS.menu] == [5, 5, 5]


def test_only_numbers_that_are_sure_are_called():
    assert hints(CONTENTS) == []
    assert len(CONTENTS.emergencies) >= 30


def test_synonyms_are_many():
    assert len(CONTENTS.synonyms.groups) + len(CONTENTS.synonyms.variants) >= 300


def test_no_rule_hides_another():
    """Each word of a rule leads to that rule, and none is taken for danger or for the name of a column."""
    book = Book(CONTENTS)
    astray = [
        word
        for rule in CONTENTS.rules
        for word in (*rule.words, rule.code)
        if word and (book.emergency(word) or book.rule(word) is not rule)
    ]

    assert astray == []
