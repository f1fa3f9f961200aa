"""Where the articles are on their way out: held by a push, or expected on a slot."""

from __future__ import annotations

from datetime import datetime

from bot.config import Config
from bot.ledger import pushes
from bot.ledger.database import Connection
from bot.publishing import plan
from bot.web.desk.marks import Outlook

DAYS = 28


def outlooks(tx: Connection, config: Config, now: datetime) -> dict[str, Outlook]:
    """By article id; articles that nothing is known of are not in it."""
    planned = plan.plan(tx, config, now, days=DAYS)
    found = {item.article_id: Outlook(due=item.due) for push in planned for item in push.items if item.article_id}
    under_way = ((item, push) for push in pushes.unfinished(tx) for item in push.items)
    return found | {item.article_id: Outlook(push=push) for item, push in under_way}
