"""Marks inside a reply that are no editor's business; what is said stands in the content files."""

from __future__ import annotations

BULLET = "· "  # before each line to tap: a long one wraps, and the next must not look like a part of it
BETWEEN = " · "
ABOUT = "（{column} · {date}）"
ABOUT_WITHOUT_COLUMN = "（{date}）"
