"""Results of accepted sends: made some time after the answer, then told to the bot as an event."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from bot.sandbox.articles import make_pages
from bot.sandbox.callback import Courier, Push
from bot.sandbox.chat import show_push, show_text
from bot.sandbox.clock import Clock
from bot.sandbox.drafts import remove_draft
from bot.sandbox.followers import subscribed_openids
from bot.sandbox.messages import Heading, mass_finished, publish_finished
from bot.sandbox.state import Row, Store, to_json

LONGEST_NAP_S = 60.0


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
            pending = self._pending()
            for row in pending:
                if row["due"] <= time.time():
                    self._finish(row)
            waiting = [row["due"] - time.time() for row in pending if row["due"] > time.time()]
            self._wake.wait(max(0.0, min([*waiting, LONGEST_NAP_S])))
            self._wake.clear()

    def _pending(self) -> list[Row]:
        return self._store.rows("SELECT * FROM sends WHERE state = 'in progress' ORDER BY due, seq")

    def _finish(self, row: Row) -> None:
        """The send is done and its event on its way; by one thread only."""
        with self._lock:
            with self._store.transaction():
                if not self._store.change(
                    "UPDATE sends SET state = 'done' WHERE seq = ? AND state = 'in progress'", row["seq"]
                ):
                    return
                document = self._mass(row) if row["kind"] == "mass" else self._publication(row)
            push = Push(document, self._store.fact("mphelper"), self._store.fact("original_id"))
            event = self._pool.submit(self._courier.deliver, push)
            self._telling.add(event)
        event.add_done_callback(self._told)

    def _told(self, event: Future[bytes | None]) -> None:
        with self._lock:
            self._telling.discard(event)

    def _mass(self, row: Row) -> str:
        articles, openids, now = json.loads(row["articles"]), subscribed_openids(self._store), self._clock.timestamp()
        paths = make_pages(self._store, row["seq"], len(articles))
        self._store.change("UPDATE sends SET recipients = ? WHERE seq = ?", to_json(openids), row["seq"])
        for openid in openids:
            if articles:
                show_push(self._store, openid, articles, paths, now)
            else:
                show_text(self._store, openid, row["text"], now)
        return mass_finished(self._heading(), row["msg_id"], len(openids), self._urls(paths))

    def _publication(self, row: Row) -> str:
        paths = make_pages(self._store, row["seq"], len(json.loads(row["articles"])))
        article_id = secrets.token_urlsafe(48)
        self._store.change("UPDATE sends SET article_id = ? WHERE seq = ?", article_id, row["seq"])
        remove_draft(self._store, row["media_id"])
        return publish_finished(self._heading(), row["publish_id"], article_id, self._urls(paths))

    def _heading(self) -> Heading:
        created = int(self._clock.timestamp())
        return Heading(self._store.fact("original_id"), self._store.fact("mphelper"), created)

    def _urls(self, paths: list[str]) -> list[str]:
        return [self._base_url() + path for path in paths]
