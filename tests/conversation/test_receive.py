"""What followers get back, and what is kept of them."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bot.archive.bake import refresh
from bot.archive.search import Archive
from bot.config import Answers, Config, Secrets
from bot.content import read
from bot.conversation.gaps import gaps
from bot.conversation.receive import Conversation
from bot.ledger import articles, counters, followers
from bot.ledger.inbox import InboxWriter
from bot.model.articles import Article, Page
from tests.conversation.conftest import COLUMNS, NOW, Town, town_in

TODAY = date(2026, 12, 4)
SAID = read().replies

SOON_S = 0.05
"""After so long at most a follower hears of what has changed in the ledger, whatever is remembered here."""


def taps(text: str) -> list[str]:
    return [unquote(found) for found in re.findall(r"msgmenucontent=([^&\"]*)", text)]


def kept(town: Town, table: str) -> list[tuple[Any, ...]]:
    assert town.inbox.flush()
    with town.ledger.read() as tx:
        return [tuple(row) for row in tx.exec_driver_sql(f"SELECT * FROM {table}")]


def test_a_question_gets_the_article_that_answers(town: Town) -> None:
    text = town.hear("吃醋软化血管吗")

    assert text is not None
    assert '<a href="http://127.0.0.1:8000/a/vinegar">吃醋能软化血管吗</a>' in text
    assert "（健康科普 · 2026-12-04）" in text
    assert "醋软化不了血管。护血管靠控制血压。" in text


def test_a_question_without_answer_gets_one_honest_line_and_something_to_tap(town: Town) -> None:
    text = town.hear("量子<计算机>是什么")

    assert text is not None
    assert text.startswith(SAID.no_match)
    assert "量子" not in text
    assert taps(text) == ["隔夜菜能吃吗", "吃醋能软化血管吗", "小麦什么时候浇冻水"]


@pytest.mark.parametrize("greeting", ["帮助", "菜单", "？", "?", "你好"])
def test_help_always_works(town: Town, empty_town: Town, greeting: str) -> None:
    text = town.hear(greeting)

    assert text is not None
    assert text.startswith(SAID.help)
    assert "健康科普" in taps(text)
    assert (empty_town.hear(greeting) or "").startswith(SAID.help)


def _lose_the_archive(town: Town) -> None:
    town.archive.close()
    town.archive.path.unlink()


def _spoil_the_ledger(town: Town) -> None:
    town.ledger.close()
    assert town.ledger.file
    for suffix in ("-wal", "-shm"):
        town.ledger.file.with_name(town.ledger.file.name + suffix).unlink(missing_ok=True)
    town.ledger.file.write_bytes(b"this is no database" * 1000)


@pytest.mark.parametrize("harm", [_lose_the_archive, _spoil_the_ledger])
def test_fixed_words_need_no_store(town: Town, harm: Callable[[Town], None], caplog: pytest.LogCaptureFixture) -> None:
    harm(town)
    town.conversation = Conversation(town.config, town.ledger, town.archive, InboxWriter(town.ledger, waiting=0))

    for text in ("帮助", "菜单", "？"):
        said = town.hear(text) or ""
        assert said.startswith(SAID.help)
        assert "健康科普" in taps(said)
    assert taps(town.hear(kind="event", event="subscribe") or "") == ["健康科普", "科学辟谣", "三农科技"]
    assert town.hear(kind="image") == SAID.picture
    assert town.hear("谢谢") == SAID.thanks
    assert len([record for record in caplog.records if record.name == "bot.conversation.receive"]) == 1


def test_examples_come_back_with_the_archive(town: Town) -> None:
    _lose_the_archive(town)
    town.conversation.ask("帮助")
    refresh(town.archive, town.ledger)

    assert "吃醋能软化血管吗" in taps(town.conversation.ask("帮助").text)


def test_every_tap_leads_to_an_answer(town: Town) -> None:
    for tapped in taps(town.hear("帮助") or ""):
        answered = town.conversation.ask(tapped)

        assert answered.answered or answered.text == "家乡的科学还没有可以看的文章。"


def test_welcome_has_at_most_four_lines_three_to_tap(town: Town, empty_town: Town) -> None:
    text = town.hear(kind="event", event="subscribe") or ""
    empty = empty_town.hear(kind="event", event="subscribe") or ""

    assert len(text.split("\n")) == 4
    assert len(taps(text)) == 3
    assert taps(empty) == ["健康科普", "科学辟谣", "三农科技"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("image", SAID.picture), ("voice", SAID.voice), ("location", SAID.other), ("video", SAID.other)],
)
def test_other_kinds_get_one_friendly_line(town: Town, kind: str, said: str) -> None:
    assert town.hear(kind=kind) == said


def test_unknown_events_get_no_reply(town: Town) -> None:
    assert town.hear(kind="event", event="VIEW") is None


def test_a_columns_name_lists_what_is_new_there(town: Town) -> None:
    answered = town.conversation.ask("健康科普")

    assert answered.hits == ("vinegar",)
    assert answered.answered
    assert answered.text.startswith("健康科普的新文章：\n1. <a href=")


def test_articles_as_good_as_each_other_are_listed(town: Town) -> None:
    for number in range(7):
        town.take_in(f"frost{number}", "霜冻来了怎么护果树", "farming", "熏烟、浇水都能防霜冻护果树。")

    answered = town.conversation.ask("霜冻来了怎么护果树")

    assert answered.text.startswith("找到 5 篇：\n1. ")
    assert len(answered.hits) == 7
    assert answered.answered


def test_a_withdrawn_article_is_gone_at_once(town: Town) -> None:
    assert town.conversation.ask("吃醋软化血管吗").answered

    town.withdraw("vinegar")
    time.sleep(SOON_S)
    answered = town.conversation.ask("吃醋软化血管吗")

    assert not answered.answered
    assert "vinegar" not in answered.hits
    assert "吃醋能软化血管吗" not in taps(answered.text)


def test_a_corrected_article_answers_in_its_new_words_at_once(town: Town) -> None:
    new = "更正：吃醋软化不了血管，少盐才护血管。"
    with town.ledger.write() as tx:  # the archive's file does not know yet
        page = Page(html="<p></p>", text=new, digest="", cover="c" * 64)
        article = Article("vinegar", "吃醋能软化血管吗", "health", new)
        articles.add_revision(tx, article, page, person="李编辑", now=NOW, rank=0, steps=0)
    said = [town.conversation.ask(text).text for text in ("吃醋软化血管吗", "健康科普")]

    assert new in said[0]
    assert "控制血压" not in said[0]
    assert "吃醋能软化血管吗" in said[1]


def test_another_ledgers_archive_puts_no_words_in_our_mouth(town: Town, empty_town: Town) -> None:
    foreign = Archive(town.archive.path, "another ledger's")
    conversation = Conversation(empty_town.config, empty_town.ledger, foreign, empty_town.inbox)

    assert foreign.version() == 0
    assert not conversation.ask("吃醋软化血管吗").answered
    foreign.close()


def test_a_new_article_answers_after_the_archive_has_it(town: Town) -> None:
    assert not town.conversation.ask("霜冻来了怎么护果树").answered

    town.take_in("frost", "霜冻来了怎么护果树", "farming", "熏烟、浇水都能防霜冻。")
    town.conversation.notice(town.archive.version())

    assert town.conversation.ask("霜冻来了怎么护果树").hits[0] == "frost"


def test_a_reply_made_from_an_old_index_is_not_kept(town: Town) -> None:
    town.conversation.ask("小麦什么时候浇冻水")
    page_text = "熏烟、浇水都能防霜冻。"
    with town.ledger.write() as tx:  # the archive's file does not know yet
        articles.add_revision(
            tx,
            Article("frost", "霜冻来了怎么护果树", "farming", page_text),
            Page("<p></p>", page_text, "", "c" * 64),
            person="李编辑",
            now=NOW,
            rank=0,
            steps=0,
        )
    time.sleep(SOON_S)
    assert not town.conversation.ask("霜冻来了怎么护果树").answered

    refresh(town.archive, town.ledger)

    assert town.conversation.ask("霜冻来了怎么护果树").answered


def test_repeats_get_the_same_reply_and_count_once(town: Town) -> None:
    first = town.hear("量子计算机", key="7")

    assert town.hear("量子计算机", key="7") == first
    assert [row[3] for row in kept(town, "questions")] == [1]
    assert len(kept(town, "inbox")) == 1


def test_all_spellings_get_one_reply_in_every_process(town: Town, folder: Path) -> None:
    story = "后来我们拜访了电力公司的师傅，听他们讲了很多故事，印象很深，回来写成了这一篇长长的文章，供大家参考。"
    text = f"触电的时候先断开电源，别用手去拉触电的人。拉下电闸再说。\n\n{story * 3}\n\n触电之后尽快拨打120。"
    town.take_in("shock", "触电怎么办", "local", text)
    spellings = ["觸電怎麼辦", "触电，怎么办？", "触电怎么办"]
    said = [town.conversation.ask(spelling) for spelling in spellings]

    with town_in(folder) as other:
        assert [other.conversation.ask(spelling) for spelling in reversed(spellings)] == said


def test_questions_are_kept_without_who_asked(town: Town) -> None:
    town.hear("小麦黄了，电话13800138000", follower="oFollower123")
    town.hear(kind="event", event="subscribe", follower="oFollower123")
    town.hear("吃醋软化血管吗", key="2", follower="oFollower123")
    town.hear("我的邮箱zhangsan@example.com收不到量子力学", key="3")
    town.hear("电话138（1234）5678，想问火星", key="4")

    everything = str([kept(town, table) for table in ("questions", "inbox", "followers", "counters")])
    assert "oFollower123" not in everything
    assert not re.search("13800138000|zhangsan|1234|5678", everything)
    assert "收不到量子力学" in everything


def test_gaps_are_questions_without_answer_until_they_have_one(town: Town) -> None:
    town.hear("霜冻来了怎么护果树", key="1")
    town.hear("霜冻来了，怎么护果树？", key="2")
    town.hear("吃醋软化血管吗", key="3")
    assert town.inbox.flush()
    assert [(gap.text, gap.asked) for gap in gaps(town.ledger, 10)] == [("霜冻来了怎么护果树", 2)]

    town.take_in("frost", "霜冻来了怎么护果树", "farming", "熏烟、浇水都能防霜冻护果树。")
    town.conversation.notice(town.archive.version())
    time.sleep(SOON_S)
    town.hear("霜冻来了怎么护果树", key="4")

    assert town.inbox.flush()
    assert gaps(town.ledger, 10) == []


@pytest.mark.parametrize(
    "junk", ["", "？？？", "👍👍", "666", "138 0013 8000", "a.b@example.com", "你好", "谢谢", "健康科普"]
)
def test_junk_is_no_question(town: Town, junk: str) -> None:
    town.hear(junk)

    assert kept(town, "questions") == []


def test_leaving_deletes_what_was_kept_before_the_reply(town: Town) -> None:
    town.hear(kind="event", event="subscribe")
    assert len(kept(town, "followers")) == 1

    assert town.hear(kind="event", event="unsubscribe") is None

    with town.ledger.read() as tx:  # without waiting for the inbox
        assert tx.exec_driver_sql("SELECT count(*) FROM followers").scalar_one() == 0


def test_leaving_waits_for_a_busy_ledger_far_less_than_wechat_does(town: Town) -> None:
    town.hear(kind="event", event="subscribe")
    assert len(kept(town, "followers")) == 1
    with town.ledger.write():
        began = time.monotonic()
        town.hear(kind="event", event="unsubscribe")
        waited_s = time.monotonic() - began

    assert waited_s < 2.5
    assert kept(town, "followers") == []


def test_who_left_stays_forgotten_whichever_process_heard_it(town: Town, folder: Path) -> None:
    with town_in(folder) as other, town.ledger.write() as tx:  # what the first process heard waits in its memory
        town.hear(kind="event", event="subscribe")
        followers.forget(tx, followers.openid_hash("openid", "k" * 32), NOW + timedelta(seconds=1))
        other.hear(kind="event", event="subscribe")  # WeChat repeats it to another process

    assert kept(town, "followers") == []


def test_nobody_can_try_out_openids_against_what_is_kept(town: Town) -> None:
    town.hear(kind="event", event="subscribe")
    town.hear(kind="event", event="unsubscribe")
    keys = {row[0] for row in kept(town, "inbox")}

    for event in ("subscribe", "unsubscribe"):
        parts = "\x00".join(("openid", str(int(NOW.timestamp())), event, ""))
        assert not any(hashlib.sha256(parts.encode()).hexdigest()[:32] in key for key in keys)


def test_a_repeated_event_counts_once_in_every_process(town: Town, folder: Path) -> None:
    with town_in(folder) as other:
        for each in (town, other, town):
            each.hear(kind="event", event="subscribe")
            assert each.inbox.flush()

    with town.ledger.read() as tx:
        assert counters.total(tx, TODAY) == {"heard.subscribe": 1}


def test_without_the_desk_key_nothing_is_kept_of_followers(folder: Path) -> None:
    config = Config(folder=folder, columns=COLUMNS, secrets=Secrets())
    with town_in(folder, config) as town:
        town.hear(kind="event", event="subscribe")
        town.hear(kind="event", event="unsubscribe")

        assert kept(town, "followers") == []


def test_outcomes_are_counted(town: Town) -> None:
    town.hear("吃醋软化血管吗", key="1")
    town.hear("量子计算机", key="2")
    town.hear(kind="voice", key="3")

    assert town.inbox.flush()
    with town.ledger.read() as tx:
        assert counters.total(tx, TODAY) == {"heard.question": 2, "heard.voice": 1, "answered": 1, "unanswered": 1}


def test_a_busy_ledger_is_no_followers_business(town: Town) -> None:
    with town.ledger.write():
        assert "吃醋能软化血管吗" in (town.hear("吃醋软化血管吗") or "")


def test_a_lost_archive_gets_a_friendly_line_and_is_no_gap(town: Town) -> None:
    _lose_the_archive(town)

    assert town.hear("吃醋软化血管吗") == SAID.later
    assert kept(town, "questions") == []

    refresh(town.archive, town.ledger)
    assert "吃醋能软化血管吗" in (town.hear("吃醋软化血管吗", key="2") or "")


@pytest.mark.parametrize("size", [0, 1, 100])
def test_any_size_of_memory_gives_the_same_replies(folder: Path, size: int) -> None:
    config = replace(Config(folder=folder, columns=COLUMNS), answers=Answers(cached_replies=size))
    with town_in(folder, config) as town:
        questions = ["吃醋软化血管吗", "隔夜菜能吃吗", "吃醋软化血管吗？", "量子计算机"]
        first = [town.conversation.ask(question) for question in questions]

        assert [town.conversation.ask(question) for question in questions] == first
        assert [answered.hits[:1] for answered in first[:3]] == [("vinegar",), ("dishes",), ("vinegar",)]


def test_history_shows_its_own_day_and_address(town: Town) -> None:
    url = "http://mp.weixin.qq.com/s?__biz=Mz&mid=1"
    town.take_in("frost", "霜冻来了怎么护果树", None, "熏烟能防霜冻。", url=url, published=date(2019, 4, 1))

    text = town.hear("霜冻来了怎么护果树") or ""

    assert f'<a href="{url}">霜冻来了怎么护果树</a>\n（2019-04-01）' in text


@pytest.mark.parametrize("odd", ["\ud800醋", "a" * 10_000, "醋" * 10_000, "<a href='x'>醋</a>]]>", "\x00\x01"])
def test_odd_texts_get_an_answer(town: Town, odd: str) -> None:
    assert town.hear(odd)
    assert town.inbox.flush()
