"""Prints how well questions are answered, by the bot and by plain FTS5 over the same documents: `python -m tools.evaluate`.

--misses lists the questions of `tests/data/questions.jsonl` whose article is not first; those kept back are only counted.
--sets FOLDER adds question sets: `*-passages.jsonl.gz` with id, title, text and `*-questions.jsonl.gz` with id, q, rel.
The exit status is 1 when a figure falls below its floor in FLOORS.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frontmatter
import rjieba

from bot.archive import bake, terms
from bot.archive.search import Archive
from bot.config import Review, load
from bot.editorial.intake import take_in
from bot.ledger import articles
from bot.ledger.database import Ledger
from bot.ledger.media import MediaStore
from bot.model.articles import Document
from bot.model.content import Synonyms

ROOT = Path(__file__).resolve().parents[1]
HITS = 10
SUGGESTED = 3  # titles that 你是不是想问 offers
DEV, HELD, HEADS = "questions", "kept back", "articles' own"
FLOORS = {  # set, kind, figure → what the bot must reach; false answers: at most
    (DEV, "all", "r@1"): 0.88,
    (DEV, "all", "r@3"): 0.95,
    (DEV, "homophone", "r@3"): 0.95,
    (DEV, "pinyin", "r@3"): 0.95,
    (HEADS, "all", "r@1"): 0.97,
    (HELD, "all", "r@1"): 0.88,
    ("cmrc", "all", "r@1"): 0.96,
    ("drcd", "all", "r@1"): 0.91,
}
MOST_FALSE = {(DEV, "junk"): 0.08, (DEV, "near"): 0.25, (HELD, "junk"): 0.08, (HELD, "near"): 0.25}


@dataclass(frozen=True)
class Question:
    """What is asked, the ids of the articles that answer (none: nothing does), and its kind."""

    text: str
    right: frozenset[str]
    kind: str


@dataclass(frozen=True)
class Found:
    """Ids, best first, the confidence in the first, and how long it took."""

    ids: tuple[str, ...]
    confidence: float
    ms: float


@dataclass
class Figures:
    """Of one kind of question."""

    found: list[tuple[Question, Found]] = field(default_factory=list)

    def share(self, holds: Callable[[Question, Found], bool]) -> float:
        """The share of the questions for which this holds."""
        return sum(holds(*pair) for pair in self.found) / max(1, len(self.found))

    def first(self, count: int) -> float:
        """Recall among the first so many."""
        return self.share(lambda question, found: bool(question.right & {*found.ids[:count]}))

    def mrr(self) -> float:
        """Mean reciprocal rank within ten."""
        ranks = ([at for at, key in enumerate(found.ids, 1) if key in question.right] for question, found in self.found)
        return sum(1 / at[0] for at in ranks if at) / max(1, len(self.found))

    def ms(self, share: float) -> float:
        """The milliseconds that this share of the questions stays within."""
        times = sorted(found.ms for _, found in self.found)
        return times[min(len(times) - 1, int(len(times) * share))]


Search = Callable[[str], tuple[tuple[str, ...], float]]


class Peer:
    """What one would set up first: FTS5 over the words of jieba's search mode, OR-ed, ranked by bm25."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5 (id UNINDEXED, title, text)")
        rows = ((document.id, _words(document.title), _words(document.text)) for document in documents)
        self._db.executemany("INSERT INTO words VALUES (?, ?, ?)", rows)

    def search(self, question: str) -> tuple[tuple[str, ...], float]:
        """Ids, best first; it knows no confidence."""
        match = " OR ".join(f'"{word}"' for word in _words(question).split())
        if not match:
            return (), 0.0
        query = "SELECT id FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
        return tuple(row[0] for row in self._db.execute(query, [match, HITS])), 1.0


def _words(text: str) -> str:
    return " ".join(word for word in rjieba.cut_for_search(text.lower()) if word.isalnum())


