"""How accepted jobs end: as ordered through the console, by the administrator's word, or well."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.sandbox.account import Account
from bot.sandbox.state import Row, Store, to_json

CONFIRM_WITHIN_S = 30 * 60
REFUSED, UNANSWERED = "err(40001)", "err(40002)"
PUBLISH_ORIGINAL, PUBLISH_FAILED, PUBLISH_REVIEW, PUBLISH_DELETED, PUBLISH_BANNED = "2", "3", "4", "5", "6"
AFTER_SUCCESS = (PUBLISH_DELETED, PUBLISH_BANNED)  # the articles were there, and are gone
WITH_FAILED_ARTICLES = (PUBLISH_ORIGINAL, PUBLISH_REVIEW)
_MASS = re.compile(r"send fail|err\([0-9]{1,6}\)")


def is_outcome(kind: str, outcome: str) -> bool:
    """True for an end other than success that a job of this kind (mass, publish) can come to."""
    if kind == "mass":
        return _MASS.fullmatch(outcome) is not None
    return kind == "publish" and outcome in ("2", "3", "4", "5", "6")


def order_outcome(store: Store, kind: str, outcome: str, times: int) -> None:
    """The next `times` jobs of this kind end like this."""
    with store.transaction():
        store.set_fact("outcomes", to_json([*ordered_outcomes(store), *[{"kind": kind, "outcome": outcome}] * times]))


def ordered_outcomes(store: Store) -> list[dict[str, Any]]:
    """What was ordered and has not happened yet, next first."""
    orders: list[dict[str, Any]] = json.loads(store.fact("outcomes", "[]"))
    return orders


def clear_outcomes(store: Store) -> None:
    """Jobs end well again."""
    store.set_fact("outcomes", "[]")


def outcome_of(store: Store, row: Row, account: Account, now: float) -> str:
    """How this job ends, its order used up: empty for success, else err(N) or a publish_status."""
    if row["outcome"]:
        return str(row["outcome"])
    if row["waits_until"] is not None and now >= row["waits_until"]:
        return UNANSWERED
    if account.is_test and row["kind"] == "publish":
        return PUBLISH_FAILED
    orders = ordered_outcomes(store)
    found = next((order for order in orders if order["kind"] == row["kind"]), None)
    if found is None:
        return ""
    orders.remove(found)
    store.set_fact("outcomes", to_json(orders))
    return str(found["outcome"])


def waiting_sends(store: Store, now: float) -> list[Row]:
    """Mass messages that the administrator has still to confirm or refuse, oldest first."""
    return store.rows(
        "SELECT * FROM sends WHERE state = 'in progress' AND waits_until > ? ORDER BY waits_until, seq", now
    )


def decide(store: Store, msg_id: int, now: float, *, is_confirmed: bool) -> bool:
    """True when this message was waiting: it now goes out, or ends as refused."""
    return bool(
        store.change(
            "UPDATE sends SET waits_until = NULL, outcome = ?, due = 0"
            " WHERE msg_id = ? AND state = 'in progress' AND waits_until > ?",
            "" if is_confirmed else REFUSED,
            msg_id,
            now,
        )
    )
