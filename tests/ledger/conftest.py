"""The ledger of these tests: on SQLite, and on PostgreSQL."""

from __future__ import annotations

import pytest

from bot.ledger.database import Ledger


@pytest.fixture
def ledger(any_ledger: Ledger) -> Ledger:
    """A migrated ledger, once on each kind of database."""
    return any_ledger
