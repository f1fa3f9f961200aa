"""Questions in groups, other ways to ask, lists shown, tickets, and content files as editors change them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0004"
down_revision = "0003"


C = "C"  # sorts by code point on PostgreSQL, as migration 0003 has it


def _text(name: str, *args: SchemaItem, **kw: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation=C), "postgresql"), *args, **kw)


def _short(name: str, chars: int, **kw: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(chars).with_variant(sa.String(chars, collation=C), "postgresql"), **kw)


def _filled(name: str) -> sa.Column[Any]:
    return _text(name, nullable=False, server_default="")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return _short(name, 32, nullable=nullable)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _known(column: str, *words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=f"{column}_known")


def _of_article(table: str) -> sa.ForeignKey:
    return sa.ForeignKey("articles.id", name=f"{table}_article_id_fkey")


def upgrade() -> None:
    """What followers ask and are told gets its tables."""
    _gaps()
    _lists()
    _tickets()
    op.create_table(
        "contents",
        _text("name", primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        _text("text", nullable=False),
        _text("person", nullable=False),
        _moment("at"),
        _known("name", "replies.toml", "emergencies.toml", "rules.toml", "menu.toml", "synonyms.txt"),
    )


def _gaps() -> None:
    op.create_table(
        "gap_groups",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("title", nullable=False),
        _text("state", nullable=False, server_default="open"),
        _text("article_id", _of_article("gap_groups")),
        _filled("topic"),
        _filled("reason"),
        _filled("person"),
        _moment("at"),
        _count("asked_before"),
        _count("answered_before"),
        _known("state", "open", "topic", "joined", "set_aside"),
    )
    with op.batch_alter_table("questions") as questions:
        questions.add_column(_count("answered_times"))
        questions.add_column(
            sa.Column("group_id", sa.Integer, sa.ForeignKey("gap_groups.id", name="questions_group_id_fkey"))
        )
        questions.create_index("ix_questions_group_id", ["group_id"])
    op.execute("UPDATE questions SET answered_times = asked WHERE answered")
    op.create_table(
        "aliases",
        _text("article_id", _of_article("aliases"), primary_key=True),
        _text("text", primary_key=True),
        _text("person", nullable=False),
        _moment("at"),
    )


def _lists() -> None:
    op.create_table(
        "offers",
        _short("openid_hash", 64, primary_key=True),
        _text("key", nullable=False),
        _text("question", nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        _moment("at"),
    )
    op.create_table("kept_replies", _text("key", primary_key=True), _text("text", nullable=False), _moment("at"))
    for table in ("offers", "kept_replies"):
        op.create_index(f"ix_{table}_at", table, ["at"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("openid"),
        _short("openid_hash", 64),
        _text("key", nullable=False, unique=True),
        _text("question", nullable=False),
        _text("state", nullable=False, server_default="open"),
        _moment("opened_at"),
        _moment("last_heard_at"),
        _filled("answer"),
        _filled("answered_by"),
        *(_moment(name, nullable=True) for name in ("answered_at", "claimed_at", "sent_at", "closed_at")),
        _filled("said"),
        _known("state", "open", "answered", "sending", "sent", "late", "unknown", "closed"),
    )
    for column in ("openid_hash", "closed_at"):
        op.create_index(f"ix_tickets_{column}", "tickets", [column])
