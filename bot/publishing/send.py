"""One step of one push: committed before its call to WeChat and after it, with no transaction open in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.config import TIMEZONE
from bot.errors import NotFound, OutcomeUnknown, OutletRefused, Remedy
from bot.ledger import media, pushes
from bot.ledger.database import Connection
from bot.model.pushes import Push, PushState, Route, Step
from bot.publishing import contents, route
from bot.publishing.outlet import BAD_MEDIA_ID, NO_PERMISSION, PublishTicket
from bot.publishing.workbench import Workbench

STEPS = {PushState.CLAIMED: Step.UPLOAD, PushState.UPLOADED: Step.DRAFT, PushState.DRAFTED: Step.SEND}
"""The step that leads on from each state."""

BACKOFF_S = (0.5, 1.5)
"""Pauses before the second and third try when WeChat is busy."""

SOON = timedelta(minutes=1)
LOST_FREELY = 3
"""So many lost answers to one step are followed up without waiting."""

FORGOTTEN = "media:forgotten"
DRAFT_GONE = "草稿已不在微信的草稿箱里：可能有人在后台发出了它，也可能被删掉了。请到后台看一看再决定。"
RECALLED = "请在微信后台的草稿箱里删掉这份草稿，再回来点“作罢”；如果已经发出，请点“我已在后台发出”。"
TOO_LATE = "这一期还能自动发出的时间已过，程序不再自己试。请决定再试一次，还是作罢。"

_Given = TypeVar("_Given")
After = Callable[[Connection], object]
"""What is to be committed after a call."""


def take(bench: Workbench, push: Push) -> None:
    """The push's next step is done, refused, or open; nothing happens when another round was first."""
    if push.state is PushState.DRAFTED and push.route is Route.DRAFT:
        bench.keep(lambda tx: _hand_over(tx, bench, push))
        return
    begun = bench.keep(lambda tx: _begin(tx, bench, push, STEPS[push.state]))
    if begun:
        _make(bench, bench.current(push.id), is_repeat=False)


def repeat(bench: Workbench, push: Push) -> None:
    """The open step's call is made once more; only for steps that may be done twice."""
    if bench.keep(lambda tx: _begin_again(tx, bench, push)):
        _make(bench, bench.current(push.id), is_repeat=True)


def _begin(tx: Connection, bench: Workbench, push: Push, step: Step) -> bool:
    """True when the call may be made; a push that must not go on has failed."""
    if push.good_until and bench.now > push.good_until:
        pushes.fail(tx, push, f"{push.said}{TOO_LATE}", bench.now)
        return False
    if step is not Step.UPLOAD and _is_stopped(tx, bench, push):
        return False
    return pushes.begin_step(tx, push, step, bench.now)


def _begin_again(tx: Connection, bench: Workbench, push: Push) -> bool:
    if push.step is Step.DRAFT and _is_stopped(tx, bench, push):
        return False
    return pushes.repeat_step(tx, push, bench.now)


def _is_stopped(tx: Connection, bench: Workbench, push: Push) -> bool:
    """True when an article of the push is no longer the approved one; the push has then failed."""
    why_not = contents.no_longer_approved(tx, push)
    if why_not:
        pushes.fail(tx, push, f"{why_not}这次推送停下了。请作罢，还能用的稿件会排到下一期。", bench.now)
    return bool(why_not)


def _hand_over(tx: Connection, bench: Workbench, push: Push) -> None:
    said = "草稿已建好。请在微信后台的草稿箱里发出它，再回来点“我已在后台发出”。"
    if not _is_stopped(tx, bench, push):
        pushes.finish_step(tx, push, PushState.HANDED_OVER, bench.now, said=said)


def recall(bench: Workbench, push: Push) -> None:
    """A draft that waits for a person to send it, and whose article is no longer the approved one, waits no more."""
    bench.keep(lambda tx: _recall(tx, bench, push))


def _recall(tx: Connection, bench: Workbench, push: Push) -> None:
    why_not = contents.no_longer_approved(tx, push)
    if why_not:
        pushes.fail(tx, push, f"{why_not}{RECALLED}", bench.now)


