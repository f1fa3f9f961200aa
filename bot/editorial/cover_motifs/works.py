"""Motifs of what people make, and of what they find out with it."""

from __future__ import annotations

from bot.editorial.cover_pen import Point, Stamp, around, bow, cog, oval, tear, turned


def atom(on: Stamp) -> None:
    """A nucleus in three orbits."""
    for number in range(3):
        on.line(oval((0, 0), 0.95, 0.36, 30 + number * 60), on.main, thick=0.075)
    on.disc((0, 0), 0.2, on.accent)
    for number in range(3):
        on.disc(around((0, 0), 0.95, 30 + number * 120), 0.11, on.main)


def book(on: Stamp) -> None:
    """An open book."""
    on.shape([(-0.95, -0.5), (-0.04, -0.26), (-0.04, 0.66), (-0.95, 0.42)], on.main)
    on.shape([(0.95, -0.5), (0.04, -0.26), (0.04, 0.66), (0.95, 0.42)], on.second)
    on.shape([(0.46, -0.37), (0.68, -0.43), (0.68, 0.16), (0.57, 0.06), (0.46, 0.22)], on.accent)
    for height in (-0.14, 0.06, 0.26):
        on.line([(-0.78, height - 0.09), (-0.22, height + 0.06)], on.back, thick=0.06)


def bubble(on: Stamp) -> None:
    """Something said, of which three dots are known."""
    on.block((0, -0.12), 1.8, 1.2, on.main, corner=0.34)
    on.shape([(-0.5, 0.4), (-0.52, 0.95), (0.05, 0.4)], on.main)
    for left, fill in ((-0.44, on.second), (0.0, on.accent), (0.44, on.second)):
        on.disc((left, -0.12), 0.15, fill)


def chip(on: Stamp) -> None:
    """A chip with its pins."""
    for place in (-0.4, 0.0, 0.4):
        on.line([(-0.92, place), (0.92, place)], on.second, thick=0.11)
        on.line([(place, -0.92), (place, 0.92)], on.second, thick=0.11)
    on.block((0, 0), 1.34, 1.34, on.main, corner=0.16)
    on.block((0, 0), 0.62, 0.62, on.accent, corner=0.08)


def coil(on: Stamp) -> None:
    """A coil of thin sheet."""
    for radius, fill in ((0.86, on.main), (0.68, on.second), (0.56, on.main), (0.38, on.back)):
        on.disc((-0.12, -0.06), radius, fill)
    on.ring((-0.12, -0.06), 0.26, on.accent, thick=0.1)
    on.shape([(-0.12, 0.7), (1.1, 0.7), (1.0, 0.8), (-0.12, 0.8)], on.main)


def dish(on: Stamp) -> None:
    """A radio dish that listens."""
    on.half((0, -0.1), 0.86, 0, on.main)
    for side in (-1, 1):
        on.line([(side * 0.8, -0.12), (0, -0.62)], on.second, thick=0.05)
    on.line([(0, -0.62), (0, -0.1)], on.second, thick=0.05)
    on.disc((0, -0.66), 0.15, on.accent)
    on.shape([(-0.14, 0.66), (0.14, 0.66), (0.42, 0.98), (-0.42, 0.98)], on.second)


def flask(on: Stamp) -> None:
    """A flask with a sample in it."""
    on.shape([(-0.2, -0.86), (0.2, -0.86), (0.2, -0.24), (0.82, 0.86), (-0.82, 0.86), (-0.2, -0.24)], on.main)
    on.shape([(-0.34, 0.24), (0.34, 0.24), (0.62, 0.74), (-0.62, 0.74)], on.accent)
    on.block((0, -0.88), 0.62, 0.16, on.second, corner=0.08)
    for place, radius in (((-0.12, 0.56), 0.1), ((0.2, 0.44), 0.07)):
        on.disc(place, radius, on.main)


def gear(on: Stamp) -> None:
    """A gear wheel."""
    on.shape(cog((0, 0), 0.96, 9, 0.2), on.main)
    on.disc((0, 0), 0.42, on.back)
    on.disc((0, 0), 0.2, on.accent)


