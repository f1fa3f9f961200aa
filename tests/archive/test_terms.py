"""Terms: one spelling, the same borders on both sides, and never FTS5 syntax."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.archive.terms import QUESTION_CHARS, as_written, index_terms, normalise, query_terms, question_key, rarity

SPELLINGS = [
    ("隔夜菜能吃吗", "隔夜菜能吃吗？"),
    ("为什么天空是蓝的", "為什麼天空是藍的"),
    ("PM2.5是什么", "ｐｍ２.５是什么"),
    ("FAST有多大", "fast 有多大"),
]

ANY_TEXT = st.text(
    alphabet=st.characters(codec="utf-8") | st.sampled_from('醋软化血管吗的一二隔夜菜能吃AaZz09-"*:^()'), max_size=60
)


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spelling_does_not_matter(one: str, other: str) -> None:
    assert set(query_terms(one)) == set(query_terms(other))


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("煤气中毒怎么办", {"煤气", "中毒", "w煤气中毒"}),
        ("吃醋软化血管吗", {"吃醋", "软化", "血管", "w血管"}),
        ("什么是COVID-19疫苗", {"covid", "19", "疫苗"}),
        ("维C有用吗", {"维", "c"}),
        ("醋", {"醋"}),
    ],
)
def test_a_question_gives_pairs_words_and_whole_latin_runs(question: str, held: set[str]) -> None:
    assert held <= set(query_terms(question))


@pytest.mark.parametrize("asking", ["怎么办", "是什么", "能不能", "吗"])
def test_question_phrases_are_no_terms(asking: str) -> None:
    assert set(query_terms("煤气中毒" + asking)) == set(query_terms("煤气中毒"))


def test_a_question_of_nothing_but_question_phrases_is_kept_whole() -> None:
    assert "为什" in query_terms("为什么")


@pytest.mark.parametrize("question", ["", "   ", "？！……", "👍👍", "\n"])
def test_a_question_without_words_has_no_terms(question: str) -> None:
    assert query_terms(question) == []
    assert question_key(question) == ""


def test_everyday_words_are_less_rare_than_special_ones() -> None:
    assert rarity("今天") < rarity("中毒") < rarity("青蒿")


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_key_of_a_key_is_itself_and_short(text: str) -> None:
    key = question_key(text)

    assert question_key(key) == key
    assert len(key) <= QUESTION_CHARS


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_text_holds_every_pair_of_a_question_that_it_contains(text: str) -> None:
    """Words are cut by their surroundings; pairs and Latin runs must agree on both sides."""
    inside = set(index_terms(f"前言。{text}。后语"))

    assert {term for term in index_terms(text) if not term.startswith("w")} <= inside


@settings(deadline=None)
@given(ANY_TEXT)
def test_fts5_takes_each_quoted_term_for_one_word(text: str) -> None:
    found = sorted(set(index_terms(text)))
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 0')")
        db.execute("INSERT INTO t VALUES (?)", [" ".join(found)])
        db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'row')")

        assert sorted(term for term, *_ in db.execute("SELECT term FROM v")) == found
        for term in query_terms(text):
            if term in found:
                assert db.execute("SELECT count(*) FROM t WHERE t MATCH ?", [f'"{term}"']).fetchone() == (1,)
    db.close()


@settings(deadline=None)
@given(ANY_TEXT)
def test_normalising_twice_changes_nothing_that_is_searched(text: str) -> None:
    assert index_terms(normalise(text)) == index_terms(text)


@pytest.mark.parametrize(("term", "written"), [("w触电", "触电"), ("触电", "触电"), ("wto", "wto"), ("w", "w")])
def test_only_a_dictionary_word_has_a_prefix(term: str, written: str) -> None:
    assert as_written(term) == written
