"""Articles in the ledger: their revisions, and their withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import NotFound
from bot.ledger import articles, trail
from bot.ledger.database import Ledger
from bot.model.articles import AiUsage, AnswerFrom, Article, ArticleState, Format, Picture, Revision, Source, Verdict
from tests.ledger.water import FRIDAY, NOW, PAGE, STEPS, WATER, changes, decide, place, stock, take_in, version

# -- revisions


def test_every_field_of_an_article_comes_back(ledger):
    full = Article(
        id="2023/水 的比热",
        title="水的比热",
        column=None,
        text="第一段\n\n第二段 𠮷",
        format=Format.PLAIN,
        digest="摘要",
        author="临汾微科普",
        cover="a" * 64,
        pictures=(Picture("b" * 64, "image/png", "图/一.png", "水"),),
        sources=(Source("某书"), Source("某站", "https://example.cn/")),
        tags=("水", "热"),
        ai_usage=AiUsage.WRITTEN,
        published=date(2023, 5, 6),
        url="https://mp.weixin.qq.com/s/x",
        answer_from=AnswerFrom.PUBLISHED,
        review_by=date(2027, 1, 1),
    )
    take_in(ledger, full)

    with ledger.read() as tx:
        found = articles.get(tx, full.id)
    assert found == Revision(full, 1, PAGE, "李编辑", NOW, ArticleState.APPROVED)


@pytest.mark.parametrize(("steps", "state"), [(0, ArticleState.APPROVED), (3, ArticleState.IN_REVIEW)])
def test_without_steps_intake_approves(ledger, steps, state):
    assert take_in(ledger, steps=steps).state is state


def test_the_same_content_again_changes_nothing(ledger):
    take_in(ledger)
    before = version(ledger)

    assert take_in(ledger, now=NOW + timedelta(days=1)) is None
    assert version(ledger) == before
    with ledger.read() as tx:
        assert len(articles.revisions(tx, "water")) == 1


def test_a_changed_letter_is_a_new_revision_and_voids_the_approval(ledger):
    take_in(ledger)
    before = version(ledger)
    new = take_in(ledger, replace(WATER, text="正文。"), steps=STEPS)

    assert (new.number, new.state, new.steps_done) == (2, ArticleState.IN_REVIEW, 0)
    assert changes(ledger, before) == {"water": None}
    with ledger.read() as tx:
        assert articles.revision(tx, "water", 1).state is ArticleState.IN_REVIEW
        assert [r.number for r in articles.revisions(tx, "water")] == [1, 2]


HISTORY = replace(WATER, published=date(2020, 1, 1))


def approve(ledger: Ledger, article: Article) -> None:
    take_in(ledger, article, steps=STEPS)
    for index, person in enumerate(("甲", "乙", "丙")):
        decide(ledger, index, person)


def test_what_nobody_approves_makes_a_revision_that_keeps_approval_and_page(ledger):
    approve(ledger, HISTORY)
    before = version(ledger)
    known = replace(HISTORY, url="https://mp.weixin.qq.com/s/x", tags=("水",))
    other = replace(PAGE, html="<p>新的样式</p>")
    with ledger.write() as tx:
        articles.add_revision(tx, known, other, person="王", now=NOW, rank=0, steps=STEPS)

    assert changes(ledger, before)["water"].url == "https://mp.weixin.qq.com/s/x"
    with ledger.read() as tx:
        first, second = articles.revisions(tx, "water")
    assert (first.article, first.brought_in_by) == (HISTORY, "李编辑")
    assert (second.article, second.brought_in_by) == (known, "王")
    assert (second.state, second.steps_done, second.page) == (ArticleState.APPROVED, STEPS, PAGE)


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.RETURNED])
def test_a_review_under_way_begins_anew_with_every_revision(ledger, verdict):
    take_in(ledger, steps=STEPS)
    decide(ledger, 0, "甲", verdict)
    new = take_in(ledger, replace(WATER, tags=("水",)), steps=STEPS)

    assert (new.number, new.state, new.steps_done) == (2, ArticleState.IN_REVIEW, 0)
    decide(ledger, 0, "甲", revision=2)


def test_a_withdrawn_article_stays_so_when_only_its_tags_change(ledger):
    take_in(ledger)
    with ledger.write() as tx:
        articles.withdraw(tx, "water", person="王主任", reason="数据有误", now=NOW)

    assert take_in(ledger, replace(WATER, tags=("水",))).state is ArticleState.WITHDRAWN
    assert stock(ledger) == []


def test_another_link_for_readers_to_tap_voids_the_approval(ledger):
    approve(ledger, replace(WATER, url="https://a.cn/1"))

    assert take_in(ledger, replace(WATER, url="https://a.cn/2"), steps=STEPS).state is ArticleState.IN_REVIEW


def test_the_source_of_stock_is_not_its_address(ledger):
    take_in(ledger, replace(WATER, url="https://a.cn/source"))

    assert changes(ledger)["water"].url is None
    with ledger.read() as tx:
        assert articles.get(tx, "water").article.url == "https://a.cn/source"


@pytest.mark.parametrize(
    "again",
    [
        replace(WATER, url="https://a.cn/source"),
        replace(WATER, text="改过", url="https://a.cn/source"),
        replace(HISTORY, url="https://a.cn/elsewhere"),
        HISTORY,
    ],
)
def test_the_address_and_day_of_our_own_push_outlive_every_intake(ledger, again):
    take_in(ledger, replace(WATER, url="https://a.cn/source"))
    with ledger.write() as tx:
        articles.published(tx, "water", on=date(2026, 12, 4), url="https://mp.weixin.qq.com/s/ours")
    for tag in ("一", "二"):  # twice: what the first leaves must not loosen the second
        take_in(ledger, replace(again, tags=(tag,)))

    with ledger.read() as tx:
        entry = articles.entry(tx, "water")
    assert (entry.published_on, entry.url) == (date(2026, 12, 4), "https://mp.weixin.qq.com/s/ours")


def test_an_address_that_our_push_never_learnt_can_be_written_in(ledger):
    take_in(ledger)
    with ledger.write() as tx:
        articles.published(tx, "water", on=date(2026, 12, 4), url=None)
    take_in(ledger, replace(HISTORY, url="https://mp.weixin.qq.com/s/ours"))

    assert changes(ledger)["water"].url == "https://mp.weixin.qq.com/s/ours"
    assert changes(ledger)["water"].dated == date(2026, 12, 4)


def test_taking_in_again_does_not_forget_our_own_publication(ledger):
    take_in(ledger)
    with ledger.write() as tx:
        articles.published(tx, "water", on=date(2026, 12, 4), url="https://mp.weixin.qq.com/s/ours")
    take_in(ledger, replace(WATER, text="改过"))

    with ledger.read() as tx:
        entry = articles.entry(tx, "water")
    assert (entry.published_on, entry.url) == (date(2026, 12, 4), "https://mp.weixin.qq.com/s/ours")


def test_a_waiting_article_is_approved_when_the_settings_have_no_steps_any_more(ledger):
    take_in(ledger, steps=STEPS)
    take_in(ledger, steps=0)

    assert stock(ledger) == ["water"]


def test_what_does_not_exist_is_none_or_said(ledger):
    with ledger.read() as tx:
        assert articles.get(tx, "nothing") is None
        assert articles.revision(tx, "nothing", 1) is None
    with pytest.raises(NotFound), ledger.write() as tx:
        articles.withdraw(tx, "nothing", person="王", reason="", now=NOW)
    with pytest.raises(NotFound), ledger.write() as tx:
        articles.published(tx, "nothing", on=date(2026, 12, 4), url=None)


# -- withdrawal


def test_a_withdrawn_article_is_gone_from_answers_stock_and_calendar(ledger):
    take_in(ledger)
    place(ledger, "water")
    before = version(ledger)
    for _ in range(2):
        with ledger.write() as tx:
            articles.withdraw(tx, "water", person="王主任", reason="数据有误", now=NOW)

    assert changes(ledger, before) == {"water": None}
    assert stock(ledger) == []
    with ledger.read() as tx:
        assert articles.placed(tx, "science", FRIDAY) is None
        assert articles.answering(tx, ["water"]) == set()
        assert [line.detail["reason"] for line in trail.recent(tx, limit=9)] == ["数据有误"]


def test_a_withdrawn_article_comes_back_only_with_new_content(ledger):
    take_in(ledger)
    with ledger.write() as tx:
        articles.withdraw(tx, "water", person="王主任", reason="数据有误", now=NOW)
    take_in(ledger)
    assert stock(ledger) == []

    take_in(ledger, replace(WATER, text="更正后"), steps=STEPS)
    with ledger.read() as tx:
        assert articles.get(tx, "water").state is ArticleState.IN_REVIEW
