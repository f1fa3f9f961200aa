"""The tables. Migrations build them; a test holds the two together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from bot.model.articles import ArticleState, Verdict
from bot.model.columns import SlotState
from bot.model.people import Role
from bot.model.pushes import PushState, Route, Step

metadata = MetaData()

Text = sqlalchemy.Text().with_variant(sqlalchemy.Text(collation="C"), "postgresql")
"""Text that sorts by code point on every database, whatever language a PostgreSQL was set up for."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as ISO text of fixed width, so that it sorts as text on every database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Refuses naive times: a time without a zone is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r} in the ledger")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware UTC."""
        return None if value is None else datetime.fromisoformat(value)


def one_of(column: str, words: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """A CHECK that a state column holds only known words; NULL passes."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=f"{column}_known")


# -- articles ---------------------------------------------------------------------------------------------------------

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False, server_default="article"),
    Column("revision", Integer, nullable=False),  # the current one
    Column("column_id", Text),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("steps_done", Integer, nullable=False, server_default="0"),
    Column("since", Moment, nullable=False),  # of the present state
    Column("taken_in_at", Moment, nullable=False),  # first intake: stock leaves oldest first …
    Column("rank", Integer, nullable=False),  # … and within one call of intake by path
    Column("published_on", String(10)),  # ISO date: by front matter, or when we sent it
    Column(
        "is_history", Boolean, nullable=False, server_default=text("false")
    ),  # `published` in the front matter: never pushed
    Column("url", Text),  # at WeChat
    Column("answer_from", Text, nullable=False, server_default="approval"),
    Column("archive_version", Integer, nullable=False),  # the archive's version that this article's last change made
    one_of("state", ArticleState),
    Index("articles_by_archive_version", "archive_version"),
    Index("articles_stock", "column_id", "state", "taken_in_at", "rank"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("article", JSON, nullable=False),  # all fields of model.Article
    Column("page_html", Text, nullable=False),
    Column("page_text", Text, nullable=False),
    Column("page_digest", Text, nullable=False),
    Column("page_cover", String(64), nullable=False),
    Column("brought_in_by", Text, nullable=False),
    Column("brought_in_at", Moment, nullable=False),
)

revision_pictures = Table(  # what `Page.shows` says: which pages a stranger's wish for a picture must be weighed by
    "revision_pictures",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("article_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    ForeignKeyConstraint(["article_id", "number"], ["revisions.article_id", "revisions.number"]),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("step_index", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    one_of("verdict", Verdict),
    # One decision per step and per person of a revision: the database keeps duties apart.
    UniqueConstraint("article_id", "revision", "step_index", name="decisions_one_per_step"),
    UniqueConstraint("article_id", "revision", "person", name="decisions_one_per_person"),
)

placements = Table(
    "placements",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Column("column_id", Text, nullable=False),
    Column("due", Moment, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", Moment, nullable=False),
    UniqueConstraint("column_id", "due", name="placements_one_per_slot"),
)

versions = Table(  # counters that only grow; row 'archive' is the archive's version
    "versions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

pictures = Table(
    "pictures",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("mime", Text, nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("origin", Text, nullable=False, server_default=""),
    Column("licence", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
)

# -- pushes -----------------------------------------------------------------------------------------------------------

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

# -- followers and their questions ------------------------------------------------------------------------------------

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

# -- people and the machine -------------------------------------------------------------------------------------------

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
