"""Open outcomes: what WeChat's lists, jobs and events say about a call that nobody saw the end of.

Only what may be done twice is done again: uploads, drafts, and within 24 hours a mass send under its `clientmsgid`.
A `freepublish/submit` of unknown outcome is never repeated by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from bot.errors import OutcomeUnknown, OutletRefused, Remedy
from bot.ledger import articles, facts, pushes
from bot.ledger.database import Connection, Ledger
from bot.model.jobs import Job, JobFinished, JobKind, JobState
from bot.model.pushes import Push, PushState, Route, Step
from bot.publishing import contents
from bot.publishing.bench import Bench
from bot.publishing.outlet import PublicationSeen, is_final
from bot.publishing.send import TOO_LATE
from bot.publishing.timetable import local_day

CLIENTMSGID_LASTS = timedelta(hours=24) - timedelta(minutes=5)
"""So long WeChat recognises a repeated mass send, less a margin for clocks that differ."""

SUBMIT_LOOKED_FOR = timedelta(minutes=30)
"""So long a submit of unknown outcome is looked for before a person is asked."""

ASKED_FOR = timedelta(days=2)
"""So long WeChat is asked for the result of a job; it seldom takes minutes."""

PACES = (
    (timedelta(minutes=1), timedelta(seconds=10)),
    (timedelta(minutes=10), timedelta(seconds=90)),
    (timedelta(minutes=30), timedelta(minutes=5)),
)
PACE_LATER = timedelta(minutes=30)
"""How often to ask, by age. Six pushes at one moment must not use up freepublish/get's 100 calls a day."""

LOOKS_REFUSED = 3
"""So many permanent refusals of a look: WeChat may not know at once what it has just accepted."""
LOOK_REFUSED = "look:refused"

CHECK = "请到微信后台核对：已经发出就点“已经发出了”，没有就点“没有发出，重新发”。"
DRAFT_UNSEEN = "新建草稿时没有等到微信的答复，又看不到草稿箱：{error}改好之后请点“再试一次”。"
SUBMIT_UNSEEN = f"提交发布时没有等到微信的答复，又没法去找它：{{error}}{CHECK}"
ACCEPTED = {
    Route.MASS: "微信已收下，正在等结果。开着群发保护时，要管理员在 30 分钟里到微信里确认。",
    Route.PUBLISH: "微信已收下，正在等结果。",
}
RESULT_UNSEEN = f"微信收下了它，但问不到结果：{{error}}{CHECK}"
SUBMIT_UNKNOWN = f"提交发布时没有等到微信的答复，之后在已发布的文章里也没有找到它。{CHECK}"
MASS_UNKNOWN = f"群发时没有等到微信的答复，又过了一天，不能再安全地重试。{CHECK}"
MASS_LATE = "这一期还能自动发出的时间已过，"
MASS_CHANGED = f"而上一次群发没有等到微信的答复，不能再用它来重试。{CHECK}"
RESULT_UNKNOWN = f"微信收下了它，但过了两天还没有给出结果。{CHECK}"


class Finding(Enum):
    """What came of looking at an open step."""

    AGAIN = auto()  # the call may be made once more
    MOVED = auto()  # the outcome is known now, or a person is asked
    WAIT = auto()  # nothing is known yet


# -- open steps -------------------------------------------------------------------------------------------------------


def settle(bench: Bench, push: Push) -> Finding:
    """What is now known of the push's open step."""
    if push.step is Step.SEND:
        return _settle_mass(bench, push) if push.route is Route.MASS else _settle_submit(bench, push)
    if push.good_until and bench.now > push.good_until:
        said = f"{push.said}{TOO_LATE}"
        bench.keep(lambda tx: pushes.fail(tx, push, said, bench.now))
        return Finding.MOVED
    return Finding.AGAIN if push.step is Step.UPLOAD else _settle_draft(bench, push)


