"""Holds the starter archive against its standard and prints what only a person can judge: `python -m tools.content_check`.

--numbers lists every number with its sentence. The exit status is 1 when a rule is broken.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frontmatter

from bot.archive.bake import refresh
from bot.archive.search import Archive
from bot.config import Config, Review, load
from bot.conversation.receive import Conversation
from bot.editorial.intake import take_in
from bot.ledger.database import Ledger
from bot.ledger.inbox import InboxWriter
from bot.ledger.media import MediaStore
from bot.model.articles import AiUsage, TakenIn
from bot.model.questions import Answered

ROOT = Path(__file__).resolve().parents[1]
BODY_CHARS = (900, 1_800)
DIGEST_CHARS = 100
QUESTIONS = (3, 6)
SAME_CHARS = 20  # so many Chinese characters in a row are no chance
LONG_SENTENCE = 40
ANSWERED_SHARE = 0.9
CALLED = {"110", "119", "120", "122", "12320", "12345", "12356", "12378", "12379"}
FIELDS = {"title", "column", "digest", "author", "ai_usage", "tags", "questions", "sources"}
TO_BE_REVIEWED_AGAIN = ("健康科普", "应急科普")
TERMS = (
    "立春|雨水|惊蛰|春分|清明|谷雨|立夏|小满|芒种|夏至|小暑|大暑|"
    "立秋|处暑|白露|秋分|寒露|霜降|立冬|小雪|大雪|冬至|小寒|大寒"
)


@dataclass(frozen=True)
class Piece:
    """An article's file: its head, and its body up to the references."""

    id: str
    head: dict[str, Any]
    body: str
    references: tuple[str, ...]

    @property
    def chars(self) -> int:
        """Characters of the body without blanks and marks of form."""
        return len(re.sub(r"[\s#>*|-]", "", self.body))

    @property
    def sentences(self) -> list[str]:
        """What stands between two full stops, without marks of form."""
        flat = re.sub(r"[#>*|]|^\s*[-\d]+[. ]", " ", self.body, flags=re.MULTILINE)
        return [" ".join(said.split()) for said in re.split(r"[。；？：\n]", flat) if said.strip(" -")]


@dataclass(frozen=True)
class Asked:
    """A piece's own question, and what the bot said."""

    piece: Piece
    question: str
    reply: Answered

    @property
    def is_first(self) -> bool:
        """True when this piece is the first that the reply shows: as the answer, as 你是不是想问, or behind an emergency."""
        return self.reply.hits[:1] == (self.piece.id,) and self.piece.head["title"] in self.reply.text


def pieces(folder: Path = ROOT / "articles") -> list[Piece]:
    """Every article of the folder, by file name."""
    return [_read(file) for file in sorted(folder.rglob("*.md"))]


def _read(file: Path) -> Piece:
    written = frontmatter.load(str(file))
    body, _, references = written.content.partition("## 参考资料")
    numbered = re.findall(r"^\d+\. (.+)$", references, re.MULTILINE)
    return Piece(file.stem, written.metadata, body, tuple(numbered))


# -- what one piece must be: each gives sentences of what is wrong ----------------------------------------------------


def head(piece: Piece) -> Iterator[str]:
    """The head is complete, its digest short, its questions neither few nor many, and a machine is named as author."""
    if missing := FIELDS - piece.head.keys():
        yield f"front matter lacks {', '.join(sorted(missing))}"
        return
    if len(piece.head["digest"]) >= DIGEST_CHARS:
        yield f"digest has {len(piece.head['digest'])} characters"
    if not QUESTIONS[0] <= len(piece.head["questions"]) <= QUESTIONS[1]:
        yield f"{len(piece.head['questions'])} questions"
    if not AiUsage(piece.head["ai_usage"]).must_declare:
        yield "does not say that a machine wrote it"


def length(piece: Piece) -> Iterator[str]:
    """The body is neither short nor long."""
    if not BODY_CHARS[0] <= piece.chars <= BODY_CHARS[1]:
        yield f"body has {piece.chars} characters"