def molecule(on: Stamp) -> None:
    """A ring of atoms."""
    corners = [around((0, 0), 0.56, number * 60 - 90) for number in range(6)]
    on.line([*corners, corners[0]], on.main, thick=0.1)
    for number, corner in enumerate(corners):
        if number % 2 == 0:
            far = around((0, 0), 0.88, number * 60 - 90)
            on.line([corner, far], on.main, thick=0.1)
            on.disc(far, 0.17, on.accent if number == 0 else on.main)
        on.disc(corner, 0.15, on.main)


def rocket(on: Stamp) -> None:
    """A rocket that has left the ground."""
    for side in (-1, 1):
        on.shape([(side * 0.26, 0.1), (side * 0.64, 0.62), (side * 0.2, 0.48)], on.second)
    on.shape([(x, 1.16 - y) for x, y in tear((0, 0.46), 0.34)], on.accent)
    on.shape([(x * 0.86, y) for x, y in oval((0, -0.22), 0.4, 0.78)], on.main)
    on.disc((0, -0.3), 0.15, on.back)


def ship(on: Stamp) -> None:
    """A ship on its way."""
    on.block((0.2, -0.42), 0.22, 0.6, on.accent)
    on.block((0, -0.06), 1.0, 0.32, on.second)
    on.shape([(-0.98, 0.08), (0.98, 0.08), (0.7, 0.56), (-0.68, 0.56)], on.main)
    on.wave(0.78, on.second)


def submarine(on: Stamp) -> None:
    """A submarine under the waves."""
    on.wave(-0.72, on.second)
    on.shape([(0.72, 0.24), (1.04, -0.06), (1.04, 0.54)], on.second)
    on.block((-0.14, -0.14), 0.36, 0.5, on.main, corner=0.1)
    on.block((-0.04, 0.24), 1.76, 0.62, on.main, corner=0.31)
    for left in (-0.5, -0.12, 0.26):
        on.disc((left, 0.22), 0.11, on.accent)


def tick(on: Stamp) -> None:
    """A tick: that is right."""
    on.line([(-0.7, 0.04), (-0.2, 0.56), (0.74, -0.52)], on.main, thick=0.26)


def tracks(on: Stamp) -> None:
    """The tracks that four pieces of a nucleus left, grain by grain."""
    for degrees, grains in ((-58, 7), (104, 7), (8, 5), (196, 4)):
        for place in range(2, grains + 2):
            on.disc(around((0, 0), place * 0.125, degrees), 0.062, on.main)
    on.disc((0, 0), 0.18, on.accent)


def backpack(on: Stamp) -> None:
    """A backpack, packed."""
    on.line(bow((0, -0.56), 0.27, 180, 360), on.second, thick=0.12)
    for side in (-1, 1):
        on.block((side * 0.72, 0.4), 0.3, 0.7, on.second, corner=0.12)
    on.block((0, 0.18), 1.24, 1.5, on.main, corner=0.36)
    on.block((0, 0.5), 0.8, 0.54, on.accent, corner=0.1)
    on.line([(-0.44, -0.06), (0.44, -0.06)], on.back, thick=0.1)


def battery(on: Stamp) -> None:
    """A battery, charged for the most part."""
    on.block((0, -0.84), 0.44, 0.24, on.second, corner=0.06)
    on.block((0, 0.1), 1.1, 1.72, on.main, corner=0.16)
    for height, fill in ((-0.42, on.back), (0.08, on.accent), (0.58, on.accent)):
        on.block((0, height), 0.78, 0.34, fill, corner=0.05)


def briefcase(on: Stamp) -> None:
    """A briefcase."""
    on.block((0, -0.42), 0.8, 0.56, on.second, corner=0.14)
    on.block((0, -0.38), 0.5, 0.34, on.back, corner=0.06)
    on.block((0, 0.24), 1.92, 1.24, on.main, corner=0.16)
    on.line([(-0.94, 0.1), (0.94, 0.1)], on.back, thick=0.08)
    on.block((0, 0.14), 0.34, 0.32, on.accent, corner=0.05)


