"""A cover for a manuscript that brought none: a flat scene of plain shapes, one drawing language for each column.

A word of the title may name the motif in it. The same column and title give the same cover. The subject stands in
the middle square, because WeChat shows a cover at 2.35:1 (the lead) and at 1:1 (the others).
"""

from __future__ import annotations

import hashlib
import io
from functools import cache, lru_cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from bot.editorial.cover_motifs.words import motif_of
from bot.editorial.cover_pen import Motif, Scene
from bot.editorial.cover_scenes import LANGUAGES
from bot.editorial.theme import mix, readable, rgb
from bot.model.columns import Column

WIDTH, HEIGHT = 900, 383
NAME_CHARS = 8
# Drawings of one column, without a motif and of each motif: neighbours differ, and thousands of rows are still quick.
_VARIANTS, _VARIANTS_OF_MOTIF = 12, 3
_FINER = 3  # drawn this many times larger, then reduced: smooth edges

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)

# A language that suits the subject, for the columns of the sample settings; any other gets one by its id.
_SUITED = {
    "spirit": "peaks",
    "frontier": "orbits",
    "health": "cells",
    "emergency": "shelter",
    "debunk": "lens",
    "local": "homeland",
    "solar_terms": "sundial",
    "farming": "furrows",
    "bases": "arcade",
    "youth": "blocks",
    "workers": "workshop",
    "quiz": "tiles",
}


def draw(column: Column | None, title: str) -> bytes:
    """A PNG of 900 × 383 pixels."""
    drawn = column or Column(id="", name="")
    motif = motif_of(title)
    variant = _number(title) % (_VARIANTS_OF_MOTIF if motif else _VARIANTS)
    return _drawn(drawn.id, drawn.name, drawn.color, motif, variant)


@lru_cache(maxsize=512)
def _drawn(column_id: str, name: str, color: str, motif: Motif | None, variant: int) -> bytes:
    ground = mix(readable(rgb(color)), (0, 0, 0), 0.06)
    canvas = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), ground)
    chance = Random(f"{column_id}/{variant}")  # noqa: S311  a drawing, not a secret
    language = LANGUAGES[_SUITED.get(column_id) or _by_id(column_id)]
    language(Scene(ImageDraw.Draw(canvas), WIDTH, HEIGHT, _FINER, ground), chance, motif)
    small = canvas.reduce(_FINER)
    _write_name(small, name)
    packed = io.BytesIO()
    small.save(packed, "PNG")
    return packed.getvalue()


def _by_id(column_id: str) -> str:
    names = sorted(LANGUAGES)
    return names[_number(column_id) % len(names)]


def _number(text: str) -> int:
    """A large number that is always the same for a text."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _write_name(image: Image.Image, name: str) -> None:
    font = _font()
    if font is None or not name:
        return
    ImageDraw.Draw(image).text((28, HEIGHT - 28), name[:NAME_CHARS], font=font, fill="#FFFFFF", anchor="ls")


@cache
def _font() -> ImageFont.FreeTypeFont | None:
    """A font with Chinese characters at 22 pixels; None where the system has none that we know."""
    found = next((font for font in _FONTS if Path(font).is_file()), None)
    return ImageFont.truetype(found, 22) if found else None
