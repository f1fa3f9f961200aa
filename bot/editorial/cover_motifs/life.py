"""Motifs of life: bodies and what keeps them well, food, plants and animals."""

from __future__ import annotations

from math import cos, pi, sin

from bot.editorial.cover_pen import Point, Stamp, around, bow, oval, soft, tear, turned


def bowl(on: Stamp) -> None:
    """A bowl with steam over it."""
    on.half((0, 0.06), 0.86, 0, on.main)
    on.block((0, 0.86), 0.72, 0.16, on.second)
    for number in (-1, 0, 1):
        left = number * 0.36
        steam = [(left + 0.09 * sin(step), -0.2 - step * 0.115) for step in [part / 4 for part in range(25)]]
        on.line(steam, on.accent, thick=0.09)


def drop(on: Stamp) -> None:
    """A drop with light in it."""
    on.shape(tear((0, 0), 0.98), on.main)
    on.disc((0, 0.42), 0.26, on.accent)


def fruit(on: Stamp) -> None:
    """A fruit with its leaf."""
    for side in (-1, 1):
        on.disc((side * 0.27, 0.24), 0.6, on.main)
    on.line([(0, -0.2), (0.05, -0.72)], on.second, thick=0.1)
    on.blade((0.05, -0.44), 0.66, -32, on.accent)


def grain(on: Stamp) -> None:
    """An ear of wheat."""
    on.line([(0, 1), (0, -0.5)], on.second, thick=0.07)
    for number, height in enumerate((0.42, 0.12, -0.18, -0.48)):
        for side in (-1, 1):
            on.blade((side * 0.03, height), 0.54 - number * 0.03, -90 + side * 38, on.main, wide=0.26)
    on.blade((0, -0.5), 0.5, -90, on.accent, wide=0.26)


def heart(on: Stamp) -> None:
    """A heart with its beat."""
    turns = [2 * pi * step / 72 for step in range(72)]
    on.shape([_heart(turn) for turn in turns], on.main)
    beat: list[Point] = [(-0.62, 0), (-0.26, 0), (-0.1, -0.3), (0.12, 0.3), (0.26, 0), (0.62, 0)]
    on.line(beat, on.accent, thick=0.11)


def _heart(turn: float) -> Point:
    across = sin(turn) ** 3
    down = sum(part * sin(turn * times + pi / 2) for part, times in ((-13, 1), (5, 2), (2, 3), (1, 4)))
    return 0.96 * across, down / 17 + 0.02


def leaf(on: Stamp) -> None:
    """A leaf with its vein."""
    on.blade((-0.72, 0.72), 2.02, -45, on.main, wide=0.25)
    on.line([(-0.86, 0.86), (0.3, -0.3)], on.accent, thick=0.07)


def sprout(on: Stamp) -> None:
    """A sprout with two leaves."""
    on.line([(0, 0.96), (0, -0.1)], on.second, thick=0.11)
    on.blade((0, 0.06), 1.02, -142, on.main, wide=0.27)
    on.blade((0, -0.1), 1.06, -46, on.accent, wide=0.27)


def bird(on: Stamp) -> None:
    """An eared pheasant: a tuft at the ear, a long tail."""
    for degrees, fill in ((-62, on.second), (-38, on.main), (-14, on.second)):
        on.blade((0.22, 0.22), 0.9, degrees, fill, wide=0.15)
    on.shape(oval((-0.04, 0.24), 0.56, 0.36, -16), on.main)
    on.shape([(-0.54, 0.24), (-0.7, -0.42), (-0.34, -0.42), (-0.04, 0)], on.main)
    on.disc((-0.52, -0.46), 0.23, on.main)
    on.shape([(-0.7, -0.56), (-0.98, -0.4), (-0.7, -0.34)], on.second)
    on.blade((-0.6, -0.4), 0.56, -32, on.accent, wide=0.17)
    for left in (-0.16, 0.12):
        on.line([(left, 0.5), (left, 0.92)], on.second, thick=0.09)


def blossom(on: Stamp) -> None:
    """A blossom of five petals."""
    for number in range(5):
        on.disc(around((0, 0), 0.52, number * 72 - 90), 0.38, on.main)
    for number in range(5):
        on.line([(0, 0), around((0, 0), 0.5, number * 72 - 90)], on.second, thick=0.08)
    on.disc((0, 0), 0.25, on.accent)


def buns(on: Stamp) -> None:
    """A steamed bun with dates, on its plate."""
    on.half((0, 0.46), 0.84, 180, on.main)
    on.block((0, 0.46), 1.68, 0.24, on.main, corner=0.12)
    on.block((0, 0.76), 1.96, 0.15, on.second, corner=0.075)
    for left, top in ((-0.4, 0.2), (0.0, -0.1), (0.4, 0.2)):
        on.disc((left, top), 0.13, on.accent)
    for left in (-0.3, 0.3):
        on.line([(left + 0.08 * sin(step), -0.94 + step * 0.1) for step in range(5)], on.second, thick=0.09)


