"""The drawing languages of covers, one for each column: a scene with a place in it for the article's motif.

The subject stands around the middle, the ground to both sides is quiet.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sin
from random import Random

from bot.editorial.cover_motifs import land, life, works
from bot.editorial.cover_pen import AMBER, CREAM, Motif, Point, Scene, Stamp, around, cog

Language = Callable[[Scene, Random, Motif | None], None]


def peaks(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A great light that stands over a range of mountains, with the motif in it."""
    middle = (chance.uniform(-26, 26), -30.0)
    _halo(scene, middle, (310, 242, 184))
    scene.disc(middle, 132, CREAM)
    _dark_on_cream(scene, motif or land.star, (middle[0], middle[1] - 12), 86)
    far = (60, 96, 24, 92, 48, 112, 70, 118, 40, 90, 20, 84)
    scene.shape(_range(far, 86, chance), scene.dark(0.22))
    near = (112, 150, 98, 142, 106, 152, 102, 154, 96, 140, 116)
    scene.shape(_range(near, 96, chance), scene.dark(0.42))


def _range(heights: tuple[int, ...], step: float, chance: Random) -> list[Point]:
    """A range of mountains over the whole width, its peaks and passes a little different each time."""
    left = -step * (len(heights) - 1) / 2
    crest = [
        (left + number * step + chance.uniform(-22, 22), height + chance.uniform(-9, 9))
        for number, height in enumerate(heights)
    ]
    return [(left - 40, 200), *crest, (-left + 40, 200)]


