"""The tool that measures answers: its figures, its peer, and that a fall is told."""

from __future__ import annotations

from datetime import date

from bot.model.articles import Document
from tools.evaluate import DEV, Figures, Found, Peer, Question, asked, fallen, too_ready

RIGHT = Question("隔夜菜能吃吗", frozenset({"dishes"}), "plain")
NOTHING = Question("灭火器怎么用", frozenset(), "near")


def test_figures_tell_first_places_and_ranks() -> None:
    figures = Figures([(RIGHT, Found(("dishes", "water"), 0.9, 1.0)), (RIGHT, Found(("water", "dishes"), 0.4, 3.0))])

    assert (figures.first(1), figures.first(3), figures.mrr()) == (0.5, 1.0, 0.75)
    assert figures.ms(0.5) == 3.0


def test_the_peer_finds_by_words() -> None:
    texts = (("dishes", "隔夜菜致癌"), ("water", "水的比热"))
    peer = Peer(Document(key, text, text, None, None, date(2026, 4, 12)) for key, text in texts)

    assert peer.search("隔夜菜能吃吗")[0] == ("dishes",)
    assert peer.search("？？") == ((), 0.0)


def test_a_fall_is_told() -> None:
    wrong = asked(lambda _: (("water",), 0.9), [RIGHT, NOTHING])

    assert [sentence for sentence in fallen(DEV, wrong) if "all: r@1 is 0.000" in sentence]
    assert [sentence for sentence in too_ready(DEV, wrong, (0.6, 0.2)) if "near" in sentence]
    assert not fallen(DEV, asked(lambda _: (("dishes",), 0.9), [RIGHT]))
