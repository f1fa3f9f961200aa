"""The draft box after a push has ended: no draft of ours is left in it."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import BotError, NotFound
from bot.ledger import pushes
from bot.model.pushes import Push, Route
from bot.publishing import contents
from bot.publishing.bench import Bench

SWEPT = "swept"
NOTHING_LEFT = "草稿箱里没有留下它的草稿"
TRIED_FOR = timedelta(days=1)


def sweep(bench: Bench) -> None:
    """The drafts that pushes left behind when they were confirmed or dropped are deleted; what does not work now is tried again for a day."""
    with bench.ledger.read() as tx:
        unswept = pushes.ended_without(tx, SWEPT, since=bench.now - TRIED_FOR)
    for push in unswept:
        if push.route is Route.DRAFT:
            continue  # its draft was a person's to send
        try:
            _sweep(bench, push)
        except NotFound:
            continue  # a revision or a picture of ours is gone: the others are swept all the same
        except BotError:
            return  # WeChat does not answer well just now: the next round tries again


def _sweep(bench: Bench, push: Push) -> None:
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
