"""A result of WeChat's → the push has gone out, and the archive knows it, or it has failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.ledger import articles, pushes
from bot.ledger.database import Connection
from bot.model.jobs import Job, JobState
from bot.model.pushes import Push, PushState
from bot.publishing.timetable import local_day


def conclude(tx: Connection, push: Push, result: Job, now: datetime) -> bool:
    """True for one caller: the push is confirmed or has failed, as the result says."""
    if result.state is JobState.FAILED:
        # Accepted once, its names are used up: a person's next try makes a new draft under a new clientmsgid.
        return pushes.fail(tx, push, f"{result.said}。", now, draft_media_id=None)
    said = f"{result.said}。" if result.state is JobState.GONE and result.said else ""
    return confirm(tx, push, result.urls, now, said=said)


def confirm(
    tx: Connection, push: Push, urls: Mapping[int, str], now: datetime, *, said: str = "", what: str = ""
) -> bool:
    """True for one caller: the push went out, and the archive knows it; `urls` by position, as far as known."""
    if not pushes.finish_step(
        tx, push, PushState.CONFIRMED, now, said=said, what=what or "confirmed", confirmed_at=now
    ):
        return False
    into_archive(tx, push, urls, now)
    return True


def into_archive(tx: Connection, push: Push, urls: Mapping[int, str], now: datetime) -> None:
    """The push's articles count as published, with their addresses as far as known."""
    at = push.sent_at or now
    pushes.publish(tx, push, urls, at)
    for item in push.items:
        articles.published(tx, item.article_id, on=local_day(at), url=urls.get(item.position))
