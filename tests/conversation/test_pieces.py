"""Replies are whole: within 2,048 bytes, links closed, nobody's text taken for markup."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, Web
from bot.content import read
from bot.conversation import answer
from bot.conversation.passage import passage
from bot.conversation.pieces import REPLY_BYTES, fitted, plain, size, tap, web_address
from bot.editorial import fields
from bot.model.articles import Document, Hit
from bot.model.columns import Column

LINK = re.compile(r'<a href="[^"<>]*">[^<>]*</a>')
COLUMNS = (Column("c", "健康科普"), *(Column(f"c{n}", f"栏目{n}" * 8) for n in range(12)))
SAID = read().replies
CONFIG = Config(folder=Path("/"), columns=COLUMNS)

TEXT = st.text(alphabet=st.characters() | st.sampled_from("<>&]\"'a/醋\n。！ "), max_size=400)
DOCUMENTS = st.builds(
    Document,
    id=st.text(min_size=1, max_size=400),
    title=TEXT | st.just("标" * 900),
    text=TEXT | st.just("长" * 3000) | st.just("短句。" * 900),
    column=st.sampled_from([None, "c", "c1", "unknown<"]),
    url=st.none()
    | st.text(max_size=50)
    | st.just("http://mp.weixin.qq.com/s?__biz=Mz&mid=1&sn=a")
    | st.just("https://a.cn/" + "x" * 1500),
    dated=st.dates(),
)


def is_whole(text: str) -> bool:
    """Within the limit, nothing left of markup once whole links are taken out, and fit for XML."""
    rest = LINK.sub("", text)
    ElementTree.fromstring(f"<x><![CDATA[{text}]]></x>")
    return size(text) <= REPLY_BYTES and "<" not in rest and ">" not in rest and "]]>" not in text


@settings(deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=5), TEXT)
def test_an_answer_is_whole(documents: list[Document], question: str) -> None:
    text = answer.offered(documents, question, CONFIG, SAID)

    assert is_whole(text)
    assert documents[0].dated.isoformat() in text


@settings(deadline=None)
@given(st.lists(TEXT, max_size=5), TEXT)
def test_everything_else_is_whole(questions: list[str], name: str) -> None:
    assert is_whole(answer.no_match(questions, SAID))
    assert is_whole(answer.help_text(questions, COLUMNS, SAID))
    assert is_whole(answer.welcome(name[:30], questions, SAID))


@settings(deadline=None)
@given(st.lists(DOCUMENTS, max_size=5), st.text(max_size=30))
def test_column_news_is_whole(documents: list[Document], name: str) -> None:
    assert is_whole(answer.column_news(name, documents, CONFIG, SAID))


@settings(deadline=None)
@given(TEXT, TEXT, st.integers(min_value=0, max_value=2000))
def test_a_passage_keeps_to_its_limit(text: str, question: str, limit: int) -> None:
    assert size(passage(text, question, limit=limit)) <= limit


@settings(deadline=None)
@given(TEXT, st.integers(min_value=0, max_value=100))
def test_cutting_never_splits_a_character(text: str, limit: int) -> None:
    text = plain(text)
    cut = fitted(text, limit)

    assert size(cut) <= limit
    assert cut == text or text.startswith(cut.removesuffix("…"))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a<b>c", "a＜b＞c"),
        ("]]>", "]]＞"),
        ("A&B", "A&B"),
        ("R&D；Q&A", "R&D；Q&A"),
        ("AT&T;", "AT＆T;"),
        ("&copy", "&copy"),
        ("C&#", "C&#"),
        ("&#60;&#x3c;", "＆#60;＆#x3c;"),
        ("&ltscript&GT", "＆ltscript＆GT"),
        ("a&ampb&quotc&nbspd", "a＆ampb＆quotc＆nbspd"),
        ("3 & 4", "3 & 4"),
        ("&lt;a&gt;", "＆lt;a＆gt;"),
        ("看\u202e反\x00了\ud800", "看反了"),
    ],
)
def test_nobodys_text_is_markup(raw: str, shown: str) -> None:
    assert plain(raw) == shown


def test_a_tap_line_sends_the_question_itself() -> None:
    assert (
        tap("醋&醋?") == '<a href="weixin://bizmsgmenu?msgmenucontent=%E9%86%8B%26%E9%86%8B%3F&msgmenuid=1">醋&醋?</a>'
    )


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        (None, None),
        ("", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
        ("https://a.cn/" + "x" * 1000, None),
        ('https://a.cn/"><b>', "https://a.cn/%22%3E%3Cb%3E"),
        ("http://mp.weixin.qq.com/s?__biz=Mz==&mid=1#rd", "http://mp.weixin.qq.com/s?__biz=Mz==&mid=1#rd"),
        ("https://a.cn/醋", "https://a.cn/%E9%86%8B"),
    ],
)
def test_web_addresses(url: str | None, usable: str | None) -> None:
    assert web_address(url) == usable


def document(**given: object) -> Document:
    values = {"id": "v", "title": "吃醋", "text": "正文。", "column": "c", "url": None, "dated": date(2026, 4, 12)}
    return Document(**(values | given))  # type: ignore[arg-type]


def test_an_answer_holds_title_column_date_and_link() -> None:
    text = answer.offered([document()], "吃醋", CONFIG, SAID)

    assert text == '<a href="http://127.0.0.1:8000/a/v">吃醋</a>\n（健康科普 · 2026-04-12）\n正文。'


def test_an_article_without_column_shows_only_its_date() -> None:
    assert "（2026-04-12）" in answer.offered([document(column=None)], "吃醋", CONFIG, SAID)


def test_ids_are_quoted_and_the_address_at_wechat_is_preferred() -> None:
    config = Config(folder=Path("/"), web=Web(public_url="https://kepu.example.cn/"))

    assert answer.address(document(id="醋/1"), config) == "https://kepu.example.cn/a/%E9%86%8B%2F1"
    assert answer.address(document(url="https://mp.weixin.qq.com/s/x"), config) == "https://mp.weixin.qq.com/s/x"


@pytest.mark.parametrize("key", ["a<b", "x&amp;y", "零\u200b宽", "字" * (fields.ID_ADDRESS_CHARS // 9), "a/b c?#%/"])
def test_every_id_that_is_taken_in_has_a_link_that_names_it(key: str) -> None:
    config = Config(folder=Path("/"), web=Web(public_url="https://" + "kepu." * 50 + "cn:65535"))
    address = answer.address(document(id=fields.check_id(key)), config)

    assert unquote(address.removeprefix(config.web.public_url + "/a/")) == key
    assert address in answer.offered([document(id=key, title="长" * 900)], "长", config, SAID)


def hit(key: str, *, score: float, coverage: float) -> Hit:
    return Hit(document(id=key), score, coverage)


@pytest.mark.parametrize(
    ("hits", "offered"),
    [
        ([], []),
        ([hit("a", score=10, coverage=0.34), hit("b", score=2, coverage=0.9)], []),
        ([hit("a", score=10, coverage=0.34), hit("b", score=9.5, coverage=0.36)], []),
        ([hit("a", score=10, coverage=0.36), hit("b", score=9.5, coverage=0.34)], ["a"]),
        (
            [hit("a", score=10, coverage=0.6), hit("b", score=9, coverage=0.55), hit("c", score=8, coverage=0.6)],
            ["a", "b"],
        ),
        ([hit(f"h{n}", score=10, coverage=0.6) for n in range(7)], ["h0", "h1", "h2", "h3", "h4"]),
    ],
)
def test_the_best_is_offered_when_it_covers_enough_and_those_as_good(hits: list[Hit], offered: list[str]) -> None:
    assert [found.document.id for found in answer.clear(hits, 0.35)] == offered


def test_a_long_title_stands_whole_as_long_as_it_fits() -> None:
    title = "长" * 500

    assert title in answer.offered([document(title=title)], "长", CONFIG, SAID)


def test_several_are_numbered() -> None:
    lines = answer.offered([document(), document(id="w", title="喝醋")], "醋", CONFIG, SAID).split("\n")

    assert lines[0] == "找到 2 篇："
    assert lines[1].startswith("1. <a href=")
    assert lines[2].endswith("（健康科普 · 2026-04-12）")


ARTICLE = """晚饭剩下半盘菜，倒了心疼。

