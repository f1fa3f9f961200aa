"""The drawing languages of covers: each draws one subject around the middle, and a quiet ground to both sides.

Coordinates are pixels of the finished cover, from its middle: x to the right, y downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

from PIL import ImageDraw

from bot.editorial.theme import Rgb, mix

CREAM: Rgb = (250, 243, 226)
AMBER: Rgb = (244, 184, 82)

Point = tuple[float, float]


@dataclass(frozen=True)
class Scene:
    """A canvas `finer` times as large as the cover, in the tones of one ground colour."""

    pen: ImageDraw.ImageDraw
    width: int
    height: int
    finer: int
    ground: Rgb

    def light(self, share: float) -> Rgb:
        """The ground with this share (0 to 1) of cream in it."""
        return mix(self.ground, CREAM, share)

    def dark(self, share: float) -> Rgb:
        """The ground with this share (0 to 1) of black in it."""
        return mix(self.ground, (0, 0, 0), share)

    def at(self, point: Point) -> Point:
        """The place of a point on the canvas."""
        return (point[0] + self.width / 2) * self.finer, (point[1] + self.height / 2) * self.finer

    def disc(self, middle: Point, radius: float, fill: Rgb) -> None:
        """A filled circle."""
        x, y = self.at(middle)
        r = radius * self.finer
        self.pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def ring(self, middle: Point, radius: float, fill: Rgb, *, thick: float) -> None:
        """A circle's line."""
        x, y = self.at(middle)
        r = radius * self.finer
        self.pen.ellipse((x - r, y - r, x + r, y + r), outline=fill, width=round(thick * self.finer))

    def arc(self, middle: Point, radius: float, start: float, end: float, fill: Rgb, *, thick: float) -> None:
        """A part of a circle's line, clockwise, in degrees from three o'clock."""
        x, y = self.at(middle)
        r = radius * self.finer
        self.pen.arc((x - r, y - r, x + r, y + r), start, end, fill=fill, width=round(thick * self.finer))

    def shape(self, points: Sequence[Point], fill: Rgb) -> None:
        """A filled polygon."""
        self.pen.polygon([self.at(point) for point in points], fill=fill)

    def line(self, points: Sequence[Point], fill: Rgb, *, thick: float) -> None:
        """A line with round corners and ends."""
        placed = [self.at(point) for point in points]
        self.pen.line(placed, fill=fill, width=round(thick * self.finer), joint="curve")
        for end in (points[0], points[-1]):
            self.disc(end, thick / 2, fill)

    def below(self, edge: Callable[[float], float], fill: Rgb) -> None:
        """Everything under a curve y = edge(x), over the whole width."""
        half, bottom = self.width / 2, self.height / 2
        along = [(x, edge(x)) for x in range(-round(half) - 4, round(half) + 5, 4)]
        self.shape([*along, (half + 4, bottom + 4), (-half - 4, bottom + 4)], fill)


def around(middle: Point, radius: float, degrees: float) -> Point:
    """The point on a circle, clockwise from three o'clock."""
    return middle[0] + radius * cos(degrees * pi / 180), middle[1] + radius * sin(degrees * pi / 180)


def sunrise(scene: Scene, chance: Random) -> None:
    """The sun behind rolling land, between earthen pillars of light."""
    middle = (0.0, 40.0)
    for radius, share in ((330, 0.06), (260, 0.11), (195, 0.17)):
        scene.disc(middle, radius, scene.light(share))
    scene.disc(middle, 118, AMBER)
    phase = chance.uniform(0, 2 * pi)
    scene.below(lambda x: 62 + 16 * sin(x / 150 + phase), scene.dark(0.12))
    scene.below(lambda x: 104 + 18 * sin(x / 210 + phase + 2), scene.dark(0.30))
    scene.below(lambda x: 150 + 12 * sin(x / 120 + phase + 4), scene.dark(0.46))


