"""A document's texts as they are searched: what it is called, what it says first, and everything but its references."""

from __future__ import annotations

import re

from bot.archive import terms
from bot.archive.rank import Text
from bot.model.articles import Document

HEADING_CHARS = 30
SUMS_UP = ("核心提示", "划重点")

_APPENDIX = re.compile(r"^\s*(参考资料|参考文献|资料来源|来源)\s*$", re.MULTILINE)
_ENDS = re.compile(r"[。！？!?；：:，,…”’」』）)】》]$")


def zoned(document: Document) -> Text:
    """Title; headings and summaries; the whole text."""
    text = _APPENDIX.split(document.text, maxsplit=1)[0]
    head = document.title
    return Text(terms.joined(head), terms.joined("\n".join(_points(text))), terms.joined(text))


def _points(text: str) -> list[str]:
    points = []
    sums_up = False
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        line = paragraph.strip()
        is_heading = len(line) <= HEADING_CHARS and not _ENDS.search(line) and "\n" not in line
        if is_heading:
            sums_up = line in SUMS_UP
        if is_heading or sums_up:
            points.append(line)
    return points