def _settle_draft(bench: Bench, push: Push) -> Finding:
    """A draft of ours in the box is adopted; else it may be made again, for a draft reaches nobody."""
    try:
        media_id = _find_draft(bench, push)
    except (OutletRefused, OutcomeUnknown) as error:
        if not _is_given_up(bench, push, error):
            return _wait(bench, push, str(error))
        said = DRAFT_UNSEEN.format(error=error)
        still_open: dict[str, Any] = {
            "step": push.step,
            "step_started_at": push.step_started_at,
            "attempts": push.attempts,
        }
        bench.keep(lambda tx: pushes.fail(tx, push, said, bench.now, **still_open))
        return Finding.MOVED
    if media_id is None:
        return Finding.AGAIN
    bench.keep(lambda tx: _adopt(tx, bench, push, media_id))
    return Finding.MOVED


def _adopt(tx: Connection, bench: Bench, push: Push, media_id: str) -> bool:
    said = "草稿已经在草稿箱里了。"
    return pushes.finish_step(
        tx, push, PushState.DRAFTED, bench.now, said=said, what="settled", draft_media_id=media_id
    )


def _find_draft(bench: Bench, push: Push) -> str | None:
    seen = bench.outlet.drafts(since=push.seen_from or push.claimed_at)
    with bench.ledger.read() as tx:
        ours = contents.fingerprint(tx, push, bench.config.account.app_id)
        taken = pushes.other_drafts(tx, push, (draft.media_id for draft in seen))
    fresh = (draft for draft in seen if ours.matches(draft) and bench.is_since(push, draft.updated_at))
    return next((draft.media_id for draft in fresh if draft.media_id not in taken), None)


def _settle_mass(bench: Bench, push: Push) -> Finding:
    with bench.ledger.read() as tx:
        changed = contents.no_longer_approved(tx, push)
    is_late = push.good_until is not None and bench.now > push.good_until
    if changed or is_late:
        _give_up(bench, push, f"{changed or MASS_LATE}{MASS_CHANGED}")
    elif bench.now - _started(push) >= CLIENTMSGID_LASTS:
        _give_up(bench, push, MASS_UNKNOWN)
    else:
        return Finding.AGAIN
    return Finding.MOVED


def _settle_submit(bench: Bench, push: Push) -> Finding:
    found = None
    try:
        found = _find_publication(bench, push)
        said = "提交发布时没有等到微信的答复，正在已发布的文章里找它。"
    except (OutletRefused, OutcomeUnknown) as error:
        said = str(error)
        if _is_given_up(bench, push, error):
            _give_up(bench, push, SUBMIT_UNSEEN.format(error=error), refused=error)
            return Finding.MOVED
    if found is not None:
        confirm_found(bench, push, found)
        return Finding.MOVED
    if bench.now - _started(push) >= SUBMIT_LOOKED_FOR:
        _give_up(bench, push, SUBMIT_UNKNOWN)
        return Finding.MOVED
    return _wait(bench, push, said)


def _find_publication(bench: Bench, push: Push) -> PublicationSeen | None:
    seen = bench.outlet.publications(since=push.seen_from or push.claimed_at)
    with bench.ledger.read() as tx:
        ours = contents.fingerprint(tx, push, bench.config.account.app_id)
    fresh = (each for each in seen if bench.is_since(push, each.updated_at))
    return next((each for each in fresh if ours.matches(each)), None)


def confirm_found(bench: Bench, push: Push, found: PublicationSeen) -> None:
    """The publication in WeChat's list is this push."""
    result = Job(JobState.DONE, urls=dict(enumerate(found.urls)))
    bench.keep(lambda tx: conclude(tx, push, result, bench.now))


def _started(push: Push) -> datetime:
    return push.step_started_at or push.updated_at


def _is_given_up(bench: Bench, push: Push, error: OutletRefused | OutcomeUnknown) -> bool:
    """True when WeChat refuses this look for good: at once where a person must change something, else the third time."""
    if not isinstance(error, OutletRefused) or not is_final(error):
        return False
    if error.remedy is Remedy.HUMAN:
        return True

    def write(tx: Connection) -> int:
        pushes.note(tx, push.id, LOOK_REFUSED, str(error), bench.now)
        return sum(event.what == LOOK_REFUSED for event in pushes.events(tx, push.id))

    return bench.keep(write) % LOOKS_REFUSED == 0


