"""Long lists, a page at a time; the page's number stands in the address, like the filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for

T = TypeVar("T")

MOST_PAGES = 200
"""Nobody turns that many; who types a larger number gets this one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter, as a link."""

    label: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `newer` and `older` are addresses, empty at the ends."""

    rows: tuple[T, ...]
    number: int
    newer: str
    older: str


def page_number() -> int:
    """The page that the address asks for, from 1."""
    return min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)


def cut(rows: Sequence[T], number: int, size: int, endpoint: str, **kept: str | None) -> Page[T]:
    """The page with this number of `rows`, which hold at least one row more than the page if there is another.

    Behind the end there is nothing to see: whoever asks for a page there gets the last one.
    """

    def address(page: int) -> str:
        return url_for(endpoint, page=page if page > 1 else None, **kept)  # type: ignore[arg-type]

    number = min(number, max(1, -(-len(rows) // size)))
    start = (number - 1) * size
    return Page(
        rows=tuple(rows[start : start + size]),
        number=number,
        newer=address(number - 1) if number > 1 else "",
        older=address(number + 1) if len(rows) > start + size and number < MOST_PAGES else "",
    )