def capsule(on: Stamp) -> None:
    """A capsule and a tablet."""
    for side, fill in ((-1, on.main), (1, on.accent)):
        on.disc((side * 0.42 - 0.1, -side * 0.42 - 0.1), 0.36, fill)
        on.shape(
            [
                (x - 0.1, y - 0.1)
                for x, y in turned([(0, -0.36), (side * 0.6, -0.36), (side * 0.6, 0.36), (0, 0.36)], -45)
            ],
            fill,
        )
    on.disc((0.54, 0.56), 0.3, on.second)
    on.line([(0.4, 0.7), (0.68, 0.42)], on.back, thick=0.07)


def choking(on: Stamp) -> None:
    """Somebody held from behind, a fist below the ribs."""
    on.disc((0.4, -0.72), 0.26, on.second)
    on.shape(soft([(-0.72, 1), (-0.72, -0.3), (0.86, -0.42), (0.86, 1), (0, 1)]), on.second)
    on.disc((-0.06, -0.6), 0.33, on.back)
    on.disc((-0.06, -0.6), 0.27, on.main)
    on.shape(soft([(-0.58, 1), (-0.58, -0.24), (0.46, -0.24), (0.46, 1), (-0.06, 1)]), on.main)
    for side in (-1, 1):
        on.line([(-0.06 + side * 0.6, 0.3), (-0.06, 0.44)], on.second, thick=0.18)
    on.disc((-0.06, 0.42), 0.2, on.accent)


def egg(on: Stamp) -> None:
    """An egg that stands, its yolk low."""
    turns = [2 * pi * step / 72 for step in range(72)]
    on.shape([(0.62 * sin(turn) * (1 - 0.18 * cos(turn)), 0.02 - 0.84 * cos(turn)) for turn in turns], on.main)
    on.disc((0, 0.3), 0.3, on.accent)
    on.block((0, 0.9), 1.6, 0.12, on.second, corner=0.06)


def eye(on: Stamp) -> None:
    """An eye."""
    upper = [(-0.98 + step * 0.049, -0.6 * sin(pi * step / 40)) for step in range(41)]
    on.shape([*upper, *[(x, -y) for x, y in reversed(upper)]], on.main)
    on.disc((0, 0), 0.44, on.back)
    on.disc((0, 0), 0.34, on.accent)
    on.disc((0, 0), 0.16, on.main)


def helix(on: Stamp) -> None:
    """The two strands that inheritance is written on."""
    along = [-0.96 + step * 0.048 for step in range(41)]
    for height in (-0.8, -0.48, -0.02, 0.3, 0.48, 0.8):
        side = 0.46 * sin(height * 3.9)
        on.line([(-side, height), (side, height)], on.accent, thick=0.09)
    for side, fill in ((-1, on.second), (1, on.main)):
        on.line([(side * 0.46 * sin(height * 3.9), height) for height in along], fill, thick=0.15)


def lungs(on: Stamp) -> None:
    """A pair of lungs."""
    on.line([(0, -0.94), (0, -0.24)], on.main, thick=0.17)
    lobe = ((0.16, 0.1), (0.18, -0.5), (0.44, -0.78), (0.76, -0.3), (0.98, 0.5), (0.84, 0.9), (0.5, 0.78), (0.16, 0.62))
    for side in (-1, 1):
        on.shape(soft([(side * x, y) for x, y in lobe]), on.main)
        on.line([(0, -0.24), (side * 0.42, 0.06), (side * 0.52, 0.4)], on.accent, thick=0.1)


def melon(on: Stamp) -> None:
    """A slice of melon."""
    on.half((0, -0.36), 0.98, 0, on.main)
    on.half((0, -0.36), 0.82, 0, on.back)
    on.half((0, -0.36), 0.74, 0, on.accent)
    for left, top in ((-0.38, -0.14), (0.0, -0.1), (0.38, -0.14), (-0.2, 0.14), (0.2, 0.14)):
        on.shape(tear((left, top), 0.11), on.main)


def paw(on: Stamp) -> None:
    """The print of a big cat's paw."""
    pad = ((-0.3, 0.16), (0, -0.08), (0.3, 0.16), (0.72, 0.6), (0.42, 0.92), (0, 0.78), (-0.42, 0.92), (-0.72, 0.6))
    on.shape(soft(pad), on.main)
    for left, top in ((-0.72, -0.04), (-0.27, -0.5), (0.27, -0.5), (0.72, -0.04)):
        on.shape(oval((left, top), 0.19, 0.26, left * 24), on.accent if left == 0.27 else on.main)


