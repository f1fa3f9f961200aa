"""Who follows: a keyed hash and since when, nothing else, and only until they leave."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import Connection, delete

from bot.ledger.schema import followers
from bot.ledger.upsert import insert_into


def openid_hash(openid: str, key: str) -> str:
    """HMAC-SHA256 (hex): without the key nobody can tell whose it is, or try out openids against it."""
    return hmac.new(key.encode(), openid.encode(), hashlib.sha256).hexdigest()


def follow(tx: Connection, openid_hash: str, now: datetime) -> None:
    """The follower is known; one who was known before stays known since then."""
    tx.execute(insert_into(tx, followers).values(openid_hash=openid_hash, since=now).on_conflict_do_nothing())


def forget(tx: Connection, openid_hash: str) -> None:
    """Nothing is kept of this follower any more."""
    tx.execute(delete(followers).where(followers.c.openid_hash == openid_hash))
