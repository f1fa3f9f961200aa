"""The pen that covers are drawn with: plain shapes on a canvas in the tones of one ground colour.

Coordinates are pixels of the finished cover, from its middle: x to the right, y downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from PIL import ImageDraw

from bot.editorial.theme import Rgb, mix

CREAM: Rgb = (250, 243, 226)
AMBER: Rgb = (244, 184, 82)

Point = tuple[float, float]


@dataclass(frozen=True)
class Scene:
    """A canvas `finer` times as large as the cover."""

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
        self.pen.ellipse(self._box(middle, radius), fill=fill)

    def ring(self, middle: Point, radius: float, fill: Rgb, *, thick: float) -> None:
        """A circle's line."""
        self.pen.ellipse(self._box(middle, radius), outline=fill, width=round(thick * self.finer))

    def arc(self, middle: Point, radius: float, start: float, end: float, fill: Rgb, *, thick: float) -> None:
        """A part of a circle's line, clockwise, in degrees from three o'clock."""
        self.pen.arc(self._box(middle, radius), start, end, fill=fill, width=round(thick * self.finer))

    def half(self, middle: Point, radius: float, start: float, fill: Rgb) -> None:
        """Half a disc, clockwise from `start` degrees."""
        self.pen.chord(self._box(middle, radius), start, start + 180, fill=fill)

    def shape(self, points: Sequence[Point], fill: Rgb) -> None:
        """A filled polygon."""
        self.pen.polygon([self.at(point) for point in points], fill=fill)

    def block(self, middle: Point, width: float, height: float, fill: Rgb, *, corner: float = 0) -> None:
        """A filled rectangle, its corners rounded by a radius."""
        left, top = self.at((middle[0] - width / 2, middle[1] - height / 2))
        right, bottom = self.at((middle[0] + width / 2, middle[1] + height / 2))
        self.pen.rounded_rectangle((left, top, right, bottom), corner * self.finer, fill=fill)

    def line(self, points: Sequence[Point], fill: Rgb, *, thick: float) -> None:
        """A line with round corners and ends."""
        placed = [self.at(point) for point in points]
        self.pen.line(placed, fill=fill, width=round(thick * self.finer), joint="curve")
        for end in (points[0], points[-1]):
            self.disc(end, thick / 2, fill)

    def below(self, edge: Callable[[float], float], fill: Rgb) -> None:
        """Everything under a curve y = edge(x), over the whole width."""
        half, bottom = self.width / 2, self.height / 2
        along = [(float(x), edge(x)) for x in range(-round(half) - 4, round(half) + 5, 4)]
        self.shape([*along, (half + 4, bottom + 4), (-half - 4, bottom + 4)], fill)

    def _box(self, middle: Point, radius: float) -> tuple[float, float, float, float]:
        x, y = self.at(middle)
        r = radius * self.finer
        return x - r, y - r, x + r, y + r


@dataclass(frozen=True)
class Stamp:
    """A place for a motif: its own coordinates run from -1 to 1, and it has four tones to draw with."""

    scene: Scene
    middle: Point
    size: float
    main: Rgb
    second: Rgb
    accent: Rgb
    back: Rgb  # of what lies behind, for holes

    def on(self, point: Point) -> Point:
        """A point of the motif on the cover."""
        return self.middle[0] + point[0] * self.size, self.middle[1] + point[1] * self.size

    def disc(self, middle: Point, radius: float, fill: Rgb) -> None:
        """A filled circle."""
        self.scene.disc(self.on(middle), radius * self.size, fill)

    def ring(self, middle: Point, radius: float, fill: Rgb, *, thick: float) -> None:
        """A circle's line."""
        self.scene.ring(self.on(middle), radius * self.size, fill, thick=thick * self.size)

    def half(self, middle: Point, radius: float, start: float, fill: Rgb) -> None:
        """Half a disc, clockwise from `start` degrees."""
        self.scene.half(self.on(middle), radius * self.size, start, fill)

    def shape(self, points: Sequence[Point], fill: Rgb) -> None:
        """A filled polygon."""
        self.scene.shape([self.on(point) for point in points], fill)

    def block(self, middle: Point, width: float, height: float, fill: Rgb, *, corner: float = 0) -> None:
        """A filled rectangle."""
        by = self.size
        self.scene.block(self.on(middle), width * by, height * by, fill, corner=corner * by)

    def line(self, points: Sequence[Point], fill: Rgb, *, thick: float) -> None:
        """A line with round corners and ends."""
        self.scene.line([self.on(point) for point in points], fill, thick=thick * self.size)

    def blade(self, root: Point, length: float, degrees: float, fill: Rgb, *, wide: float = 0.23) -> None:
        """A leaf, grain or petal that grows from its root; `wide` is half its width, as a share of its length."""
        self.shape(blade(root, length, degrees, wide), fill)

    def wave(self, height: float, fill: Rgb, *, thick: float = 0.09) -> None:
        """One wave across, at a height."""
        along = [-0.92 + step * 0.046 for step in range(41)]
        self.line([(left, height + 0.11 * sin(left * 7)) for left in along], fill, thick=thick)


