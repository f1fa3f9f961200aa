"""A question → the documents that may answer it, best first. Reads the file that `bake` writes."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.archive import asked, rank, rewrites, sounds, terms
from bot.archive.explained import Candidate, Explanation, Term
from bot.errors import ArchiveError
from bot.model.articles import Document, Hit
from bot.model.content import Synonyms

FORM = 3
"""What the file looks like inside, and how its terms were made: a file of another form is made anew."""

POSTINGS = 5_000
"""Rows that one question may have FTS5 score, the rarest terms' first."""

TERMS = 10
"""Terms that one question may have FTS5 score, the rarest: its bm25 costs rows times terms, and is most of a search."""

CANDIDATES = 24
"""Rows by bm25 that are weighed here once more, with everything that the question holds."""

SURE = 0.6
"""When the best article's best window holds less of the question, slips of the finger and of the ear are looked for."""

SOUNDS = 5  # pairs of syllables that one question may look up, the rarest
SPELLINGS = 6  # ways of writing one of them that FTS5 is asked for, the commonest

IDLE_CONNECTIONS = 8
NO_SYNONYMS = Synonyms()


class Archive:
    """The search file of this machine. Safe for many threads: each search has a read-only connection to itself."""

    def __init__(self, path: Path, ledger_id: str = "") -> None:
        """Opens nothing yet; the file may be missing, or made from another ledger: then `bake.refresh` makes it anew."""
        self.path = path
        self.ledger_id = ledger_id
        self.is_sound: bool | None = None  # None: nobody has looked yet; False: a search stumbled over damage
        self._idle: list[tuple[tuple[int, int], Database]] = []
        self._guard = threading.Lock()

    def version(self) -> int:
        """The ledger's archive version that the file has reached; 0 when it must be made, or made anew."""
        if self.is_sound is False:
            return 0
        try:
            with self._reading() as db:
                wanted = [FORM, self.ledger_id]
                row = db.execute("SELECT version FROM meta WHERE form = ? AND ledger = ?", wanted).fetchone()
        except ArchiveError:
            return 0
        return int(row[0]) if row else 0

    def search(self, question: str, *, limit: int = 10, synonyms: Synonyms = NO_SYNONYMS) -> list[Hit]:
        """Best matches first; empty when nothing holds anything of the question. Higher `Hit.score` is better.

        `Hit.coverage` is the chance that the document answers, comparable between archives of any size: see `rank`.
        Raises ArchiveError when the file cannot be read.
        """
        key = terms.question_key(question)
        if not key:
            return []
        with self._reading() as db:
            search = _Search(db, key, synonyms)
            return search.hits(search.ranked()[:limit])

    def explain(self, question: str, *, limit: int = 10, synonyms: Synonyms = NO_SYNONYMS) -> Explanation:
        """How `search` comes to its hits. Raises ArchiveError likewise."""
        key = terms.question_key(question)
        if not key:
            return Explanation(question, key, "")
        with self._reading() as db:
            return _Search(db, key, synonyms).explained(question, limit)

    def document(self, key: str) -> Document | None:
        """The article with this id; None when it does not answer."""
        with self._reading() as db:
            row = db.execute(
                """SELECT kind, id, title, text, column_id, url, dated FROM documents
                WHERE kind = 'article' AND id = ?""",
                [key],
            ).fetchone()
        return _document(row) if row else None

    def newest(self, *, column: str | None = None, limit: int) -> list[Document]:
        """The newest documents, of one column (by id) or of all."""
        with self._reading() as db:
            rows = db.execute(
                """SELECT kind, id, title, text, column_id, url, dated FROM documents
                WHERE :column IS NULL OR column_id = :column ORDER BY dated DESC, id LIMIT :limit""",
                {"column": column, "limit": limit},
            ).fetchall()
        return [_document(row) for row in rows]

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        """A connection that no other thread uses; ArchiveError when the file is missing or unreadable."""
        try:
            identity = self._identity()
            db = self._take(identity)
            try:
                yield db
            except BaseException:
                db.conn.close()
                raise
            self._give_back(db, identity)
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                self.is_sound = False  # "malformed", "not a database": the next refresh makes it anew
            raise ArchiveError(f"检索库 {self.path} 读不了（{error}）。它可以随时删掉，程序会从台账重建。") from error

    def _take(self, wanted: tuple[int, int]) -> Database:
        with self._guard:
            while self._idle:
                identity, db = self._idle.pop()
                if identity == wanted:
                    return db
                db.conn.close()  # somebody deleted the file, and it was made anew
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        conn = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=2.0)
        return Database(conn, execute_plugins=False)

    def _give_back(self, db: Database, identity: tuple[int, int]) -> None:
        with self._guard:
            if len(self._idle) < IDLE_CONNECTIONS:
                self._idle.append((identity, db))
                return
        db.conn.close()

    def _identity(self) -> tuple[int, int]:
        found = os.stat(self.path)
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """Gives the connections back; a later search opens new ones."""
        with self._guard:
            idle, self._idle = self._idle, []
        for _, db in idle:
            db.conn.close()


