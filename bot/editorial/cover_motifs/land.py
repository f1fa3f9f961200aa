"""Motifs of land and sky, and of what people have long built there."""

from __future__ import annotations

from math import sin

from bot.editorial.cover_pen import Stamp, around, bow, oval, tear
from bot.editorial.theme import Rgb


def bolt(on: Stamp) -> None:
    """Lightning."""
    on.shape([(0.22, -1), (-0.55, 0.14), (-0.06, 0.14), (-0.24, 1), (0.56, -0.24), (0.06, -0.24)], on.main)
    on.disc((0.62, 0.4), 0.1, on.accent)
    on.disc((-0.56, -0.44), 0.1, on.accent)


def bridge(on: Stamp) -> None:
    """An arched bridge over water."""
    on.half((0, 0.36), 0.84, 180, on.main)
    on.half((0, 0.36), 0.56, 180, on.back)
    for left in (-0.42, -0.14, 0.14, 0.42):
        on.line([(left, 0.3), (left, -0.2)], on.main, thick=0.06)
    on.block((0, 0.36), 2, 0.16, on.main)
    on.wave(0.7, on.accent)


def cloud(on: Stamp) -> None:
    """A cloud before the sun."""
    on.disc((0.36, -0.34), 0.44, on.accent)
    for left, top, radius in ((-0.46, 0.2, 0.38), (0.0, -0.02, 0.5), (0.5, 0.24, 0.34)):
        on.disc((left, top), radius, on.main)
    on.block((0.0, 0.4), 1.64, 0.36, on.main, corner=0.18)


def flame(on: Stamp) -> None:
    """A flame."""
    on.shape(tear((0.04, 0), 0.98, 0.13), on.main)
    on.shape(tear((0.02, 0.4), 0.56, 0.08), on.accent)


def pillars(on: Stamp) -> None:
    """Pillars in an arc, and the sun in one gap."""
    on.disc((0.0, -0.14), 0.4, on.accent)
    for number in range(-3, 4):
        top = -0.5 + 0.05 * number * number
        on.block((number * 0.3, (top + 1) / 2), 0.17, 1 - top, on.main)


def planet(on: Stamp) -> None:
    """A planet in its ring, one side in the shade."""
    ring = oval((0, 0), 1.04, 0.3, -22)
    on.line(ring, on.second, thick=0.09)
    on.disc((0, 0), 0.62, on.main)
    on.half((0, 0), 0.62, -60, on.second)
    on.line(ring[:37], on.accent, thick=0.1)


def quake(on: Stamp) -> None:
    """A tremor as it is written."""
    heights = (0, 0, -0.16, 0.2, -0.5, 0.78, -0.86, 0.5, -0.3, 0.14, 0, 0)
    on.line([(-0.98 + number * 0.178, height) for number, height in enumerate(heights)], on.main, thick=0.11)


def snow(on: Stamp) -> None:
    """A snow crystal."""
    for number in range(6):
        turn = number * 60 - 90
        on.line([(0, 0), around((0, 0), 0.92, turn)], on.main, thick=0.1)
        for side in (-1, 1):
            root = around((0, 0), 0.52, turn)
            on.line([root, around(root, 0.3, turn + side * 52)], on.main, thick=0.09)
    on.disc((0, 0), 0.16, on.accent)


def star(on: Stamp) -> None:
    """A star of four rays."""
    points = [around((0, 0), 1.0 if number % 2 == 0 else 0.3, number * 45 - 90) for number in range(8)]
    on.shape(points, on.main)
    on.disc((0.66, -0.62), 0.13, on.accent)
    on.disc((-0.62, 0.64), 0.09, on.accent)


def sun(on: Stamp) -> None:
    """The sun with its rays."""
    on.disc((0, 0), 0.5, on.accent)
    for number in range(12):
        on.line([around((0, 0), 0.68, number * 30), around((0, 0), 0.94, number * 30)], on.main, thick=0.09)


def wave(on: Stamp) -> None:
    """Three waves."""
    for height, fill in ((-0.5, on.second), (0.0, on.main), (0.5, on.accent)):
        on.wave(height, fill, thick=0.17)