Motif = Callable[[Stamp], None]


def around(middle: Point, radius: float, degrees: float) -> Point:
    """The point on a circle, clockwise from three o'clock."""
    return middle[0] + radius * cos(degrees * pi / 180), middle[1] + radius * sin(degrees * pi / 180)


def blade(root: Point, length: float, degrees: float, wide: float) -> list[Point]:
    """The outline of a leaf."""
    steps = [step / 24 for step in range(25)]
    swell = [(around(root, length * share, degrees), length * wide * sin(pi * share**0.8)) for share in steps]
    upper = [around(spine, by, degrees + 90) for spine, by in swell]
    lower = [around(spine, by, degrees - 90) for spine, by in swell]
    return [*upper, *reversed(lower)]


def tear(middle: Point, size: float, bend: float = 0.0) -> list[Point]:
    """The outline of a drop with its tip at the top; `bend` leans it into a flame."""
    turns = [2 * pi * step / 72 for step in range(72)]
    return [
        (
            middle[0] + size * (0.86 * sin(turn) * sin(turn / 2) ** 1.6 + bend * sin(pi * cos(turn))),
            middle[1] - size * cos(turn),
        )
        for turn in turns
    ]


def oval(middle: Point, wide: float, high: float, degrees: float = 0.0) -> list[Point]:
    """The outline of an ellipse, turned clockwise; closed."""
    tilt = degrees * pi / 180
    flat = [(wide * cos(turn * pi / 36), high * sin(turn * pi / 36)) for turn in range(73)]
    return [(middle[0] + x * cos(tilt) - y * sin(tilt), middle[1] + x * sin(tilt) + y * cos(tilt)) for x, y in flat]


def cog(middle: Point, radius: float, teeth: int, depth: float, turn: float = 0.0) -> list[Point]:
    """The outline of a gear wheel."""
    step = 360 / teeth
    corners = ((-0.32, 1 - depth), (-0.2, 1), (0.2, 1), (0.32, 1 - depth))
    return [
        around(middle, radius * out, turn + (tooth + share) * step) for tooth in range(teeth) for share, out in corners
    ]


def bow(middle: Point, radius: float, start: float, end: float) -> list[Point]:
    """Points along a part of a circle, from one angle to the other; backwards where `end` is the smaller."""
    return [around(middle, radius, start + (end - start) * step / 16) for step in range(17)]


def soft(corners: Sequence[Point]) -> list[Point]:
    """The outline through a shape's corners with the corners cut round."""
    points = list(corners)
    for _ in range(3):
        pairs = zip(points, [*points[1:], points[0]], strict=True)
        points = [_between(one, other, share) for one, other in pairs for share in (0.25, 0.75)]
    return points


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def turned(points: Sequence[Point], degrees: float) -> list[Point]:
    """Points turned clockwise around (0, 0)."""
    tilt = degrees * pi / 180
    return [(x * cos(tilt) - y * sin(tilt), x * sin(tilt) + y * cos(tilt)) for x, y in points]
