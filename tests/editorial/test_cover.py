"""Covers drawn for manuscripts that brought none."""

from __future__ import annotations

import io
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bot.config import load
from bot.editorial import cover
from bot.editorial.cover_motifs.land import bolt, cloud
from bot.editorial.cover_motifs.life import choking, drop, heart, leaf
from bot.editorial.cover_motifs.words import WORDS, motif_of
from bot.editorial.cover_motifs.works import bubble, rocket
from bot.editorial.cover_pen import Scene, Stamp
from bot.editorial.cover_scenes import LANGUAGES
from bot.model.columns import Column
from tools.contact_sheet import manuscripts

KNOWN = Column(id="spirit", name="科学家精神", color="#9A3412")
SETTINGS = Path(__file__).resolve().parents[2] / "config.toml"
COLUMNS = [
    Column(id=written["id"], name=written["name"], color=written["color"])
    for written in tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["columns"]
]


def opened(column: Column | None, title: str) -> Image.Image:
    return Image.open(io.BytesIO(cover.draw(column, title)))


@pytest.mark.parametrize("column", [None, KNOWN, Column(id="x", name="一个名字长过八个字的栏目", color="oops")])
def test_a_cover_has_wechats_proportions_and_is_light(column):
    data = cover.draw(column, "标题")

    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("PNG", (900, 383))
    assert len(data) < 200_000


def test_the_same_title_gives_the_same_cover_and_titles_differ():
    first = cover.draw(KNOWN, "标题")
    cover._drawn.cache_clear()

    assert cover.draw(KNOWN, "标题") == first
    assert len({cover.draw(KNOWN, f"标题{number}") for number in range(40)}) > 8


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.id)
def test_the_subject_stands_in_the_middle_square(column):
    image = opened(Column(id=column.id, name="", color=column.color), "标题")

    assert brightest(image.crop((258, 0, 642, 383))) > brightest(image.crop((0, 0, 258, 383)))


def brightest(image: Image.Image) -> int:
    """The sum of red, green and blue of the brightest tone that fills a hundredth of the picture."""
    colors = image.getcolors(maxcolors=1 << 20) or []
    return max(sum(color) for count, color in colors if count > image.width * image.height / 100)


def test_the_columns_of_the_sample_settings_share_no_language():
    languages = [cover._SUITED[column.id] for column in COLUMNS]

    assert sorted(languages) == sorted(LANGUAGES)


def test_every_column_finds_a_language():
    assert {cover._by_id(f"column{number}") for number in range(200)} == set(LANGUAGES)


@pytest.mark.parametrize(
    ("title", "motif"),
    [
        ("喝醋能软化血管吗", heart),  # before the drop of vinegar
        ("火箭怎样飞上天", rocket),  # before the flame
        ("微波炉加热会致癌吗", bolt),
        ("如果核心素养测评有结果", None),  # 果 and 核 inside other words draw nothing
        ("海姆立克法", choking),  # no sea
        ("秋老虎来了", leaf),  # no big cat
        ("心理感冒了怎么办", bubble),  # no fever
        ("地震云可信吗", cloud),
        ("叶企孙的一生", None),  # a name, no leaf
        ("", None),
    ],
)
def test_a_word_of_the_title_names_the_motif(title, motif):
    assert motif_of(title) is motif


def test_no_word_is_hidden_by_an_earlier_one():
    hidden = [word for motif, words in WORDS for word in words.split() if motif_of(word) is not motif]

    assert hidden == []


MOTIFS = list(dict.fromkeys(motif for motif, _ in WORDS))


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.__name__)
def test_each_motif_is_seen_and_weighs_little(motif):
    column = next(column for column in COLUMNS if column.id == ("spirit" if motif is drop else "health"))
    word = next(words.split()[0] for drawn, words in WORDS if drawn is motif)

    data = cover.draw(column, word)
    same = [cover._drawn(column.id, column.name, column.color, None, variant) for variant in range(3)]
    assert data not in same
    assert len(data) <= 60_000


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.__name__)
def test_a_motif_stays_in_its_circle(motif):
    canvas = Image.new("RGB", (300, 300))
    scene = Scene(ImageDraw.Draw(canvas), 300, 300, 1, (0, 0, 0))
    motif(Stamp(scene, (0, 0), 100, (255, 0, 0), (0, 255, 0), (0, 0, 255), (9, 9, 9)))

    left, top, right, bottom = canvas.getbbox()
    assert min(left, top) >= 150 - 115
    assert max(right, bottom) <= 150 + 115
    assert (right - left) * (bottom - top) > 100 * 100


def test_neighbours_in_the_archive_have_different_motifs_and_few_of_a_column_share_one():
    titled = manuscripts(load(SETTINGS, {}), SETTINGS.parent / "articles")
    chosen = [(column.id, motif_of(title)) for column, title in titled]

    alike = [titled[number][1] for number, (one, other) in enumerate(pairwise(chosen)) if one == other]
    assert len(chosen) > 100
    assert alike == []
    assert {pair: count for pair, count in Counter(chosen).items() if count > 3} == {}