def basin(on: Stamp) -> None:
    """Haze across the hills of a basin."""
    on.disc((0.3, -0.52), 0.34, on.accent)
    on.shape([(-1, 0.86), (-1, 0.1), (-0.6, -0.5), (0, 0.4), (0.5, -0.24), (1, 0.3), (1, 0.86)], on.main)
    for left, height, wide in ((0.06, 0.06, 1.5), (-0.1, 0.38, 1.7), (0.1, 0.7, 1.4)):
        on.block((left, height), wide, 0.17, on.second, corner=0.085)


def cave(on: Stamp) -> None:
    """A cave with ice above and below."""
    on.half((0, 0.1), 0.96, 180, on.main)
    on.block((0, 0.48), 1.92, 0.78, on.main)
    on.half((0, 0.22), 0.68, 180, on.back)
    on.block((0, 0.55), 1.36, 0.68, on.back)
    for left, top, tip in ((-0.4, -0.42, 0.22), (0.0, -0.56, 0.3), (0.38, -0.44, 0.1)):
        on.shape([(left - 0.15, top), (left + 0.15, top), (left, tip)], on.second)
    for left, top in ((-0.36, 0.5), (0.06, 0.58), (0.4, 0.34)):
        on.shape([(left - 0.18, 0.88), (left + 0.18, 0.88), (left, top)], on.accent)


def cracked(on: Stamp) -> None:
    """A house that a tremor has split."""
    on.shape([(-0.98, -0.12), (0, -0.9), (0.98, -0.12)], on.second)
    on.block((0, 0.38), 1.46, 1, on.main)
    on.block((-0.38, 0.3), 0.3, 0.34, on.accent)
    on.line([(0.02, -1), (0.2, -0.5), (-0.04, -0.12), (0.26, 0.24), (0.02, 0.56), (0.2, 1)], on.back, thick=0.11)


def gnomon(on: Stamp) -> None:
    """A pole, and the rule that its shadow is measured with."""
    on.disc((0.74, -0.68), 0.24, on.accent)
    on.block((0, 0.74), 1.96, 0.3, on.main)
    for number in range(5):
        on.block((-0.72 + number * 0.36, 0.82), 0.07, 0.18, on.back)
    on.block((-0.34, 0.5), 1.1, 0.18, on.second)
    on.block((0.28, -0.14), 0.17, 1.6, on.main)


def halves(on: Stamp) -> None:
    """Day and night, the one as long as the other."""
    on.disc((0, 0), 0.92, on.main)
    on.half((0, 0), 0.92, 90, on.accent)
    on.disc((0.42, -0.1), 0.26, on.back)
    on.disc((0.54, -0.18), 0.22, on.main)
    for place in ((0.26, -0.6), (0.34, 0.5)):
        on.disc(place, 0.08, on.back)


def pagoda(on: Stamp) -> None:
    """A pagoda, each storey narrower than the one below."""
    on.line([(0, -0.96), (0, -0.6)], on.main, thick=0.07)
    on.disc((0, -0.9), 0.1, on.accent)
    for storey in range(5):
        half, top = 0.3 + storey * 0.12, -0.66 + storey * 0.33
        on.block((0, top + 0.22), half * 1.3, 0.26, on.second)
        on.shape([(-half, top + 0.14), (-half * 0.6, top), (half * 0.6, top), (half, top + 0.14)], on.main)
    on.block((0, 0.95), 1.5, 0.1, on.main)
    on.block((0, 0.8), 0.22, 0.24, on.accent)


def rain(on: Stamp) -> None:
    """A cloud that rains."""
    for left, top, radius in ((-0.48, -0.22, 0.36), (0.0, -0.44, 0.48), (0.5, -0.18, 0.32)):
        on.disc((left, top), radius, on.main)
    on.block((0, -0.04), 1.62, 0.36, on.main, corner=0.18)
    for left, top in ((-0.5, 0.5), (0.0, 0.72), (0.5, 0.5)):
        on.shape(tear((left, top), 0.25), on.accent)


