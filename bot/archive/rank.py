"""A question and an article's text → how well the one answers the other. Pure; `search` brings both."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.archive import terms
from bot.archive.asked import Asked, Part

WINDOW_CHARS = 60
"""What stands so near together answers together."""

OFTEN = 12  # mentions that are looked at
K1, B = 1.2, 0.75  # bm25's, as in FTS5
TITLE_COUNTS = 2  # for bm25 a title is worth so many mentions
IN_POINTS = 0.8  # what a heading or a summary is worth beside a title: it tells what the article is about
HALF_ABOUT = 3  # mentions in the text that make it half as sure

HEARD_SCORES = 0.8
HEARD_COUNTS = 0.85
"""What sounds alike counts so much beside what is written alike."""

EVIDENCE = 0.75
"""What a question is worth that may be answered with full confidence: 今天 alone must not be."""

UNMET = 0.6
"""What is left of the confidence when an article does not tell what the question demands."""

# The chance that the first article answers, fitted by logistic regression on the questions of `tests/data`.
BIAS, OF_WINDOW, OF_ABOUT, OF_BM25 = -3.06, 1.61, 2.97, 1.31
BM25_MOST = 1.5

# What a question demands besides its topic, and what a text holds that tells it. An article that explains a thing seldom
# says what it costs or which one to buy, and must not be the answer when somebody asks just that.
_DEMANDS = tuple(
    (re.compile(asked), re.compile(told))
    for asked, told in (
        (
            "多少钱|什么价|啥价|价格|几块钱|几毛|便宜|贵不贵|收费|一斤|一吨",
            "[0-9一二三四五六七八九十百千万]元|块钱|免费|价格",
        ),
        ("门票|票价|买票", "门票|票价|免费|预约"),
        ("几点[开关上下]|开门|关门|营业|开放时间|开放吗", "开放|开门|关门|[0-9]点"),
        ("牌子|品牌|哪款|哪家|[哪那]个好|推荐|型号|好用", "牌子|品牌|哪款|型号|认准|选购"),
        ("怎么[去走]|坐车|坐几路|路线|地址|在哪[里儿]?$|导航", "公交|坐车|乘车|地址|位于|坐落|自驾"),
        ("怎么种|咋种|种植|时候种", "播种|种植|栽|种下"),
        ("怎么养|咋养|养殖", "养殖|饲养|喂"),
        ("股票|彩票|基金", "股票|彩票|基金"),
        ("补贴|补助", "补贴|补助"),
        ("报名|招聘|招工|应聘", "报名|招聘"),
        ("多少人口|人口", "人口"),
    )
)


@dataclass(frozen=True, slots=True)
class Text:
    """A document's normalised texts: title, headings and summaries, everything but the references."""

    head: str
    points: str
    body: str


@dataclass(frozen=True, slots=True)
class Marks:
    """How a text fares with a question; all but `bm25` are shares of what the question is worth, from 0 to 1."""

    bm25: float = 0.0  # over the question's own weight
    window: float = 0.0  # held by the best window and the title together
    head: float = 0.0  # held by the title
    about: float = 0.0  # held as what the article is about: in title, headings, summaries, or often

    @property
    def promise(self) -> float:
        """bm25 alone lets one rare word repeated win over a document that holds the whole question in one place."""
        return self.bm25 * (0.3 + self.window + 0.5 * self.head)


NOTHING = Marks()


def marks(asked: Asked, text: Text, usual_chars: float) -> Marks:
    """How the text fares; `usual_chars` is the length of texts like it."""
    saturation = K1 * (1 - B + B * len(text.body) / usual_chars)
    score = 0.0
    of_regions: dict[int, tuple[float, float]] = {}
    in_head = 0
    places: list[tuple[int, int]] = []
    about: list[tuple[float, int]] = []
    for part in asked.parts:
        found = _places(text.body, part)
        in_title = _find(text.head, part, 0) >= 0
        if not found and not in_title:
            continue
        places.extend((at, part.bits) for at in found)
        in_head |= part.bits if in_title else 0
        often = len(found) + TITLE_COUNTS * in_title
        got = part.weight * often * (K1 + 1) / (often + saturation)
        if part.region:
            own, other = of_regions.get(part.region, (0.0, 0.0))
            of_regions[part.region] = (own, max(other, got)) if part.stands_in else (own + got, other)
        else:
            score += got
        about.append((_sureness(text.points, part, len(found), in_title), part.bits))
    if not about:
        return NOTHING
    score += sum(map(max, of_regions.values()))
    return Marks(
        score / asked.weight,
        max(map(asked.value, _windows(places, in_head))) / asked.whole,
        asked.value(in_head) / asked.whole,
        _about(about, asked) / asked.whole,
    )


def _places(text: str, part: Part) -> list[int]:
    found: list[int] = []
    at = _find(text, part, 0)
    while at >= 0 and len(found) < OFTEN:
        found.append(at)
        at = _find(text, part, at + 1)
    return found


def _find(text: str, part: Part, at: int) -> int:
    """Where it stands from `at` on; a Latin word as a whole word only."""
    at = text.find(part.written, at)
    while part.is_latin and at >= 0 and not terms.is_apart(text, at, at + len(part.written)):
        at = text.find(part.written, at + 1)
    return at


def _windows(places: list[tuple[int, int]], in_head: int) -> set[int]:
    """What each window of the text, together with the title, holds of the question."""
    places.sort()
    held = {in_head}
    for first, (start, _) in enumerate(places):
        bits = in_head
        for at, more in places[first:]:
            if at - start > WINDOW_CHARS:
                break
            bits |= more
        held.add(bits)
    return held


def _sureness(points: str, part: Part, often: int, in_title: bool) -> float:
    if in_title:
        return 1.0
    return IN_POINTS if part.written in points else often / (often + HALF_ABOUT)


def _about(about: list[tuple[float, int]], asked: Asked) -> float:
    """Each character at its surest."""
    done = 0
    total = 0.0
    for sure, bits in sorted(about, reverse=True):
        total += sure * asked.value(bits & ~done)
        done |= bits
    return total


def promise(plain: Marks, heard: Marks) -> float:
    """What ranks: as it is written, and as it sounds where that was asked for."""
    return plain.promise + HEARD_SCORES * heard.promise


def confidence(plain: Marks, heard: Marks, asked: Asked, unmet: bool) -> float:
    """The chance, 0 to 1, that the article answers: comparable between archives of any size."""
    window, about, bm25 = (
        max(written, HEARD_COUNTS * sounding) for written, sounding in zip(_told(plain), _told(heard), strict=True)
    )
    chance = 1 / (1 + math.exp(-(BIAS + OF_WINDOW * window + OF_ABOUT * about + OF_BM25 * min(BM25_MOST, bm25))))
    return chance * min(1.0, asked.whole / EVIDENCE) * (UNMET if unmet else 1.0) if window else 0.0


def _told(of: Marks) -> Iterable[float]:
    return of.window, of.about, of.bm25


def unmet(question: str, text: Text) -> bool:
    """True when the question demands something that the text does not tell."""
    return any(asked.search(question) and not told.search(text.body) for asked, told in _DEMANDS)
