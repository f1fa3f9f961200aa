"""People, what they did, and what the machine must remember."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, Table

from bot.ledger.schema.kinds import Moment, Text, metadata, one_of
from bot.model.people import Role

people = Table(
    "people",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    one_of("role", Role),
)

login_failures = Table(
    "login_failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", Text, nullable=False, index=True),  # a person's name, or a client's address
    Column("at", Moment, nullable=False),
)

trail = Table(
    "trail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("person", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("app_id", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("forced_at", Moment),
)

facts = Table(  # what was learnt and must be remembered: the route's refusals, the last round
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
