"""Articles in the ledger: revisions, reviews, stock, the calendar, and what answers."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.errors import NotAllowed, NotFound
from bot.ledger import articles, schema, trail
from bot.ledger.database import Ledger
from bot.model.articles import (
    AiUsage,
    AnswerFrom,
    Article,
    ArticleState,
    Document,
    Format,
    Page,
    Picture,
    Revision,
    Source,
    Verdict,
)

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
PAGE = Page(html="<p>正文</p>", text="正文", digest="摘要", cover="c" * 64)
WATER = Article(id="water", title="水的比热", column="science", text="正文")
STEPS = 3


def take_in(
    ledger: Ledger,
    article: Article = WATER,
    *,
    steps: int = 0,
    now: datetime = NOW,
    rank: int = 0,
    person: str = "李编辑",
) -> Revision | None:
    with ledger.write() as tx:
        return articles.add_revision(tx, article, PAGE, person=person, now=now, rank=rank, steps=steps)


def decide(
    ledger: Ledger, index: int, person: str, verdict: Verdict = Verdict.PASSED, *, revision: int = 1
) -> ArticleState:
    passed = ArticleState.APPROVED if index + 1 == STEPS else ArticleState.IN_REVIEW
    with ledger.write() as tx:
        articles.decide(
            tx,
            "water",
            revision,
            step="审",
            step_index=index,
            verdict=verdict,
            person=person,
            comment="",
            now=NOW,
            becomes=passed if verdict is Verdict.PASSED else ArticleState.RETURNED,
        )
        found = articles.get(tx, "water")
    assert found
    return found.state


def stock(ledger: Ledger) -> list[str]:
    with ledger.read() as tx:
        return [entry.id for entry in articles.stock(tx, "science")]


def changes(ledger: Ledger, version: int = 0) -> dict[str, Document | None]:
    with ledger.read() as tx:
        return dict(articles.changed_since(tx, version)[1])


def version(ledger: Ledger) -> int:
    with ledger.read() as tx:
        return articles.archive_version(tx)


def place(ledger: Ledger, article_id: str, due: datetime = FRIDAY) -> None:
    with ledger.write() as tx:
        articles.place(tx, article_id, column="science", due=due, person="李编辑", now=NOW)


def spend(ledger: Ledger, due: datetime = FRIDAY) -> None:
    with ledger.write() as tx:
        tx.execute(insert(schema.slots).values(column_id="science", due=due, state="missed", at=NOW))


def push(ledger: Ledger, article_id: str, *, is_live: bool) -> None:
    with ledger.write() as tx:
        times = dict.fromkeys(("due", "claimed_at", "updated_at", "good_until", "seen_from"), FRIDAY)
        about = {"route": "mass", "state": "claimed", "clientmsgid": article_id}
        number = tx.execute(insert(schema.pushes).values(**about, **times)).inserted_primary_key[0]
        item = {"article_id": article_id, "revision": 1, "column_id": "science", "issue": 1, "due": FRIDAY, "title": ""}
        tx.execute(insert(schema.push_items).values(push_id=number, position=0, is_live=is_live, **item))


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


# -- reviews


def test_an_article_is_approved_after_its_last_step(ledger):
    take_in(ledger, steps=STEPS)

    assert [decide(ledger, i, p) for i, p in enumerate("甲乙丙")] == [
        ArticleState.IN_REVIEW,
        ArticleState.IN_REVIEW,
        ArticleState.APPROVED,
    ]
    with ledger.read() as tx:
        assert [d.person for d in articles.decisions(tx, "water")] == ["甲", "乙", "丙"]
        assert {d.content_hash for d in articles.decisions(tx, "water")} == {WATER.content_hash}


def test_a_step_that_somebody_took_is_lost_for_the_second(ledger):
    take_in(ledger, steps=STEPS)
    decide(ledger, 0, "甲")

    with pytest.raises(NotAllowed):
        decide(ledger, 0, "乙")


def test_one_person_takes_one_step_of_a_revision(ledger):
    take_in(ledger, steps=STEPS)
    decide(ledger, 0, "甲")

    with pytest.raises(NotAllowed):
        decide(ledger, 1, "甲")
    with ledger.read() as tx:
        assert articles.entry(tx, "water").steps_done == 1


def test_a_decision_on_an_older_revision_is_refused(ledger):
    take_in(ledger, steps=STEPS)
    take_in(ledger, replace(WATER, text="改过"), steps=STEPS)

    with pytest.raises(NotAllowed):
        decide(ledger, 0, "甲", revision=1)


def test_a_returned_article_goes_round_again_as_a_new_revision_of_its_author(ledger):
    take_in(ledger, steps=STEPS)
    assert decide(ledger, 0, "甲", Verdict.RETURNED) is ArticleState.RETURNED
    with ledger.write() as tx:
        again = articles.resubmit(tx, "water", now=NOW)

    assert (again.number, again.state, again.brought_in_by) == (2, ArticleState.IN_REVIEW, "李编辑")
    assert decide(ledger, 0, "甲", revision=2) is ArticleState.IN_REVIEW
    with ledger.read() as tx:
        assert articles.revision(tx, "water", 1).state is ArticleState.RETURNED
    with pytest.raises(NotAllowed), ledger.write() as tx:
        articles.resubmit(tx, "water", now=NOW)


def test_what_needs_a_person_is_what_they_may_still_review(ledger):
    take_in(ledger, steps=STEPS)
    decide(ledger, 0, "甲")
    with ledger.read() as tx:
        waiting = {who: [e.id for e in articles.entries(tx, needs=who)] for who in ("李编辑", "甲", "乙")}

    assert waiting == {"李编辑": [], "甲": [], "乙": ["water"]}


def test_lists_show_the_newest_first_and_can_be_narrowed(ledger):
    take_in(ledger)
    take_in(ledger, replace(WATER, id="free", column=None), now=NOW + timedelta(hours=1), steps=STEPS)

    with ledger.read() as tx:
        assert [e.id for e in articles.entries(tx)] == ["free", "water"]
        assert [e.id for e in articles.entries(tx, column="science")] == ["water"]
        assert [e.id for e in articles.entries(tx, column="")] == ["free"]
        assert [e.id for e in articles.entries(tx, state=ArticleState.IN_REVIEW)] == ["free"]
        assert [e.id for e in articles.entries(tx, limit=1)] == ["free"]


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


# -- stock and calendar


def test_stock_leaves_oldest_intake_first_then_by_rank(ledger):
    take_in(ledger, replace(WATER, id="b"), now=NOW, rank=1)
    take_in(ledger, replace(WATER, id="c"), now=NOW, rank=0)
    take_in(ledger, replace(WATER, id="a"), now=NOW - timedelta(days=1), rank=9)

    assert stock(ledger) == ["a", "c", "b"]


def test_a_new_revision_keeps_its_place_in_the_queue(ledger):
    take_in(ledger, replace(WATER, id="a"), now=NOW)
    take_in(ledger, replace(WATER, id="b"), now=NOW + timedelta(hours=1))
    take_in(ledger, replace(WATER, id="a", text="改过"), now=NOW + timedelta(hours=2), rank=7)

    assert stock(ledger) == ["a", "b"]


@pytest.mark.parametrize(
    "article",
    [replace(WATER, published=date(2020, 1, 1)), replace(WATER, column=None), replace(WATER, column="other")],
    ids=["history", "no column", "another column"],
)
def test_what_never_goes_out_is_no_stock(ledger, article):
    take_in(ledger, article)

    assert stock(ledger) == []


def test_waiting_articles_are_no_stock(ledger):
    take_in(ledger, steps=STEPS)

    assert stock(ledger) == []


@pytest.mark.parametrize(("is_live", "left"), [(True, []), (False, ["water"])])
def test_only_a_live_push_keeps_its_articles(ledger, is_live, left):
    take_in(ledger)
    push(ledger, "water", is_live=is_live)

    assert stock(ledger) == left


def test_a_placed_article_waits_for_its_slot_and_comes_first_when_that_was_missed(ledger):
    take_in(ledger, replace(WATER, id="a"))
    take_in(ledger, replace(WATER, id="b"), now=NOW + timedelta(hours=1))
    place(ledger, "b")
    assert stock(ledger) == ["a"]
    with ledger.read() as tx:
        assert articles.placed(tx, "science", FRIDAY).placed_at == FRIDAY

    spend(ledger)
    assert stock(ledger) == ["b", "a"]


def test_a_slot_has_one_article_and_an_article_one_slot(ledger):
    take_in(ledger, replace(WATER, id="a"))
    take_in(ledger, replace(WATER, id="b"))
    place(ledger, "a")
    with pytest.raises(NotAllowed):
        place(ledger, "b")

    place(ledger, "a", FRIDAY + timedelta(days=7))
    place(ledger, "b")
    with ledger.read() as tx:
        assert articles.placed(tx, "science", FRIDAY).id == "b"


def test_what_went_out_or_was_withdrawn_cannot_be_placed(ledger):
    take_in(ledger, replace(WATER, id="old", published=date(2020, 1, 1)))
    take_in(ledger)
    push(ledger, "water", is_live=True)

    for article_id in ("old", "water"):
        with pytest.raises(NotAllowed):
            place(ledger, article_id)


# -- what answers


def test_an_approved_article_answers_with_its_date(ledger):
    take_in(ledger, now=datetime(2026, 11, 30, 16, 30, tzinfo=UTC))

    assert changes(ledger) == {"water": Document("water", "水的比热", "正文", "science", None, date(2026, 12, 1))}


def test_held_back_until_published(ledger):
    take_in(ledger, replace(WATER, answer_from=AnswerFrom.PUBLISHED))
    assert changes(ledger) == {"water": None}

    with ledger.write() as tx:
        articles.published(tx, "water", on=date(2026, 12, 4), url="https://mp.weixin.qq.com/s/x")
    found = changes(ledger)["water"]
    assert (found.dated, found.url) == (date(2026, 12, 4), "https://mp.weixin.qq.com/s/x")
    with ledger.read() as tx:
        assert articles.answering(tx, ["water", "nothing"]) == {"water"}


def test_a_publication_without_address_keeps_the_one_known(ledger):
    take_in(ledger)
    for url in ("https://mp.weixin.qq.com/s/x", None):
        with ledger.write() as tx:
            articles.published(tx, "water", on=date(2026, 12, 4), url=url)

    assert changes(ledger)["water"].url == "https://mp.weixin.qq.com/s/x"


def test_only_what_changed_after_a_version_is_told(ledger):
    take_in(ledger, replace(WATER, id="a"))
    seen = version(ledger)
    take_in(ledger, replace(WATER, id="b"))

    assert set(changes(ledger, seen)) == {"b"}
    assert changes(ledger, version(ledger)) == {}


def test_a_reader_that_follows_the_versions_misses_nothing_while_four_write(ledger):
    def write(name: str) -> None:
        for number in range(25):
            take_in(ledger, replace(WATER, id=f"{name}{number}"))

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    seen, told = 0, []
    while any(writer.is_alive() for writer in writers) or version(ledger) > seen:
        with ledger.read() as tx:
            seen, changed = articles.changed_since(tx, seen)
        told += [article_id for article_id, _ in changed]

    assert set(told) == {f"{name}{number}" for name in "abcd" for number in range(25)}
