"""The part of an article's text that matters for a question, word for word, between sentence ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.archive import terms
from bot.conversation.pieces import fitted, plain, size

PASSAGE_CHARS = 160
LEAD_CHARS = 80  # a found passage shorter than this takes the next sentences along
HEADING_CHARS = 30
SUMS_UP = frozenset(("核心提示", "划重点", "要点", "小结", "结论"))
SUMMARY_BONUS = 1.25

_SENTENCE = re.compile(r"[^。！？!?；\n]*(?:[。！？!?；]+[”’」』）)】》]*\n*|\n+|$)")
_APPENDIX = re.compile(r"^\s*(参考资料|参考文献|资料来源|来源)\s*$", re.MULTILINE)
_ENDS = re.compile(r"[。！？!?；：:，,…”’」』）)】》]$")
# What a question waits for → what a passage that gives it holds, and how much that counts. Whom to call counts most.
_WAITS_FOR = (
    (re.compile("哪年|哪一年|哪天|什么时候|何时|多少|多大|多高|多远|多长|多久|多重|几"), re.compile("[0-9]"), 0.5),
    (re.compile("怎么办|咋办|急救|怎么救|怎样救|打什么电话"), re.compile("(?<![0-9])1(?:10|19|20)(?![0-9])"), 3.0),
)


@dataclass(frozen=True, slots=True)
class _Section:
    """Sentences between two headings."""

    sums_up: bool
    sentences: list[str]


def passage(text: str, question: str, *, limit: int) -> str:
    """The passage as `plain` text of at most `limit` bytes; empty when there is none. `question` is normalised."""
    sections = _sections(_APPENDIX.split(text, maxsplit=1)[0])
    if not sections:
        return ""
    number, first, last = _best(sections, question)
    chosen = sections[number].sentences[first:last]
    after = sections[number].sentences[last:]
    if number + 1 < len(sections) and sections[number + 1].sums_up:
        after = [*after, "\n", *sections[number + 1].sentences]
    while after and _chars(chosen) < LEAD_CHARS:
        chosen.append(after.pop(0))
    while len(chosen) > 1 and size(_joined(chosen)) > limit:
        chosen.pop()
    return fitted(_joined(chosen), limit)


def _sections(text: str) -> list[_Section]:
    """The text's sentences, headings left out: they would stand in the middle of a passage like a stray word."""
    sections = [_Section(False, [])]
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        heading = paragraph.strip()
        if len(heading) <= HEADING_CHARS and not _ENDS.search(heading) and "\n" not in heading:
            sections.append(_Section(heading in SUMS_UP, []))
        else:
            sections[-1].sentences.extend(s for s in _SENTENCE.findall(paragraph + "\n") if s.strip())
    return [s for s in sections if s.sentences] or ([_Section(False, [text])] if text.strip() else [])


def _best(sections: Sequence[_Section], question: str) -> tuple[int, int, int]:
    """Section, and its sentences from `first` up to before `last`, that hold most of the question: few and early win."""
    weights: dict[str, float] = {}  # by how a term is written: a word and a pair of its characters add up
    for term in terms.query_terms(question):
        written = terms.as_written(term)
        weights[written] = weights.get(written, 0.0) + terms.rarity(term)
    awaited = [(gives, bonus) for waits, gives, bonus in _WAITS_FOR if waits.search(question)]
    most, found = 0.0, (0, 0, 1)
    for number, section in enumerate(sections):
        for first, last, held in _windows(section.sentences, weights):
            worth = sum(weights[term] for term in held) * (SUMMARY_BONUS if section.sums_up else 1.0) - 0.01 * (
                last - first
            )
            window = "".join(section.sentences[first:last]) if awaited else ""
            worth += sum(bonus for gives, bonus in awaited if gives.search(window))
            if worth > most + 1e-9:
                most, found = worth, (number, first, last)
    return found


def _windows(sentences: Sequence[str], weights: dict[str, float]) -> list[tuple[int, int, set[str]]]:
    """Each run of neighbouring sentences within PASSAGE_CHARS that begins with a term, and the terms that it holds."""
    held = _held(sentences, weights)
    windows = []
    for first in (number for number, some in enumerate(held) if some):
        together: set[str] = set()
        for last in range(first + 1, len(sentences) + 1):
            if last > first + 1 and _chars(sentences[first:last]) > PASSAGE_CHARS:
                break
            together = together | held[last - 1]
            windows.append((first, last, together))
    return windows


def _held(sentences: Sequence[str], weights: dict[str, float]) -> list[set[str]]:
    """The terms in each of the sentences, which are normalised together: one by one takes several times as long."""
    normal = terms.normalise("\n".join(" ".join(sentence.splitlines()) for sentence in sentences))
    return [{term for term in weights if term in sentence} for sentence in normal.split("\n")]


def _chars(sentences: Sequence[str]) -> int:
    return sum(map(len, sentences))


def _joined(sentences: Sequence[str]) -> str:
    lines = (" ".join(row.split()) for row in plain("".join(sentences)).splitlines())
    return "\n".join(row for row in lines if row)