核心提示

做好就冷藏，第二天热透吃。怀疑中毒马上打120。

把数字摆出来

每千克约7毫克亚硝酸盐。要到200毫克才会中毒。

参考资料

亚硝酸盐国家标准"""


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("亚硝酸盐有多少", "每千克约7毫克亚硝酸盐"),
        ("中毒怎么办", "怀疑中毒马上打120"),
        ("半盘菜", "晚饭剩下半盘菜"),
        ("量子", "晚饭剩下半盘菜"),
    ],
)
def test_the_passage_is_the_one_that_matters(question: str, begins: str) -> None:
    assert passage(ARTICLE, question, limit=1000).startswith(begins)


def test_a_passage_leaves_headings_and_references_out_and_ends_at_sentence_ends() -> None:
    found = passage(ARTICLE, "半盘菜", limit=1000)

    assert found == "晚饭剩下半盘菜，倒了心疼。\n做好就冷藏，第二天热透吃。怀疑中毒马上打120。"
    assert "标准" not in passage(ARTICLE, "亚硝酸盐国家标准", limit=1000)


def test_a_latin_word_keeps_its_first_letter() -> None:
    text = "很多人喜欢拍照。这张photo是去年拍的。\n\nWTO管着各国的买卖规则。"

    assert passage(text, "wto", limit=1000).startswith("WTO管着")


NAMES = ["科学家精神", "科技前沿", "健康科普", "应急科普", "科学辟谣", "家乡的科学", "节气里的科学", "三农科技"]


def shown_lines(text: str) -> list[str]:
    """The text's lines as a phone shows them, links as their words."""
    return re.sub(r"<a [^>]*>([^<]*)</a>", r"\1", text).split("\n")