def pear(on: Stamp) -> None:
    """A pear with its leaf."""
    side = ((0.14, -0.62), (0.24, -0.44), (0.3, -0.1), (0.72, 0.2), (0.86, 0.62), (0.6, 0.98), (0.15, 1.04))
    on.shape(soft([*side, *[(-x, y) for x, y in reversed(side)]]), on.main)
    on.line([(0, -0.42), (0.06, -0.92)], on.second, thick=0.09)
    on.blade((0.05, -0.62), 0.62, -18, on.accent)


def persimmon(on: Stamp) -> None:
    """A persimmon under its calyx."""
    on.shape(soft([(-0.6, -0.46), (0.6, -0.46), (1, 0), (0.8, 0.84), (0, 0.98), (-0.8, 0.84), (-1, 0)]), on.accent)
    for degrees in (152, 118, 62, 28):
        on.blade((0, -0.46), 0.62, degrees, on.main, wide=0.2)
    on.line([(0, -0.46), (0.02, -0.84)], on.main, thick=0.12)


def rice(on: Stamp) -> None:
    """A bent ear of rice."""
    on.blade((-0.4, 0.96), 1.1, -122, on.second, wide=0.1)
    stem = [(-0.4, 0.96), *bow((0.16, -0.1), 0.66, 190, 330)]
    on.line(stem, on.second, thick=0.08)
    for number, degrees in enumerate((206, 234, 262, 290, 318)):
        root = around((0.16, -0.1), 0.66, degrees)
        on.blade(root, 0.48, 112 - number * 7, on.main, wide=0.25)
        on.blade(around((0.16, -0.1), 0.62, degrees + 14), 0.46, 84 - number * 7, on.accent, wide=0.25)


def rescue(on: Stamp) -> None:
    """A heart that a shock brings back."""
    on.shape([_heart(2 * pi * step / 72) for step in range(72)], on.main)
    on.shape([(0.14, -0.56), (-0.36, 0.1), (-0.04, 0.1), (-0.16, 0.6), (0.36, -0.12), (0.04, -0.12)], on.accent)


def rust(on: Stamp) -> None:
    """A blade of wheat with stripes of rust."""
    on.blade((-0.86, 0.86), 2.4, -45, on.main, wide=0.16)
    for aside, number, start in ((-0.15, 3, -0.4), (0.0, 4, -0.6), (0.15, 3, -0.4)):
        for place in range(number):
            left = start + place * 0.3
            on.line(turned([(left, aside), (left + 0.14, aside)], -45), on.accent, thick=0.09)


def sitting(on: Stamp) -> None:
    """Somebody who has sat for long."""
    on.line([(-0.62, -0.42), (-0.56, 0.5), (0.3, 0.5)], on.second, thick=0.13)
    for left in (-0.5, 0.24):
        on.line([(left, 0.54), (left, 0.94)], on.second, thick=0.11)
    on.disc((-0.18, -0.7), 0.25, on.accent)
    on.line([(-0.2, -0.2), (-0.26, 0.24)], on.main, thick=0.36)
    on.line([(-0.26, 0.26), (0.48, 0.26), (0.52, 0.88)], on.main, thick=0.26)


def steps(on: Stamp) -> None:
    """The prints of two shoes."""
    for left, high, lean in ((-0.4, 0.3, -8), (0.4, -0.36, 8)):
        on.shape(oval((left, high - 0.16), 0.27, 0.4, lean), on.main)
        on.disc((left - lean * 0.006, high + 0.48), 0.2, on.accent)


def syringe(on: Stamp) -> None:
    """A syringe."""
    for left, right, high, fill in (
        (-0.96, -0.84, 0.22, on.second), (-0.84, -0.3, 0.07, on.second), (-0.44, -0.32, 0.36, on.main),
        (-0.32, 0.5, 0.25, on.main), (0.0, 0.42, 0.15, on.accent), (0.5, 0.6, 0.12, on.second), (0.6, 1.02, 0.045, on.main),
    ):  # fmt: skip
        on.shape(turned([(left, -high), (right, -high), (right, high), (left, high)], 135), fill)


def thermometer(on: Stamp) -> None:
    """A thermometer that shows a fever."""
    on.line([(-0.14, -0.74), (-0.14, 0.5)], on.main, thick=0.42)
    on.disc((-0.14, 0.6), 0.38, on.main)
    on.line([(-0.14, -0.44), (-0.14, 0.5)], on.accent, thick=0.17)
    on.disc((-0.14, 0.6), 0.23, on.accent)
    for height in (-0.7, -0.42, -0.14, 0.14):
        on.line([(0.28, height), (0.56, height)], on.second, thick=0.1)


def tooth(on: Stamp) -> None:
    """A molar."""
    side = ((0.12, -0.6), (0.5, -0.86), (0.86, -0.5), (0.62, 0.2), (0.5, 1), (0.22, 1), (0.14, 0.3))
    on.shape(soft([*side, *[(-x, y) for x, y in reversed(side)]]), on.main)
    on.disc((0.26, -0.34), 0.15, on.accent)
