"""How a search came to its hits, for `ask --explain` to print."""

from __future__ import annotations

from dataclasses import dataclass

from bot.archive.rank import Marks
from bot.model.articles import Document


@dataclass(frozen=True, slots=True)
class Term:
    """Something that is looked for: in how many documents it stands, how rare it is here and anywhere, what it weighs."""

    written: str
    documents: int
    idf: float
    rarity: float
    weight: float
    stands_in: bool  # by the synonyms, for a word of the question


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document, how it fares as the question is written and as it sounds, and what came of it."""

    document: Document
    plain: Marks
    heard: Marks
    unmet: bool  # the question demands something, a price say, that the text does not tell
    score: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A question's way to its candidates. What is empty was not needed, or brought nothing."""

    question: str
    key: str  # normalised
    trimmed: str  # without the words that only ask
    terms: tuple[Term, ...] = ()
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()  # each word with what may stand for it
    repaired: str = ""  # with a slip of the finger put right
    heard: str = ""  # in pinyin; the sound was asked for because no article held enough of the question as written
    candidates: tuple[Candidate, ...] = ()
