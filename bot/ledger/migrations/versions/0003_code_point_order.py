"""On PostgreSQL every text sorts by code point, as on SQLite, whatever language the database was made for."""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TEXTS = sa.text(
    """SELECT table_name, column_name, character_maximum_length AS length FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying')
    AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position"""
)


def upgrade() -> None:
    """The columns' collation is "C"; SQLite knows no other."""
    tx = op.get_bind()
    if tx.dialect.name != "postgresql":
        return
    quote = tx.dialect.identifier_preparer.quote
    for table, columns in groupby(tx.execute(_TEXTS).all(), key=lambda row: row.table_name):
        changes = ", ".join(
            f'ALTER COLUMN {quote(row.column_name)} TYPE {f"varchar({row.length})" if row.length else "text"} COLLATE "C"'
            for row in columns
        )
        tx.execute(sa.text(f"ALTER TABLE {quote(table)} {changes}"))
