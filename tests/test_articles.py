"""The sample articles are fit to be sent: whole, sourced, unlike each other, and found by those who ask.

What a machine can hold is held here; whether a sentence is true is for people, who review each piece before it is sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frontmatter
import pytest

from bot.archive.bake import refresh
from bot.archive.search import Archive
from bot.config import Review, load
from bot.conversation.receive import Conversation
from bot.editorial.intake import take_in
from bot.ledger.database import Ledger
from bot.ledger.inbox import InboxWriter
from bot.ledger.media import MediaStore
from bot.model.articles import AiUsage, TakenIn

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
BODY_CHARS = (900, 1_800)
DIGEST_CHARS = 100
SAME_CHARS = 20  # so many Chinese characters in a row are no chance
ANSWERED_SHARE = 0.9
CALLED = {"110", "119", "120", "122", "12320", "12345", "12356", "12378", "12379"}
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


def _read(file: Path) -> Piece:
    written = frontmatter.load(str(file))
    body, _, references = written.content.partition("## 参考资料")
    numbered = re.findall(r"^\d+\. (.+)$", references, re.MULTILINE)
    return Piece(file.stem, written.metadata, body, tuple(numbered))


FILES = sorted((ROOT / "articles").rglob("*.md"))
PIECES = [_read(file) for file in FILES]
each_piece = pytest.mark.parametrize("piece", PIECES, ids=[piece.id for piece in PIECES])


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TakenIn, Conversation]]:
    folder = tmp_path_factory.mktemp("articles")
    config = replace(load(ROOT / "config.toml", {}), folder=folder, review=Review(steps=()))
    ledger = Ledger("sqlite:///ledger.db", folder=folder)
    ledger.migrate()
    media = MediaStore(folder / "media")
    said = take_in([ROOT / "articles"], config=config, ledger=ledger, media=media, person="李编辑", now=NOW)
    archive = Archive(folder / "archive.db")
    refresh(archive, ledger)
    inbox = InboxWriter(ledger)
    yield said, Conversation(config, ledger, archive, inbox)
    inbox.close()
    archive.close()
    ledger.close()


def test_every_file_is_taken_in_without_a_complaint(taken: tuple[TakenIn, Conversation]) -> None:
    said, _ = taken

    assert (said.bad, said.warnings) == ((), ())
    assert sorted(said.new) == sorted(piece.id for piece in PIECES)


@pytest.mark.parametrize("field", ["title", "digest"])
def test_no_two_pieces_share_it(field: str) -> None:
    assert not _repeated(piece.head[field] for piece in PIECES)


def test_no_question_stands_in_two_pieces() -> None:
    assert not _repeated(question for piece in PIECES for question in piece.head["questions"])


@each_piece
def test_the_head_is_complete(piece: Piece) -> None:
    missing = {"title", "column", "digest", "author", "ai_usage", "tags", "questions", "sources"} - piece.head.keys()

    assert not missing
    assert len(piece.head["digest"]) < DIGEST_CHARS
    assert 3 <= len(piece.head["questions"]) <= 6


@each_piece
def test_readers_are_told_that_a_machine_wrote_it(piece: Piece) -> None:
    assert AiUsage(piece.head["ai_usage"]).must_declare


@each_piece
def test_it_is_neither_short_nor_long(piece: Piece) -> None:
    shortest, longest = BODY_CHARS

    assert shortest <= len(re.sub(r"[\s#>*|-]", "", piece.body)) <= longest


@each_piece
def test_it_has_the_shape_of_a_piece(piece: Piece) -> None:
    opening, _, rest = piece.body.partition("> **核心提示**")
    points = re.findall(r"^> - ", rest, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", piece.body, re.MULTILINE)

    assert opening.strip()
    assert len(points) == 3
    assert {"常见误区", "划重点"} < set(headings)


@each_piece
def test_what_it_relies_on_stands_in_head_and_foot(piece: Piece) -> None:
    named = [source if isinstance(source, str) else source["name"] for source in piece.head["sources"]]

    assert named or not re.search(r"\d", piece.body)
    assert list(piece.references) == named


@each_piece
def test_nobody_is_shouted_at(piece: Piece) -> None:
    assert not re.findall(r".{0,9}(?:！|!(?!\[))", f"{piece.head['title']} {piece.head['digest']} {piece.body}")


@each_piece
def test_a_solar_terms_date_comes_with_its_year(piece: Piece) -> None:
    sentences = re.split(r"[。；？\n]", piece.body)
    dated = [said for said in sentences if re.search(TERMS, said) and re.search(r"\d+月\d+日", said)]

    assert not [said for said in dated if not re.search(r"\d{4}年", said)]


@each_piece
def test_no_telephone_number_is_made_up(piece: Piece) -> None:
    called = re.findall(r"(?:拨打|拨|打|电话|热线)\s*(\d[\d-]{2,})", piece.body)

    assert set(called) <= CALLED


@pytest.mark.parametrize(
    "piece", [p for p in PIECES if p.head["column"] in ("健康科普", "应急科普")], ids=lambda p: p.id
)
def test_health_and_emergencies_name_the_ambulance_and_their_own_end(piece: Piece) -> None:
    assert "120" in piece.body
    assert "不能替代" in piece.body
    assert date.fromisoformat(str(piece.head["review_by"])) > NOW.date()


def test_no_passage_occurs_in_two_pieces() -> None:
    """The references apart: two pieces may rely on one standard."""
    runs = Counter(run for piece in PIECES for run in _runs(piece.body))

    assert not [run for run, pieces in runs.items() if pieces > 1]


def test_each_title_finds_its_piece(taken: tuple[TakenIn, Conversation]) -> None:
    _, conversation = taken

    assert not [piece.id for piece in PIECES if not _answers(conversation, piece, piece.head["title"])]


def test_nine_in_ten_of_the_questions_find_their_piece(taken: tuple[TakenIn, Conversation]) -> None:
    _, conversation = taken
    asked = [(piece, question) for piece in PIECES for question in piece.head["questions"]]
    missed = [question for piece, question in asked if not _answers(conversation, piece, question)]

    assert len(missed) <= len(asked) * (1 - ANSWERED_SHARE), missed


def _repeated(values: Iterator[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _runs(body: str) -> set[str]:
    characters = "".join(re.findall(r"[\u4e00-\u9fff0-9]", body))
    return {characters[i : i + SAME_CHARS] for i in range(len(characters) - SAME_CHARS + 1)}


def _answers(conversation: Conversation, piece: Piece, question: str) -> bool:
    reply = conversation.ask(question)
    return reply.answered and reply.hits[0] == piece.id
