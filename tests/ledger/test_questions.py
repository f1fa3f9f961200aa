"""Questions, followers and counters in the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.ledger import counters, followers, inbox, questions
from bot.ledger.database import Ledger
from bot.model.questions import Asked, Gap

NOW = datetime(2026, 12, 4, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def note(ledger: Ledger, key: str, *, answered: bool = False, text: str = "", at: datetime = NOW) -> None:
    with ledger.write() as tx:
        questions.note(tx, [(Asked(key, text or key, answered), at)])


def gaps(ledger: Ledger, limit: int = 10) -> list[Gap]:
    with ledger.read() as tx:
        return questions.unanswered(tx, limit=limit)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的电话13800138000，麦子黄了怎么办", "我的电话［号码］,麦子黄了怎么办"),
        ("１３８ ００１３ ８０００", "［号码］"),
        ("身份证14260119900101123X能查吗", "身份证［号码］能查吗"),
        ("写信到 zhang.san@example.com 行吗", "写信到 ［邮箱］ 行吗"),
        ("我的邮箱zhang.san@example.com收不到", "我的邮箱［邮箱］收不到"),
        ("１３８００１３８０００@qq.com在吗", "［邮箱］在吗"),
        ("电话138（1234）5678", "电话［号码］"),
        ("电话138  1234\n5678", "电话［号码］"),
        ("电话138\u200b1234\u200b5678", "电话［号码］"),
        ("电话0357 – 123/4567", "电话［号码］"),
        ("第3章 第12页 2026年5月1日", "第3章 第12页 2026年5月1日"),
        ("39度2026年120元", "39度2026年120元"),
        ("一行\n两行\x00", "一行 两行"),
        ("麦" * 300, "麦" * 200),
    ],
)
def test_what_names_a_person_is_masked(said: str, kept: str) -> None:
    assert questions.masked(said) == kept


def test_masked_is_also_the_key(ledger: Ledger) -> None:
    note(ledger, "我的电话13800138000", text="我的电话13800138000")

    with ledger.read() as tx:
        rows = tx.exec_driver_sql("SELECT * FROM questions").fetchall()
    assert "13800138000" not in str(rows)


def test_gaps_show_the_most_asked_first_then_the_latest(ledger: Ledger) -> None:
    note(ledger, "麦子黄了")
    note(ledger, "苹果剪枝", at=LATER)
    for _ in range(2):
        note(ledger, "玉米螟")

    assert [gap.text for gap in gaps(ledger)] == ["玉米螟", "苹果剪枝", "麦子黄了"]
    assert gaps(ledger, limit=1) == [Gap("玉米螟", 2, NOW, NOW)]


def test_the_text_is_as_first_asked(ledger: Ledger) -> None:
    note(ledger, "麦子黄了", text="麦子黄了？")
    note(ledger, "麦子黄了", text="麦子，黄了！", at=LATER)

    assert gaps(ledger) == [Gap("麦子黄了?", 2, NOW, LATER)]


def test_the_last_outcome_decides_whether_it_is_a_gap(ledger: Ledger) -> None:
    note(ledger, "麦子黄了")
    note(ledger, "麦子黄了", answered=True, at=LATER)
    assert gaps(ledger) == []

    note(ledger, "麦子黄了", answered=False, at=NOW)  # written late by another process
    assert gaps(ledger) == []

    note(ledger, "麦子黄了", answered=False, at=LATER + timedelta(hours=1))
    assert gaps(ledger)[0].asked == 4


def test_questions_nobody_asks_any_more_are_forgotten(ledger: Ledger) -> None:
    note(ledger, "麦子黄了")
    note(ledger, "玉米螟", at=LATER)

    with ledger.write() as tx:
        assert questions.purge(tx, LATER) == 1
        assert questions.count(tx) == 1


def test_counters_add_up_by_day(ledger: Ledger) -> None:
    with ledger.write() as tx:
        counters.add(tx, {(date(2026, 12, 4), "answered"): 2})
        counters.add(tx, {(date(2026, 12, 4), "answered"): 3, (date(2026, 12, 5), "answered"): 1})

        assert counters.total(tx, date(2026, 12, 4)) == {"answered": 5}
        assert counters.total(tx, date(2026, 12, 6)) == {}


def test_following_twice_keeps_the_first_day(ledger: Ledger) -> None:
    hashed = followers.openid_hash("openid", "key")
    with ledger.write() as tx:
        followers.follow(tx, hashed, NOW)
        followers.follow(tx, hashed, LATER)
        rows = tx.exec_driver_sql("SELECT openid_hash, since FROM followers").fetchall()

    assert rows == [(hashed, "2026-12-04T04:00:00.000000Z")]


@pytest.mark.parametrize(
    ("heard", "follows"),
    [
        (["came 1", "left 2"], False),
        (["left 2", "came 1"], False),  # a queue elsewhere, or a repeat
        (["came 1", "left 1"], False),
        (["left 1", "came 1"], False),
        (["came 1", "left 2", "came 1"], False),
        (["came 1", "left 2", "came 3"], True),
        (["came 3", "left 2", "came 1"], True),
        (["left 2"], False),
    ],
)
def test_the_last_to_happen_counts_in_whatever_order_it_is_heard(
    ledger: Ledger, heard: list[str], follows: bool
) -> None:
    hashed = followers.openid_hash("openid", "key")
    for act, minute in (each.split() for each in heard):
        happen = followers.follow if act == "came" else followers.forget
        with ledger.write() as tx:
            happen(tx, hashed, NOW + timedelta(minutes=int(minute)))

    with ledger.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM followers").scalar_one() == follows


def test_of_who_left_nothing_is_kept_once_the_keys_are_purged(ledger: Ledger) -> None:
    with ledger.write() as tx:
        followers.forget(tx, followers.openid_hash("openid", "key"), NOW)
        inbox.purge(tx, LATER)

        assert tx.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one() == 0


def test_the_hash_needs_the_key() -> None:
    assert followers.openid_hash("openid", "one") != followers.openid_hash("openid", "two")
    assert "openid" not in followers.openid_hash("openid", "one")
