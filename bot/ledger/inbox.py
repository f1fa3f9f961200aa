"""What was heard, written down behind the follower's back: a reply never waits for it.

A thread commits what has come together every 200 ms, and at once when much has. The message's key decides whether it counts: WeChat repeats a
message that it thinks lost, also to another process, and a repeat must count for nothing.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, delete
from sqlalchemy.sql.dml import ReturningInsert

from bot.config import TIMEZONE
from bot.errors import LedgerBusy, LedgerError
from bot.ledger import counters, facts, followers, questions
from bot.ledger.database import Ledger
from bot.ledger.schema import inbox
from bot.ledger.upsert import insert_for
from bot.model.questions import Heard

EVERY_S = 0.2  # a commit costs as much as thirty messages in it; what a power cut takes away is counts of this long
AGAIN_S = 1.0  # when the ledger cannot be written
WAITING = 20_000  # messages kept in memory while the ledger cannot be written
BATCH = 500  # one transaction's; a writer must not keep the others waiting for long
HURRY_S = 0.5  # so long WeChat's request may wait for the ledger: an answer after 5 s is none
CLOSE_S = 4.0  # `serve` gives its workers 5 s to end
STALE = "refused.stale"
STALE_RUN = "clock.stale"

log = logging.getLogger(__name__)

Counts = Counter[tuple[date, str]]
Task = Callable[[Ledger], object]
"""Something that writes to the ledger it is given; it may be done twice."""


class InboxWriter:
    """Takes what was heard at once, writes it down soon. Safe for many threads."""

    def __init__(
        self, ledger: Ledger, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), waiting: int = WAITING
    ) -> None:
        """`now`: the clock for `count`, whose requests say nothing true; `waiting`: messages kept when nothing can be written."""
        self._ledger = ledger
        self._hurried = ledger.hurried(HURRY_S)
        self._waiting = waiting
        self._now = now
        self._heard: deque[Heard] = deque()
        self._counts: Counts = Counter()
        self._tasks: deque[Task] = deque()
        self.stuck_since: datetime | None = None  # since when the ledger takes nothing; None while it does
        self._changed = threading.Condition()
        self._is_writing = False
        self._is_idle = False  # the writer waits for something to write
        self._is_awaited = False  # somebody waits until everything is written
        self._is_closing = False
        self._is_full = False
        self._trouble = ""  # what the log says of a ledger that cannot be written; empty while it can
        self._thread: threading.Thread | None = None

    def put(self, heard: Heard) -> None:
        """Will be written down. When too much waits, what only counts is left out first, then questions."""
        with self._changed:
            room = self._waiting if heard.asked else self._waiting // 2
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

    def at_once(self, task: Task) -> None:
        """`task` is done; or, when the ledger takes nothing within half a second, it will be as soon as it does."""
        try:
            task(self._hurried)
        except LedgerError as error:
            log.warning("台账暂时写不进去，有一件事稍后再记：%s", error)
            self._later(task)

    def _later(self, task: Task) -> None:
        with self._changed:
            self._tasks.append(task)
            self._wake()

    def flush(self, timeout_s: float = 5.0) -> bool:
        """True once everything put before is in the ledger; False when that takes longer than `timeout_s`."""
        with self._changed:
            self._is_awaited = True
            self._wake()
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not (self._waits() or self._is_writing), timeout_s)

    def close(self) -> None:
        """Everything is written down, or 4 s have passed; the thread has ended, or ends with its process."""
        if self._thread is not None:
            self._end(self._thread)
        self._hurried.close()

    def _end(self, thread: threading.Thread) -> None:
        if not self.flush(CLOSE_S):
            log.error("台账写不进去，退出时丢下 %d 条消息和 %d 件要记的事。", len(self._heard), len(self._tasks))
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        thread.join(CLOSE_S)

    def _wake(self) -> None:
        if self._thread is None:
            # Not in __init__: a server makes its workers by forking, and threads do not come along.
            self._thread = threading.Thread(target=self._run, name="inbox-writer", daemon=True)
            self._thread.start()
        # A notice for each message would wake the writer out of its pause, and it would take the turn of a reply.
        if self._is_idle or len(self._heard) == BATCH:
            self._changed.notify_all()

    def _waits(self) -> bool:
        return bool(self._heard or self._counts or self._tasks)

    def _say_full(self) -> None:
        if not self._is_full:
            self._is_full = True
            log.error("台账暂时写不进去，等着记下的消息太多，新的先不记。")

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_idle = True
                self._changed.wait_for(lambda: self._waits() or self._is_closing)
                self._is_idle = False
                if self._is_closing:
                    return
                # Neither a full batch waits, nor somebody who wants to see it written.
                self._changed.wait_for(self._hurries, EVERY_S)
            if not self._write():
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closing, AGAIN_S)

    def _hurries(self) -> bool:
        return self._is_closing or self._is_awaited or len(self._heard) >= BATCH

    def _write(self) -> bool:
        """True when there is nothing to try again."""
        with self._changed:
            batch = [self._heard.popleft() for _ in range(min(BATCH, len(self._heard)))]
            counts, self._counts = self._counts, Counter()
            tasks, self._tasks = list(self._tasks), deque()
            self._is_writing = True
        is_kept = False
        try:
            is_kept = not (batch or counts) or self._commit(batch, counts)
            tasks = _undone(self._ledger, tasks, self._say) if is_kept else tasks
        finally:
            with self._changed:
                if not is_kept:
                    self._heard.extendleft(reversed(batch))
                    self._counts.update(counts)
                self._tasks.extendleft(reversed(tasks))
                self._note(is_clear=is_kept and not tasks)
        return is_kept and not tasks

    def _note(self, *, is_clear: bool) -> None:
        self.stuck_since = None if is_clear else self.stuck_since or self._now()
        self._is_full = self._is_full and not is_clear
        if is_clear and self._trouble:
            self._trouble = ""
            log.warning("台账又写得进去了，等着的都记下了。")
        self._is_writing = False
        self._is_awaited = self._is_awaited and self._waits()
        self._changed.notify_all()

    def _say(self, trouble: str) -> None:
        """Once for as long as it lasts: it is met again every second."""
        if trouble != self._trouble:
            self._trouble = trouble
            log.error("%s", trouble)

    def _commit(self, batch: Sequence[Heard], counts: Counts) -> bool:
        """False when the ledger cannot be written just now."""
        try:
            with self._ledger.write() as tx:
                _keep(tx, batch, counts)
        except LedgerBusy:
            return False
        except LedgerError as error:
            self._say(str(error))
            return False
        except Exception as error:  # nobody waits for this thread: it must not die of one bad message
            return self._commit_singly(batch, counts, error)
        return True

    def _commit_singly(self, batch: Sequence[Heard], counts: Counts, why: Exception) -> bool:
        """The same for each message by itself, so that only a bad one is lost; what is committed twice counts once."""
        lost = 0
        try:
            for heard in batch:
                lost += not self._takes(functools.partial(_keep, batch=[heard], counts=Counter()))
            self._takes(lambda tx: counters.add(tx, counts))  # last: these have no key, and must not be added twice
        except LedgerError:
            return False
        log.error("%d 条消息没有记下，其余 %d 条记下了：%s", lost, len(batch) - lost, type(why).__name__)
        return True

    def _takes(self, change: Callable[[Connection], object]) -> bool:
        """False for what the ledger will never take; LedgerError when it cannot be written just now."""
        try:
            with self._ledger.write() as tx:
                change(tx)
        except LedgerError:
            raise
        except Exception:  # said once by who calls, without a text that would hold followers' words
            return False
        return True


def _undone(ledger: Ledger, tasks: Sequence[Task], say: Callable[[str], object]) -> list[Task]:
    """What is left from the first one on for which the ledger cannot be written just now."""
    for done, task in enumerate(tasks):
        try:
            task(ledger)
        except LedgerError as error:
            if not isinstance(error, LedgerBusy):
                say(str(error))
            return list(tasks[done:])
        except Exception as error:  # as above: the thread must live on
            log.error("有一件事没有记下：%s", type(error).__name__)
    return []


def _keep(tx: Connection, batch: Sequence[Heard], counts: Counts) -> None:
    counted = Counter(counts)
    new = remember(tx, batch)
    for heard in new:
        day = heard.at.astimezone(TIMEZONE).date()
        counted.update((day, name) for name in heard.counters)
        if heard.came:
            followers.follow(tx, heard.came, heard.sent_at or heard.at)
    questions.note(tx, [(heard.asked, heard.at) for heard in new if heard.asked])
    counters.add(tx, counted)
    _judge_clock(tx, batch, counts)


def _judge_clock(tx: Connection, batch: Sequence[Heard], counts: Counts) -> None:
    """STALE_RUN counts the messages refused for their time since the last one that was taken."""
    stale = {day: n for (day, name), n in counts.items() if name == STALE}
    if batch:
        facts.take(tx, STALE_RUN)
    elif stale:
        run = int(facts.get(tx, STALE_RUN) or 0) + sum(stale.values())
        facts.put(tx, STALE_RUN, str(run), datetime.combine(max(stale), time(), TIMEZONE))


def remember(tx: Connection, batch: Sequence[Heard]) -> list[Heard]:
    """Those that are the first with their key, ever; of two with the same key in one batch the earlier one."""
    first = {heard.key: heard for heard in reversed(batch)}
    if not first:
        return []
    rows = [{"key": key, "kind": heard.kind, "at": heard.at} for key, heard in sorted(first.items())]
    return [first[key] for key in tx.execute(_remembering(tx.dialect.name), rows).scalars()]


@functools.cache
def _remembering(dialect: str) -> ReturningInsert[str]:
    return insert_for(dialect, inbox).on_conflict_do_nothing(index_elements=["key"]).returning(inbox.c.key)


def purge(tx: Connection, before: datetime) -> int:
    """Forgets the keys of messages heard before that moment; how many there were."""
    return tx.execute(delete(inbox).where(inbox.c.at < before)).rowcount
