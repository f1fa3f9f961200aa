"""Which pictures each revision shows, and a name of the ledger's own by which an archive knows whose it is."""

import re
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SHOWN = re.compile("asset:([0-9a-f]{64})")


def upgrade() -> None:
    """The table, filled for the revisions that are there, and the fact `ledger.id`."""
    table = op.create_table(
        "revision_pictures",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id", "number"], ["revisions.article_id", "revisions.number"]),
        sa.PrimaryKeyConstraint("sha256", "article_id", "number"),
    )
    tx = op.get_bind()
    page = sa.text("SELECT page_html, page_cover FROM revisions WHERE article_id = :article_id AND number = :number")
    for key in tx.execute(sa.text("SELECT article_id, number FROM revisions")).mappings().all():
        html, cover = tx.execute(page, dict(key)).one()  # one at a time: all pages together are large
        tx.execute(sa.insert(table), [{"sha256": sha256, **key} for sha256 in {*_SHOWN.findall(html), cover}])
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    tx.execute(
        sa.text("INSERT INTO facts (key, value, at) VALUES ('ledger.id', :value, :at)"),
        {"value": secrets.token_hex(16), "at": at},
    )
