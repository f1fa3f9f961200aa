"""What a person does on the account's own site (played mp.weixin.qq.com): look into the draft box, press 发表."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.account import load_account, quota
from bot.sandbox.clock import iso
from bot.sandbox.drafts import remove_draft
from bot.sandbox.followers import subscribed_openids
from bot.sandbox.journal import Send, accept_job
from bot.sandbox.state import Store


class NotPublished(Exception):
    """The site does not do it; the text says why."""


def listed_drafts(store: Store) -> list[dict[str, Any]]:
    """The draft box as the site shows it, latest change first."""
    rows = store.rows("SELECT media_id, articles, update_time FROM drafts ORDER BY update_time DESC, rowid DESC")
    return [
        {
            "media_id": row["media_id"],
            "titles": [article["title"] for article in json.loads(row["articles"])],
            "update_time": iso(row["update_time"]),
        }
        for row in rows
    ]


def publish_by_hand(store: Store, media_id: str, *, is_told: bool, now: float) -> None:
    """The draft has left the box and is on its way: to every follower when `is_told`, else as a link alone."""
    account = load_account(store)
    with store.transaction():
        row = store.row("SELECT articles FROM drafts WHERE media_id = ?", media_id)
        if row is None:
            raise NotPublished("这篇草稿已经不在草稿箱里了")
        if is_told and quota(store, account.kind, now).is_used_up:
            raise NotPublished("群发次数用完了，可以只发布、不通知关注者，或者明天再发")
        articles, msg_data_id = json.loads(row["articles"]), store.next_number("msg_id")
        if is_told:
            remove_draft(store, media_id)
            recipients, msg_id = subscribed_openids(store), store.next_number("msg_id")
            send = Send(
                "mass", now, articles, recipients=recipients, media_id=media_id, msg_id=msg_id, msg_data_id=msg_data_id
            )
        else:
            publish_id = str(store.next_number("publish_id"))
            send = Send("publish", now, articles, media_id=media_id, publish_id=publish_id, msg_data_id=msg_data_id)
        accept_job(store, send, account.job_delay_s)
