"""Covers drawn for manuscripts that brought none."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.editorial import cover
from bot.editorial.cover_scenes import LANGUAGES
from bot.model.columns import Column

KNOWN = Column(id="spirit", name="科学家精神", color="#9A3412")


@pytest.mark.parametrize("column", [None, KNOWN, Column(id="x", name="一个名字长过八个字的栏目", color="oops")])
def test_a_cover_has_wechats_proportions_and_is_light(column):
    data = cover.draw(column, "标题")

    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("PNG", (900, 383))
    assert len(data) < 300_000


def test_the_same_title_gives_the_same_cover_and_titles_differ():
    assert cover.draw(KNOWN, "标题") == cover.draw(KNOWN, "标题")

    assert len({cover.draw(KNOWN, f"标题{number}") for number in range(40)}) > 5


@pytest.mark.parametrize(
    "column_id", ["spirit", "frontier", "health", "emergency", "debunk", "local", "solar_terms", "farming"]
)
def test_the_subject_stands_in_the_middle_square(column_id):
    image = Image.open(io.BytesIO(cover.draw(Column(id=column_id, name=""), "标题")))

    middle = image.crop((258, 0, 642, 383)).getcolors(maxcolors=1 << 20)
    side = image.crop((0, 0, 258, 383)).getcolors(maxcolors=1 << 20)
    assert max(sum(color) for _, color in middle) > max(sum(color) for _, color in side)


def test_every_column_finds_a_language():
    assert {cover._by_id(f"column{number}") for number in range(100)} == set(LANGUAGES)