def seam(on: Stamp) -> None:
    """A seam of coal with gas in it, and the well that lets it out."""
    _bed(on, -0.62, -0.3, on.second)
    _bed(on, -0.2, 0.44, on.main)
    _bed(on, 0.54, 0.86, on.second)
    on.block((0.3, -0.36), 0.3, 0.94, on.back)
    on.block((0.3, -0.36), 0.12, 1.14, on.main)
    for place, radius in (((0.3, 0.24), 0.14), ((-0.3, 0.2), 0.12), ((-0.62, 0.06), 0.08), ((0.3, -0.9), 0.1)):
        on.disc(place, radius, on.accent)


def _bed(on: Stamp, top: float, bottom: float, fill: Rgb) -> None:
    """One layer of rock, bent as rock is."""
    along = [-0.96 + step * 0.08 for step in range(25)]
    upper = [(left, top + 0.07 * sin(left * 3)) for left in along]
    lower = [(left, bottom + 0.07 * sin(left * 3)) for left in reversed(along)]
    on.shape([*upper, *lower], fill)


def slope(on: Stamp) -> None:
    """A slope, and pieces of it that come down."""
    on.shape([(-1, 0.86), (-1, -0.86), (-0.5, -0.74), (-0.16, -0.1), (0.1, 0.12), (0.6, 0.86)], on.main)
    on.shape([(0.3, 0.86), (0.44, 0.56), (0.9, 0.62), (1, 0.86)], on.second)
    for place, radius in (((-0.04, -0.5), 0.15), ((0.36, -0.16), 0.2), ((0.66, 0.34), 0.25)):
        on.shape([around(place, radius, number * 72 - 70) for number in range(5)], on.accent)


def stone(on: Stamp) -> None:
    """A pick knapped from stone, with three edges."""
    ridge = (0.02, 0.3)
    on.shape([(-0.04, -1), ridge, (-0.3, 0.94), (-0.6, 0.44), (-0.5, 0.02)], on.main)
    on.shape([(-0.04, -1), (0.44, -0.06), (0.62, 0.4), (0.4, 0.9), ridge], on.second)
    on.shape([ridge, (0.4, 0.9), (-0.3, 0.94)], on.accent)


def tree(on: Stamp) -> None:
    """An old tree with nests in it."""
    on.shape([(-0.36, 0.96), (-0.12, 0.6), (-0.12, 0), (0.12, 0), (0.12, 0.6), (0.36, 0.96)], on.second)
    for place, radius in (((-0.46, 0), 0.42), ((0.46, 0), 0.42), ((-0.2, -0.46), 0.42), ((0.26, -0.42), 0.4)):
        on.disc(place, radius, on.main)
    for place in ((-0.3, -0.12), (0.3, -0.3)):
        on.half(place, 0.15, 0, on.accent)


def waterfall(on: Stamp) -> None:
    """Water that falls between rocks."""
    for side in (-1, 1):
        on.shape([(side * 1, -0.5), (side * 0.6, -0.62), (side * 0.5, 0.74), (side * 1, 0.74)], on.second)
    on.shape([(-0.5, -0.92), (0.5, -0.92), (0.4, 0.6), (-0.4, 0.6)], on.main)
    for left, top, foot in ((-0.17, -0.6, 0.3), (0.17, -0.76, 0.12)):
        on.line([(left, top), (left, foot)], on.back, thick=0.08)
    on.line([(0, -0.3), (0, 0.4)], on.accent, thick=0.08)
    for left, radius in ((-0.66, 0.18), (-0.32, 0.26), (0.06, 0.22), (0.42, 0.26), (0.74, 0.16)):
        on.disc((left, 0.7), radius, on.main)


def wind(on: Stamp) -> None:
    """Wind, with dust in it."""
    on.line([(-0.96, -0.16), (0.06, -0.16), *bow((0.06, -0.46), 0.3, 90, -150)], on.main, thick=0.14)
    on.line([(-0.7, 0.16), (0.62, 0.16), *bow((0.66, -0.1), 0.26, 90, -150)], on.second, thick=0.14)
    on.line([(-0.9, 0.48), (0.1, 0.48), *bow((0.1, 0.7), 0.22, -90, 130)], on.main, thick=0.14)
    for place, radius in (((0.6, 0.62), 0.11), ((-0.5, 0.78), 0.09), ((-0.62, -0.5), 0.1)):
        on.disc(place, radius, on.accent)