def _give_up(bench: Bench, push: Push, said: str, *, refused: OutletRefused | OutcomeUnknown | None = None) -> None:
    """Nobody can know: a person is asked, and the step stays open, for WeChat may yet say.

    `refused`: WeChat does not let itself be asked; then only an event or a person may still tell.
    """
    code = refused.code if isinstance(refused, OutletRefused) else None
    held = {"state": PushState.UNKNOWN, "said": said, "errcode": code, "retry_at": bench.now + PACE_LATER}

    def write(tx: Connection) -> None:
        if pushes.change(tx, push, bench.now, **held):
            pushes.note(tx, push.id, "unknown", said, bench.now)

    bench.keep(write)


def _wait(bench: Bench, push: Push, said: str) -> Finding:
    age = bench.now - (push.sent_at or _started(push))
    pace = next((pace for until, pace in PACES if age < until), PACE_LATER)
    bench.keep(lambda tx: pushes.hold(tx, push, said, bench.now, retry_at=bench.now + pace if pace else None))
    return Finding.WAIT


# -- results ----------------------------------------------------------------------------------------------------------


def ask(bench: Bench, push: Push) -> None:
    """The result of a push that WeChat has accepted, or that nobody knows of, as far as WeChat tells."""
    if push.state is PushState.UNKNOWN and bench.now - (push.sent_at or _started(push)) > 2 * ASKED_FOR:
        return  # asked long enough; an event or a person may still tell
    if push.state is PushState.UNKNOWN and push.errcode is not None:
        return  # WeChat does not let itself be asked
    if push.publish_id is None and push.msg_id is None:
        if push.route is Route.PUBLISH:
            _look_for_unknown(bench, push)
        return
    if bench.keep(lambda tx: _conclude_stored(tx, push, bench.now)):
        return
    try:
        result = _asked(bench, push)
    except (OutletRefused, OutcomeUnknown) as error:
        result = Job(JobState.RUNNING, str(error))
        if _is_given_up(bench, push, error):
            _give_up(bench, push, RESULT_UNSEEN.format(error=error), refused=error)
            return
    if result.state is not JobState.RUNNING:
        bench.keep(lambda tx: conclude(tx, push, result, bench.now))
    elif push.state is PushState.SENT and bench.now - (push.sent_at or push.updated_at) > ASKED_FOR:
        _give_up(bench, push, RESULT_UNKNOWN)
    else:
        _wait(bench, push, push.said if push.state is PushState.UNKNOWN else result.said or ACCEPTED[push.route])


def _look_for_unknown(bench: Bench, push: Push) -> None:
    try:
        found = _find_publication(bench, push)
    except (OutletRefused, OutcomeUnknown) as error:
        found = None
        if _is_given_up(bench, push, error):
            _give_up(bench, push, SUBMIT_UNSEEN.format(error=error), refused=error)
            return
    if found is not None:
        confirm_found(bench, push, found)
    else:
        _wait(bench, push, push.said)


def _asked(bench: Bench, push: Push) -> Job:
    if push.publish_id is not None:
        return bench.outlet.publication(push.publish_id)
    return bench.outlet.mass_job(push.msg_id or "")


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
    _into_archive(tx, push, urls, now)
    return True


def _into_archive(tx: Connection, push: Push, urls: Mapping[int, str], now: datetime) -> None:
    at = push.sent_at or now
    pushes.publish(tx, push, urls, at)
    for item in push.items:
        articles.published(tx, item.article_id, on=local_day(at), url=urls.get(item.position))


# -- events -----------------------------------------------------------------------------------------------------------


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
        _into_archive(tx, push, result.urls, now)
        pushes.note(tx, push.id, "addresses", "知道文章的网址了", now)
    if result.said:
        pushes.note(tx, push.id, "afterwards", result.said, now)


def _key(kind: JobKind, job_id: str | None) -> str:
    return f"event.{kind}.{job_id}"


def _written(job: Job) -> str:
    return json.dumps([job.state, job.said, list(job.urls.items())], ensure_ascii=False)


def _conclude_stored(tx: Connection, push: Push, now: datetime) -> bool:
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
