"""The draft box after a push has ended: no draft of ours is left in it, or its history says why one may be."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import BotError, NotFound
from bot.ledger import pushes
from bot.model.pushes import Push, Route
from bot.publishing import contents, pauses
from bot.publishing.outlet import is_final
from bot.publishing.workbench import Workbench

SWEPT = "swept"
NOTHING_LEFT = "草稿箱里没有留下它的草稿"
LEFT = "草稿箱没有清理成，可能还留着它的草稿，请到微信后台看一看：{error}"
LOOKED_BACK = timedelta(days=30)
TRIED_FOR = timedelta(days=1)
PAUSE = timedelta(minutes=5)
"""After trouble, at least; nobody waits for this, and the calls of a day are counted."""

_AGAIN = "sweep.again"


def sweep(bench: Workbench) -> list[str]:
    """The drafts that pushes left behind when they were confirmed or dropped are deleted; what was left in Chinese.

    What does not work now is tried again, for a day; what WeChat refuses for good is not.
    """
    with bench.ledger.read() as tx:
        is_paused = pauses.why(tx, _AGAIN, bench.now) is not None
        unswept = pushes.ended_without(tx, SWEPT, since=bench.now - LOOKED_BACK)
    if is_paused:
        return []
    left = []
    for push in unswept:
        if push.route is Route.DRAFT:
            continue  # its draft was a person's to send
        try:
            _sweep(bench, push)
        except NotFound as missing:  # a revision of ours is gone: nothing can be told from it, the others go on
            with bench.ledger.write() as tx:
                pushes.note(tx, push.id, SWEPT, str(missing), bench.now)
        except BotError as error:
            if not is_final(error) and bench.now - push.updated_at < TRIED_FOR:
                _pause(bench, error)
                break  # WeChat does not answer well just now: a later round tries again
            left.append(_leave(bench, push, error))
    return left


def _pause(bench: Workbench, error: BotError) -> None:
    bench.keep(lambda tx: pauses.begin(tx, _AGAIN, error, bench.now, least=PAUSE))


def _leave(bench: Workbench, push: Push, error: BotError) -> str:
    said = LEFT.format(error=error)
    bench.keep(lambda tx: pushes.note(tx, push.id, SWEPT, said, bench.now))
    return f"第 {push.id} 次推送已经结束。{said}"


def _sweep(bench: Workbench, push: Push) -> None:
    seen = bench.outlet.drafts(since=push.seen_from or push.claimed_at)
    with bench.ledger.read() as tx:
        ours = contents.fingerprint(tx, push, bench.config.account.app_id)
        taken = pushes.other_drafts(tx, push, (draft.media_id for draft in seen))
    left = [
        draft.media_id
        for draft in seen
        if ours.matches(draft) and draft.media_id not in taken and bench.is_since(push, draft.updated_at)
    ]
    for media_id in left:
        bench.outlet.delete_draft(media_id)
    with bench.ledger.write() as tx:
        pushes.note(tx, push.id, SWEPT, f"删掉了草稿箱里多出的 {len(left)} 份草稿" if left else NOTHING_LEFT, bench.now)
