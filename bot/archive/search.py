"""A question → the documents that may answer it, best first. Reads the file that `bake` writes."""

from __future__ import annotations

import math
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.archive import terms
from bot.errors import ArchiveError
from bot.model.articles import Document, Hit

FORM = 2
"""What the file looks like inside, and how its terms were made: a file of another form is made anew."""

POSTINGS = 5_000
"""Rows that one question may have FTS5 score, the rarest terms' first. Measured on 6,000 and on 10,000 passages: as many
right answers as with 20,000, and the slowest questions take little more than half the time."""

TERMS = 10
"""Terms that one question may have FTS5 score, the rarest: its bm25 costs rows times terms, and is most of a search. The
best rows are scored once more with all terms, here. Measured on 10,000 passages with 1,200 questions: the right one is
first for 94.3 of 100 as against 94.4 with all terms in FTS5, and a search takes less than half the time."""

CANDIDATES = 24  # best by bm25, of which ties go to the newest
RERANKED = 8
"""Rows scored once more with all terms; those behind them follow as FTS5 has them. Measured as above: with twelve as
many right answers as with eight, and a search takes a quarter more."""

IDLE_CONNECTIONS = 8
K1, B = 1.2, 0.75  # bm25's, as in FTS5
TITLE_COUNTS = 2  # for a term's score a title is worth so many mentions
TITLE_SHARE = 0.5  # words in the title count once more, by half
EVIDENCE = 0.6  # summed rarity of the words found, below which coverage shrinks: 今天 alone must not answer


@dataclass(frozen=True, slots=True)
class _Term:
    """One of a question's terms, what finding it is worth, and how rare it is in everyday Chinese."""

    spaced: str  # after a space, as among an article's terms
    weight: float
    rarity: float
    idf: float  # its rarity among the archive's documents


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question's terms, what all of them weigh, and those that FTS5 is asked for."""

    terms: list[_Term]
    whole: float
    wanted: list[str]


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

    def search(self, question: str, *, limit: int = 10) -> list[Hit]:
        """Best matches first; empty when the question holds no search term. Higher `Hit.score` (bm25) is better.

        `Hit.coverage` is between 0 and 1: the weight of the question's terms that the document holds, those in its
        title counted half as much again, over the weight of all its terms. A term weighs its rarity among the
        archive's documents (idf; one that the archive does not know weighs as much as one that a single document
        holds) times its rarity in everyday Chinese. Behind the RERANKED best, whose terms are not looked at, it is 0.
        Raises ArchiveError when the file cannot be read.
        """
        found = terms.query_terms(question)
        if not found:
            return []
        with self._reading() as db:
            if len(found) == 1 and len(found[0]) == 1:
                return _by_title(db, found[0], limit)
            asked = _weigh(db, found)
            rows = _candidates(db, asked.wanted, max(limit, RERANKED))
        best = rows[:RERANKED]
        usual_chars = sum(len(row[8]) + len(row[9]) for row in best) / max(1, len(best))
        hits = sorted((_hit(row, asked, usual_chars) for row in best), key=_promise, reverse=True)
        behind = [Hit(_document(row), score=0.0, coverage=0.0) for row in rows[RERANKED:]]
        return [*hits, *behind][:limit]

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


def _weigh(db: Database, found: Sequence[str]) -> _Asked:
    """What each term weighs, and the rarest terms whose rows together stay within POSTINGS."""
    marks = ", ".join("?" * len(found))
    counts = dict(db.execute(f"SELECT term, n FROM df WHERE term IN ({marks})", list(found)).fetchall())  # noqa: S608
    documents = int(db.execute("SELECT documents FROM meta").fetchone()[0])
    weighed = []
    for term in found:
        rarity = terms.rarity(term)
        idf = _idf(documents, counts.get(term, 1))
        weighed.append(_Term(f" {term}", idf * rarity, rarity, idf))
    return _Asked(weighed, sum(term.weight for term in weighed), _rarest(counts))


def _rarest(counts: dict[str, int]) -> list[str]:
    """At most TERMS terms, the rarest first, whose rows together stay within POSTINGS; one in any case."""
    wanted: list[str] = []
    rows = 0
    for n, term in sorted((n, term) for term, n in counts.items())[:TERMS]:
        rows += n
        if wanted and rows > POSTINGS:
            break
        wanted.append(term)
    return wanted


def _idf(documents: int, n: int) -> float:
    """Never zero, also in an archive of one document, where FTS5's own is."""
    return math.log(1 + (max(documents, n) - n + 0.5) / (n + 0.5))


def _candidates(db: Database, wanted: Sequence[str], limit: int) -> list[tuple[Any, ...]]:
    """Rows of `documents` with their score and terms; ties go to the newest."""
    if not wanted:
        return []
    # Terms hold letters, digits and Chinese characters only; quoted, none of them can be FTS5 syntax.
    match = " OR ".join(f'"{term}"' for term in wanted)
    return db.execute(
        """SELECT d.kind, d.id, d.title, d.text, d.column_id, d.url, d.dated, -f.rank, d.title_terms, d.text_terms
        FROM (SELECT rowid, rank FROM documents_fts WHERE documents_fts MATCH ? ORDER BY rank LIMIT ?) AS f
        JOIN documents AS d ON d.rowid = f.rowid
        ORDER BY f.rank, d.dated DESC, d.id LIMIT ?""",
        [match, CANDIDATES, limit],
    ).fetchall()


def _hit(row: tuple[Any, ...], asked: _Asked, usual_chars: float) -> Hit:
    title, text = f" {row[8]} ", f" {row[9]} "
    saturation = K1 * (1 - B + B * (len(title) + len(text)) / usual_chars)
    weight = rarity = score = 0.0
    for term in asked.terms:
        often = text.count(term.spaced)
        if _holds(title, term.spaced):
            weight += term.weight * TITLE_SHARE
            often += TITLE_COUNTS
        elif not often or not _holds(text, term.spaced):
            continue
        weight += term.weight
        rarity += term.rarity
        score += term.idf * often * (K1 + 1) / (often + saturation)
    coverage = weight / (asked.whole * (1 + TITLE_SHARE)) * min(1.0, rarity / EVIDENCE)
    return Hit(_document(row), score=score, coverage=coverage)


def _holds(terms_text: str, spaced: str) -> bool:
    """True when the term stands among these. Looking for it with a space at both ends takes several times as long: the
    last character is what is compared first, and no character is as frequent as the space."""
    at = terms_text.find(spaced)
    while at >= 0 and terms_text[at + len(spaced)] != " ":
        at = terms_text.find(spaced, at + 1)
    return at >= 0


def _promise(hit: Hit) -> float:
    """bm25 alone lets one rare word repeated win over a document that holds the whole question."""
    return hit.score * (0.3 + hit.coverage)


def _by_title(db: Database, character: str, limit: int) -> list[Hit]:
    """One character says little: titles that hold it, the newest first; covered as far as the character is rare."""
    rows = db.execute(
        """SELECT kind, id, title, text, column_id, url, dated FROM documents
        WHERE title LIKE ? ORDER BY dated DESC, id LIMIT ?""",
        [f"%{character}%", limit],  # a term: never % or _
    ).fetchall()
    return [Hit(_document(row), score=1.0, coverage=terms.rarity(character)) for row in rows]


def _document(row: Sequence[Any]) -> Document:
    kind, key, title, text, column, url, dated = row[:7]
    return Document(key, title, text, column, url, date.fromisoformat(dated), kind)
