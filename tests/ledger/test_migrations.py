"""The migrations and the tables in `schema.py` are the same ledger."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, text

from bot.errors import LedgerError
from bot.ledger import facts, migrations, reading
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


def test_a_ledger_of_the_first_version_learns_which_pictures_it_shows(ledger):
    old, new, cover = "a" * 64, "b" * 64, "c" * 64
    ledger.file.parent.mkdir()
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with ledger.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
        tx.execute(
            text(
                "INSERT INTO articles (id, revision, title, state, since, taken_in_at, rank, archive_version) "
                "VALUES ('water', 2, '水', 'approved', '2026', '2026', 0, 1)"
            )
        )
        for number, sha256 in ((1, old), (2, new)):
            html = f'<p><img src="asset:{sha256}"><img src="asset:{sha256}"></p>'
            page = {"number": number, "html": html, "cover": cover}
            tx.execute(
                text("INSERT INTO revisions VALUES ('water', :number, '', '{}', :html, '', '', :cover, '林', '2026')"),
                page,
            )

    ledger.migrate()

    with ledger.read() as tx:
        assert [reading.shows_picture(tx, sha256) for sha256 in (old, new, cover, "d" * 64)] == [
            False,
            True,
            True,
            False,
        ]


def test_every_ledger_has_a_name_of_its_own(ledger, tmp_path):
    other = Ledger("sqlite:///other.db", folder=tmp_path)
    names = set()
    for each in (ledger, other):
        each.migrate()
        with each.read() as tx:
            names.add(facts.get(tx, "ledger.id"))
    other.close()

    assert len(names) == 2
    assert all(names)
