"""The words of a body, for search and for digests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

from markdown_it.token import Token

_WIDE = re.compile(r"[\u2E80-\u9FFF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF\U00020000-\U0003FFFF“”‘’—…]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


def inline_text(token: Token) -> str:
    """The words of one inline token, without marks, pictures and line ends."""
    words = ""
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            words += "\n"
        elif child.type in ("text", "code_inline"):
            words += child.content
    return _one_line(words)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text: a blank line parts them; lines inside one keep their ends."""
    parts = re.split(r"\n[^\S\n]*\n", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    stripped = ("\n".join(line.strip() for line in part.split("\n")).strip() for part in parts)
    return [part for part in stripped if part]


def markdown_paragraphs(tokens: list[Token]) -> Iterator[str]:
    """The words of each paragraph, heading, list item, table row and code block, in order."""
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield " ".join(cell for cell in row if cell)
            row = None
        elif token.type == "inline":
            words = inline_text(token)
            if row is not None:
                row.append(words)
            elif words:
                yield words
        elif token.type in ("fence", "code_block"):
            yield token.content.strip()


def join_lines(before: str, after: str) -> str:
    """What stands for the line end between two pieces of a paragraph: nothing between Chinese characters, else a blank."""
    return "" if _WIDE.match(before[-1:]) and _WIDE.match(after[:1]) else " "


def _one_line(words: str) -> str:
    pieces = [re.sub(r"\s+", " ", piece).strip() for piece in words.split("\n")]
    joined = ""
    for piece in filter(None, pieces):
        joined += (join_lines(joined, piece) if joined else "") + piece
    return joined


def one_line(text: str) -> str:
    """The text on one line; lines of Chinese are joined without a blank."""
    return _one_line(_CONTROL.sub("", text))


def says_nothing(text: str) -> bool:
    """True for a text without a letter, figure or sign: blanks, what nobody sees, and punctuation alone say nothing."""
    return not any(category(char)[0] in "LNS" for char in _CONTROL.sub("", _UNSEEN.sub("", text)))


def title_line(text: str) -> str:
    """The same without characters that nobody sees: a reply drops them, and its title is to be the stored one."""
    return one_line(_UNSEEN.sub("", text))