def bot(archive: Archive, synonyms: Synonyms) -> Search:
    """The bot's own search."""

    def search(question: str) -> tuple[tuple[str, ...], float]:
        hits = archive.search(question, limit=HITS, synonyms=synonyms)
        return tuple(hit.document.id for hit in hits), hits[0].coverage if hits else 0.0

    return search


def asked(search: Search, questions: Iterable[Question]) -> dict[str, Figures]:
    """The figures by kind, and of all that have an answer."""
    figures: dict[str, Figures] = defaultdict(Figures)
    for question in questions:
        began = time.perf_counter()
        ids, confidence = search(question.text)
        found = Found(ids, confidence, (time.perf_counter() - began) * 1_000)
        kind = question.kind if question.right or question.kind != "emergency" else "emergency, none"
        figures[kind].found.append((question, found))
        if question.right:
            figures["all"].found.append((question, found))
    return figures


def show(name: str, ours: dict[str, Figures], theirs: dict[str, Figures], at: tuple[float, float]) -> list[str]:
    """Prints a set's table; the sentences are what fell below its floor."""
    print(
        f"\n{name}: bot / peer\n  {'kind':16}{'n':>6}  r@1         r@3         mrr         answered  nothing   ms p50        p99"
    )
    for kind, mine in ours.items():
        has_answers = bool(mine.found[0][0].right)
        peer = theirs[kind]
        cells = [
            f"{a:.3f}/{b:.3f}" if has_answers else " " * 11
            for a, b in ((mine.first(1), peer.first(1)), (mine.first(3), peer.first(3)), (mine.mrr(), peer.mrr()))
        ]
        print(
            f"  {kind:16}{len(mine.found):6}  {' '.join(cells)} {_answered(mine, at):8.3f}{_nothing(mine, at):9.3f}"
            f"   {mine.ms(0.5):5.1f}/{peer.ms(0.5):5.1f}  {mine.ms(0.99):5.1f}/{peer.ms(0.99):5.1f}"
        )
    return [*fallen(name, ours), *too_ready(name, ours, at)]


def _answered(figures: Figures, at: tuple[float, float]) -> float:
    return figures.share(lambda _, found: found.confidence >= at[0])


def _nothing(figures: Figures, at: tuple[float, float]) -> float:
    """Not even 你是不是想问; with an answer to be had: or with titles that are not it."""
    return figures.share(
        lambda question, found: (
            found.confidence < at[1]
            or (found.confidence < at[0] and bool(question.right) and not question.right & {*found.ids[:SUGGESTED]})
        )
    )


def fallen(name: str, ours: dict[str, Figures]) -> list[str]:
    """A sentence for each figure below its floor."""
    reached = {"r@1": lambda figures: figures.first(1), "r@3": lambda figures: figures.first(3)}
    said = []
    for (where, kind, what), floor in FLOORS.items():
        if where == name and kind in ours and (now := reached[what](ours[kind])) < floor:
            said.append(f"{name}, {kind}: {what} is {now:.3f}, below {floor}")
    return said


def too_ready(name: str, ours: dict[str, Figures], at: tuple[float, float]) -> list[str]:
    """A sentence for each kind that is answered too often though nothing answers it."""
    return [
        f"{name}, {kind}: {now:.3f} answered that nothing answers, more than {most}"
        for (where, kind), most in MOST_FALSE.items()
        if where == name and kind in ours and (now := _answered(ours[kind], at)) > most
    ]


def sample_documents(folder: Path) -> tuple[list[Document], list[Question]]:
    """The sample articles as the archive gets them, and the questions in their heads, which it does not get."""
    config = replace(load(ROOT / "config.toml", {}), folder=folder, review=Review(steps=()))
    ledger = Ledger("sqlite:///ledger.db", folder=folder)
    ledger.migrate()
    now = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    media = MediaStore(folder / "media")
    take_in([ROOT / "articles"], config=config, ledger=ledger, media=media, person="李编辑", now=now)
    with ledger.read() as tx:
        _, changes = articles.changed_since(tx, 0)
    ledger.close()
    heads = {path.stem: frontmatter.load(str(path)) for path in sorted((ROOT / "articles").rglob("*.md"))}
    own = [
        Question(str(text), frozenset((key,)), "article")
        for key, head in heads.items()
        for text in head.get("questions", ())
    ]
    return [document for _, document in changes if document], own


