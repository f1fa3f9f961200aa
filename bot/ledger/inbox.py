"""What was heard, written down behind the follower's back: a reply never waits for it.

A thread commits what has come together every 50 ms. The message's key decides whether it counts: WeChat repeats a
message that it thinks lost, also to another process, and a repeat must count for nothing.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Connection, delete

from bot.config import TIMEZONE
from bot.errors import LedgerBusy, LedgerError
from bot.ledger import counters, followers, questions
from bot.ledger.database import Ledger
from bot.ledger.schema import inbox
from bot.ledger.upsert import insert_into
from bot.model.questions import Heard

EVERY_S = 0.05
WAITING = 20_000  # messages kept in memory while the ledger cannot be written
BATCH = 500  # one transaction's; a writer must not keep the others waiting for long
CLOSE_S = 10.0

log = logging.getLogger(__name__)

Counts = Counter[tuple[date, str]]


class InboxWriter:
    """Takes what was heard at once, writes it down soon. Safe for many threads."""

    def __init__(
        self, ledger: Ledger, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), waiting: int = WAITING
    ) -> None:
        """`now`: the clock for `count`, whose requests say nothing true; `waiting`: messages kept when nothing can be written."""
        self._ledger = ledger
        self._waiting = waiting
        self._now = now
        self._heard: deque[Heard] = deque()
        self._counts: Counts = Counter()
        self._changed = threading.Condition()
        self._is_writing = False
        self._is_closing = False
        self._is_full = False
        self._thread: threading.Thread | None = None

    def put(self, heard: Heard) -> None:
        """Will be written down. When too much waits, what only counts is left out first, then questions."""
        with self._changed:
            room = self._waiting if heard.asked or heard.left else self._waiting // 2
            if len(self._heard) >= room:
                self._say_full()
                return
            self._heard.append(heard)
            self._wake()

    def count(self, name: str) -> None:
        """`name` happened once more today."""
        with self._changed:
            self._counts[self._now().astimezone(TIMEZONE).date(), name] += 1
            self._wake()

    def flush(self, timeout_s: float = 5.0) -> bool:
        """True once everything put before is in the ledger; False when that takes longer than `timeout_s`."""
        with self._changed:
            self._wake()
            return self._changed.wait_for(lambda: not (self._heard or self._counts or self._is_writing), timeout_s)

    def close(self) -> None:
        """Everything is written down, or 10 s have passed; the thread has ended."""
        if self._thread is None:
            return
        if not self.flush(CLOSE_S):
            log.error("台账写不进去，退出时丢下 %d 条消息的计数。", len(self._heard))
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join(CLOSE_S)

    def _wake(self) -> None:
        if self._thread is None:
            # Not in __init__: a server makes its workers by forking, and threads do not come along.
            self._thread = threading.Thread(target=self._run, name="inbox-writer", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _say_full(self) -> None:
        if not self._is_full:
            self._is_full = True
            log.error("台账暂时写不进去，等着记下的消息太多，新的先不记。")

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._heard or self._counts or self._is_closing)
                if self._is_closing:
                    return
            self._pause(EVERY_S)
            self._pause(0 if self._write() else 20 * EVERY_S)

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closing, seconds)

    def _write(self) -> bool:
        """True when there is nothing to try again."""
        with self._changed:
            batch = [self._heard.popleft() for _ in range(min(BATCH, len(self._heard)))]
            counts, self._counts = self._counts, Counter()
            self._is_writing = True
        is_written = False
        try:
            is_written = self._commit(batch, counts)
        finally:
            with self._changed:
                if not is_written:
                    self._heard.extendleft(reversed(batch))
                    self._counts.update(counts)
                self._is_full = self._is_full and not is_written
                self._is_writing = False
                self._changed.notify_all()
        return is_written

    def _commit(self, batch: Sequence[Heard], counts: Counts) -> bool:
        """False when the ledger cannot be written just now."""
        try:
            with self._ledger.write() as tx:
                _keep(tx, batch, counts)
        except LedgerBusy:
            return False
        except LedgerError as error:
            log.error("%s", error)
            return False
        except Exception as error:  # nobody waits for this thread: it must not die of one bad message
            log.error("%d 条消息没有记下：%s", len(batch), type(error).__name__)  # the text would hold followers' words
        return True


def _keep(tx: Connection, batch: Sequence[Heard], counts: Counts) -> None:
    counted = Counter(counts)
    for heard in batch:
        sent_at = heard.sent_at or heard.at
        if heard.left:  # before anything else: also a repeat must leave nothing behind
            followers.forget(tx, heard.left, sent_at)
        if not remember(tx, heard):
            continue
        day = heard.at.astimezone(TIMEZONE).date()
        counted.update((day, name) for name in heard.counters)
        if heard.asked:
            questions.note(tx, heard.asked, heard.at)
        if heard.came:
            followers.follow(tx, heard.came, sent_at)
    for (day, name), n in sorted(counted.items()):
        counters.add(tx, day, name, n)


def remember(tx: Connection, heard: Heard) -> bool:
    """True for the first with this key, ever."""
    new = insert_into(tx, inbox).values(key=heard.key, kind=heard.kind, at=heard.at)
    return tx.execute(new.on_conflict_do_nothing(index_elements=["key"])).rowcount == 1


def purge(tx: Connection, before: datetime) -> int:
    """Forgets the keys of messages heard before that moment; how many there were."""
    return tx.execute(delete(inbox).where(inbox.c.at < before)).rowcount
