"""A cover for a manuscript that brought none: a flat scene of plain shapes, one drawing language for each column.

The same column and title give the same cover. The subject stands in the middle square, because WeChat shows a
cover at 2.35:1 (the lead) and at 1:1 (the others).
"""

from __future__ import annotations

import hashlib
import io
from functools import cache, lru_cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from bot.editorial.cover_scenes import LANGUAGES, Scene
from bot.editorial.theme import mix, readable, rgb
from bot.model.columns import Column

WIDTH, HEIGHT = 900, 383
NAME_CHARS = 8
_VARIANTS = 16  # drawings of one column: enough that neighbours differ, few enough that thousands of rows are quick
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
    "emergency": "beacon",
    "debunk": "lens",
    "local": "sunrise",
    "solar_terms": "sundial",
    "farming": "leaves",
}


def draw(column: Column | None, title: str) -> bytes:
    """A PNG of 900 × 383 pixels."""
    drawn = column or Column(id="", name="")
    variant = int(hashlib.sha256(title.encode()).hexdigest(), 16) % _VARIANTS
    return _drawn(drawn.id, drawn.name, drawn.color, variant)


@lru_cache(maxsize=256)
def _drawn(column_id: str, name: str, color: str, variant: int) -> bytes:
    ground = mix(readable(rgb(color)), (0, 0, 0), 0.06)
    canvas = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), ground)
    chance = Random(f"{column_id}/{variant}")  # noqa: S311  a drawing, not a secret
    language = LANGUAGES[_SUITED.get(column_id) or _by_id(column_id)]
    language(Scene(ImageDraw.Draw(canvas), WIDTH, HEIGHT, _FINER, ground), chance)
    small = canvas.reduce(_FINER)
    _write_name(small, name)
    packed = io.BytesIO()
    small.save(packed, "PNG")
    return packed.getvalue()


def _by_id(column_id: str) -> str:
    names = sorted(LANGUAGES)
    return names[int(hashlib.sha256(column_id.encode()).hexdigest(), 16) % len(names)]


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
