"""An account's side of WeChat in memory, with a will of its own: each call can be refused, lost, or end the process.

It keeps WeChat's rules as far as they matter for sending once: a draft leaves the box when it went out, a repeated
`clientmsgid` is recognised, a submitted draft is published later.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.errors import OutcomeUnknown, OutletRefused, Remedy
from bot.model.jobs import Job, JobState
from bot.publishing.outlet import (
    DraftArticle,
    DraftSeen,
    MassTicket,
    PublicationSeen,
    PublishTicket,
)

Given = TypeVar("Given")


class Died(BaseException):
    """The process was killed here."""


@dataclass
class Fault:
    """What happens to the next calls of one kind: `error` is raised, after the call was handled or instead of it."""

    error: BaseException
    is_handled: bool = False
    times: int = 1


@dataclass
class Send:
    """Something that went out, or was accepted."""

    kind: str
    articles: tuple[DraftArticle, ...]
    id: str
    clientmsgid: str = ""
    state: JobState = JobState.RUNNING
    at: datetime | None = None
    media_id: str = ""


def refusal(code: int, remedy: Remedy = Remedy.PERMANENT, *, retry_after_s: int = 0) -> OutletRefused:
    """WeChat's no."""
    return OutletRefused(f"微信说不行（{code}）。", code=code, remedy=remedy, retry_after_s=retry_after_s)


def lost() -> OutcomeUnknown:
    """No answer came."""
    return OutcomeUnknown("没有等到微信的答复。")


@dataclass
class OutletDouble:
    """Implements `bot.publishing.outlet.Outlet`; `now` is the platform's clock."""

    now: datetime
    may_mass: bool = True
    may_free: bool = True
    calls: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    box: dict[str, tuple[tuple[DraftArticle, ...], datetime]] = field(default_factory=dict)
    sends: list[Send] = field(default_factory=list)
    covers: set[str] = field(default_factory=set)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    before: Callable[[str], object] = lambda _: None
    uploads: list[tuple[str, bytes, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, call: str, error: BaseException, *, handled: bool = False, times: int = 1) -> None:
        """The next `times` calls of this kind end with `error`; `handled` says whether WeChat did what was asked."""
        self.faults.setdefault(call, []).append(Fault(error, handled, times))

    def finish(self, state: JobState = JobState.DONE) -> None:
        """All accepted jobs end."""
        for send in self.sends:
            if send.state is JobState.RUNNING:
                send.state = state
                self.box.pop(send.media_id, None)

    def titles(self) -> list[list[str]]:
        """What went out or was accepted, push by push."""
        return [
            [article.title for article in send.articles] for send in self.sends if send.state is not JobState.FAILED
        ]

    def _do(self, call: str, handle: Callable[[], Given]) -> Given:
        self.before(call)
        with self.lock:
            self.calls[call] += 1
            fault = self._fault(call)
            if fault is None:
                return handle()
            if fault.is_handled:
                handle()
            raise fault.error

    def _fault(self, call: str) -> Fault | None:
        waiting = self.faults.get(call, [])
        if not waiting:
            return None
        waiting[0].times -= 1
        return waiting.pop(0) if waiting[0].times == 0 else waiting[0]

    def may_mass_send(self) -> bool:
        return self._do("may_mass_send", lambda: self.may_mass)

    def may_publish(self) -> bool:
        return self._do("may_publish", lambda: self.may_free)

    def upload_picture(self, name: str, data: bytes, mime: str) -> str:
        self.uploads.append((name, data, mime))
        return self._do("upload_picture", lambda: f"https://mmbiz.example/{name}?{next(self.numbers)}")

    def upload_cover(self, name: str, data: bytes, mime: str) -> str:
        self.uploads.append((name, data, mime))

        def handle() -> str:
            media_id = f"cover-{next(self.numbers)}"
            self.covers.add(media_id)
            return media_id

        return self._do("upload_cover", handle)

    def add_draft(self, articles: Sequence[DraftArticle]) -> str:
        def handle() -> str:
            if any(article.cover_media_id not in self.covers for article in articles):
                raise refusal(40007)
            media_id = f"draft-{next(self.numbers)}"
            self.box[media_id] = (tuple(articles), self.now)
            return media_id

        return self._do("add_draft", handle)

    def drafts(self, *, since: datetime) -> list[DraftSeen]:
        def handle() -> list[DraftSeen]:
            return [
                DraftSeen(media_id, *_seen(articles), at)
                for media_id, (articles, at) in reversed(self.box.items())
                if at >= since
            ]

        return self._do("drafts", handle)

    def delete_draft(self, media_id: str) -> None:
        self._do("delete_draft", lambda: self.box.pop(media_id, None))

    def submit(self, media_id: str) -> PublishTicket:
        def handle() -> PublishTicket:
            if not self.may_free:
                raise refusal(48001, Remedy.HUMAN)
            send = self._accept("publish", media_id)
            return PublishTicket(send.id, f"data-{send.id}")

        return self._do("submit", handle)

    def publication(self, publish_id: str) -> Job:
        return self._do("publication", lambda: self._job(publish_id, with_urls=True))

    def publications(self, *, since: datetime) -> list[PublicationSeen]:
        def handle() -> list[PublicationSeen]:
            return [
                PublicationSeen(f"article-{send.id}", *_seen(send.articles), _urls(send), send.at)
                for send in reversed(self.sends)
                if send.kind == "publish" and send.state is JobState.DONE and send.at and send.at >= since
            ]

        return self._do("publications", handle)

    def mass_send(self, media_id: str, clientmsgid: str) -> MassTicket:
        assert 0 < len(clientmsgid.encode()) <= 32

        def handle() -> MassTicket:
            if not self.may_mass:
                raise refusal(48001, Remedy.HUMAN)
            earlier = next((send for send in self.sends if send.clientmsgid == clientmsgid), None)
            if earlier:
                return MassTicket(earlier.id, f"data-{earlier.id}", already=True)
            send = self._accept("mass", media_id, clientmsgid)
            del self.box[media_id]
            return MassTicket(send.id, f"data-{send.id}", already=False)

        return self._do("mass_send", handle)

    def mass_job(self, msg_id: str) -> Job:
        return self._do("mass_job", lambda: self._job(msg_id, with_urls=False))

    def _accept(self, kind: str, media_id: str, clientmsgid: str = "") -> Send:
        if media_id not in self.box:
            raise refusal(40007)
        articles, _ = self.box[media_id]
        send = Send(kind, articles, str(next(self.numbers)), clientmsgid, at=self.now, media_id=media_id)
        self.sends.append(send)
        return send

    def _job(self, job_id: str, *, with_urls: bool) -> Job:
        send = next((send for send in self.sends if send.id == job_id), None)
        if send is None:
            raise refusal(53502)
        said = "平台审核没有通过" if send.state is JobState.FAILED else ""
        urls = _urls(send) if with_urls and send.state is JobState.DONE else ()
        return Job(send.state, said, dict(enumerate(urls)), f"article-{send.id}")


def _seen(articles: Sequence[DraftArticle]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return (
        tuple(article.title for article in articles),
        tuple(article.digest for article in articles),
        tuple(article.cover_media_id for article in articles),
    )


def _urls(send: Send) -> tuple[str, ...]:
    return tuple(f"https://mp.example/s/{send.id}-{place}" for place in range(len(send.articles)))