@dataclass(slots=True)
class _Row:
    """A candidate: its texts, and how they fare."""

    rowid: int
    dated: str
    text: rank.Text
    forms: int = 0  # ways of writing the question that it was held against
    plain: rank.Marks = rank.NOTHING
    heard: rank.Marks = rank.NOTHING
    score: float = 0.0
    coverage: float = 0.0


class _Search:
    """One question's way to its candidates."""

    def __init__(self, db: Database, key: str, synonyms: Synonyms) -> None:
        self._db = db
        self._key = key
        self._synonyms = synonyms
        self._documents = int(db.execute("SELECT documents FROM meta").fetchone()[0])
        self._rows: dict[int, _Row] = {}
        self.forms = [self._form(terms.trimmed(key))]
        self.heard: asked.Asked | None = None

    def ranked(self) -> list[_Row]:
        """The candidates, best first; of equals the newest."""
        self._take(_rarest(self.forms[0].counts))
        if len(self._key) == 1:
            self._take_titles()
        self._weigh()
        best = max(self._rows.values(), key=lambda row: row.score, default=None)
        if best is None or best.plain.window < SURE:
            self._repair()
            self._listen()
            self._weigh()
        return self._in_order()

    def hits(self, rows: Sequence[_Row]) -> list[Hit]:
        """The rows with their documents."""
        marks = ", ".join("?" * len(rows))
        found = self._db.execute(
            f"SELECT kind, id, title, text, column_id, url, dated, rowid FROM documents WHERE rowid IN ({marks})",  # noqa: S608
            [row.rowid for row in rows],
        ).fetchall()
        documents = {row[7]: _document(row) for row in found}
        return [Hit(documents[row.rowid], score=row.score, coverage=row.coverage) for row in rows]

    def explained(self, question: str, limit: int) -> Explanation:
        """The way to the candidates, for people to read."""
        rows = self.ranked()[:limit]
        spoken = self.heard
        return Explanation(
            question=question,
            key=self._key,
            trimmed=self.forms[0].text,
            terms=tuple(Term(p.written, p.n, p.idf, p.rarity, p.weight, p.stands_in) for p in self.forms[0].parts),
            others=tuple((self.forms[0].text[o.start : o.end], o.words) for o in self.forms[0].others),
            repaired=self.forms[1].text if len(self.forms) > 1 else "",
            heard=sounds.spelt(spoken.text) if spoken else "",
            candidates=tuple(
                Candidate(hit.document, row.plain, row.heard, self._is_unmet(row), hit.score, hit.coverage)
                for hit, row in zip(self.hits(rows), rows, strict=True)
            ),
        )

    # -- ways of writing it -------------------------------------------------------------------------------------------

    def _form(self, text: str) -> asked.Asked:
        return asked.weighed(text, self._counts, self._documents, rewrites.alternatives(text, self._synonyms))

    def _repair(self) -> None:
        """With a slip of the finger put right."""
        text = rewrites.repaired(self.forms[0].text, self._counts)
        if text:
            self.forms.append(self._form(text))
            self._take(_rarest(self.forms[-1].counts))

    def _listen(self) -> None:
        """By its sound."""
        text = sounds.heard(self._key)
        wanted = list(dict.fromkeys(terms.terms_of(text)))
        if not wanted:
            return
        marks = ", ".join("?" * len(wanted))
        found = self._db.execute(
            f"SELECT sound, term, n FROM df WHERE sound IN ({marks}) ORDER BY n DESC",  # noqa: S608
            wanted,
        ).fetchall()
        spellings: dict[str, dict[str, int]] = {}
        for sound, term, n in found:
            spellings.setdefault(sound, {})[term] = n
        counts = {sound: sum(of.values()) for sound, of in spellings.items()}
        written = self._counts([term for term in wanted if not sounds.is_sound(term[0])])
        self.heard = asked.weighed(text, lambda _: {**counts, **written}, self._documents)
        rarest = _rarest(counts)[:SOUNDS]
        self._take([*_rarest(written), *(term for sound in rarest for term in list(spellings[sound])[:SPELLINGS])])

    def _counts(self, found: Sequence[str]) -> dict[str, int]:
        marks = ", ".join("?" * len(found))
        return dict(self._db.execute(f"SELECT term, n FROM df WHERE term IN ({marks})", list(found)).fetchall())  # noqa: S608

    # -- candidates ---------------------------------------------------------------------------------------------------

    def _take(self, wanted: Sequence[str]) -> None:
        """The rows that FTS5 thinks best join the candidates."""
        if not wanted:
            return
        # Terms hold letters, digits and Chinese characters only; quoted, none of them can be FTS5 syntax.
        match = " OR ".join(f'"{term}"' for term in wanted)
        self._add(
            """SELECT d.rowid, d.dated, d.head, d.points, d.body
            FROM (SELECT rowid, rank FROM documents_fts WHERE documents_fts MATCH ? ORDER BY rank LIMIT ?) AS f
            JOIN documents AS d ON d.rowid = f.rowid""",
            [match, CANDIDATES],
        )

    def _take_titles(self) -> None:
        """One character says little: titles that hold it, the newest."""
        self._add(
            "SELECT rowid, dated, head, points, body FROM documents WHERE head LIKE ? ORDER BY dated DESC, id LIMIT ?",
            [f"%{self._key}%", CANDIDATES],  # a term: never % or _
        )

    def _add(self, query: str, values: list[Any]) -> None:
        for rowid, dated, *texts in self._db.execute(query, values):
            if rowid not in self._rows:
                self._rows[rowid] = _Row(rowid, dated, rank.Text(*texts))

    def _weigh(self) -> None:
        usual = sum(len(row.text.body) for row in self._rows.values()) / max(1, len(self._rows))
        for row in self._rows.values():
            for form in self.forms[row.forms :]:  # those it has not been held against yet
                row.plain = max(row.plain, rank.marks(form, row.text, usual), key=lambda marks: marks.promise)
            row.forms = len(self.forms)
            if self.heard:
                row.heard = rank.marks(self.heard, _sounding(row.text), usual)
            row.score = rank.promise(row.plain, row.heard)

    def _in_order(self) -> list[_Row]:
        rows = sorted(self._rows.values(), key=lambda row: row.dated, reverse=True)
        rows = sorted((row for row in rows if row.score > 0), key=lambda row: row.score, reverse=True)
        for row in rows:
            row.coverage = rank.confidence(row.plain, row.heard, self.forms[0], self._is_unmet(row))
        return rows

    def _is_unmet(self, row: _Row) -> bool:
        return rank.unmet(self._key, row.text)


def _sounding(text: rank.Text) -> rank.Text:
    return rank.Text(sounds.of(text.head), sounds.of(text.points), sounds.of(text.body))


def _rarest(counts: Mapping[str, int]) -> list[str]:
    """At most TERMS terms, the rarest first, whose rows together stay within POSTINGS; one in any case."""
    wanted: list[str] = []
    rows = 0
    for n, term in sorted((n, term) for term, n in counts.items())[:TERMS]:
        rows += n
        if wanted and rows > POSTINGS:
            break
        wanted.append(term)
    return wanted


def _document(row: Sequence[Any]) -> Document:
    kind, key, title, text, column, url, dated = row[:7]
    return Document(key, title, text, column, url, date.fromisoformat(dated), kind)