def compass(on: Stamp) -> None:
    """A compass."""
    on.disc((0, 0), 0.96, on.main)
    on.disc((0, 0), 0.76, on.back)
    for number in range(4):
        on.line([around((0, 0), 0.64, number * 90), around((0, 0), 0.7, number * 90)], on.second, thick=0.1)
    for degrees, fill in ((-52, on.accent), (128, on.main)):
        on.shape(
            [around((0, 0), 0.62, degrees), around((0, 0), 0.2, degrees + 90), around((0, 0), 0.2, degrees - 90)], fill
        )
    on.disc((0, 0), 0.08, on.back)


def drone(on: Stamp) -> None:
    """A drone with something to deliver."""
    for side in (-1, 1):
        on.line([(0, -0.1), (side * 0.62, -0.3), (side * 0.62, -0.5)], on.main, thick=0.11)
        on.shape(oval((side * 0.6, -0.54), 0.4, 0.09), on.second)
        on.line([(side * 0.2, 0), (side * 0.36, 0.52)], on.main, thick=0.09)
    on.block((0, -0.08), 0.74, 0.4, on.main, corner=0.18)
    on.block((0, 0.46), 0.5, 0.44, on.accent, corner=0.05)


def golden(on: Stamp) -> None:
    """A golden rectangle with its spiral."""
    on.block((0, 0), 1.96, 1.21, on.main, corner=0.05)
    turns: list[tuple[Point, float, float]] = [
        ((0.23, 0.605), 1.21, 180), ((0.23, 0.142), 0.748, 270), ((0.517, 0.142), 0.463, 0), ((0.517, 0.317), 0.286, 90),
    ]  # fmt: skip
    on.block((0.23, 0), 0.05, 1.21, on.back)
    on.block((0.605, 0.142), 0.75, 0.05, on.back)
    for middle, radius, start in turns:
        on.line(bow(middle, radius - 0.02, start, start + 90), on.accent, thick=0.1)


def greenhouse(on: Stamp) -> None:
    """A greenhouse, something growing in it."""
    on.half((0, 0.56), 0.98, 180, on.main)
    on.half((0, 0.56), 0.8, 180, on.back)
    on.block((0, 0.62), 1.98, 0.18, on.main)
    on.line([(0, 0.5), (0, 0.06)], on.main, thick=0.1)
    on.blade((0, 0.2), 0.46, -140, on.accent, wide=0.27)
    on.blade((0, 0.1), 0.48, -46, on.accent, wide=0.27)


def helmet(on: Stamp) -> None:
    """A miner's helmet with its lamp."""
    on.half((0, 0.34), 0.78, 180, on.main)
    on.block((0, -0.1), 0.3, 0.84, on.second, corner=0.14)
    on.block((0, 0.42), 1.96, 0.22, on.main, corner=0.11)
    on.disc((0, 0.02), 0.25, on.accent)


def lifebuoy(on: Stamp) -> None:
    """A lifebuoy."""
    on.disc((0, 0), 0.94, on.main)
    for turn in range(45, 405, 90):
        outer, inner = bow((0, 0), 0.94, turn - 20, turn + 20), bow((0, 0), 0.4, turn + 20, turn - 20)
        on.shape([*outer, *inner], on.accent)
    on.disc((0, 0), 0.45, on.back)


def lock(on: Stamp) -> None:
    """A lock that keeps what it knows."""
    on.line([(-0.4, 0), *bow((0, -0.36), 0.4, 180, 360), (0.4, 0)], on.second, thick=0.2)
    on.block((0, 0.36), 1.36, 1.1, on.main, corner=0.18)
    on.disc((0, 0.26), 0.18, on.accent)
    on.block((0, 0.5), 0.14, 0.36, on.accent, corner=0.05)


def mask(on: Stamp) -> None:
    """A face of which one half is another's."""
    face = oval((0, 0), 0.7, 0.94)
    on.shape([(x - 0.05, y) for x, y in face if x < 0.01], on.main)
    on.shape([(x + 0.05, y + 0.08) for x, y in face if x > -0.01], on.accent)
    on.disc((-0.34, -0.18), 0.12, on.back)
    on.disc((0.34, -0.1), 0.12, on.back)
    on.line([(-0.36, 0.4), (-0.14, 0.46)], on.back, thick=0.1)
    on.line([(0.14, 0.54), (0.36, 0.48)], on.back, thick=0.1)


