"""Whom a mass message is for (all, a tag, a list), and who of them gets it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.clock import SHANGHAI
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import subscribed_openids
from bot.sandbox.state import Row, Store
from bot.sandbox.tags import is_tag, openids_with_tag

LISTED = (2, 10_000)
TO_ONE_A_MONTH = 4  # of a service account


def wanted_by_filter(store: Store, chosen: Any) -> list[str]:
    """The followers with the tag; empty for a message to all. Refusal 40035 or 45159 for a bad filter."""
    if not isinstance(chosen, dict):
        raise Refusal(40035)
    if chosen.get("is_to_all") is True:
        return []
    tag_id = chosen.get("tag_id")
    if tag_id is None:
        raise Refusal(40035)
    if not is_tag(store, tag_id):
        raise Refusal(45159)
    openids = openids_with_tag(store, tag_id)
    if not openids:
        raise Refusal(40003)
    return openids


def wanted_by_list(listed: Any) -> list[str]:
    """The OpenIDs of `touser`, as they were given; 40032 unless there are 2 to 10,000."""
    if not isinstance(listed, list) or not LISTED[0] <= len(listed) <= LISTED[1]:
        raise Refusal(40032)
    if not all(isinstance(openid, str) for openid in listed):
        raise Refusal(40003)
    return listed


def reached_by(store: Store, row: Row, kind: str, now: float) -> tuple[int, list[str]]:
    """How many a message of the journal was meant for, and who gets it."""
    wanted = json.loads(row["wanted"])
    following = subscribed_openids(store)
    meant = [openid for openid in following if openid in wanted] if wanted else following
    if kind == "service":
        meant = [openid for openid in meant if _received_in_month(store, openid, row["seq"], now) < TO_ONE_A_MONTH]
    return len(wanted or following), meant


def _received_in_month(store: Store, openid: str, but: int, now: float) -> int:
    """Mass messages that somebody got in this month, other than number `but`."""
    first = datetime.fromtimestamp(now, SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return store.number(
        "SELECT count(*) FROM sends, json_each(sends.recipients) WHERE kind = 'mass' AND sends.state = 'done'"
        " AND sends.seq <> ? AND sends.at >= ? AND sends.at < ? AND json_each.value = ?",
        but,
        first.timestamp(),
        (first + timedelta(days=32)).replace(day=1).timestamp(),
        openid,
    )