def orbits(scene: Scene, chance: Random) -> None:
    """A planet with its companions on rings."""
    tilt = chance.uniform(-50, 30)
    for radius, share in ((400, 0.05), (310, 0.08), (225, 0.12)):
        scene.disc((0, 0), radius, scene.light(share))
    for number, radius in enumerate((112, 160, 225, 310)):
        scene.ring((0, 0), radius, scene.light(0.42 - number * 0.06), thick=2.5)
        place = around((0, 0), radius, tilt + number * chance.uniform(95, 140))
        if number < 2:
            scene.disc(place, 19 - number * 5, CREAM if number else AMBER)
    for side in (-1, 1):
        scene.disc(around((0, 0), 310, 90 - side * chance.uniform(70, 84)), 9, scene.light(0.6))
    scene.disc((0, 0), 74, CREAM)
    x, y = scene.at((0, 0))
    r = 74 * scene.finer
    scene.pen.chord((x - r, y - r, x + r, y + r), tilt - 40, tilt + 140, fill=scene.light(0.62))


def peaks(scene: Scene, chance: Random) -> None:
    """One high summit with a light above it, lower ranges to both sides."""
    lean = chance.uniform(-14, 14)
    for radius, share in ((230, 0.06), (160, 0.10), (98, 0.16)):
        scene.disc((lean * 2, -72), radius, scene.light(share))
    scene.disc((lean * 2, -72), 44, AMBER)
    for middle, half, top in ((-330, 230, 40), (330, 250, 24), (-170, 190, 6), (190, 200, 14)):
        scene.shape(
            [(middle - half, 200), (middle + chance.uniform(-20, 20), top), (middle + half, 200)], scene.dark(0.16)
        )
    foot, summit = 196.0, (lean, -46.0)
    scene.shape([(-188, foot), summit, (196, foot)], scene.dark(0.36))
    scene.shape([(30, foot), summit, (196, foot)], scene.dark(0.52))
    left, right = _between(summit, (-188, foot), 0.30), _between(summit, (196, foot), 0.30)
    fold = (summit[0] + 6, summit[1] + 0.42 * (foot - summit[1]))
    scene.shape(
        [summit, left, (lean - 24, left[1] - 16), (lean - 6, fold[1] - 6), (lean + 22, left[1] - 14), right], CREAM
    )


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def cells(scene: Scene, chance: Random) -> None:
    """A cluster of cells around one that stands out."""
    turn = chance.uniform(0, 60)
    for x in range(-480, 481, 96):
        for row, y in enumerate(range(-220, 221, 84)):
            scene.ring((x + (row % 2) * 48, y), 37, scene.light(0.09), thick=3)
    scene.disc((0, 0), 178, scene.ground)
    scene.disc((0, 0), 170, scene.light(0.12))
    for number in range(6):
        place = around((0, 0), 108, turn + number * 60)
        scene.disc(place, 50, scene.light(0.38))
        scene.disc(around(place, 12, chance.uniform(0, 360)), 17, scene.light(0.66))
    scene.disc((0, 0), 56, CREAM)
    scene.disc((0, 0), 23, AMBER)


def beacon(scene: Scene, chance: Random) -> None:
    """A lighthouse over water, its light reaching far."""
    lamp = (0.0, -92.0)
    reach = chance.uniform(26, 36)
    for side in (-1, 1):
        far = side * 520
        scene.shape([lamp, (far, lamp[1] - reach - 34), (far, lamp[1] + reach + 64)], scene.light(0.13))
        scene.shape([lamp, (far, lamp[1] - reach / 2 + 2), (far, lamp[1] + reach + 12)], scene.light(0.24))
    scene.shape([(-48, 150), (-27, -58), (27, -58), (48, 150)], CREAM)
    for top, bottom in ((-18, 26), (70, 116)):
        scene.shape(
            [(-_side(top), top), (_side(top), top), (_side(bottom), bottom), (-_side(bottom), bottom)], scene.dark(0.08)
        )
    scene.shape([(-42, -58), (42, -58), (42, -68), (-42, -68)], scene.dark(0.45))
    scene.shape([(-24, -68), (24, -68), (24, -114), (-24, -114)], AMBER)
    scene.shape([(-34, -114), (0, -148), (34, -114)], scene.dark(0.45))
    phase = chance.uniform(0, 2 * pi)
    scene.below(lambda x: 122 + 7 * sin(x / 38 + phase), scene.dark(0.28))
    scene.below(lambda x: 152 + 8 * sin(x / 46 + phase + 2), scene.dark(0.45))