def mast(on: Stamp) -> None:
    """A mast that sends."""
    for radius, fill in ((0.36, on.main), (0.66, on.second)):
        for turn in (0, 180):
            on.line(bow((0, -0.34), radius, turn - 42, turn + 42), fill, thick=0.12)
    for side in (-1, 1):
        on.line([(0, -0.3), (side * 0.4, 0.94)], on.main, thick=0.12)
    on.line([(-0.2, 0.34), (0.2, 0.34)], on.main, thick=0.1)
    on.disc((0, -0.34), 0.17, on.accent)


def medal(on: Stamp) -> None:
    """A medal on its ribbon."""
    on.shape([(-0.62, -0.96), (-0.2, -0.96), (0.2, -0.1), (-0.16, -0.1)], on.second)
    on.shape([(0.62, -0.96), (0.2, -0.96), (-0.2, -0.1), (0.16, -0.1)], on.main)
    on.disc((0, 0.36), 0.6, on.main)
    on.disc((0, 0.36), 0.46, on.back)
    on.disc((0, 0.36), 0.36, on.accent)


def paper(on: Stamp) -> None:
    """A sheet with lines on it, and a mark."""
    on.shape([(-0.68, -0.94), (0.3, -0.94), (0.68, -0.56), (0.68, 0.94), (-0.68, 0.94)], on.main)
    on.shape([(0.3, -0.94), (0.3, -0.56), (0.68, -0.56)], on.second)
    for height, right in ((-0.3, 0.4), (0.02, 0.4), (0.34, 0.0)):
        on.line([(-0.4, height), (right, height)], on.back, thick=0.1)
    on.disc((0.32, 0.56), 0.2, on.accent)


def phone(on: Stamp) -> None:
    """A telephone that something reaches."""
    on.block((0, 0), 1.06, 1.92, on.main, corner=0.2)
    on.block((0, -0.06), 0.8, 1.4, on.back, corner=0.06)
    on.block((0, 0.8), 0.24, 0.09, on.back, corner=0.045)
    on.disc((0, 0.3), 0.13, on.accent)
    for radius in (0.36, 0.62):
        on.line(bow((0, 0.3), radius, -122, -58), on.accent, thick=0.11)


def robot(on: Stamp) -> None:
    """A robot that walks, its joints to be seen."""
    on.block((0.04, -0.76), 0.42, 0.36, on.main, corner=0.1)
    for joints, fill in (
        (((0.0, -0.36), (-0.42, -0.1), (-0.54, 0.22)), on.second), (((0.0, 0.2), (-0.2, 0.56), (-0.56, 0.86)), on.second),
        (((0.0, 0.2), (0.38, 0.46), (0.36, 0.9)), on.main), (((0.0, -0.36), (0.46, -0.14), (0.66, -0.4)), on.main),
    ):  # fmt: skip
        on.line(joints, fill, thick=0.17)
        on.disc(joints[1], 0.13, on.accent)
    on.block((0, -0.14), 0.52, 0.74, on.main, corner=0.14)


def scooter(on: Stamp) -> None:
    """An electric scooter."""
    on.shape(
        [(-0.94, 0.16), (-0.84, -0.1), (-0.16, -0.1), (0.0, 0.34), (0.4, 0.34), (0.3, 0.54), (-0.6, 0.54)], on.main
    )
    on.line([(0.62, 0.56), (0.3, -0.66), (0.02, -0.72)], on.main, thick=0.12)
    for left in (-0.6, 0.62):
        on.disc((left, 0.58), 0.41, on.back)
        on.disc((left, 0.58), 0.33, on.main)
        on.disc((left, 0.58), 0.15, on.back)
    on.block((-0.5, -0.2), 0.8, 0.18, on.second, corner=0.09)
    on.disc((0.46, -0.42), 0.16, on.accent)


def shears(on: Stamp) -> None:
    """Shears for pruning."""
    for side, fill in ((-1, on.main), (1, on.accent)):
        on.line([(0, 0.06), (side * 0.3, 0.5), (side * 0.34, 0.92)], fill, thick=0.19)
        on.blade((-side * 0.02, 0.16), 1.16, -90 - side * 17, on.main if side < 0 else on.second, wide=0.15)
    on.disc((0, 0.06), 0.16, on.main)
    on.disc((0, 0.06), 0.07, on.back)


