"""What is fixed comes before any search: danger, words of service, numbers on posters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.archive.search import Archive
from bot.content import read
from bot.conversation.receive import Conversation
from bot.model.content import Does, Rule
from tests.conversation.conftest import Town

CONTENTS = read()
PRIVACY = next(rule.text for rule in CONTENTS.rules if "隐私" in rule.words)


def told(town: Town, *rules: Rule) -> Conversation:
    """The town's conversation with these rules only."""
    contents = replace(CONTENTS, rules=rules)
    return Conversation(town.config, town.ledger, town.archive, town.inbox, contents)


def test_danger_is_met_before_anything_else_and_is_no_answered_question(town: Town) -> None:
    town.take_in("co", "煤气中毒怎么办", "health", "煤气中毒先出屋。打120。")

    answered = town.conversation.ask("我妈好像煤气中毒了怎么办")

    assert "打120" in answered.text.splitlines()[0]
    assert answered.hits[:1] == ("co",)
    assert not answered.answered
    assert answered.text.index("打120") < answered.text.index("/a/co")


def test_danger_is_met_also_without_the_archive(town: Town) -> None:
    lost = Conversation(town.config, town.ledger, Archive(Path("/nowhere/archive.db")), town.inbox)

    assert "120" in lost.ask("孩子掉水里了").text


def _withdraw(town: Town) -> None:
    town.withdraw("vinegar")


def _keep(town: Town) -> None:
    pass


@pytest.mark.parametrize(("harm", "is_there"), [(_keep, True), (_withdraw, False)])
def test_a_number_on_a_poster_brings_its_article_while_it_answers(
    town: Town, harm: Callable[[Town], None], is_there: bool
) -> None:
    conversation = told(town, Rule("v", "吃醋", (), Does.ARTICLE, article="vinegar", code="21"))
    harm(town)

    assert ("/a/vinegar" in conversation.ask("回复２１").text) is is_there


def test_a_number_on_a_poster_brings_its_column(town: Town) -> None:
    conversation = told(town, Rule("d", "科学辟谣", (), Does.COLUMN, column="debunk", code="05"))

    assert conversation.ask("05").text == conversation.ask("科学辟谣").text
    assert not conversation.ask("05").answered


def test_a_rule_whose_column_is_not_in_the_settings_asks_by_its_name(town: Town) -> None:
    conversation = told(town, Rule("x", "隔夜菜能吃吗", (), Does.COLUMN, column="gone", code="07"))

    assert "/a/dishes" in conversation.ask("07").text


def test_the_newest_are_listed_over_all_columns(town: Town) -> None:
    assert town.conversation.ask("最新").text.startswith(CONTENTS.replies.latest)
    assert town.conversation.ask("最新").text.count("<a ") == 3


def test_words_of_service_need_no_store(town: Town) -> None:
    town.ledger.close()
    lost = Conversation(town.config, town.ledger, Archive(Path("/nowhere/archive.db")), town.inbox)

    assert lost.ask("隐私").text == PRIVACY


def test_who_asks_to_be_forgotten_is_at_once(town: Town) -> None:
    town.hear(kind="event", event="subscribe")

    said = town.hear("删除我的数据", key="2")

    with town.ledger.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM followers").scalar_one() == 0
    assert "已经删了" in (said or "")
    assert town.hear("删除我的数据", key="2") == said


def test_what_may_be_meant_is_offered_to_tap_and_is_no_answer(town: Town) -> None:
    town.conversation = Conversation(
        replace(town.config, answers=replace(town.config.answers, threshold=1.0)), town.ledger, town.archive, town.inbox
    )

    answered = town.conversation.ask("隔夜菜能吃吗")

    assert answered.text.startswith(CONTENTS.replies.suggest)
    assert ">隔夜菜能吃吗</a>" in answered.text
    assert not answered.answered


def test_a_hostile_title_is_plain_text_in_a_suggestion(town: Town) -> None:
    town.take_in("evil", '鲸鱼</a><a href="http://evil.example">', "health", "鲸鱼不是鱼。")
    town.conversation = Conversation(
        replace(town.config, answers=replace(town.config.answers, threshold=1.0)), town.ledger, town.archive, town.inbox
    )

    said = town.conversation.ask("鲸鱼").text

    assert "＜/a＞" in said
    assert '<a href="http://evil' not in said


def test_an_editor_is_told_why(tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text('[review]\nsteps = []\n[[columns]]\nid = "h"\nname = "健康科普"\n', encoding="utf-8")
    piece = tmp_path / "vinegar.md"
    piece.write_text("---\ntitle: 吃醋能软化血管吗\ncolumn: h\n---\n醋软化不了血管。\n", encoding="utf-8")
    for arguments in (["migrate"], ["intake", str(piece)]):
        assert CliRunner().invoke(main, [*arguments, "--config", str(settings)]).exit_code == 0

    said = CliRunner().invoke(main, ["ask", "--explain", "吃醋软化血管吗", "--config", str(settings)]).output

    assert "当作问题" in said
    assert "1. 吃醋能软化血管吗（vinegar）" in said
    assert "作为回答" in said
