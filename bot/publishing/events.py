"""WeChat's event that a job has ended: for a push of ours at once, else kept until the job's id is known here."""

from __future__ import annotations

import json
from datetime import datetime

from bot.ledger import facts, pushes
from bot.ledger.database import Connection, Ledger
from bot.model.jobs import Job, JobFinished, JobKind, JobState
from bot.model.pushes import Push, PushState, Step
from bot.publishing.results import conclude, into_archive


def finished(ledger: Ledger, event: JobFinished, now: datetime) -> bool:
    """True when the event's job is a push of ours; else it is kept, for the answer with the job's id may be on its way."""
    with ledger.write() as tx:
        push = _push_of(tx, event)
        if push is None:
            facts.put(tx, _key(event.kind, event.id), _written(event.job), now)
            pushes.nudge(tx, Step.SEND)
            return False
        _apply(tx, push, event.job, now)
        return True


def _push_of(tx: Connection, event: JobFinished) -> Push | None:
    by_id = {JobKind.PUBLISH: pushes.by_publish_id, JobKind.MASS: pushes.by_msg_id}
    return by_id[event.kind](tx, event.id)


def _apply(tx: Connection, push: Push, result: Job, now: datetime) -> None:
    went_out = result.state in (JobState.DONE, JobState.GONE)
    is_news = result.state is not JobState.RUNNING and push.state in (PushState.SENT, PushState.UNKNOWN)
    if is_news or (went_out and push.state is PushState.FAILED):
        conclude(tx, push, result, now)
    elif went_out and push.state is PushState.CONFIRMED:
        _add_addresses(tx, push, result, now)
    elif result.state is JobState.FAILED and push.state is PushState.FAILED and result.said:
        _say_why(tx, push, f"{result.said}。", now)


def _say_why(tx: Connection, push: Push, said: str, now: datetime) -> None:
    """A failure that was found by asking gets its reason, which only the event gives."""
    if said != push.said and pushes.change(tx, push, now, said=said):
        pushes.note(tx, push.id, "reason", said, now)


def _add_addresses(tx: Connection, push: Push, result: Job, now: datetime) -> None:
    """A push that was confirmed without addresses gets them; what happened to it since is noted."""
    if any(item.url is None for item in push.items) and result.urls:
        into_archive(tx, push, result.urls, now)
        pushes.note(tx, push.id, "addresses", "知道文章的网址了", now)
    if result.said:
        pushes.note(tx, push.id, "afterwards", result.said, now)


def _key(kind: JobKind, job_id: str | None) -> str:
    return f"event.{kind}.{job_id}"


def _written(job: Job) -> str:
    return json.dumps([job.state, job.said, list(job.urls.items())], ensure_ascii=False)


def conclude_stored(tx: Connection, push: Push, now: datetime) -> bool:
    """True when an event had told the end of the push's job before its id was known here."""
    stored = _take_stored(tx, push)
    return stored is not None and stored.state is not JobState.RUNNING and conclude(tx, push, stored, now)


def _take_stored(tx: Connection, push: Push) -> Job | None:
    """What such an event said, which is then forgotten; None when there was none."""
    is_publish = push.publish_id is not None
    key = _key(JobKind.PUBLISH, push.publish_id) if is_publish else _key(JobKind.MASS, push.msg_id)
    written = facts.take(tx, key)
    if written is None:
        return None
    state, said, urls = json.loads(written)
    return Job(JobState(state), said, {int(position): str(url) for position, url in urls})
