"""A table that a phone cannot hold, row by row as a list: in WeChat nothing shows that it could be moved sideways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from markdown_it.token import Token

from bot.editorial.plain import inline_text

Row = list[Token]  # the inline token of each cell

ROOM_PX = 358  # a phone 390 px wide, less the margins
CHAR_PX = 14  # theme.css: a table's type,
CELL_PX = 21  # and a cell's padding with one edge
COLUMN_CHARS = 5  # a longer cell may wrap; narrower than this nobody can read it
_NARROW = re.compile(r"[\x00-\u00ff]")
_NARROW_CHARS = 0.55  # of a Chinese character


def tables_of(tokens: Sequence[Token]) -> Iterator[list[Row]]:
    """The rows of each table, its heading first."""
    for position, token in enumerate(tokens):
        if token.type == "table_open":
            yield rows_of(tokens[position : end_of(tokens, position) + 1])


def end_of(tokens: Sequence[Token], start: int) -> int:
    """Where the table that opens at `start` closes; tables hold no tables."""
    return next(place for place in range(start, len(tokens)) if tokens[place].type == "table_close")


def rows_of(table: Sequence[Token]) -> list[Row]:
    """The rows of one table, its heading first."""
    rows: list[Row] = []
    for token in table:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows


def fits(rows: Sequence[Row]) -> bool:
    """True when a phone shows every column wide enough to read, or there is nothing to list under the heading."""
    if len(rows) == 1:
        return True
    columns = zip(*rows, strict=True)  # the parser gives every row as many cells as the heading
    chars = (min(COLUMN_CHARS, max(_chars(inline_text(cell)) for cell in column)) for column in columns)
    return sum(CELL_PX + CHAR_PX * count for count in chars) <= ROOM_PX


def as_list(rows: Sequence[Row]) -> Iterator[Token]:
    """Each row as a part of its own: the first cell above, the others behind their column's name; empty ones are left out."""
    heading, *others = rows
    names = [inline_text(cell) for cell in heading]
    for first, *cells in others:
        yield _raw('<section class="row">')
        if inline_text(first):
            yield from (_raw('<p class="row-name"><strong>'), first, _raw("</strong></p>"))
        for name, cell in zip(names[1:], cells, strict=True):
            if cell.content.strip():
                said = f'<span class="row-key">{escape(name)}：</span>' if name else ""
                yield from (_raw(f'<p class="row-cell">{said}'), cell, _raw("</p>"))
        yield _raw("</section>\n")


def _chars(words: str) -> float:
    narrow = len(_NARROW.findall(words))
    return len(words) - narrow + narrow * _NARROW_CHARS


def _raw(html: str) -> Token:
    return Token("html_block", "", 0, content=html)
