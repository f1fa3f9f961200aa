"""The look of an article's body: `theme.css` in the column's colour, written into style attributes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import css_inline

_SHEET = Path(__file__).with_name("theme.css")
_FALLBACK = "#0B6E4F"
_CONTRAST = 4.5  # of text on white, WCAG AA

Rgb = tuple[int, int, int]


def dress(html: str, color: str) -> str:
    """The HTML with the theme inline; `color` as "#RRGGBB", darkened where it would be hard to read."""
    return css_inline.inline_fragment(html, _sheet(color))


@cache
def _sheet(color: str) -> str:
    ink = readable(rgb(color))
    written = _SHEET.read_text(encoding="utf-8")
    return written.replace("$color", _hex(ink)).replace("$tint", _hex(mix(ink, (255, 255, 255), 0.93)))


def rgb(color: str) -> Rgb:
    """Red, green and blue (0 to 255) of "#RRGGBB"; the house's green when it is written in any other way."""
    written = color if re.fullmatch(r"#[0-9A-Fa-f]{6}", color) else _FALLBACK
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """`one` with this share (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _hex(color: Rgb) -> str:
    return "#{:02X}{:02X}{:02X}".format(*color)


def readable(color: Rgb) -> Rgb:
    """The colour, darkened until white and it can be told apart as text."""
    while 1.05 / (_luminance(color) + 0.05) < _CONTRAST:
        color = mix(color, (0, 0, 0), 0.1)
    return color


def _luminance(color: Rgb) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
