"""A question → what is looked for: its words and pairs, what each is worth, and what may stand for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import rjieba

from bot.archive import sounds, terms
from bot.archive.rewrites import Alternative, Count

LONE = 0.5
"""What a word of one character is worth beside one of two: 吃 and 用 stand in every article."""

ACROSS = 0.5
"""Likewise a pair whose characters belong to two words: that 病能 of 糖尿病能吃 is nowhere tells little."""

STAND_IN = 1.5  # a word that stands for the question's has no pairs of its own to be counted besides
SYLLABLE = 0.7  # how rare any syllables are taken to be
KNOWN = 0.3  # so much of a word's worth hangs on everyday Chinese alone, the rest also on the archive


@dataclass(frozen=True, slots=True)
class Part:
    """Something to be found in a text. `bits` are the question's characters that it holds, as in a number's bits."""

    written: str
    bits: int
    weight: float
    n: int  # documents that hold it
    idf: float
    rarity: float
    region: int = 0  # the bits of a word that others may stand for, where this belongs to one
    stands_in: bool = False
    is_latin: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, or one way of writing it, ready to be looked for."""

    text: str
    parts: tuple[Part, ...]
    worth: tuple[float, ...]  # of each character
    whole: float  # of all of them
    weight: float  # of all parts, of those for one word the best
    counts: Mapping[str, int]  # of the index's terms
    others: tuple[Alternative, ...] = ()
    _known: dict[int, float] = field(default_factory=dict, compare=False)

    def value(self, bits: int) -> float:
        """What these characters are worth together. Remembered: many texts hold the same of a question."""
        found = self._known.get(bits)
        if found is None:
            found = self._known[bits] = sum(worth for at, worth in enumerate(self.worth) if bits >> at & 1)
        return found


def idf(documents: int, n: int) -> float:
    """How rare among the archive's documents; never zero, also in an archive of one."""
    return math.log(1 + (max(documents, n) - n + 0.5) / (n + 0.5))


def weighed(text: str, count: Count, documents: int, others: Sequence[Alternative] = ()) -> Asked:
    """The parts of a normalised text (or of one of syllables), weighed by how rare they are here and anywhere.

    What the archive does not know weighs as much as what a single document holds.
    """
    units = [unit for run in terms.RUN.finditer(text) for unit in _units(run[0], run.start())]
    spans = dict.fromkeys(
        [*units, *_pairs(text), *((joint.start(), joint.end()) for joint in terms.JOINED.finditer(text))]
    )
    words = [text[a:b] for a, b in spans] + [word for other in others for word in other.words]
    counts = count(list({term for word in words for term in terms.terms_of(word)}))
    home = {at: unit for unit in units for at in range(*unit)}
    regions = {at: (other.start, other.end) for other in others for at in range(other.start, other.end)}
    parts: dict[str, Part] = {}
    for a, b in spans:
        written = text[a:b]
        share = ACROSS if home[a] != home[b - 1] else LONE if b - a == 1 and terms.is_han(written) else 1.0
        region = regions.get(a) if regions.get(a) == regions.get(b - 1) else None
        parts.setdefault(written, _part(written, (a, b), counts, documents, home[a] == (a, b), share, region))
    for other in others:
        span = (other.start, other.end)
        for word in other.words:
            parts.setdefault(word, _part(word, span, counts, documents, True, STAND_IN, span, stands_in=True))
    worth = _worth(text, units, parts, documents)
    weight = _weight(tuple(parts.values()))
    return Asked(text, tuple(parts.values()), worth, sum(worth) or 1.0, weight or 1.0, counts, tuple(others))


def _units(run: str, start: int) -> list[tuple[int, int]]:
    """The words of a run, from where to before where; syllables go in twos."""
    if not terms.is_han(run):
        return [(start, start + len(run))]
    pieces = [run[i : i + 2] for i in range(0, len(run), 2)] if sounds.is_sound(run[0]) else rjieba.cut(run)
    found = []
    for piece in pieces:
        found.append((start, start + len(piece)))
        start += len(piece)
    return found


def _pairs(text: str) -> list[tuple[int, int]]:
    return [
        (a, a + 2)
        for run in terms.RUN.finditer(text)
        if terms.is_han(run[0])
        for a in range(run.start(), run.end() - 1)
    ]


def _part(
    written: str,
    span: tuple[int, int],
    counts: Mapping[str, int],
    documents: int,
    is_word: bool,
    share: float,
    region: tuple[int, int] | None,
    *,
    stands_in: bool = False,
) -> Part:
    n = _n(written, counts)
    rare = idf(documents, max(1, n))
    rarity = SYLLABLE if sounds.is_sound(written[0]) else terms.rarity(_as_term(written) if is_word else written)
    return Part(
        written,
        _bits(span),
        rare * rarity * share,
        n,
        rare,
        rarity,
        _bits(region),
        stands_in,
        not terms.is_han(written),
    )


def _n(written: str, counts: Mapping[str, int]) -> int:
    """Documents that hold it; of a longer word at most, because the index holds its pairs."""
    found = terms.terms_of(written)
    return min((counts.get(term, 0) for term in found if len(term) > 1 or len(found) == 1), default=0)


def _as_term(word: str) -> str:
    return terms.WORD + word if len(word) > 1 and terms.is_han(word) else word


def _bits(span: tuple[int, int] | None) -> int:
    return (1 << span[1]) - (1 << span[0]) if span else 0


def _worth(text: str, units: Sequence[tuple[int, int]], parts: Mapping[str, Part], documents: int) -> tuple[float, ...]:
    """What each character is worth: its word's rarity, of those that may stand for the word the commonest's."""
    most = idf(documents, 1)
    worth = [0.0] * len(text)
    for a, b in units:
        own = parts[text[a:b]]
        same = [own, *(part for part in parts.values() if own.region and part.region == own.region and part.stands_in)]
        value = min(part.rarity for part in same) * (
            KNOWN + (1 - KNOWN) * idf(documents, max(1, sum(part.n for part in same))) / most
        )
        worth[a:b] = [value * (LONE if b - a == 1 < len(units) and not own.is_latin else 1.0) / (b - a)] * (b - a)
    return tuple(worth)


def _weight(parts: Sequence[Part]) -> float:
    regions = {part.region for part in parts if part.region}
    weight = sum(part.weight for part in parts if not part.region)
    for region in regions:
        own = sum(part.weight for part in parts if part.region == region and not part.stands_in)
        weight += min([own, *(part.weight for part in parts if part.region == region and part.stands_in and part.n)])
    return weight