def stove(on: Stamp) -> None:
    """A stove, and the pipe that leads its smoke outside."""
    on.line([(-0.3, 0.1), (-0.3, -0.5), (0.6, -0.5)], on.main, thick=0.2)
    on.block((-0.3, 0.42), 1.06, 0.84, on.main, corner=0.08)
    for left in (-0.66, 0.06):
        on.line([(left, 0.84), (left, 0.94)], on.main, thick=0.14)
    on.block((-0.3, 0.44), 0.56, 0.36, on.accent, corner=0.06)
    for place, radius in (((0.74, -0.62), 0.17), ((0.56, -0.84), 0.13), ((0.86, -0.88), 0.1)):
        on.disc(place, radius, on.second)


def telescope(on: Stamp) -> None:
    """A telescope on its stand, and a star."""
    for left in (-0.42, 0.0, 0.42):
        on.line([(-0.04, 0.2), (left, 0.94)], on.second, thick=0.11)
    for left, right, high, fill in (
        (-0.96, -0.5, 0.15, on.second),
        (-0.56, 0.2, 0.21, on.main),
        (0.14, 0.74, 0.3, on.main),
    ):
        tube = turned([(left, -high), (right, -high), (right, high), (left, high)], -28)
        on.shape([(x, y + 0.06) for x, y in tube], fill)
    on.disc((-0.04, 0.2), 0.12, on.accent)
    on.disc((0.84, -0.74), 0.14, on.accent)


def torus(on: Stamp) -> None:
    """A ring of plasma in the vessel that holds it."""
    for wide, high, fill in ((0.98, 0.7, on.main), (0.8, 0.52, on.accent), (0.6, 0.34, on.main), (0.42, 0.18, on.back)):
        on.shape(oval((0, 0), wide, high), fill)
    on.block((0, 0), 0.2, 1.9, on.second, corner=0.1)


def tower(on: Stamp) -> None:
    """A tower of iron struts with a hut on top."""
    on.block((0, -0.78), 0.46, 0.32, on.accent)
    on.block((0, -0.58), 0.7, 0.13, on.main)
    for side in (-1, 1):
        on.line([(side * 0.2, -0.54), (side * 0.62, 0.94)], on.main, thick=0.12)
        on.line([(-side * 0.26, -0.36), (side * 0.4, 0.16)], on.second, thick=0.08)
        on.line([(-side * 0.4, 0.16), (side * 0.56, 0.74)], on.second, thick=0.08)
    on.line([(-0.4, 0.18), (0.4, 0.18)], on.main, thick=0.1)


def tractor(on: Stamp) -> None:
    """A tractor."""
    on.block((-0.34, -0.4), 0.8, 0.84, on.main, corner=0.08)
    on.block((-0.34, -0.42), 0.5, 0.44, on.back, corner=0.04)
    on.block((0.36, 0.12), 1.06, 0.44, on.main, corner=0.08)
    on.line([(0.5, -0.1), (0.5, -0.5)], on.second, thick=0.11)
    for left, top, radius in ((-0.38, 0.4, 0.52), (0.62, 0.6, 0.32)):
        on.disc((left, top), radius + 0.07, on.back)
        on.disc((left, top), radius, on.main)
        on.disc((left, top), radius * 0.6, on.second)
        on.disc((left, top), radius * 0.34, on.accent)


def van(on: Stamp) -> None:
    """A van that brings something to see."""
    on.block((-0.04, 0), 1.88, 1.0, on.main, corner=0.2)
    for left in (-0.64, -0.12, 0.48):
        on.block((left, -0.16), 0.4, 0.34, on.back, corner=0.05)
    on.block((-0.04, 0.2), 1.88, 0.13, on.accent)
    for left in (-0.52, 0.5):
        on.disc((left, 0.5), 0.3, on.back)
        on.disc((left, 0.5), 0.23, on.main)
        on.disc((left, 0.5), 0.1, on.accent)