def shape(piece: Piece) -> Iterator[str]:
    """An opening, three points, a part on misbeliefs and one that sums up."""
    opening, _, rest = piece.body.partition("> **核心提示**")
    if not opening.strip():
        yield "begins without a scene or question"
    if (points := len(re.findall(r"^> - ", rest, re.MULTILINE))) != 3:
        yield f"核心提示 has {points} points"
    if missing := {"常见误区", "划重点"} - set(re.findall(r"^## (.+)$", piece.body, re.MULTILINE)):
        yield f"lacks {'、'.join(sorted(missing))}"


def sources(piece: Piece) -> Iterator[str]:
    """What it relies on stands in head and foot alike; no number without a source."""
    named = [source if isinstance(source, str) else source["name"] for source in piece.head.get("sources", ())]
    if not named and re.search(r"\d", piece.body):
        yield "holds numbers and names no source"
    if list(piece.references) != named:
        yield "参考资料 differs from the head's sources"


def tone(piece: Piece) -> Iterator[str]:
    """Nobody is shouted at, and no telephone number is made up."""
    said = f"{piece.head.get('title')} {piece.head.get('digest')} {piece.body}"
    yield from (f"exclamation mark: {found}" for found in re.findall(r".{0,9}(?:！|!(?!\[))", said))
    called = set(re.findall(r"(?:拨打|拨|打|电话|热线)\s*(\d[\d-]{2,})", piece.body))
    yield from (f"telephone number {number} is not one of the known" for number in sorted(called - CALLED))


def dates(piece: Piece) -> Iterator[str]:
    """A solar term's date comes with its year: it moves."""
    for said in re.split(r"[。；？\n]", piece.body):
        if re.search(TERMS, said) and re.search(r"\d+月\d+日", said) and not re.search(r"\d{4}年", said):
            yield f"date of a solar term without its year: {said.strip()}"


def care(piece: Piece, *, today: date) -> Iterator[str]:
    """Health and emergencies name the ambulance, their own end, and when they must be looked at again."""
    if piece.head.get("column") not in TO_BE_REVIEWED_AGAIN:
        return
    if "120" not in piece.body:
        yield "does not name 120"
    if "不能替代" not in piece.body:
        yield "does not say what it cannot replace (不能替代)"
    if date.fromisoformat(str(piece.head.get("review_by", date.min))) <= today:
        yield "review_by is missing or past"


ALONE = (head, length, shape, sources, tone, dates)


def complaints(piece: Piece, *, today: date) -> list[str]:
    """What is wrong with one piece."""
    return [said for rule in ALONE for said in rule(piece)] + list(care(piece, today=today))


# -- what all of them must be together --------------------------------------------------------------------------------


def shared(found: Sequence[Piece]) -> list[str]:
    """Ids, titles, digests and questions that two pieces share, and passages that occur in two."""
    said = [f"two pieces have the id {value}" for value in _repeated(piece.id for piece in found)]
    for field in ("title", "digest"):
        said += [f"two pieces have the {field} {value}" for value in _repeated(piece.head[field] for piece in found)]
    said += [
        f"two pieces have the question {value}"
        for value in _repeated(question for piece in found for question in piece.head["questions"])
    ]
    homes: dict[str, list[str]] = defaultdict(list)
    for piece in found:
        for run in _runs(piece.body):
            homes[run].append(piece.id)
    return said + sorted({f"{' and '.join(ids)} share: {run}" for run, ids in homes.items() if len(ids) > 1})


