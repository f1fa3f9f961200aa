"""Manuscripts and what becomes of them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class AiUsage(StrEnum):
    """How a piece was made; everything but NONE and POLISHED must be declared to readers."""

    NONE = "无"
    POLISHED = "辅助润色"
    WRITTEN = "AI撰写"
    ILLUSTRATED = "AI配图"
    FILMED = "AI视频"

    @property
    def must_declare(self) -> bool:
        """True when readers must be told (《人工智能生成合成内容标识办法》, in force since 2025-09-01)."""
        return self not in (AiUsage.NONE, AiUsage.POLISHED)


class AnswerFrom(StrEnum):
    """From when on an approved article answers questions."""

    APPROVAL = "approval"
    PUBLISHED = "published"


class Format(StrEnum):
    """How the source text is written."""

    MARKDOWN = "markdown"
    PLAIN = "plain"


class ArticleState(StrEnum):
    """Where an article's current revision stands."""

    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What a reviewer says of a revision."""

    PASSED = "passed"
    RETURNED = "returned"

    @property
    def goes_on(self) -> bool:
        """True when the manuscript goes on to its next step; False when it goes back to whoever brought it in."""
        return self is not Verdict.RETURNED


@dataclass(frozen=True, slots=True)
class Source:
    """A body or a work that a piece relies on."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the media folder; `place` is the address by which the source text names it."""

    sha256: str
    mime: str
    place: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A manuscript after parsing: what a person writes and approves."""

    id: str
    title: str
    column: str | None  # the column's id; None belongs to no column: it answers and is never pushed
    text: str  # the source text
    format: Format = Format.MARKDOWN
    digest: str = ""
    author: str = ""
    cover: str | None = None  # SHA-256 of a cover that came with the manuscript
    pictures: tuple[Picture, ...] = ()
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    ai_usage: AiUsage = AiUsage.NONE
    published: date | None = None  # it has already appeared elsewhere: never pushed
    url: str | None = None  # where it appeared, if `published`; else its source, the link behind 阅读原文
    answer_from: AnswerFrom = AnswerFrom.APPROVAL
    review_by: date | None = None  # its facts must be looked at again by then

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over what a person approves; HTML, theme and issue number do not count."""
        approved = {
            "title": self.title,
            "digest": self.digest,
            "author": self.author,
            "column": self.column,
            "text": self.text,
            "format": self.format,
            "pictures": [[p.place, p.sha256] for p in self.pictures],
            "cover": self.cover,
            "sources": [[s.name, s.url] for s in self.sources],
            "ai_usage": self.ai_usage,
        }
        if self.url and self.published is None:  # readers tap it as 阅读原文; of a piece that has appeared it is a fact
            approved["source_url"] = self.url
        return hashlib.sha256(json.dumps(approved, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Page:
    """An article as WeChat and the reading page get it, made once at intake."""

    html: str  # inline styles only; its pictures are named `asset:<sha256>`
    text: str  # plain text for search: paragraphs parted by a blank line
    digest: str  # the article's, or the beginning of its text
    cover: str  # SHA-256 of the cover: the article's own or a drawn one

    @property
    def shows(self) -> frozenset[str]:
        """The SHA-256 of every picture that readers see: those in the text, and the cover."""
        return frozenset(re.findall("asset:([0-9a-f]{64})", self.html)) | {self.cover}


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article's content; append-only."""

    article: Article
    number: int  # from 1
    page: Page
    brought_in_by: str  # a person's name, or the command that took it in
    brought_in_at: datetime
    state: ArticleState
    steps_done: int = 0  # how many review steps it has passed

    @property
    def id(self) -> str:
        """The article's id."""
        return self.article.id


@dataclass(frozen=True, slots=True)
class Decision:
    """One review step taken by one person; append-only."""

    article_id: str
    revision: int
    step: str  # the step's name in the settings at that time
    verdict: Verdict
    person: str
    comment: str
    content_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as lists show it."""

    id: str
    title: str
    column: str | None
    state: ArticleState
    revision: int
    steps_done: int
    brought_in_by: str
    since: datetime  # of the present state
    published_on: date | None  # by front matter or by us
    url: str | None
    in_push: int | None  # the live push that holds it
    placed_at: datetime | None  # the slot an editor chose for it


@dataclass(frozen=True, slots=True)
class Document:
    """What the archive holds of one answering thing; `kind` is 'article' until others come."""

    id: str
    title: str
    text: str
    column: str | None
    url: str | None  # its address at WeChat when it has one
    dated: date
    kind: str = "article"


@dataclass(frozen=True, slots=True)
class Hit:
    """One candidate for a question; higher `score` is better.

    `coverage` is between 0 and 1: the chance that the document answers, comparable between archives of any size.
    """

    document: Document
    score: float
    coverage: float


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What intake did: `bad` lists (place, sentence) of what was refused, `warnings` what was taken in but should be looked at."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    bad: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = field(default=())
