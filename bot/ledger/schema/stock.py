"""Articles, their revisions and reviews, and the pictures in them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.ledger.schema.kinds import Moment, Text, metadata, one_of
from bot.model.articles import ArticleState, Verdict

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
