"""Content files are read whole, or refused with a sentence that names file and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load
from bot.content import read, starter
from bot.content.together import check
from bot.errors import ContentError
from bot.model.content import ContentName

ROOT = Path(__file__).resolve().parents[2]


def changed(folder: Path, name: ContentName, old: str, new: str) -> Path:
    """A folder whose one file differs from its starter."""
    text = starter(name)
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_a_file_in_the_folder_counts_instead_of_its_starter(tmp_path):
    folder = changed(tmp_path, ContentName.REPLIES, "不客气。", "别客气。")

    assert read(folder).replies.thanks.startswith("别客气。")
    assert read(folder).rules == read().rules


def test_a_folder_that_does_not_exist_changes_nothing(tmp_path):
    assert read(tmp_path / "content") == read()


WRONG = {
    "no TOML": (ContentName.RULES, 'does = "say"', "does = say", "第 .* 行"),
    "a rule that nothing leads to": (
        ContentName.RULES,
        '[[rules]]\nid = "person"',
        '[[rules]]\nid = "x"\nname = "空"\ndoes = "latest"\n\n[[rules]]\nid = "person"',
        "空",
    ),
    "a rule that does what nobody knows": (ContentName.RULES, 'does = "latest"', 'does = "dance"', "does"),
    "a code of one digit": (ContentName.RULES, 'code = "01"', 'code = "1"', "01|编号"),
    "an emergency without a text": (ContentName.EMERGENCIES, "checked = 2026-11-24", 'checked = "gestern"', "核对日期"),
    "a reply that is missing": (ContentName.REPLIES, "thanks =", "danke =", "thanks|对方道谢"),
    "a place that nothing fills": (
        ContentName.REPLIES,
        'welcome = "欢迎关注{account}',
        'welcome = "欢迎关注{acount}',
        "acount",
    ),
    "a word in two groups": (ContentName.SYNONYMS, "\n", "\n土豆 = 洋芋蛋\n", "土豆"),
    "a menu of four": (ContentName.MENU, "[[buttons]]", '[[buttons]]\nname = "甲"\nkey = "帮助"\n[[buttons]]', "三"),
}


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_file(tmp_path, name, old, new, said):
    folder = changed(tmp_path, name, old, new)

    with pytest.raises(ContentError, match=said) as refused:
        read(folder)
    assert str(folder / name) in str(refused.value)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / ContentName.SYNONYMS).write_bytes("土豆 = 洋芋".encode("gbk"))

    with pytest.raises(ContentError, match="UTF-8"):
        read(tmp_path)


def test_rules_must_lead_to_columns_that_exist():
    with pytest.raises(ContentError, match="不在设置里"):
        check(read(), {"spirit": "科学家精神"}, ["帮助"])


def test_buttons_must_lead_somewhere(tmp_path):
    folder = changed(tmp_path, ContentName.MENU, 'key = "投稿"', 'key = "从没写过的词"')
    columns = {column.id: column.name for column in load(ROOT / "config.toml", {}).columns}

    with pytest.raises(ContentError, match="从没写过的词"):
        check(read(folder), columns, ["帮助"])
