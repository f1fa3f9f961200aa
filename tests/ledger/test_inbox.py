"""The inbox: written behind the reply, each message once, nothing lost while the ledger is busy, no words in the log."""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import LedgerBusy, LedgerError
from bot.ledger import counters, followers, inbox, questions
from bot.ledger.database import Ledger
from bot.ledger.inbox import InboxWriter
from bot.model.questions import Asked, Heard
from tests.world import until

NOW = datetime(2026, 12, 4, 15, 59, tzinfo=UTC)  # one minute before midnight in Shanghai
TODAY = date(2026, 12, 4)


@pytest.fixture
def writer(ledger: Ledger) -> Iterator[InboxWriter]:
    made = InboxWriter(ledger, now=lambda: NOW)
    yield made
    made.close()


def heard(key: str, text: str = "", *, answered: bool = False, at: datetime = NOW) -> Heard:
    asked = Asked(text, text, answered) if text else None
    return Heard(key, at, "text", ("heard.question",), asked)


def totals(ledger: Ledger, day: date = TODAY) -> dict[str, int]:
    with ledger.read() as tx:
        return counters.total(tx, day)


def gaps(ledger: Ledger) -> list[tuple[str, int]]:
    with ledger.read() as tx:
        return [(gap.text, gap.asked) for gap in questions.unanswered(tx, limit=10)]


def test_a_message_is_written_down(ledger: Ledger, writer: InboxWriter) -> None:
    writer.put(heard("m:1", "小麦什么时候浇水"))

    assert writer.flush()
    assert gaps(ledger) == [("小麦什么时候浇水", 1)]
    assert totals(ledger) == {"heard.question": 1}


def test_a_repeat_counts_once_also_in_another_process(ledger: Ledger, writer: InboxWriter) -> None:
    other = InboxWriter(ledger)
    for _ in range(3):
        writer.put(heard("m:1", "小麦什么时候浇水"))
        other.put(heard("m:1", "小麦什么时候浇水"))

    assert writer.flush()
    assert other.flush()
    assert gaps(ledger) == [("小麦什么时候浇水", 1)]
    assert totals(ledger) == {"heard.question": 1}
    other.close()


def test_counters_fall_on_the_day_in_shanghai(ledger: Ledger, writer: InboxWriter) -> None:
    writer.put(heard("m:1"))
    writer.put(heard("m:2", at=NOW + timedelta(minutes=1)))
    writer.count("refused.signature")
    writer.count("refused.signature")

    assert writer.flush()
    assert totals(ledger) == {"heard.question": 1, "refused.signature": 2}
    assert totals(ledger, TODAY + timedelta(days=1)) == {"heard.question": 1}


def test_closing_writes_what_is_left(ledger: Ledger) -> None:
    writer = InboxWriter(ledger)
    for number in range(1200):
        writer.put(heard(f"m:{number}"))

    writer.close()

    assert totals(ledger) == {"heard.question": 1200}


def test_a_busy_ledger_is_waited_for(ledger: Ledger, writer: InboxWriter) -> None:
    with ledger.write():
        writer.put(heard("m:1", "小麦什么时候浇水"))

        assert not writer.flush(0.2)

    assert writer.flush()
    assert gaps(ledger) == [("小麦什么时候浇水", 1)]


