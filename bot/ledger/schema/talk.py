"""Followers, what they ask, and what they are told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table

from bot.ledger.schema.kinds import Moment, Text, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),  # m: a message's id, e: an event's keyed hash, f: a person's (`followers`)
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

questions = Table(
    "questions",
    metadata,
    Column("normalised", Text, primary_key=True),
    Column("text", Text, nullable=False),  # as first asked, phone and identity numbers masked
    Column("answered", Boolean, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)


followers = Table(
    "followers",
    metadata,
    Column("openid_hash", String(64), primary_key=True),  # HMAC under the desk key
    Column("since", Moment, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("day", String(10), primary_key=True),  # ISO date in Asia/Shanghai
    Column("name", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)
