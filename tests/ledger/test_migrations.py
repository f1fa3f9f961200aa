"""The migrations and the tables in `schema.py` are the same ledger."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.errors import LedgerError
from bot.ledger import facts, migrations, reading, schema
from bot.ledger.database import HEAD, Ledger
from bot.ledger.schema import metadata

NOW = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def ledger(new_ledger_url, tmp_path):
    """A ledger that nobody has migrated yet, once on each kind of database."""
    opened = Ledger(new_ledger_url, folder=tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def file_ledger(tmp_path):
    """The same as a SQLite file in a folder that does not exist yet."""
    opened = Ledger("sqlite:///deep/ledger.db", folder=tmp_path)
    yield opened
    opened.close()


CHECKS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'",
}


def test_the_migrations_build_the_schema(ledger):
    ledger.migrate()

    with ledger.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata)
        written = list(tx.execute(text(CHECKS[tx.dialect.name])).scalars())
    assert differences == []
    checks = [c for t in metadata.tables.values() for c in t.constraints if isinstance(c, CheckConstraint)]
    assert checks
    for check in checks:
        words = re.findall("'[a-z_]+'", str(check.sqltext))
        assert any(all(word in each for word in words) for each in written), str(check.sqltext)


WRONG = {
    "a state that nobody knows": "UPDATE articles SET state = 'lost'",
    "an article that does not exist": "INSERT INTO placements VALUES ('nothing', 'c', '2026', 'x', '2026')",
    "no title": "UPDATE articles SET title = NULL",
    "an article in two live pushes": "UPDATE push_items SET is_live = true",
}


@pytest.mark.parametrize("statement", WRONG.values(), ids=WRONG)
def test_the_database_itself_refuses_what_must_never_be(any_ledger, statement):
    with any_ledger.write() as tx:
        tx.execute(
            insert(schema.articles).values(
                id="a", revision=1, title="题", state="approved", since=NOW, taken_in_at=NOW, rank=0, archive_version=1
            )
        )
        times = dict.fromkeys(("due", "claimed_at", "updated_at", "good_until", "seen_from"), NOW)
        for number, is_live in ((1, True), (2, False), (3, False)):
            about = {"route": "mass", "state": "claimed", "clientmsgid": str(number)}
            tx.execute(insert(schema.pushes).values(id=number, **about, **times))
            item = {"article_id": "a", "revision": 1, "column_id": "c", "issue": 1, "due": NOW, "title": ""}
            tx.execute(insert(schema.push_items).values(push_id=number, position=0, is_live=is_live, **item))

    with pytest.raises(IntegrityError), any_ledger.write() as tx:
        tx.execute(text(statement))


def test_texts_sort_by_code_point_whatever_the_database_was_made_for(new_ledger_url, tmp_path):
    with closing(Ledger(new_ledger_url, folder=tmp_path)) as ledger:
        ledger.migrate()
        with ledger.write() as tx:
            for key in (mixed := ["b", "A", "a", "B", "a-b", "a b", "ab", "中", "é", "z", "_"]):
                facts.put(tx, key, "", NOW)
            keys = list(
                tx.execute(select(schema.facts.c.key).where(schema.facts.c.value == "").order_by("key")).scalars()
            )
            others = tx.execute(text(OTHER_ORDER)).all() if tx.dialect.name == "postgresql" else []

    assert keys == sorted(mixed)
    assert others == []


OTHER_ORDER = """SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying') AND table_name <> 'alembic_version'
AND collation_name IS DISTINCT FROM 'C'"""


def test_two_that_migrate_at_once_do_not_meet(new_ledger_url, tmp_path):
    (tmp_path / "deep").mkdir()
    gate = threading.Barrier(2)

    def migrate(_: int) -> str:
        with closing(Ledger(new_ledger_url, folder=tmp_path, busy_s=20)) as own:
            gate.wait()
            return own.migrate()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(migrate, range(2))) == ["", HEAD]


def test_head_is_the_newest_migration():
    assert ScriptDirectory(migrations.__path__[0]).get_current_head() == HEAD


def test_migrating_twice_changes_nothing(ledger):
    assert ledger.migrate() == ""
    assert ledger.migrate() == HEAD

    ledger.check()


def test_a_ledger_that_is_not_there_yet_says_what_to_run(ledger):
    with pytest.raises(LedgerError, match="migrate"):
        ledger.check()


def test_a_newer_ledger_is_left_alone(ledger):
    ledger.migrate()
    with ledger.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for act in (ledger.check, ledger.migrate):
        with pytest.raises(LedgerError, match="更新的版本"):
            act()


def test_an_empty_file_says_what_to_run(file_ledger):
    assert file_ledger.file
    file_ledger.file.parent.mkdir()
    file_ledger.file.touch()

    with pytest.raises(LedgerError, match="migrate"):
        file_ledger.check()


def test_a_broken_file_says_to_restore(file_ledger):
    assert file_ledger.file
    file_ledger.file.parent.mkdir()
    file_ledger.file.write_bytes(b"this is no database" * 100)

    with pytest.raises(LedgerError, match="备份"):
        file_ledger.check()


def test_readers_cannot_write(ledger):
    ledger.migrate()

    with pytest.raises(LedgerError), ledger.read() as tx:
        tx.execute(text("DELETE FROM versions"))


def test_a_ledger_of_the_first_version_learns_which_pictures_it_shows(ledger, tmp_path):
    old, new, cover = "a" * 64, "b" * 64, "c" * 64
    (tmp_path / "deep").mkdir()
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
