"""Pushes, their steps and slots, and what WeChat keeps for us."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from bot.ledger.schema.kinds import Moment, Text, metadata, one_of
from bot.model.columns import SlotState
from bot.model.pushes import PushState, Route, Step

columns = Table(
    "columns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("born_at", Moment, nullable=False),
    Column("last_issue", Integer, nullable=False, server_default="0"),
)

pushes = Table(
    "pushes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("due", Moment, nullable=False),
    Column("route", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("clientmsgid", Text, nullable=False, unique=True),
    Column("step", Text),
    Column("step_started_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retry_at", Moment),
    Column("draft_media_id", Text),
    Column("publish_id", Text),
    Column("msg_id", Text),
    Column("msg_data_id", Text),
    Column("claimed_at", Moment, nullable=False),
    Column("good_until", Moment, nullable=False),  # later than this it does not go by itself: a person is asked
    Column("seen_from", Moment, nullable=False),  # by WeChat's clock, nothing of this push is older
    Column("updated_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("confirmed_at", Moment),
    Column("said", Text, nullable=False, server_default=""),
    Column("errcode", Integer),
    one_of("route", Route),
    one_of("state", PushState),
    one_of("step", Step),
    Index("pushes_by_state", "state", "due"),
)

push_items = Table(
    "push_items",
    metadata,
    Column("push_id", Integer, ForeignKey("pushes.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("column_id", Text, nullable=False),
    Column("issue", Integer, nullable=False),
    Column("due", Moment, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("is_live", Boolean, nullable=False, server_default=text("true")),
    # An article is in one live push at most, whatever races.
    Index(
        "push_items_live_article",
        "article_id",
        unique=True,
        sqlite_where=text("is_live"),
        postgresql_where=text("is_live"),
    ),
)

push_events = Table(
    "push_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("push_id", Integer, ForeignKey("pushes.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("said", Text, nullable=False, server_default=""),
)

slots = Table(
    "slots",
    metadata,
    Column("column_id", Text, primary_key=True),
    Column("due", Moment, primary_key=True),
    Column("state", Text, nullable=False),
    Column("push_id", Integer, ForeignKey("pushes.id")),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    one_of("state", SlotState),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("push_id", Integer, ForeignKey("pushes.id"), nullable=False),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("column_id", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("url", Text),
    Column("at", Moment, nullable=False, index=True),
    UniqueConstraint("push_id", "article_id", name="publications_once"),
)

wechat_media = Table(
    "wechat_media",
    metadata,
    Column("app_id", Text, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("use", Text, primary_key=True),
    Column("value", Text, nullable=False),  # an address for 'content', a media_id for 'cover'
    Column("at", Moment, nullable=False),
    one_of("use", ("content", "cover")),
)
