"""The sample articles are fit to be sent: whole, sourced, unlike each other, and found by those who ask.

What a machine can hold is held here, by the rules of `tools/content_check.py`; whether a sentence is true is for people,
who review each piece before it is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model.articles import TakenIn
from tools import content_check
from tools.content_check import ANSWERED_SHARE, Asked, Piece

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
PIECES = content_check.pieces()


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[TakenIn, list[Asked]]:
    return content_check.ask(PIECES, tmp_path_factory.mktemp("articles"), now=NOW)


def test_every_file_is_taken_in_without_a_complaint(checked: tuple[TakenIn, list[Asked]]) -> None:
    said, _ = checked

    assert (said.bad, said.warnings) == ((), ())
    assert sorted(said.new) == sorted(piece.id for piece in PIECES)


@pytest.mark.parametrize("piece", PIECES, ids=[piece.id for piece in PIECES])
def test_a_piece_breaks_no_rule(piece: Piece) -> None:
    assert content_check.complaints(piece, today=NOW.date()) == []


def test_no_two_pieces_share_what_should_be_one_s_own() -> None:
    assert content_check.shared(PIECES) == []


def test_each_title_finds_its_piece(checked: tuple[TakenIn, list[Asked]]) -> None:
    _, asked = checked
    titles = [one for one in asked if one.question == one.piece.head["title"]]

    assert len(titles) >= len(PIECES)
    assert not [one.piece.id for one in titles if not one.is_first]


def test_nine_in_ten_of_the_questions_find_their_piece(checked: tuple[TakenIn, list[Asked]]) -> None:
    _, asked = checked
    questions = [one for one in asked if one.question != one.piece.head["title"]]
    missed = [one.question for one in questions if not one.is_first]

    assert len(missed) <= len(questions) * (1 - ANSWERED_SHARE), missed


# -- the rules themselves: each says what is wrong with a piece that was whole ----------------------------------------

WHOLE = next(piece for piece in PIECES if piece.head["column"] == "健康科普")


def altered(*, body: tuple[str, str] | None = None, **head: object) -> Piece:
    """The whole piece with one thing changed."""
    changed = WHOLE.body.replace(*body) if body else WHOLE.body
    assert not body or changed != WHOLE.body
    return replace(WHOLE, body=changed, head=WHOLE.head | head)


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (altered(digest="长" * 100), "digest has 100"),
        (altered(questions=["一", "二"]), "2 questions"),
        (altered(ai_usage="无"), "machine wrote it"),
        (replace(altered(sources=[]), references=()), "names no source"),
        (altered(title="别怕！"), "exclamation mark"),
        (replace(WHOLE, body=WHOLE.body.replace("120", "那里")), "does not name 120"),
        (altered(body=("不能替代", "可以替代")), "不能替代"),
        (altered(body=("> **核心提示**", "提示")), "0 points"),
        (altered(body=("## 划重点", "## 小结")), "lacks 划重点"),
        (altered(body=("## 划重点", f"{'很' * 1_800}\n\n## 划重点")), "characters"),
        (altered(body=("## 划重点", "热线 4001234567。\n\n## 划重点")), "4001234567"),
        (altered(body=("## 划重点", "今年冬至在12月22日。\n\n## 划重点")), "without its year"),
        (altered(review_by="2026-01-01"), "review_by"),
        (replace(WHOLE, references=()), "differs"),
    ],
)
def test_a_rule_that_is_broken_is_said(piece: Piece, said: str) -> None:
    (found,) = content_check.complaints(piece, today=NOW.date())

    assert said in found


def test_what_two_pieces_share_is_said() -> None:
    twin = replace(WHOLE, id="twin")
    said = " ".join(content_check.shared([WHOLE, twin]))

    assert all(word in said for word in ("the title", "the digest", "the question", "share:"))
    assert content_check.shared([WHOLE, WHOLE])[0] == f"two pieces have the id {WHOLE.id}"