def orbits(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A world with companions on rings, and the motif on it."""
    _halo(scene, (0, 0), (400, 310, 225))
    tilt = chance.uniform(-60, 10)
    for number, radius in enumerate((136, 176, 236, 312)):
        scene.ring((0, 0), radius, scene.light(0.42 - number * 0.06), thick=2.5)
    scene.disc(around((0, 0), 136, tilt), 17, AMBER)
    scene.disc(around((0, 0), 176, tilt + chance.uniform(150, 200)), 12, CREAM)
    for side in (-1, 1):
        scene.disc(around((0, 0), 310, 90 - side * chance.uniform(66, 86)), 9, scene.light(0.6))
    scene.disc((0, 0), 112, scene.dark(0.3))
    stamp = Stamp(scene, (0, 0), 78, CREAM, scene.light(0.6), AMBER, scene.dark(0.3))
    (motif or land.planet)(stamp)


def cells(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A cluster of cells around one that shows the motif."""
    turn = chance.uniform(0, 45)
    for x in range(-480, 481, 96):
        for row, y in enumerate(range(-220, 221, 84)):
            scene.ring((x + (row % 2) * 48, y), 37, scene.light(0.09), thick=3)
    scene.disc((0, 0), 186, scene.ground)
    scene.disc((0, 0), 178, scene.light(0.12))
    for number in range(8):
        place = around((0, 0), 138, turn + number * 45)
        scene.disc(place, 38, scene.light(0.34))
        scene.disc(around(place, 9, chance.uniform(0, 360)), 13, scene.light(0.62))
    scene.disc((0, 0), 100, CREAM)
    _dark_on_cream(scene, motif or life.drop, (0, 0), 66)


def shelter(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A house under sheltering arcs, and on it what to be ready for."""
    for radius, share in ((420, 0.05), (330, 0.09), (248, 0.14)):
        scene.disc((0, 120), radius, scene.light(share))
    for side in (-1, 1):
        far, high = side * chance.uniform(262, 300), chance.uniform(70, 92)
        scene.shape(
            [(far - 62, 160), (far - 62, high), (far, high - 46), (far + 62, high), (far + 62, 160)], scene.dark(0.16)
        )
        scene.block((far, high + 26), 26, 30, scene.light(0.3))
    scene.shape([(-118, 150), (-118, -24), (118, -24), (118, 150)], CREAM)
    scene.block((76, -92), 30, 76, CREAM)
    scene.shape([(-156, -18), (0, -140), (156, -18)], scene.dark(0.5))
    _dark_on_cream(scene, motif or land.bolt, (0, 56), 66)
    scene.below(lambda x: 138 + (x / 450) ** 2 * 14, scene.dark(0.36))


def lens(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A magnifier that shows one thing of many as it is."""
    for column in range(-11, 12):
        for row in range(-5, 6):
            scene.disc((column * 42 + (row % 2) * 21, row * 40), 6.5, scene.light(0.16))
    tilt = chance.choice((42, 48, 132, 138))
    glass = around((0, 0), -24, tilt)
    scene.line([around(glass, 118, tilt), around(glass, 200, tilt)], scene.dark(0.5), thick=34)
    scene.line([around(glass, 130, tilt), around(glass, 150, tilt)], AMBER, thick=34)
    scene.disc(glass, 124, CREAM)
    scene.disc(glass, 106, scene.dark(0.28))
    stamp = Stamp(scene, glass, 66, CREAM, scene.light(0.55), AMBER, scene.dark(0.28))
    (motif or works.bubble)(stamp)
    scene.arc(glass, 94, 200, 244, scene.light(0.5), thick=6)


def homeland(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A low sun behind terraced land, and the motif standing on it."""
    middle = (chance.uniform(-12, 12), 14.0)
    _halo(scene, middle, (330, 262, 206))
    scene.disc(middle, 158, scene.light(0.34))
    stamp = Stamp(scene, (middle[0], 0), 104, CREAM, scene.light(0.72), AMBER, scene.light(0.34))
    (motif or land.bridge)(stamp)
    phase = chance.uniform(0, 2 * pi)
    for number, top in enumerate((88, 118, 150)):
        scene.below(_hill(top, phase + number * 1.7), scene.dark(0.2 + number * 0.15))


def _hill(top: float, phase: float) -> Callable[[float], float]:
    return lambda x: top + 12 * sin(x / (120 + top) + phase)


def sundial(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A dial of the year's twenty-four parts, the season in its middle and the day as a bead."""
    _halo(scene, (0, 0), (400, 300, 222))
    scene.ring((0, 0), 158, scene.light(0.4), thick=3)
    scene.disc((0, 0), 132, CREAM)
    for number in range(24):
        is_quarter = number % 6 == 0
        ends = [around((0, 0), 104 if is_quarter else 110, number * 15), around((0, 0), 120, number * 15)]
        scene.line(ends, scene.dark(0.1) if is_quarter else scene.light(0.45), thick=6 if is_quarter else 4)
    _dark_on_cream(scene, motif or land.sun, (0, 0), 64)
    scene.disc(around((0, 0), 158, chance.randrange(24) * 15), 21, AMBER)


def furrows(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """Furrows that run to the horizon, and the motif growing on them."""
    vanish = (chance.uniform(-16, 16), 30.0)
    scene.disc((0, -20), 214, scene.light(0.08))
    scene.disc((0, -20), 166, scene.light(0.14))
    scene.disc((chance.choice((-1, 1)) * 112, -112), 30, AMBER)
    scene.below(lambda x: 62 + (x / 450) ** 2 * 10, scene.dark(0.2))
    for number in range(-9, 10):
        if number % 2:
            near: list[Point] = [(vanish[0] + (number + side) * 92, 200) for side in (-0.5, 0.5)]
            horizon = [(vanish[0] + (number + side) * 26, 66 + (number * 26 / 450) ** 2 * 10) for side in (0.5, -0.5)]
            scene.shape([*near, *horizon], scene.dark(0.42))
    scene.shape(
        [(x, 96 + y) for x, y in ((-96, 18), (-50, -6), (50, -6), (96, 18), (60, 26), (-60, 26))], scene.dark(0.55)
    )
    stamp = Stamp(scene, (0, -16), 112, CREAM, scene.light(0.62), AMBER, scene.light(0.14))
    (motif or life.sprout)(stamp)


def arcade(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A row of arches, one of them lit, and through it something to look at."""
    scene.below(lambda _: 112, scene.dark(0.3))
    for far in (3, 2, 1):
        for side in (-1, 1):
            place = side * (66 + far * 122)
            _arch(scene, place, 50, -34 + chance.uniform(-4, 4), scene.light(0.22 - far * 0.05))
    _arch(scene, 0, 138, -30, CREAM)
    _arch(scene, 0, 112, -24, scene.dark(0.42))
    stamp = Stamp(scene, (0, 0), 80, CREAM, scene.light(0.5), AMBER, scene.dark(0.42))
    (motif or land.star)(stamp)
    for number, width in enumerate((300, 352, 404)):
        scene.block((0, 121 + number * 20), width, 20, scene.light(0.78 - number * 0.2))
    scene.block((0, 186), 520, 40, scene.dark(0.3))


def _arch(scene: Scene, middle: float, half: float, spring: float, fill: tuple[int, int, int]) -> None:
    scene.half((middle, spring), half, 180, fill)
    scene.block((middle, (spring + 112) / 2), half * 2, 112 - spring, fill)


def blocks(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """Building blocks with the motif on top, and a paper dart that goes up from them."""
    _halo(scene, (0, 10), (320, 240))
    side = chance.choice((-1, 1))
    for step in range(7):
        place = (side * (66 + step * 11.0), 6 - step * 8.5 + 7 * sin(step))
        scene.disc(place, 4.5, scene.light(0.4 + step * 0.06))
    _dart(scene, (side * 186, -118), side)
    for left in range(-200, 401, 100):
        if abs(left) > 120:
            scene.block((left, 160), 94, 94, scene.light(chance.choice((0.08, 0.14, 0.2))), corner=8)
    for left, share in zip((-100, 0, 100), chance.sample((0.34, 0.5, 0.72), 3), strict=True):
        scene.block((left, 160), 94, 94, scene.light(share), corner=8)
    scene.block((0, 64), 94, 94, AMBER, corner=8)
    stamp = Stamp(scene, (0, -78), 94, CREAM, scene.light(0.66), AMBER, scene.light(0.095))
    (motif or life.sprout)(stamp)


def _dart(scene: Scene, nose: Point, side: int) -> None:
    x, y = nose
    scene.shape([(x, y), (x - side * 84, y + 16), (x - side * 54, y + 32)], CREAM)
    scene.shape([(x, y), (x - side * 54, y + 32), (x - side * 50, y + 60)], scene.light(0.5))


def workshop(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """A great wheel at work, the motif at its hub, small wheels beside it."""
    turn = chance.uniform(0, 30)
    _halo(scene, (0, 0), (400, 300))
    for side in (-1, 1):
        middle = (side * 262, chance.uniform(62, 84))
        scene.shape(cog(middle, 104, 10, 0.16, -turn), scene.light(0.17))
        scene.disc(middle, 46, scene.light(0.06))
    scene.shape(cog((0, 0), 178, 14, 0.13, turn), scene.light(0.36))
    scene.disc((0, 0), 132, scene.dark(0.3))
    scene.disc((0, 0), 112, CREAM)
    _dark_on_cream(scene, motif or works.gear, (0, 0), 72)
    scene.below(lambda _: 166, scene.dark(0.45))


def tiles(scene: Scene, chance: Random, motif: Motif | None) -> None:
    """Four answers, one of them lit."""
    size, gap = 138, 16
    lit = chance.randrange(4)
    plain = chance.sample((_round, _three, _cross, _halved), 3)
    for side, row, far in ((-1, -1, 2), (-1, -1, 3), (1, -1, 2), (1, -1, 3), (1, 1, 2), (1, 1, 3)):
        place = (side * (far - 0.5) * (size + gap), row / 2 * (size + gap))
        scene.block(place, size, size, scene.light(0.17 - far * 0.04), corner=18)
    for number in range(4):
        place = ((number % 2 - 0.5) * (size + gap), (number // 2 - 0.5) * (size + gap))
        if number == lit:
            scene.block(place, size, size, CREAM, corner=18)
            _dark_on_cream(scene, motif or works.tick, place, 50)
        else:
            scene.block(place, size, size, scene.light(0.24), corner=18)
            plain.pop()(scene, place, scene.light(0.6))


def _round(scene: Scene, middle: Point, fill: tuple[int, int, int]) -> None:
    scene.disc(middle, 38, fill)


def _three(scene: Scene, middle: Point, fill: tuple[int, int, int]) -> None:
    scene.shape([around((middle[0], middle[1] + 8), 46, turn) for turn in (-90, 30, 150)], fill)


def _cross(scene: Scene, middle: Point, fill: tuple[int, int, int]) -> None:
    for turn in (45, 135):
        scene.line([around(middle, 40, turn), around(middle, 40, turn + 180)], fill, thick=20)


def _halved(scene: Scene, middle: Point, fill: tuple[int, int, int]) -> None:
    scene.ring(middle, 40, fill, thick=9)
    scene.half(middle, 38, 90, fill)


def _halo(scene: Scene, middle: Point, radii: tuple[int, ...]) -> None:
    """Rings of light, the nearest the brightest."""
    for number, radius in enumerate(radii):
        scene.disc(middle, radius, scene.light(0.05 + number * 0.045))


def _dark_on_cream(scene: Scene, motif: Motif, middle: Point, size: float) -> None:
    motif(Stamp(scene, middle, size, scene.dark(0.12), scene.light(0.42), AMBER, CREAM))


LANGUAGES: dict[str, Language] = {
    "arcade": arcade,
    "blocks": blocks,
    "cells": cells,
    "furrows": furrows,
    "homeland": homeland,
    "lens": lens,
    "orbits": orbits,
    "peaks": peaks,
    "shelter": shelter,
    "sundial": sundial,
    "tiles": tiles,
    "workshop": workshop,
}
