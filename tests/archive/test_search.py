"""Searching: what is found, in which order, how well it covers the question."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.archive import bake
from bot.archive.search import Archive
from bot.errors import ArchiveError
from bot.model.articles import Document

DAY = date(2026, 4, 12)
VINEGAR = Document("vinegar", "吃醋能软化血管吗", "喝下去的醋流不到血管里。血管硬化要靠控制血压。", "health", None, DAY)
GAS = Document(
    "gas", "冬天最隐蔽的杀手：一氧化碳", "煤气中毒先开门窗，再打120。今天有风也会煤气中毒。", "emergency", None, DAY
)
DISHES = Document(
    "dishes", "隔夜菜致癌？看数字", "隔夜菜能不能吃，要看怎么放。熟菜室温别超过2小时。", "debunk", None, DAY
)
SMALL = (VINEGAR, GAS, DISHES)


def filled(path: Path, documents: tuple[Document, ...] = SMALL) -> Archive:
    bake.rebuild(path, 1, [(document.id, document) for document in documents])
    return Archive(path)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    archive = filled(tmp_path_factory.mktemp("archive") / "archive.db")
    yield archive
    archive.close()


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("隔夜菜能吃吗", "dishes"),
        ("煤气中毒怎么办", "gas"),
        ("吃醋软化血管吗", "vinegar"),
        ("喝醋能軟化血管嗎", "vinegar"),
        ("血管", "vinegar"),
        ("醋", "vinegar"),
    ],
)
def test_the_right_document_comes_first(small: Archive, question: str, right: str) -> None:
    hits = small.search(question)

    assert hits[0].document.id == right
    assert hits[0].score > 0
    assert 0.35 < hits[0].coverage <= 1


def test_a_hit_gives_the_whole_document(small: Archive) -> None:
    assert small.search("血管")[0].document == VINEGAR


@pytest.mark.parametrize(
    "question", ["", "？？？", "👍", "量子计算机", '"', "a AND b OR", "NEAR(血", "title_terms:", "*"]
)
def test_what_is_not_there_is_not_found(small: Archive, question: str) -> None:
    assert small.search(question) == []


def test_a_shared_everyday_word_covers_little(small: Archive) -> None:
    hits = small.search("今天")

    assert hits[0].document.id == "gas"
    assert hits[0].coverage < 0.3


def test_terms_that_the_archive_does_not_know_lower_coverage(small: Archive) -> None:
    whole, half = small.search("软化血管")[0], small.search("软化血管 量子纠缠")[0]

    assert half.coverage < whole.coverage < 1.0 + 1e-9


def test_an_archive_of_one_document_answers(tmp_path: Path) -> None:
    archive = filled(tmp_path / "one.db", (DISHES,))

    assert archive.search("隔夜菜能吃吗")[0].coverage > 0.35
    assert archive.search("量子计算机") == []
    archive.close()


def test_the_title_counts_twice(tmp_path: Path) -> None:
    inside = Document("inside", "别的事", "黑洞是一种天体。", None, None, DAY)
    named = Document("named", "黑洞是什么", "有一种天体。", None, None, DAY)
    others = tuple(Document(f"o{n}", "小麦浇水", "小麦什么时候浇水。", None, None, DAY) for n in range(5))
    archive = filled(tmp_path / "two.db", (inside, named, *others))

    assert [hit.document.id for hit in archive.search("黑洞")] == ["named", "inside"]
    archive.close()


def test_ties_go_to_the_newest(tmp_path: Path) -> None:
    texts = [Document(f"d{n}", "小麦浇水", "小麦怎么浇水。", None, None, date(2026, 1, n)) for n in (1, 3, 2)]
    archive = filled(tmp_path / "ties.db", tuple(texts))

    assert [hit.document.id for hit in archive.search("小麦浇水")] == ["d3", "d2", "d1"]
    archive.close()


def test_newest_lists_a_column(small: Archive) -> None:
    assert [document.id for document in small.newest(column="debunk", limit=5)] == ["dishes"]
    assert len(small.newest(limit=2)) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=200))
def test_any_question_is_only_a_question(small: Archive, question: str) -> None:
    for hit in small.search(question):
        assert hit.document in SMALL
        assert 0 <= hit.coverage <= 1 + 1e-9


def test_many_threads_search_at_once(small: Archive) -> None:
    found: list[str] = []

    def ask() -> None:
        for _ in range(20):
            found.append(small.search("煤气中毒怎么办")[0].document.id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["gas"] * 160


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "nowhere.db")

    assert archive.version() == 0
    with pytest.raises(ArchiveError, match="重建"):
        archive.search("血管")


def test_readers_cannot_write(small: Archive) -> None:
    with pytest.raises(ArchiveError), small._reading() as db:
        db.execute("DELETE FROM documents")
