"""Every kind of message finds its intent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.content import read
from bot.conversation.book import Book
from bot.conversation.route import Intent, route, route_text
from bot.model.messages import Message

from .conftest import Town

NOW = datetime(2026, 12, 4, 4, 0, tzinfo=UTC)
BOOK = Book(read())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("隔夜菜能吃吗", Intent.QUESTION),
        ("帮助", Intent.HELP),
        (" 菜单 ", Intent.HELP),
        ("？", Intent.HELP),
        ("?", Intent.HELP),
        ("HELP", Intent.HELP),
        ("你好！", Intent.HELP),
        ("您好，", Intent.HELP),
        ("谢谢~", Intent.THANKS),
        ("健康科普", Intent.COLUMN),
        ("健康科普！", Intent.COLUMN),
        ("健康科普是什么", Intent.QUESTION),
        ("中毒", Intent.EMERGENCY),
        ("煤气", Intent.EMERGENCY),
        ("溺水", Intent.EMERGENCY),
        ("自杀", Intent.EMERGENCY),
        ("地震", Intent.EMERGENCY),
        ("我妈好像煤氣中毒了", Intent.EMERGENCY),
        ("跳楼价", Intent.QUESTION),
        ("地动仪的原理", Intent.QUESTION),
        ("人工", Intent.RULE),
        ("转人工吧！", Intent.RULE),
        ("怎么取消关注", Intent.RULE),
        ("请问怎么取消关注你们", Intent.RULE),
        ("投稿", Intent.RULE),
        ("隐私", Intent.RULE),
        ("删除我的数据", Intent.RULE),
        ("几点上班", Intent.RULE),
        ("最新", Intent.RULE),
        ("01", Intent.RULE),
        ("回复０１", Intent.RULE),
        ("98", Intent.UNKNOWN_CODE),
        ("2", Intent.QUESTION),
        ("", Intent.WORDLESS),
        ("？？？", Intent.WORDLESS),
        ("[微笑]👍".replace("[微笑]", ""), Intent.WORDLESS),
    ],
)
def test_texts(text: str, intent: Intent) -> None:
    assert route_text(text, {"健康科普"}, BOOK) is intent


@pytest.mark.parametrize(
    ("kind", "event", "intent"),
    [
        ("image", "", Intent.PICTURE),
        ("voice", "", Intent.VOICE),
        ("video", "", Intent.OTHER),
        ("shortvideo", "", Intent.OTHER),
        ("location", "", Intent.OTHER),
        ("link", "", Intent.OTHER),
        ("hologram", "", Intent.NOTHING),
        ("event", "subscribe", Intent.SUBSCRIBE),
        ("event", "unsubscribe", Intent.UNSUBSCRIBE),
        ("event", "LOCATION", Intent.NOTHING),
        ("event", "VIEW", Intent.NOTHING),
        ("event", "made_up", Intent.NOTHING),
        ("event", "CLICK", Intent.HELP),
    ],
)
def test_kinds_and_events(kind: str, event: str, intent: Intent) -> None:
    assert route(Message(kind, "f", "gh", NOW, "1", event=event), (), BOOK) is intent


@pytest.mark.parametrize(
    ("key", "intent"),
    [
        ("HELP", Intent.HELP),
        ("帮助", Intent.HELP),
        ("谢谢", Intent.THANKS),
        ("健康科普", Intent.COLUMN),
        ("V1001_TODAY", Intent.HELP),
        ("9999", Intent.HELP),
        ("投稿", Intent.RULE),
        ("隔夜菜能吃吗", Intent.HELP),
        ("", Intent.HELP),
    ],
)
def test_a_button_is_answered_by_its_key(key: str, intent: Intent) -> None:
    tapped = Message("event", "f", "gh", NOW, None, event="CLICK", event_key=key)

    assert route(tapped, {"健康科普"}, BOOK) is intent


def test_a_button_named_like_a_column_gets_what_the_column_name_gets(town: Town) -> None:
    name = town.config.columns[0].name

    assert town.hear(kind="event", event="CLICK", tapped=name) == town.hear(name)
    assert town.hear(kind="event", event="CLICK", tapped="V1001") == town.hear("帮助", key="2")