def _make(bench: Workbench, push: Push, *, is_repeat: bool) -> None:
    try:
        after = _CALLS[push.step or STEPS[push.state]](bench, push)
    except OutletRefused as refusal:
        error = refusal
        bench.keep(lambda tx: refused(tx, bench, push, error, is_repeat=is_repeat))
    except OutcomeUnknown as lost:
        said, retry_at = str(lost), _after_losing(bench, push)
        bench.keep(lambda tx: pushes.hold(tx, push, said, bench.now, retry_at=retry_at))
    except NotFound as missing:  # a picture or a revision of ours is gone: no call was made with it
        said = str(missing)
        bench.keep(lambda tx: pushes.fail(tx, push, said, bench.now))
    else:
        bench.keep(after)


def _after_losing(bench: Workbench, push: Push) -> datetime | None:
    """When to follow up one more lost answer; None is at once."""
    return bench.now + min(SOON * push.attempts, SOON * 10) if push.attempts > LOST_FREELY else None


# -- the calls --------------------------------------------------------------------------------------------------------


def _upload(bench: Workbench, push: Push) -> After:
    """Each picture that WeChat does not have yet, once; what it gives is kept at once."""
    app_id = bench.config.account.app_id
    with bench.ledger.read() as tx:
        wanted = contents.pictures(contents.revisions(tx, push))
        there = contents.values(tx, app_id, wanted)
        mimes = {sha256: media.picture_mime(tx, sha256) for sha256, _ in wanted}
    for picture in (each for each in wanted if each not in there):
        _upload_one(bench, app_id, picture, mimes[picture[0]])
    return lambda tx: pushes.finish_step(tx, push, PushState.UPLOADED, bench.now)


def _upload_one(bench: Workbench, app_id: str, picture: contents.Picture, mime: str) -> None:
    sha256, use = picture
    name = f"{sha256[:16]}.{mime.partition('/')[2].replace('jpeg', 'jpg')}"
    upload = bench.outlet.upload_cover if use == contents.COVER else bench.outlet.upload_picture
    data = bench.media.read(sha256)
    value = _patiently(bench, lambda: upload(name, data, mime))
    bench.keep(lambda tx: _remember(tx, app_id, picture, value, bench.now))


def _remember(tx: Connection, app_id: str, picture: contents.Picture, value: str, now: datetime) -> None:
    """The first id counts: by it the push's drafts are known again."""
    if media.wechat_value(tx, app_id, *picture) is None:
        media.remember_wechat(tx, app_id, *picture, value, now)


def _draft(bench: Workbench, push: Push) -> After:
    """The draft, or back to the upload when WeChat's ids of its pictures have been forgotten meanwhile."""
    with bench.ledger.read() as tx:
        pages = contents.revisions(tx, push)
        wanted = contents.pictures(pages)
        given = contents.values(tx, bench.config.account.app_id, wanted)
    if len(given) < len(wanted):
        return lambda tx: pushes.finish_step(tx, push, PushState.CLAIMED, bench.now)
    media_id = _patiently(bench, lambda: bench.outlet.add_draft(contents.draft_articles(pages, given)))
    return lambda tx: pushes.finish_step(tx, push, PushState.DRAFTED, bench.now, draft_media_id=media_id)


def _send(bench: Workbench, push: Push) -> After:
    media_id = push.draft_media_id or ""
    if push.route is Route.PUBLISH:
        ticket = _patiently(bench, lambda: bench.outlet.submit(media_id))
        return lambda tx: submitted(tx, bench, push, ticket)
    sent = _patiently(bench, lambda: bench.outlet.mass_send(media_id, push.clientmsgid))
    ids: dict[str, Any] = {"msg_id": sent.msg_id, "msg_data_id": sent.msg_data_id}
    said = "微信说这一次群发先前已经收到了。" if sent.already else ""
    at = push.step_started_at if sent.already else bench.now
    return lambda tx: pushes.finish_step(tx, push, PushState.SENT, bench.now, said=said, sent_at=at, **ids)


def submitted(tx: Connection, bench: Workbench, push: Push, ticket: PublishTicket) -> bool:
    """True when the push is now SENT: WeChat has accepted it for publication."""
    ids: dict[str, Any] = {"publish_id": ticket.publish_id, "msg_data_id": ticket.msg_data_id}
    return pushes.finish_step(tx, push, PushState.SENT, bench.now, sent_at=bench.now, **ids)


_CALLS: dict[Step, Callable[[Workbench, Push], After]] = {Step.UPLOAD: _upload, Step.DRAFT: _draft, Step.SEND: _send}