@pytest.fixture
def impatient(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """The same ledger, opened by somebody who gives up at once when another writes."""
    opened = Ledger(ledger_url, folder=tmp_path, busy_s=0.01)
    yield opened
    opened.close()


def test_a_busy_ledger_that_refuses_is_tried_again(ledger: Ledger, impatient: Ledger) -> None:
    writer = InboxWriter(impatient)
    with ledger.write():
        with pytest.raises(LedgerBusy), impatient.write():
            pass
        writer.put(heard("m:1", "小麦什么时候浇水"))
        assert not writer.flush(0.2)

    assert writer.flush()
    assert gaps(ledger) == [("小麦什么时候浇水", 1)]
    writer.close()


def count(ledger: Ledger, name: str) -> None:
    with ledger.write() as tx:
        counters.add(tx, {(TODAY, name): 1})


def test_what_is_wanted_at_once_is_done_when_the_call_returns(ledger: Ledger, writer: InboxWriter) -> None:
    writer.at_once(functools.partial(count, name="first"))

    assert totals(ledger) == {"first": 1}


def test_who_wants_something_at_once_waits_for_a_busy_ledger_far_less_than_wechat_does(
    ledger: Ledger, writer: InboxWriter
) -> None:
    with ledger.write():
        began = time.monotonic()
        writer.at_once(functools.partial(count, name="first"))
        waited_s = time.monotonic() - began

    assert waited_s < 2.5
    assert writer.flush()
    assert totals(ledger) == {"first": 1}


def test_what_could_not_be_done_at_once_is_tried_until_the_ledger_takes_it_and_says_since_when_it_waits(
    ledger: Ledger, impatient: Ledger
) -> None:
    writer = InboxWriter(impatient, now=lambda: NOW)
    done: list[str] = []

    def counting(ledger: Ledger, name: str) -> None:
        count(ledger, name)
        done.append(name)

    with ledger.write():
        for name in ("first", "second"):
            writer.at_once(functools.partial(counting, name=name))
        until(lambda: writer.stuck_since, what="the first refused write")
    assert writer.flush()

    assert done == ["first", "second"]
    assert writer.stuck_since is None
    assert totals(ledger) == {"first": 1, "second": 1}
    writer.close()


def test_a_task_that_fails_for_good_holds_nobody_up(
    ledger: Ledger, writer: InboxWriter, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(ledger: Ledger) -> None:
        with ledger.write():
            raise ValueError("小麦")

    with ledger.write():
        writer.at_once(broken)
    writer.put(heard("m:1"))

    assert writer.flush()
    assert totals(ledger) == {"heard.question": 1}
    assert "ValueError" in caplog.text
    assert "小麦" not in caplog.text


def test_one_bad_message_takes_no_other_with_it(
    ledger: Ledger, writer: InboxWriter, caplog: pytest.LogCaptureFixture
) -> None:
    for key, text in (("m:1", "小麦什么时候浇水"), ("m:\ud800", "大豆什么时候种"), ("m:2", "小麦什么时候浇水")):
        writer.put(heard(key, text))  # half a character: no database takes it
    writer.count("refused.signature")

    assert writer.flush()
    assert gaps(ledger) == [("小麦什么时候浇水", 2)]
    assert totals(ledger) == {"heard.question": 2, "refused.signature": 1}
    assert [record.message[:24] for record in caplog.records] == ["1 条消息没有记下，其余 2 条记下了：Unic"]


def test_when_too_much_waits_what_only_counts_is_left_out_first(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    writer = InboxWriter(ledger, waiting=10)
    with ledger.write(), caplog.at_level(logging.ERROR):
        for number in range(30):
            writer.put(heard(f"c:{number}"))
        for number in range(30):
            writer.put(heard(f"q:{number}", f"小麦第{number}问"))

    assert writer.flush()
    assert 0 < len(gaps(ledger)) <= 10
    assert len([record for record in caplog.records if "太多" in record.message]) == 1
    assert "小麦" not in caplog.text
    writer.close()


def test_threads_put_at_once(ledger: Ledger, writer: InboxWriter) -> None:
    def put(start: int) -> None:
        for number in range(start, start + 50):
            writer.put(heard(f"m:{number}", "小麦什么时候浇水"))

    threads = [threading.Thread(target=put, args=(start,)) for start in (0, 50, 100, 150)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert writer.flush()
    assert gaps(ledger) == [("小麦什么时候浇水", 200)]


def forget(writer: InboxWriter, hashed: str, left_at: datetime) -> None:
    def forgotten(ledger: Ledger) -> None:
        with ledger.write() as tx:
            followers.forget(tx, hashed, left_at)

    writer.at_once(forgotten)


def test_who_came_is_kept_as_a_hash_until_they_leave(ledger: Ledger, writer: InboxWriter) -> None:
    hashed = followers.openid_hash("openid-1", "key")
    writer.put(Heard("e:1", NOW, "subscribe", came=hashed))
    forget(writer, hashed, NOW)
    writer.put(Heard("e:3", NOW, "subscribe", came=followers.openid_hash("openid-2", "key")))

    assert writer.flush()
    with ledger.read() as tx:
        kept = [row[0] for row in tx.exec_driver_sql("SELECT openid_hash FROM followers")]
    assert kept == [followers.openid_hash("openid-2", "key")]


def test_who_left_before_their_coming_was_written_down_stays_forgotten(ledger: Ledger, writer: InboxWriter) -> None:
    hashed, minute = followers.openid_hash("openid-1", "key"), timedelta(minutes=1)
    forget(writer, hashed, NOW + minute)
    writer.put(Heard("e:1", NOW + 2 * minute, "subscribe", came=hashed, sent_at=NOW))  # repeated by WeChat, heard late

    assert writer.flush()
    with ledger.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM followers").scalar_one() == 0


def test_old_keys_are_forgotten(ledger: Ledger, writer: InboxWriter) -> None:
    writer.put(heard("old", at=NOW - timedelta(days=8)))
    writer.put(heard("new"))
    assert writer.flush()

    with ledger.write() as tx:
        assert inbox.purge(tx, NOW - timedelta(days=7)) == 1
        assert inbox.purge(tx, NOW - timedelta(days=7)) == 0


def test_a_ledger_that_cannot_be_written_for_long_is_said_once_and_when_it_can_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger("sqlite:///ledger.db", folder=tmp_path)
    writer, tries = InboxWriter(ledger, now=lambda: NOW), []

    def task(given: Ledger) -> None:
        tries.append(0)
        if len(tries) < 3:
            raise LedgerError("磁盘满了。")

    with caplog.at_level(logging.INFO):
        writer.at_once(task)
        assert writer.flush(10)
    writer.close()
    ledger.close()

    assert len(tries) == 3
    said = [record.message for record in caplog.records if "稍后再记" not in record.message]  # at once, by the request
    assert said == ["磁盘满了。", "台账又写得进去了，等着的都记下了。"]
