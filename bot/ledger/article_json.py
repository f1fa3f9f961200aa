"""An article as the JSON of its revision, there and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.model.articles import AiUsage, AnswerFrom, Article, Format, Picture, Source


def to_json(article: Article) -> dict[str, Any]:
    """All fields; tuples as lists and dates as ISO text, so that it compares equal to what the database gives back."""
    plain = asdict(article)
    for key in ("published", "review_by"):
        plain[key] = plain[key].isoformat() if plain[key] else None
    for key in ("pictures", "sources", "tags"):
        plain[key] = list(plain[key])
    return plain


def from_json(plain: dict[str, Any]) -> Article:
    """The article that `to_json` was given."""
    read = {
        "format": Format(plain["format"]),
        "ai_usage": AiUsage(plain["ai_usage"]),
        "answer_from": AnswerFrom(plain["answer_from"]),
        "pictures": _each(Picture, plain["pictures"]),
        "sources": _each(Source, plain["sources"]),
        "tags": tuple(plain["tags"]),
        "published": day(plain["published"]),
        "review_by": day(plain["review_by"]),
    }
    return Article(**(plain | read))


def day(iso: str | None) -> date | None:
    """The date of an ISO text; None for none."""
    return date.fromisoformat(iso) if iso else None


def _each(kind: type[Any], rows: Iterable[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(kind(**row) for row in rows)