def _patiently(bench: Workbench, call: Callable[[], _Given]) -> _Given:
    """What the call gives; while WeChat is busy it is made three times at most."""
    for pause_s in BACKOFF_S:
        try:
            return call()
        except OutletRefused as error:
            if error.remedy is not Remedy.RETRY_NOW:
                raise
        bench.pause(pause_s)
    return call()


# -- refusals ---------------------------------------------------------------------------------------------------------


def refused(tx: Connection, bench: Workbench, push: Push, error: OutletRefused, *, is_repeat: bool) -> None:
    """What a refusal makes of the push. `is_repeat`: an earlier call of this step may have been handled."""
    if error.code == NO_PERMISSION and not is_repeat and _turn(tx, bench, push):
        return
    if error.remedy in (Remedy.RETRY_NOW, Remedy.RETRY_LATER):
        _wait(tx, bench, push, error, keeps_open=is_repeat)
    elif push.step is Step.SEND and is_repeat:
        _unknown_after_repeat(tx, bench, push, error)
    elif error.code == BAD_MEDIA_ID and push.step is Step.DRAFT and not pushes.has_event(tx, push.id, FORGOTTEN):
        _forget_pictures(tx, bench, push, error)
    elif error.code == BAD_MEDIA_ID and push.step is Step.SEND:
        pushes.fail(tx, push, DRAFT_GONE, bench.now, errcode=error.code, draft_media_id=None)
    else:
        pushes.fail(tx, push, str(error), bench.now, errcode=error.code)


def _turn(tx: Connection, bench: Workbench, push: Push) -> bool:
    """True when `auto` goes on with the same draft by the next route."""
    turned = route.NEXT.get(push.route)
    if bench.config.account.fixed_route is not None or push.step is not Step.SEND or turned is None:
        return False
    route.remember_refused(tx, push.route, bench.now)
    said, what = route.TURNED[turned], f"route:{turned}"
    pushes.finish_step(tx, push, PushState.DRAFTED, bench.now, said=said, what=what, route=turned)
    return True


def _wait(tx: Connection, bench: Workbench, push: Push, error: OutletRefused, *, keeps_open: bool) -> None:
    """Later again: as an open step, or, where nothing can have been done, from before it, while that is in time."""
    age = bench.now - (push.step_started_at if keeps_open and push.step_started_at else push.claimed_at)
    pace = min(max(age / 4, SOON), SOON * 10)  # ever more slowly: the calls of a day are counted
    retry_at = bench.now + max(timedelta(seconds=error.retry_after_s), pace)
    if keeps_open:
        pushes.hold(tx, push, str(error), bench.now, retry_at=retry_at)
    elif push.good_until and retry_at > push.good_until:
        pushes.fail(tx, push, f"{error}{TOO_LATE}", bench.now, errcode=error.code)
    else:
        said = f"{error}程序会在 {retry_at.astimezone(TIMEZONE):%H:%M} 自己再试，不用管它。"
        waiting = {"retry_at": retry_at, "errcode": error.code}
        pushes.finish_step(tx, push, push.state, bench.now, said=said, what="waits", **waiting)


def _unknown_after_repeat(tx: Connection, bench: Workbench, push: Push, error: OutletRefused) -> None:
    """The repeat was refused, which says nothing of the first call."""
    gone = error.code == BAD_MEDIA_ID
    said = f"上一次调用没有等到微信的答复，再问时得到：{DRAFT_GONE if gone else error}请到后台核对是否已经发出。"
    values = {"state": PushState.UNKNOWN, "said": said, "errcode": error.code, "retry_at": None}
    if pushes.change(tx, push, bench.now, **values, **({"draft_media_id": None} if gone else {})):
        pushes.note(tx, push.id, "unknown", said, bench.now)


def _forget_pictures(tx: Connection, bench: Workbench, push: Push, error: OutletRefused) -> None:
    """WeChat no longer has a picture of the push: all of them are uploaded again, once."""
    for sha256, use in contents.pictures(contents.revisions(tx, push)):
        media.forget_wechat(tx, bench.config.account.app_id, sha256, use)
    pushes.note(tx, push.id, FORGOTTEN, str(error), bench.now)
    pushes.finish_step(tx, push, PushState.CLAIMED, bench.now)