def questions(path: Path) -> list[Question]:
    """The rows of a question file; none when it is not there."""
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Question(row["q"], frozenset((row["id"], *row.get("also", ()))) if row["id"] else frozenset(), row["kind"])
        for row in rows
    ]


def _lines(path: Path) -> list[Any]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _set(folder: Path, name: str) -> tuple[list[Document], list[Question]]:
    passages, rows = (_lines(folder / f"{name}-{what}.jsonl.gz") for what in ("passages", "questions"))
    day = date(2025, 3, 1)
    return [Document(row["id"], row["title"], row["text"], None, None, day) for row in passages], [
        Question(row["q"], frozenset(row["rel"]), "set") for row in rows
    ]


def compare(
    folder: Path, documents: Sequence[Document], sets: dict[str, list[Question]], synonyms: Synonyms
) -> tuple[list[str], dict[str, dict[str, Figures]]]:
    """Both searches over the same documents, a table for each set."""
    folder.mkdir()
    began = time.perf_counter()
    bake.rebuild(folder / "archive.db", 1, [(document.id, document) for document in documents])
    print(f"\n{len(documents)} documents, indexed in {time.perf_counter() - began:.1f} s")
    archive, peer = Archive(folder / "archive.db"), Peer(documents)
    answers = load(ROOT / "config.toml", {}).answers
    at = (answers.threshold, answers.suggest_threshold)
    terms.query_terms("热身")
    said, all_figures = [], {}
    for name, rows in sets.items():
        if rows:
            all_figures[name] = asked(bot(archive, synonyms), rows)
            said += show(name, all_figures[name], asked(peer.search, rows), at)
    archive.close()
    return said, all_figures


def _synonyms(path: Path | None) -> Synonyms:
    """The editors' list: `a = b = c`, and `written > meant`."""
    lines = [line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines()] if path else []
    groups = [tuple(word.strip() for word in line.split("=")) for line in lines if "=" in line]
    variants = [tuple(word.strip() for word in line.split(">", 1)) for line in lines if ">" in line]
    return Synonyms(tuple(groups), tuple((a, b) for a, b in variants))


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--sets", type=Path)
    parser.add_argument("--synonyms", type=Path, default=ROOT / "bot/content/starter/synonyms.txt")
    options = parser.parse_args(arguments)
    synonyms = _synonyms(options.synonyms if options.synonyms.exists() else None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents, own = sample_documents(folder)
        data = ROOT / "tests/data"
        asked_of = {
            DEV: questions(data / "questions.jsonl"),
            HELD: questions(data / "questions-held.jsonl"),
            HEADS: own,
        }
        said, figures = compare(folder / "articles", documents, asked_of, synonyms)
        if options.sets:
            sets = sorted(
                path.name.removesuffix("-passages.jsonl.gz") for path in options.sets.glob("*-passages.jsonl.gz")
            )
            read = {each: _set(options.sets, each) for each in sets}
            for each, (passages, rows) in read.items():
                said += compare(folder / each, passages, {each: rows}, synonyms)[0]
            together = [passage for passages, _ in read.values() for passage in passages]
            said += compare(folder / "together", together, {each: rows for each, (_, rows) in read.items()}, synonyms)[
                0
            ]
    if options.misses:
        for question, found in figures[DEV]["all"].found:
            if not question.right & {*found.ids[:1]}:
                print(
                    f"  {question.kind:10}{question.text}  → {', '.join(found.ids[:3])}, not {', '.join(question.right)}"
                )
    for sentence in said:
        print(sentence, file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
