"""The first ledger."""

from alembic import op

from bot.ledger.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """All tables."""
    metadata.create_all(op.get_bind())