def _side(y: float) -> float:
    """Half the lighthouse's width at this height."""
    return 27 + (y + 58) * 21 / 208


def lens(scene: Scene, chance: Random) -> None:
    """A magnifier that shows one dot of many as it is."""
    for column in range(-11, 12):
        for row in range(-5, 6):
            scene.disc((column * 42 + (row % 2) * 21, row * 40), 6.5, scene.light(0.16))
    tilt = chance.choice((38, 45, 135, 142))
    glass = around((0, 0), -26, tilt)
    end = around(glass, 192, tilt)
    scene.line([around(glass, 112, tilt), end], scene.dark(0.45), thick=34)
    scene.line([around(glass, 126, tilt), around(glass, 146, tilt)], AMBER, thick=34)
    scene.disc(glass, 116, CREAM)
    scene.disc(glass, 98, scene.light(0.22))
    for number in range(6):
        scene.disc(around(glass, 62, tilt + number * 60), 15, scene.light(0.5))
    scene.disc(glass, 27, AMBER)
    scene.arc(glass, 82, 200, 250, CREAM, thick=7)


def sundial(scene: Scene, chance: Random) -> None:
    """A dial of twenty-four parts with its shadow."""
    hour = chance.randrange(24)
    for radius, share in ((400, 0.05), (300, 0.08), (212, 0.12)):
        scene.disc((0, 0), radius, scene.light(share))
    scene.disc((0, 0), 134, scene.light(0.28))
    scene.disc((0, 0), 122, CREAM)
    for number in range(24):
        degrees = number * 15
        inner = 90 if number % 6 == 0 else 99
        scene.line(
            [around((0, 0), inner, degrees), around((0, 0), 108, degrees)],
            scene.dark(0.1) if number % 6 == 0 else scene.light(0.35),
            thick=6 if number % 6 == 0 else 4,
        )
    shadow = hour * 15
    tip = around((0, 0), 84, shadow)
    scene.shape([around((0, 0), 17, shadow + 90), tip, around((0, 0), 17, shadow - 90)], scene.dark(0.15))
    scene.disc((0, 0), 22, CREAM)
    scene.disc((0, 0), 16, scene.dark(0.15))
    scene.disc(around((0, 0), 160, shadow + 180), 19, AMBER)


def leaves(scene: Scene, chance: Random) -> None:
    """A young plant over furrows."""
    lean = chance.uniform(-10, 10)
    scene.disc((0, -20), 190, scene.light(0.09))
    scene.disc((0, -20), 140, scene.light(0.15))
    side = chance.choice((-1, 1))
    scene.disc((side * 92, -104), 31, AMBER)
    for number, top in enumerate((96, 122, 152)):
        bend = 10.0 + number * 3
        scene.below(lambda x, top=top, bend=bend: top + (x / 450) ** 2 * bend * 3, scene.dark(0.18 + number * 0.15))  # type: ignore[misc]
    scene.line([(0, 108), (lean * 0.4, 20), (lean, -96)], CREAM, thick=9)
    for height, size in ((62, 104), (8, 92), (-46, 74)):
        for turned in (-1, 1):
            root = (lean * (108 - height) / 220, float(height))
            _leaf(scene, root, size, -90 + turned * 58, scene.light(0.74) if turned < 0 else CREAM)
    _leaf(scene, (lean, -88), 62, -90 + lean, CREAM)


def _leaf(scene: Scene, root: Point, size: float, degrees: float, fill: Rgb) -> None:
    upper, lower = [], []
    for step in range(25):
        share = step / 24
        spine = around(root, size * share, degrees)
        swell = size * 0.23 * sin(pi * share**0.8)
        upper.append(around(spine, swell, degrees + 90))
        lower.append(around(spine, swell, degrees - 90))
    scene.shape([*upper, *reversed(lower)], fill)


LANGUAGES: dict[str, Callable[[Scene, Random], None]] = {
    "beacon": beacon,
    "cells": cells,
    "leaves": leaves,
    "lens": lens,
    "orbits": orbits,
    "peaks": peaks,
    "sundial": sundial,
    "sunrise": sunrise,
}
