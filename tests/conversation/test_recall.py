"""The sample articles answer what they can, and leave alone what they cannot.

`tests/data/questions.jsonl` holds colloquial questions with the article that answers, and others that none answers:
greetings, requests for service, and neighbours of our topics. A change to terms, search or answer shows here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
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

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
ROWS = [json.loads(line) for line in (ROOT / "tests/data/questions.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERABLE = [row for row in ROWS if row["id"]]


@pytest.fixture(scope="module")
def conversation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    folder = tmp_path_factory.mktemp("recall")
    config = replace(load(ROOT / "config.toml", {}), folder=folder, review=Review(steps=()))
    ledger = Ledger("sqlite:///ledger.db", folder=folder)
    ledger.migrate()
    media = MediaStore(folder / "media")
    take_in([ROOT / "articles"], config=config, ledger=ledger, media=media, person="李编辑", now=NOW)
    archive = Archive(folder / "archive.db")
    refresh(archive, ledger)
    inbox = InboxWriter(ledger)
    yield Conversation(config, ledger, archive, inbox)
    inbox.close()
    archive.close()
    ledger.close()


@pytest.fixture(scope="module")
def titles() -> dict[str, str]:
    """Each sample article's title, by its id."""
    files = (ROOT / "articles").rglob("*.md")
    return {file.stem: str(frontmatter.load(str(file))["title"]) for file in files}


def test_the_right_article_is_first_for_nine_in_ten(conversation: Conversation) -> None:
    wrong = [row["q"] for row in ANSWERABLE if not {*conversation.ask(row["q"]).hits[:1]} & _right(row)]

    assert len(wrong) <= 0.1 * len(ANSWERABLE), wrong


def test_seven_in_ten_are_answered_outright(conversation: Conversation) -> None:
    missed = [row["q"] for row in ANSWERABLE if not conversation.ask(row["q"]).answered]

    assert len(missed) <= 0.3 * len(ANSWERABLE), missed


def test_nine_in_ten_are_shown_an_article_that_answers(conversation: Conversation, titles: dict[str, str]) -> None:
    """As the answer, among 你是不是想问, or behind what to do in an emergency."""
    missed = [row["q"] for row in ANSWERABLE if not _shown(conversation.ask(row["q"]).text, row, titles)]

    assert len(missed) <= 0.1 * len(ANSWERABLE), missed


@pytest.mark.parametrize(("kind", "most"), [("junk", 0.08), ("near", 0.25)])
def test_hardly_anything_else_is(conversation: Conversation, kind: str, most: float) -> None:
    others = [row["q"] for row in ROWS if not row["id"] and row["kind"] == kind]
    answered = [question for question in others if conversation.ask(question).answered]

    assert len(answered) <= most * len(others), answered


def _right(row: dict[str, Any]) -> set[str]:
    return {row["id"], *row.get("also", ())}


def _shown(text: str, row: dict[str, Any], titles: dict[str, str]) -> bool:
    return any(titles[key] in text for key in _right(row))


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("隔夜菜能吃吗", "overnight-dishes-nitrite"),
        ("吃醋软化血管吗", "vinegar-blood-vessels"),
    ],
)
def test_what_everybody_asks_is_answered(conversation: Conversation, question: str, right: str) -> None:
    answered = conversation.ask(question)

    assert answered.answered
    assert answered.hits[0] == right


@pytest.mark.parametrize(
    "text", ["你好", "今天天气怎么样", "转人工", "怎么取消关注", "科技馆开门吗", "附近有什么科普基地"]
)
def test_small_talk_and_service_are_not(conversation: Conversation, text: str) -> None:
    assert not conversation.ask(text).answered


def test_danger_is_met_by_the_fixed_text_first_and_then_by_the_article(conversation: Conversation) -> None:
    answered = conversation.ask("煤气中毒怎么办")

    assert not answered.answered
    assert "打120" in answered.text.splitlines()[0]
    assert answered.hits[0] == "carbon-monoxide"
    assert "/a/carbon-monoxide" in answered.text


@pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] == "emergency"], ids=lambda row: row["q"])
def test_whoever_is_in_danger_reads_whom_to_call(conversation: Conversation, row: dict[str, Any]) -> None:
    assert re.search(r"(?<![0-9])(?:110|119|120|12356)(?![0-9])", conversation.ask(row["q"]).text)
