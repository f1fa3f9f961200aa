"""Results of accepted sends: made some time after the answer, then told to the bot as an event."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from bot.sandbox.account import load_account
from bot.sandbox.articles import delete_pages, make_pages
from bot.sandbox.callback import Courier, Push
from bot.sandbox.chat import show_push
from bot.sandbox.clock import Clock
from bot.sandbox.drafts import remove_draft
from bot.sandbox.job_events import Reached, mass_finished, publish_finished
from bot.sandbox.mass_range import reached_by
from bot.sandbox.messages import Heading
from bot.sandbox.outcomes import AFTER_SUCCESS, outcome_of
from bot.sandbox.parcels import parcels_in, show
from bot.sandbox.state import Row, Store, to_json

LONGEST_NAP_S = 60.0
LOOK_AT_CLOCK_S = 1.0  # while the administrator is waited for: the box's clock may be put forward


class Jobs:
    """A thread that finishes each send when it is due. What was accepted before a restart is finished after it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        courier: Courier,
        pool: ThreadPoolExecutor,
        base_url: Callable[[], str],
    ) -> None:
        self._base_url = base_url
        self._store = store
        self._clock = clock
        self._courier = courier
        self._pool = pool
        self._wake = threading.Event()
        self._lock = threading.Lock()  # taken before the store's, never after it
        self._telling: set[Future[bytes | None]] = set()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="box-jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """The thread looks again: something was accepted, or the delay was changed."""
        self._wake.set()

    def settle(self) -> int:
        """How many results were told to the bot now: the pending ones and those on their way."""
        for row in self._pending():
            self._finish(row)
        with self._lock:
            events = list(self._telling)
        for event in events:
            event.result()
        return len(events)

    def close(self) -> None:
        """The thread has ended."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            now_s = time.time()
            due_in_s = [self._due_in_s(row, now_s) for row in self._open()]
            if any(left_s <= 0 for left_s in due_in_s):
                for row in self._open():
                    if self._due_in_s(row, time.time()) <= 0:
                        self._finish(row)
                continue
            self._wake.wait(min([*due_in_s, LONGEST_NAP_S]))
            self._wake.clear()

    def _due_in_s(self, row: Row, now_s: float) -> float:
        """Real seconds until the next look at this job; 0 or less when its result is to be made."""
        if row["waits_until"] is None:
            return float(row["due"]) - now_s
        left_s = float(row["waits_until"]) - self._clock.timestamp()
        return min(left_s, LOOK_AT_CLOCK_S) if left_s > 0 else 0.0

    def _open(self) -> list[Row]:
        return self._store.rows("SELECT * FROM sends WHERE state = 'in progress' ORDER BY due, seq")

    def _pending(self) -> list[Row]:
        """The open jobs that wait for nobody any longer."""
        now = self._clock.timestamp()
        return [row for row in self._open() if row["waits_until"] is None or now >= row["waits_until"]]

    def _finish(self, row: Row) -> None:
        """The send is done, or has failed, and its event on its way; by one thread only."""
        with self._lock:
            with self._store.transaction():
                # Read again: the administrator may have decided since.
                row = self._store.rows("SELECT * FROM sends WHERE seq = ?", row["seq"])[0]
                if row["state"] != "in progress":
                    return
                document = self._ended(row)
            if not load_account(self._store).server_mode:
                return
            push = Push(document, self._store.fact("mphelper"), self._store.fact("original_id"))
            event = self._pool.submit(self._courier.deliver, push)
            self._telling.add(event)
        event.add_done_callback(self._told)

    def _ended(self, row: Row) -> str:
        """The event's document, after the job has done what it does."""
        outcome = outcome_of(self._store, row, load_account(self._store), self._clock.timestamp())
        has_failed = bool(outcome) and not (row["kind"] == "publish" and outcome in AFTER_SUCCESS)
        self._store.change(
            "UPDATE sends SET state = ?, outcome = ?, waits_until = NULL WHERE seq = ?",
            "failed" if has_failed else "done",
            outcome,
            row["seq"],
        )
        return self._mass(row, outcome) if row["kind"] == "mass" else self._publication(row, outcome, has_failed)

    def _told(self, event: Future[bytes | None]) -> None:
        with self._lock:
            self._telling.discard(event)

    def _mass(self, row: Row, outcome: str) -> str:
        if outcome:
            self._store.change("UPDATE sends SET recipients = '[]' WHERE seq = ?", row["seq"])
            return mass_finished(self._heading(), row["msg_id"], outcome, Reached(0, 0), [])
        articles, now = json.loads(row["articles"]), self._clock.timestamp()
        total, openids = reached_by(self._store, row, load_account(self._store).kind, now)
        paths = make_pages(self._store, row["seq"], len(articles))
        self._store.change("UPDATE sends SET recipients = ? WHERE seq = ?", to_json(openids), row["seq"])
        for openid in openids:
            if articles:
                show_push(self._store, openid, articles, paths, now)
            for parcel in parcels_in(row["shown"]):
                show(self._store, openid, parcel, now)
        return mass_finished(self._heading(), row["msg_id"], "", Reached(total, len(openids)), self._urls(paths))

    def _publication(self, row: Row, outcome: str, has_failed: bool) -> str:
        if has_failed:
            return publish_finished(self._heading(), row["publish_id"], outcome, "", [])
        paths = make_pages(self._store, row["seq"], len(json.loads(row["articles"])))
        article_id = secrets.token_urlsafe(48)
        self._store.change("UPDATE sends SET article_id = ? WHERE seq = ?", article_id, row["seq"])
        remove_draft(self._store, row["media_id"])
        if outcome in AFTER_SUCCESS:
            delete_pages(self._store, row["seq"], 0)
        return publish_finished(self._heading(), row["publish_id"], outcome, article_id, self._urls(paths))

    def _heading(self) -> Heading:
        created = int(self._clock.timestamp())
        return Heading(self._store.fact("original_id"), self._store.fact("mphelper"), created)

    def _urls(self, paths: list[str]) -> list[str]:
        return [self._base_url() + path for path in paths]