def _repeated(values: Iterator[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _runs(body: str) -> set[str]:
    """The references apart: two pieces may rely on one standard."""
    characters = "".join(re.findall(r"[\u4e00-\u9fff0-9]", body))
    return {characters[i : i + SAME_CHARS] for i in range(len(characters) - SAME_CHARS + 1)}


# -- what the bot makes of them ---------------------------------------------------------------------------------------


def ask(found: Sequence[Piece], folder: Path, *, now: datetime) -> tuple[TakenIn, list[Asked]]:
    """What intake said of the articles, and the bot's replies to each piece's title and questions."""
    config = replace(load(ROOT / "config.toml", {}), folder=folder, review=Review(steps=()))
    with closing(Ledger("sqlite:///ledger.db", folder=folder)) as ledger:
        ledger.migrate()
        media = MediaStore(folder / "media")
        said = take_in([ROOT / "articles"], config=config, ledger=ledger, media=media, person="李编辑", now=now)
        return said, _replies(found, config, ledger, folder)


def _replies(found: Sequence[Piece], config: Config, ledger: Ledger, folder: Path) -> list[Asked]:
    with closing(Archive(folder / "archive.db")) as archive, closing(InboxWriter(ledger)) as inbox:
        refresh(archive, ledger)
        conversation = Conversation(config, ledger, archive, inbox)
        asked = [(piece, text) for piece in found for text in (piece.head["title"], *piece.head["questions"])]
        return [Asked(piece, text, conversation.ask(text)) for piece, text in asked]


# -- the report -------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when no rule is broken."""
    parser = argparse.ArgumentParser(prog="python -m tools.content_check", description=__doc__)
    parser.add_argument("--numbers", action="store_true", help="every number with its sentence, for a person to check")
    wanted = parser.parse_args(arguments)
    found, now = pieces(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="content-") as folder:
        taken, asked = ask(found, Path(folder), now=now)
    wrong = [*map(str, (*taken.bad, *taken.warnings)), *shared(found)]
    wrong += [f"{piece.id}: {said}" for piece in found for said in complaints(piece, today=now.date())]
    _print_readability(found)
    if wanted.numbers:
        _print_numbers(found)
    is_found = _print_questions(asked)
    print(f"\n{len(found)} pieces, {len(wrong)} complaints", *wrong, sep="\n  ")
    return 1 if wrong or not is_found else 0


def _print_readability(found: Sequence[Piece]) -> None:
    print(f"{'characters':>10} {'sentence':>9} {'longest':>8} {'long %':>7} {'numbers':>8} {'sources':>8}  piece")
    for piece in found:
        sizes = [len(said) for said in piece.sentences]
        long = sum(size > LONG_SENTENCE for size in sizes) / len(sizes)
        numbers = len(re.findall(r"\d+(?:\.\d+)?", piece.body))
        print(
            f"{piece.chars:>10} {sum(sizes) / len(sizes):>9.1f} {max(sizes):>8} {long:>7.0%} {numbers:>8} "
            f"{len(piece.references):>8}  {piece.id}"
        )


def _print_numbers(found: Sequence[Piece]) -> None:
    for piece in found:
        print(f"\n{piece.id}: {'；'.join(piece.references)}")
        for said in piece.sentences:
            if re.search(r"\d", said):
                print(f"  {'、'.join(re.findall(r'[0-9][0-9.,]*', said))}  ←  {said}")


def _print_questions(asked: Sequence[Asked]) -> bool:
    """True when enough of the questions find their piece."""
    questions = [one for one in asked if one.question != one.piece.head["title"]]
    by_column: dict[str, list[Asked]] = defaultdict(list)
    for one in questions:
        by_column[one.piece.head["column"]].append(one)
    print("\nown article answers first, by column")
    for column, ones in by_column.items():
        print(f"  {sum(one.is_first for one in ones):>4} of {len(ones):>4}  {column}")
    first, outright = sum(one.is_first for one in questions), sum(one.reply.answered for one in questions)
    print(f"  {first:>4} of {len(questions):>4}  {first / len(questions):.1%} of all; {outright} answered outright")
    for one in asked:
        if not one.is_first:
            instead = one.reply.hits[0] if one.reply.hits else "nothing"
            said = f"answers {instead}" if one.reply.answered else f"says nothing (nearest: {instead})"
            print(f"    {one.piece.id}: {one.question} → {said}")
    return first >= ANSWERED_SHARE * len(questions)


if __name__ == "__main__":
    sys.exit(main())
