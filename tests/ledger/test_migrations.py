"""The migrations and the tables in `schema.py` are the same ledger."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, text

from bot.errors import LedgerError
from bot.ledger import migrations
from bot.ledger.database import HEAD, Ledger
from bot.ledger.schema import metadata


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger("sqlite:///deep/ledger.db", folder=tmp_path)
    yield opened
    opened.close()


def test_the_migrations_build_the_schema(ledger):
    ledger.migrate()

    with ledger.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata)
        written = " ".join(tx.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).scalars())
    assert differences == []
    checks = [c for t in metadata.tables.values() for c in t.constraints if isinstance(c, CheckConstraint)]
    assert checks
    assert all(str(check.sqltext) in written for check in checks)


def test_head_is_the_newest_migration():
    assert ScriptDirectory(migrations.__path__[0]).get_current_head() == HEAD


def test_migrating_twice_changes_nothing(ledger):
    assert ledger.migrate() == ""
    assert ledger.migrate() == HEAD

    ledger.check()


def test_a_missing_ledger_says_what_to_run(ledger):
    with pytest.raises(LedgerError, match="migrate"):
        ledger.check()


def test_a_newer_ledger_is_left_alone(ledger):
    ledger.migrate()
    with ledger.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for act in (ledger.check, ledger.migrate):
        with pytest.raises(LedgerError, match="更新的版本"):
            act()


def test_an_empty_file_says_what_to_run(ledger):
    assert ledger.file
    ledger.file.parent.mkdir()
    ledger.file.touch()

    with pytest.raises(LedgerError, match="migrate"):
        ledger.check()


def test_a_broken_file_says_to_restore(ledger):
    assert ledger.file
    ledger.file.parent.mkdir()
    ledger.file.write_bytes(b"this is no database" * 100)

    with pytest.raises(LedgerError, match="备份"):
        ledger.check()


def test_readers_cannot_write(ledger):
    ledger.migrate()

    with pytest.raises(LedgerError), ledger.read() as tx:
        tx.execute(text("DELETE FROM versions"))
