"""Open outcomes: what WeChat's lists and jobs say about a call that nobody saw the end of.

Only what may be done twice is done again: uploads, drafts, and within 24 hours a mass send under its `clientmsgid`.
A `freepublish/submit` of unknown outcome is never repeated by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from bot.errors import OutcomeUnknown, OutletRefused, Remedy
from bot.ledger import pushes
from bot.ledger.database import Connection
from bot.model.jobs import Job, JobState
from bot.model.pushes import Push, PushState, Route, Step
from bot.publishing import contents
from bot.publishing.events import conclude_stored
from bot.publishing.outlet import PublicationSeen, is_final
from bot.publishing.results import conclude
from bot.publishing.send import TOO_LATE
from bot.publishing.workbench import Workbench

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


def settle(bench: Workbench, push: Push) -> Finding:
    """What is now known of the push's open step."""
    if push.step is Step.SEND:
        return _settle_mass(bench, push) if push.route is Route.MASS else _settle_submit(bench, push)
    if push.good_until and bench.now > push.good_until:
        said = f"{push.said}{TOO_LATE}"
        bench.keep(lambda tx: pushes.fail(tx, push, said, bench.now))
        return Finding.MOVED
    return Finding.AGAIN if push.step is Step.UPLOAD else _settle_draft(bench, push)


def _settle_draft(bench: Workbench, push: Push) -> Finding:
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


def _adopt(tx: Connection, bench: Workbench, push: Push, media_id: str) -> bool:
    said = "草稿已经在草稿箱里了。"
    return pushes.finish_step(
        tx, push, PushState.DRAFTED, bench.now, said=said, what="settled", draft_media_id=media_id
    )


def _find_draft(bench: Workbench, push: Push) -> str | None:
    seen = bench.outlet.drafts(since=push.seen_from or push.claimed_at)
    with bench.ledger.read() as tx:
        ours = contents.fingerprint(tx, push, bench.config.account.app_id)
        taken = pushes.other_drafts(tx, push, (draft.media_id for draft in seen))
    fresh = (draft for draft in seen if ours.matches(draft) and bench.is_since(push, draft.updated_at))
    return next((draft.media_id for draft in fresh if draft.media_id not in taken), None)


def _settle_mass(bench: Workbench, push: Push) -> Finding:
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


def _settle_submit(bench: Workbench, push: Push) -> Finding:
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


def _find_publication(bench: Workbench, push: Push) -> PublicationSeen | None:
    seen = bench.outlet.publications(since=push.seen_from or push.claimed_at)
    with bench.ledger.read() as tx:
        ours = contents.fingerprint(tx, push, bench.config.account.app_id)
    fresh = (each for each in seen if bench.is_since(push, each.updated_at))
    return next((each for each in fresh if ours.matches(each)), None)


def confirm_found(bench: Workbench, push: Push, found: PublicationSeen) -> None:
    """The publication in WeChat's list is this push."""
    result = Job(JobState.DONE, urls=dict(enumerate(found.urls)))
    bench.keep(lambda tx: conclude(tx, push, result, bench.now))


def _started(push: Push) -> datetime:
    return push.step_started_at or push.updated_at


def _is_given_up(bench: Workbench, push: Push, error: OutletRefused | OutcomeUnknown) -> bool:
    """True when WeChat refuses this look for good: at once where a person must change something, else the third time."""
    if not isinstance(error, OutletRefused) or not is_final(error):
        return False
    if error.remedy is Remedy.HUMAN:
        return True

    def write(tx: Connection) -> int:
        pushes.note(tx, push.id, LOOK_REFUSED, str(error), bench.now)
        return sum(event.what == LOOK_REFUSED for event in pushes.events(tx, push.id))

    return bench.keep(write) % LOOKS_REFUSED == 0


def _give_up(bench: Workbench, push: Push, said: str, *, refused: OutletRefused | OutcomeUnknown | None = None) -> None:
    """Nobody can know: a person is asked, and the step stays open, for WeChat may yet say.

    `refused`: WeChat does not let itself be asked; then only an event or a person may still tell.
    """
    code = refused.code if isinstance(refused, OutletRefused) else None
    held = {"state": PushState.UNKNOWN, "said": said, "errcode": code, "retry_at": bench.now + PACE_LATER}

    def write(tx: Connection) -> None:
        if pushes.change(tx, push, bench.now, **held):
            pushes.note(tx, push.id, "unknown", said, bench.now)

    bench.keep(write)


def _wait(bench: Workbench, push: Push, said: str) -> Finding:
    age = bench.now - (push.sent_at or _started(push))
    pace = next((pace for until, pace in PACES if age < until), PACE_LATER)
    bench.keep(lambda tx: pushes.hold(tx, push, said, bench.now, retry_at=bench.now + pace if pace else None))
    return Finding.WAIT


# -- results ----------------------------------------------------------------------------------------------------------


def ask(bench: Workbench, push: Push) -> None:
    """The result of a push that WeChat has accepted, or that nobody knows of, as far as WeChat tells."""
    if push.state is PushState.UNKNOWN and bench.now - (push.sent_at or _started(push)) > 2 * ASKED_FOR:
        return  # asked long enough; an event or a person may still tell
    if push.state is PushState.UNKNOWN and push.errcode is not None:
        return  # WeChat does not let itself be asked
    if push.publish_id is None and push.msg_id is None:
        if push.route is Route.PUBLISH:
            _look_for_unknown(bench, push)
        return
    if bench.keep(lambda tx: conclude_stored(tx, push, bench.now)):
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


def _look_for_unknown(bench: Workbench, push: Push) -> None:
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


def _asked(bench: Workbench, push: Push) -> Job:
    if push.publish_id is not None:
        return bench.outlet.publication(push.publish_id)
    return bench.outlet.mass_job(push.msg_id or "")
