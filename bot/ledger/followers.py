"""Who follows: a keyed hash and since when, nothing else, and only until they leave.

Coming and leaving are heard by different processes, in any order, and more than once. The latest by WeChat's clock
wins: it stands, as a hash and a time, in the inbox for as long as other keys do.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import Connection, and_, delete, or_

from bot.ledger.schema import followers, inbox
from bot.ledger.upsert import insert_into

CAME, LEFT = "came", "left"


def openid_hash(openid: str, key: str) -> str:
    """HMAC-SHA256 (hex): without the key nobody can tell whose it is, or try out openids against it."""
    return hmac.new(key.encode(), openid.encode(), hashlib.sha256).hexdigest()


def event_hash(event_key: str, key: str) -> str:
    """An event's key as it is kept: `model.Message.key` under the desk key, because it holds an openid's plain hash."""
    return "e:" + hmac.new(key.encode(), event_key.encode(), hashlib.sha256).hexdigest()[:32]


def follow(tx: Connection, openid_hash: str, came_at: datetime) -> None:
    """The follower is known, unless they left later or at the same time; one known before stays known since then."""
    if _is_latest(tx, openid_hash, CAME, came_at):
        tx.execute(insert_into(tx, followers).values(openid_hash=openid_hash, since=came_at).on_conflict_do_nothing())


def forget(tx: Connection, openid_hash: str, left_at: datetime) -> None:
    """The follower is not known any more, unless they came again later; who came before that moment stays unknown."""
    if _is_latest(tx, openid_hash, LEFT, left_at):
        tx.execute(delete(followers).where(followers.c.openid_hash == openid_hash))


def _is_latest(tx: Connection, openid_hash: str, kind: str, at: datetime) -> bool:
    """True when nothing later is known; the one row makes two processes that hear of the same person wait."""
    new = insert_into(tx, inbox).values(key=f"f:{openid_hash}", kind=kind, at=at)
    is_later = or_(new.excluded.at > inbox.c.at, and_(new.excluded.at == inbox.c.at, new.excluded.kind == LEFT))
    replaced = new.on_conflict_do_update(index_elements=["key"], set_={"kind": kind, "at": at}, where=is_later)
    return tx.execute(replaced).rowcount == 1
