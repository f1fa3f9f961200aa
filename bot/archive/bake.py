"""The ledger's answering articles → the search file: what changed is applied in place, a file past mending is made anew."""

from __future__ import annotations

import fcntl
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from bot.archive import rank, sounds, terms
from bot.archive.search import FORM, Archive
from bot.archive.zones import zoned
from bot.errors import ArchiveError, BotError, LedgerBusy
from bot.ledger import articles
from bot.ledger.database import Ledger
from bot.model.articles import Document

Changes = Iterable[tuple[str, Document | None]]
"""Each changed document by its id; None: it answers no more."""

WATCH_S = 1.0

MANY_TERMS = 20_000
"""Terms that change at once, beyond which the index is tidied up: an intake of some hundred articles."""

CACHE_KB = 32_000
"""What the writer keeps of the file in memory: with SQLite's own 2 MB a large intake reads its pages again and again."""

log = logging.getLogger(__name__)


def refresh(archive: Archive, ledger: Ledger) -> int:
    """The version that the file has now reached: the ledger's. One process of this machine works, the others wait."""
    with _said_plainly(archive.path), _alone(archive.path):
        if archive.is_sound is None:
            archive.is_sound = _is_database(archive.path)
        here = archive.version()
        with ledger.read() as tx:
            newest, changes = articles.changed_since(tx, here)
            if not 0 < here <= newest:  # nothing of ours there, or our ledger is an older one: from a backup
                newest, changes = articles.changed_since(tx, 0)
                here = 0
        if here and here == newest:
            return newest
        if here:
            try:
                apply(archive.path, newest, changes)
                return newest
            except sqlite3.DatabaseError as error:
                log.warning("检索库 %s 坏了（%s），正在重建。", archive.path, error)
                with ledger.read() as tx:
                    newest, changes = articles.changed_since(tx, 0)
        rebuild(archive.path, newest, changes, archive.ledger_id)
        archive.is_sound = True
        return newest


def apply(path: Path, version: int, changes: Changes) -> None:
    """The file holds the changes and says so, or, after an error, is as it was. Applying twice changes nothing more."""
    with closing(_open(path)) as conn:
        db = Database(conn, execute_plugins=False)
        db.execute("BEGIN IMMEDIATE")  # sqlite-utils' own atomic() begins as a reader and fails when another writes
        try:
            _replace(db, changes)
            db.execute(
                "UPDATE meta SET version = ?, form = ?, documents = (SELECT count(*) FROM documents)", [version, FORM]
            )
            db.commit()
        except BaseException:
            db.rollback()
            raise


def rebuild(path: Path, version: int, changes: Changes, ledger_id: str = "") -> None:
    """The file is made beside `path` and copied in, so that whoever reads the old one goes over to the new one."""
    beside = path.with_name(path.name + ".new")
    _remove(beside)
    with closing(_open(beside)) as conn:
        _create(Database(conn, execute_plugins=False), ledger_id)
    apply(beside, version, changes)
    with closing(_open(beside)) as conn, conn:
        conn.execute("CREATE INDEX df_sound ON df (sound, n, term)")  # at the end: in order it takes half the time
    if not _is_database(path):
        _remove(path)  # no reader has any use for it; those with it open notice another file under the name
    with closing(_open(beside)) as source, closing(_open(path)) as live:
        source.backup(live)
    _remove(beside)


def _create(db: Database, ledger_id: str) -> None:
    documents = db.table("documents")
    columns = dict.fromkeys(("kind", "id", "title", "text", "column_id", "url", "dated", "head", "points", "body"), str)
    documents.create({"rowid": int, **columns}, pk="rowid", not_null={"kind", "id", "title", "text", "dated"})
    documents.create_index(["kind", "id"], unique=True)
    documents.create_index(["column_id", "dated"])
    # Without content: what is taken out again is told from the text. Diacritics stay: `terms` decides.
    db.execute(
        "CREATE VIRTUAL TABLE documents_fts USING fts5 (head, body, content='', tokenize='unicode61 remove_diacritics 0')"
    )
    db.execute("INSERT INTO documents_fts (documents_fts, rank) VALUES ('rank', 'bm25(2.0, 1.0)')")
    db.table("df").create({"term": str, "n": int, "sound": str}, pk="term", not_null={"n"})
    meta = db.table("meta").create({"version": int, "form": int, "ledger": str, "documents": int})
    meta.insert({"version": 0, "form": 0, "ledger": ledger_id, "documents": 0})


