"""A question → other ways of writing it: by the editors' synonyms, and by what the archive knows of its pairs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import rjieba

from bot.archive import terms
from bot.model.content import Synonyms

Count = Callable[[Sequence[str]], Mapping[str, int]]
"""Terms → how many documents hold each; those that none holds may be missing."""

OTHERS = 6  # words that may stand for one of the question's


@dataclass(frozen=True, slots=True)
class Alternative:
    """Other words for the question's characters from `start` up to before `end`."""

    start: int
    end: int
    words: tuple[str, ...]


def alternatives(text: str, synonyms: Synonyms) -> tuple[Alternative, ...]:
    """Whole words of a normalised text that have synonyms, the longest first where they overlap."""
    others = _others(synonyms)
    if not others:
        return ()
    longest = max(map(len, others))
    found: list[Alternative] = []
    at = 0
    while at < len(text):
        for end in range(min(len(text), at + longest), at + 1, -1):
            words = others.get(text[at:end])
            if words and _is_whole(text, at, end):
                found.append(Alternative(at, end, words))
                at = end - 1
                break
        at += 1
    return tuple(found)


@functools.lru_cache(maxsize=4)
def _others(synonyms: Synonyms) -> dict[str, tuple[str, ...]]:
    """Word → the words that may stand for it, the standard one first."""
    found: dict[str, dict[str, None]] = {}
    for group in synonyms.groups:
        words = [terms.joined(word).strip() for word in group]
        for word in words:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in words if other != word))
    for written, meant in ((terms.joined(a).strip(), terms.joined(b).strip()) for a, b in synonyms.variants):
        # What is meant may have synonyms itself.
        found[written] = {**found.get(written, {}), meant: None, **found.get(meant, {})}
        found[written].pop(written, None)
    return {word: tuple(others)[:OTHERS] for word, others in found.items() if len(word) > 1}


def _is_whole(text: str, start: int, end: int) -> bool:
    """False when a word of the dictionary reaches over the border: 门铃 is no 铃."""
    if text[start] < terms.FIRST_HAN:
        return terms.is_apart(text, start, end)
    at = 0
    for piece in rjieba.cut(text):
        until = at + len(piece)
        crosses = (at < start < until) or (at < end < until)
        if crosses and rjieba.has_word(piece) and not (start <= at and until <= end):
            return False
        at = until
    return True


def repaired(text: str, count: Count) -> str | None:
    """The text with two neighbouring characters changed about or a doubled one left out, when the archive knows clearly
    more of its pairs then: 褐鸡马 → 褐马鸡."""
    tries = list(dict.fromkeys(_slips(text)))
    known = count(list({pair for written in (text, *tries) for pair in _pairs(written)}))
    unknown = [pair for pair in _pairs(text) if not known.get(pair)]
    if not unknown:
        return None
    best, least = None, len(unknown) - 1.5
    for written in tries:
        missing = sum(1 for pair in _pairs(written) if not known.get(pair))
        if missing < least:
            best, least = written, missing
    return best


def _slips(text: str) -> Iterator[str]:
    for i in range(len(text) - 1):
        one, other = text[i], text[i + 1]
        if min(one, other) < terms.FIRST_HAN:
            continue
        if one == other:
            yield text[:i] + text[i + 1 :]
        else:
            yield text[:i] + other + one + text[i + 2 :]


def _pairs(text: str) -> list[str]:
    return [term for term in terms.terms_of(text) if len(term) == 2 and term[0] >= terms.FIRST_HAN]
