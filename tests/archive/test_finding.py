"""What people type beside the article's own words: by sound, with slips, in other words, and mixed with Latin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from bot.archive import bake, rank, sounds
from bot.archive.rewrites import alternatives
from bot.archive.search import Archive
from bot.archive.terms import question_key
from bot.model.articles import Document
from bot.model.content import Synonyms

DAY = date(2026, 4, 12)
TEXTS = {
    "dishes": ("隔夜菜致癌？看数字", "隔夜菜能不能吃，要看怎么放。熟菜室温别超过2小时。"),
    "pheasant": ("褐马鸡在山西", "褐马鸡不善飞，住在山林里。"),
    "potato": ("土豆发芽了还能吃吗", "土豆发芽，龙葵素多，不要吃。"),
    "air": ("PM2.5是怎么量的", "PM2.5是细颗粒物。临汾的数值逐年下降。"),
    "scan": ("B超有没有辐射", "B超用的是声波。"),
    "masts": ("5G基站的辐射", "5G基站的功率密度有国家标准。"),
    "extinguisher": ("家里的应急包", "柜子里再放一只灭火器，别忘了看有效期。"),
}
DOCUMENTS = [Document(key, title, text, None, None, DAY) for key, (title, text) in TEXTS.items()]
SYNONYMS = Synonyms((("土豆", "洋芋", "马铃薯"),), (("剩菜", "隔夜菜"),))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("finding") / "archive.db"
    bake.rebuild(path, 1, [(document.id, document) for document in DOCUMENTS])
    opened = Archive(path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("各夜菜能吃吗", "dishes"),
        ("geyecai neng chi ma", "dishes"),
        ("ge ye cai", "dishes"),
        ("隔菜夜能吃吗", "dishes"),
        ("隔夜夜菜", "dishes"),
        ("剩菜还能吃吗", "dishes"),
        ("褐鸡马", "pheasant"),
        ("洋芋发芽还能吃不", "potato"),
        ("馬鈴薯發芽", "potato"),
        ("ｐｍ２．５", "air"),
        ("pm25是什么", "air"),
        ("B 超", "scan"),
        ("５Ｇ基站", "masts"),
    ],
)
def test_it_is_found_however_it_is_typed(archive: Archive, question: str, right: str) -> None:
    assert [hit.document.id for hit in archive.search(question, synonyms=SYNONYMS)][:1] == [right]


def test_a_synonym_counts_as_a_whole_word_only() -> None:
    bells = Synonyms((("门铃", "铃铛"), ("铃铛", "响铃")), (("心理", "心情"),))

    assert [(found.start, found.end) for found in alternatives("门铃坏了", bells)] == [(0, 2)]
    assert alternatives("中心理事会", bells) == ()


def test_what_is_only_mentioned_is_less_sure_than_what_an_article_is_about(archive: Archive) -> None:
    mentioned, meant = archive.search("灭火器")[0], archive.search("褐马鸡")[0]

    assert mentioned.coverage < meant.coverage


def test_a_demand_that_the_text_does_not_meet_lowers_confidence() -> None:
    text = rank.Text("5g基站", "", "5g基站的功率密度有国家标准。")

    assert rank.unmet("5g套餐多少钱", text)
    assert not rank.unmet("5g基站有辐射吗", text)


def test_an_explanation_tells_the_way_to_the_hits(archive: Archive) -> None:
    told = archive.explain("各夜菜 洋芋", synonyms=SYNONYMS)

    assert told.key == question_key("各夜菜 洋芋")
    assert ("洋芋", ("土豆", "马铃薯")) in told.others
    assert told.heard.startswith("ge ye cai")
    assert {candidate.document.id for candidate in told.candidates} >= {"dishes", "potato"}
    assert [candidate.score for candidate in told.candidates] == [
        hit.score for hit in archive.search("各夜菜 洋芋", synonyms=SYNONYMS)
    ]


@pytest.mark.parametrize(("key", "said"), [("app", "app"), ("nv er", "nv er"), ("gao xue ya", "gao xue ya")])
def test_latin_letters_are_syllables_only_where_they_make_some(key: str, said: str) -> None:
    assert sounds.spelt(sounds.heard(key)) == said