def test_columns_stand_in_lines_that_break_no_name() -> None:
    lines = shown_lines(answer.help_text([], [Column(str(n), name) for n, name in enumerate(NAMES)], SAID))[2:]

    assert [name for line in lines for name in line.split(" · ")] == NAMES
    assert all(len(line) <= 14 for line in lines)
    assert len(lines) == 4


TWELVE = [*NAMES, "走进科普基地", "青少年科创", "最美科技工作者", "公民科学素质答题"]
QUESTIONS = ["隔夜菜能吃吗，亚硝酸盐会不会超标", "冬天为什么总被电：静电从哪儿来", "微波炉加热的饭菜会不会致癌"]


def test_twelve_columns_can_all_be_tapped_beside_an_example() -> None:
    text = answer.help_text(QUESTIONS, [Column(str(n), name) for n, name in enumerate(TWELVE)], SAID)

    assert is_whole(text)
    assert re.findall(r">([^<]+)</a>", text) == [QUESTIONS[0], *TWELVE]
    assert len(re.findall(r">([^<]+)</a>", answer.help_text(QUESTIONS, COLUMNS[:1], SAID))) == 4


def test_columns_beyond_the_room_are_named_so_that_they_can_be_sent() -> None:
    names = [f"{name}之{n}" for n in "一二三" for name in NAMES]
    text = answer.help_text(QUESTIONS, [Column(name, name) for name in names], SAID)
    tapped, _, named = text.partition("还有这些，发栏目名就能看：")

    assert is_whole(text)
    assert [*re.findall(r">([^<]+)</a>", tapped)[1:], *named.split("、")] == names
    assert named


def test_without_examples_there_are_columns_and_without_columns_examples() -> None:
    assert "也可以看栏目" not in answer.help_text(QUESTIONS, [], SAID)
    assert "可以这样问" not in answer.help_text([], [Column("a", "健康科普")], SAID)


def test_a_name_longer_than_a_line_has_one_of_its_own() -> None:
    lines = shown_lines(
        answer.help_text([], [Column("a", "短栏目"), Column("b", "长" * 20), Column("c", "末栏目")], SAID)
    )

    assert lines[2:] == ["短栏目", "长" * 20, "末栏目"]


def test_each_question_to_tap_begins_with_a_mark() -> None:
    assert shown_lines(answer.help_text(["吃醋吗", "刷脸吗"], [], SAID))[2:] == ["· 吃醋吗", "· 刷脸吗"]
