"""The file follows the ledger: in place, in one transaction, and made anew when it is past mending."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.archive import bake
from bot.archive.bake import Watcher, refresh
from bot.archive.search import Archive
from bot.archive.terms import terms_of
from bot.errors import ArchiveError
from bot.ledger import articles, facts
from bot.ledger.database import Ledger
from bot.model.articles import Article, Document, Page

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
WATER = Document("water", "水的比热", "水升温慢。", "science", None, date(2026, 4, 12))
OTHERS = tuple(
    Document(f"o{n}", f"小麦浇水{n}", "小麦什么时候浇水，看墒情。", "farming", None, date(2026, 4, 12))
    for n in range(3)
)


def take_in(ledger: Ledger, key: str, title: str, text: str) -> None:
    page = Page(html=f"<p>{text}</p>", text=text, digest="", cover="c" * 64)
    with ledger.write() as tx:
        articles.add_revision(tx, Article(key, title, "science", text), page, person="李编辑", now=NOW, rank=0, steps=0)


def withdraw(ledger: Ledger, key: str) -> None:
    with ledger.write() as tx:
        articles.withdraw(tx, key, person="李编辑", reason="有误", now=NOW)


def found(archive: Archive, question: str) -> list[str]:
    return [hit.document.id for hit in archive.search(question)]


def df_by_counting(path: Path) -> dict[str, int]:
    counted: Counter[str] = Counter()
    with closing(sqlite3.connect(path)) as db:
        for head, body in db.execute("SELECT head, body FROM documents"):
            counted.update({*terms_of(head), *terms_of(body)})
    return dict(counted)


def df(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("SELECT term, n FROM df").fetchall())


def test_a_change_takes_the_old_terms_out_and_puts_the_new_ones_in(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    bake.rebuild(path, 1, [(document.id, document) for document in (WATER, *OTHERS)])
    archive = Archive(path)

    bake.apply(path, 2, [("water", replace(WATER, text="冰会浮起来。")), ("o1", None)])

    assert archive.version() == 2
    assert found(archive, "升温慢") == []
    assert found(archive, "冰会浮起来") == ["water"]
    assert sorted(found(archive, "小麦浇水")) == ["o0", "o2"]
    assert df(path) == df_by_counting(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO documents_fts (documents_fts) VALUES ('integrity-check')")
    archive.close()


def test_applying_twice_changes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    bake.rebuild(path, 1, [("water", WATER)])

    for _ in range(2):
        bake.apply(path, 2, [("o0", OTHERS[0]), ("gone", None)])

    assert df(path) == df_by_counting(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM documents").fetchone() == (2,)


def test_a_change_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    bake.rebuild(path, 1, [("water", WATER)])
    before = df(path)

    def changes():
        yield "o0", OTHERS[0]
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        bake.apply(path, 2, changes())

    archive = Archive(path)
    assert archive.version() == 1
    assert df(path) == before
    assert found(archive, "小麦浇水") == []
    archive.close()


def test_refresh_follows_the_ledger(ledger: Ledger, archive: Archive) -> None:
    take_in(ledger, "water", "水的比热", "水升温慢。")
    assert refresh(archive, ledger) == archive.version() == 1
    assert found(archive, "水升温慢") == ["water"]

    take_in(ledger, "ice", "冰为什么浮起来", "冰比水轻。")
    withdraw(ledger, "water")
    refresh(archive, ledger)

    assert archive.version() == 3
    assert found(archive, "水升温慢") in ([], ["ice"])
    assert found(archive, "冰浮起来")[0] == "ice"


def test_an_empty_ledger_makes_an_empty_archive(ledger: Ledger, archive: Archive) -> None:
    assert refresh(archive, ledger) == 0
    assert archive.search("水升温慢") == []


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _older_form(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET form = 0")


def _without_a_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TABLE meta")


def _holes(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[8192:-4096] = os.urandom(len(data) - 12288)
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [Path.unlink, _garbage, _empty, _older_form, _without_a_table, _holes])
def test_a_file_past_mending_is_made_anew(ledger: Ledger, archive: Archive, harm) -> None:
    take_in(ledger, "water", "水的比热", "水升温慢。")
    refresh(archive, ledger)
    assert found(archive, "水升温慢") == ["water"]

    harm(archive.path)
    take_in(ledger, "ice", "冰为什么浮起来", "冰比水轻。")
    refresh(archive, ledger)

    assert found(archive, "水升温慢")[0] == "water"
    assert found(archive, "冰浮起来")[0] == "ice"
    assert not list(archive.path.parent.glob("*.new*"))


@pytest.mark.parametrize("harm", [Path.unlink, _garbage, _empty, _holes])
def test_damage_is_mended_also_when_nothing_else_changed(ledger: Ledger, archive: Archive, harm) -> None:
    take_in(ledger, "water", "水的比热", "水升温慢。")
    refresh(archive, ledger)
    found(archive, "水升温慢")
    harm(archive.path)
    watcher = Watcher(archive, ledger, lambda _: None)

    with contextlib.suppress(ArchiveError):
        found(archive, "水升温慢")
    watcher.look()

    assert found(archive, "水升温慢") == ["water"]


@pytest.mark.parametrize("harm", [_garbage, _holes])
def test_a_command_mends_the_file_before_it_asks(ledger: Ledger, archive: Archive, harm) -> None:
    take_in(ledger, "water", "水的比热", "水升温慢。")
    refresh(archive, ledger)
    archive.close()
    harm(archive.path)

    fresh = Archive(archive.path)
    refresh(fresh, ledger)

    assert found(fresh, "水升温慢") == ["water"]
    fresh.close()


def test_a_rebuild_reaches_readers_under_the_same_name(ledger: Ledger, archive: Archive) -> None:
    take_in(ledger, "water", "水的比热", "水升温慢。")
    refresh(archive, ledger)
    found(archive, "水升温慢")
    inode = archive.path.stat().st_ino

    bake.rebuild(archive.path, 7, [("o0", OTHERS[0])])

    assert archive.path.stat().st_ino == inode
    assert archive.version() == 7
    assert found(archive, "小麦浇水") == ["o0"]


def test_a_file_made_from_another_ledger_is_made_anew(tmp_path: Path) -> None:
    ledgers, archives = [], []
    for name, text in (("one", "小麦什么时候浇水。"), ("two", "水升温慢。")):
        made = Ledger(f"sqlite:///{name}.db", folder=tmp_path)
        made.migrate()
        take_in(made, "water", "水的比热", text)
        with made.read() as tx:
            archives.append(Archive(tmp_path / "archive.db", facts.get(tx, "ledger.id") or ""))
        ledgers.append(made)
    refresh(archives[0], ledgers[0])
    told: list[int] = []

    assert [archive.version() for archive in archives] == [1, 0]
    Watcher(archives[1], ledgers[1], told.append).look()

    assert told == [1]
    assert [archive.version() for archive in archives] == [0, 1]
    assert found(archives[1], "水升温慢") == ["water"]
    assert found(archives[1], "小麦浇水") == []
    for opened in (*archives, *ledgers):
        opened.close()


def test_a_file_that_is_ahead_of_its_ledger_is_made_anew(ledger: Ledger, archive: Archive) -> None:
    bake.rebuild(archive.path, 99, [("o0", OTHERS[0])])
    take_in(ledger, "water", "水的比热", "水升温慢。")

    assert refresh(archive, ledger) == archive.version() == 1
    assert found(archive, "小麦浇水") == []


def test_refreshing_at_once_from_many_sides_is_harmless(ledger: Ledger, archive: Archive) -> None:
    take_in(ledger, "water", "水的比热", "水升温慢。")
    threads = [threading.Thread(target=refresh, args=(archive, ledger)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found(archive, "水升温慢") == ["water"]
    assert df(archive.path) == df_by_counting(archive.path)


def test_a_folder_that_cannot_be_made_is_said_plainly(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    archive = Archive(tmp_path / "file" / "archive.db")

    with pytest.raises(ArchiveError, match="权限"):
        refresh(archive, ledger)


def test_the_watcher_applies_what_is_missing_and_tells(ledger: Ledger, archive: Archive) -> None:
    told = threading.Event()
    seen: list[int] = []

    def notice(version: int) -> None:
        seen.append(version)
        if version == 2:
            told.set()

    take_in(ledger, "water", "水的比热", "水升温慢。")
    watcher = Watcher(archive, ledger, notice, every_s=0.01).start()
    take_in(ledger, "ice", "冰为什么浮起来", "冰比水轻。")

    assert told.wait(10)
    watcher.close()
    assert found(archive, "冰浮起来")[0] == "ice"


def test_the_watcher_mends_a_file_that_was_deleted(ledger: Ledger, archive: Archive) -> None:
    take_in(ledger, "water", "水的比热", "水升温慢。")
    refresh(archive, ledger)
    archive.path.unlink()

    Watcher(archive, ledger, lambda _: None).look()

    assert found(archive, "水升温慢") == ["water"]