def _replace(db: Database, changes: Changes) -> None:
    """Each changed document's row, and the counts of the terms that it brings and takes away."""
    conn = db.conn
    moved: Counter[str] = Counter()
    for key, document in changes:
        kind = document.kind if document else "article"
        old = conn.execute("SELECT rowid, head, body FROM documents WHERE kind = ? AND id = ?", [kind, key]).fetchone()
        if old:
            head, body = terms.terms_of(old[1]), terms.terms_of(old[2])
            moved.subtract({*head, *body})
            conn.execute(
                "INSERT INTO documents_fts (documents_fts, rowid, head, body) VALUES ('delete', ?, ?, ?)",
                [old[0], " ".join(head), " ".join(body)],
            )
            conn.execute("DELETE FROM documents WHERE rowid = ?", [old[0]])
        if document:
            zones = zoned(document)
            head, body = terms.terms_of(zones.head), terms.terms_of(zones.body)
            moved.update({*head, *body})
            rowid = conn.execute(_INSERT, _row(document, zones)).lastrowid
            conn.execute(
                "INSERT INTO documents_fts (rowid, head, body) VALUES (?, ?, ?)",
                [rowid, " ".join(head), " ".join(body)],
            )
    conn.executemany(
        "INSERT INTO df (term, n, sound) VALUES (?, ?, ?) ON CONFLICT (term) DO UPDATE SET n = n + excluded.n",
        ((term, n, sounds.of_pair(term)) for term, n in sorted(moved.items()) if n),
    )
    conn.execute("DELETE FROM df WHERE n <= 0")
    if len(moved) > MANY_TERMS:  # one segment instead of many: a question's terms are looked up in each of them
        conn.execute("INSERT INTO documents_fts (documents_fts) VALUES ('optimize')")


_INSERT = "INSERT INTO documents (kind, id, title, text, column_id, url, dated, head, points, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _row(document: Document, zones: rank.Text) -> tuple[str | None, ...]:
    kept = (document.kind, document.id, document.title, document.text, document.column, document.url)
    return (*kept, document.dated.isoformat(), zones.head, zones.points, zones.body)


def _open(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(path, timeout=10.0)
    conn.execute("PRAGMA journal_mode=WAL")  # readers go on while this writes
    conn.execute(f"PRAGMA cache_size=-{CACHE_KB}")
    conn.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes away, the ledger gives again
    return conn


def _is_database(path: Path) -> bool:
    """False for a missing file and for one that SQLite cannot read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as conn:
            return bool(conn.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _remove(path: Path) -> None:
    for name in (path.name, path.name + "-wal", path.name + "-shm"):
        path.with_name(name).unlink(missing_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process of this machine is in here; the lock goes with its process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(path.name + ".lock"), "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"检索库 {path} 写不了（{error}）。请检查数据文件夹的权限和磁盘空间。") from error


class Watcher:
    """A thread that keeps the file abreast of the ledger and tells of each version it sees."""

    def __init__(
        self, archive: Archive, ledger: Ledger, notice: Callable[[int], None], *, every_s: float = WATCH_S
    ) -> None:
        self._archive = archive
        self._ledger = ledger
        self._notice = notice
        self._every_s = every_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="archive-watcher", daemon=True)

    def start(self) -> Watcher:
        """This watcher, at work."""
        self._thread.start()
        return self

    def close(self) -> None:
        """The thread has ended."""
        self._closing.set()
        self._thread.join()

    def look(self) -> None:
        """Applies what is missing and tells of the version reached."""
        with self._ledger.read() as tx:
            newest = articles.archive_version(tx)
        here = self._archive.version()
        if here != newest:
            here = refresh(self._archive, self._ledger)
        self._notice(here)

    def _run(self) -> None:
        terms.query_terms("热身")  # loads the dictionary, so that no follower waits for it
        said = ""
        while not self._closing.wait(self._every_s):
            try:
                self.look()
                said = ""
            except Exception as error:  # a watcher that dies would leave withdrawn articles in the index
                problem = str(error) if isinstance(error, BotError) else type(error).__name__
                if problem != said and not isinstance(error, LedgerBusy):
                    log.error("检索库没有跟上：%s", problem)
                    said = problem
