"""A Markdown body as tokens: what pictures it names, and how its parts become HTML for a phone inside WeChat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.editorial import footnotes, tables
from bot.editorial.clean import stays_in_wechat
from bot.editorial.plain import inline_text, join_lines, one_line

POINTS = "划重点"
LEAD = "核心提示"
REFERENCES = ("参考资料", "参考文献", "资料来源", "参考来源", "主要参考资料")

_PARSER = footnotes.add_footnotes(MarkdownIt("commonmark", {"html": False}).enable("table"))


def parse(text: str) -> list[Token]:
    """The tokens of a Markdown text; HTML in it is plain text."""
    return _PARSER.parse(text)


def loose_footnotes(text: str) -> tuple[list[str], list[str]]:
    """(labels of footnote marks without a text, labels of texts without a mark)."""
    return footnotes.loose_ends(_PARSER, text)


def pictures_of(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """(place, alt) of each picture, as the text names them, in order."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                yield place_of(child), child.content


def place_of(image: Token) -> str:
    """The address as a person wrote it: the parser percent-encodes what is not ASCII."""
    return unquote(str(image.attrGet("src") or ""))


def has_references(tokens: list[Token]) -> bool:
    """True when the text has a list of references of its own."""
    return any(kind == "small" for kind in map(_kind, _headings(tokens)))


def is_references(heading: str) -> bool:
    """True for the heading of a list of references."""
    return heading.strip(" ：:") in REFERENCES


def _headings(tokens: list[Token]) -> Iterator[str]:
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0:
            yield inline_text(content)


def _kind(heading: str) -> str:
    """The class of the section that a heading opens; empty for an ordinary one."""
    if is_references(heading):
        return "small"
    return "points" if POINTS in heading else ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a raised number in the text leads to: an outside link, or a footnote, which has no address."""

    words: str
    address: str = ""

    @property
    def line(self) -> str:
        """As it stands at the end of the page."""
        return f"{self.words}：{self.address}" if self.address else self.words


@dataclass
class Body:
    """Makes the HTML of one body; `notes` are its footnotes and outside links, in order of their numbers."""

    pictures: Mapping[str, str]  # place → SHA-256
    notes: list[Note] = field(default_factory=list)

    def html(self, tokens: list[Token]) -> str:
        """HTML with the classes of the theme; pictures that are not known are left out."""
        shaped = list(self._sections(list(self._blocks(tokens))))
        return str(_PARSER.renderer.render(shaped, _PARSER.options, {}))

    def _sections(self, tokens: list[Token]) -> Iterator[Token]:
        """Wraps what stands under 划重点 or 参考资料, up to the next heading of the same or a higher rank."""
        open_rank = ""
        for position, token in enumerate(tokens):
            if token.type == "heading_open" and token.level == 0:
                if open_rank and token.tag <= open_rank:
                    yield _raw("</section>\n")
                    open_rank = ""
                kind = _kind(inline_text(tokens[position + 1]))
                if kind and not open_rank:
                    open_rank = token.tag
                    yield _raw(f'<section class="{kind}">\n')
                    token.attrSet("class", "first")
                    if kind == "small":
                        token.tag = tokens[position + 2].tag = "p"
            yield token
        if open_rank:
            yield _raw("</section>\n")

    def _blocks(self, tokens: list[Token]) -> Iterator[Token]:
        skip = 0
        for position, token in enumerate(tokens):
            if skip:
                skip -= 1
            elif _is_figure(tokens[position : position + 2]):
                yield _raw("".join(self._figure(image) for image in _images(tokens[position + 1])))
                skip = 2
            elif token.type == "table_open" and not tables.fits(rows := tables.rows_of(_table(tokens[position:]))):
                for part in tables.as_list(rows):
                    yield from self._block(part, [])
                skip = len(_table(tokens[position:])) - 1
            else:
                yield from self._block(token, tokens[position + 1 :])

    def _block(self, token: Token, following: list[Token]) -> Iterator[Token]:
        if token.type in ("fence", "code_block"):
            yield _raw(_code(token.content))
        elif token.type == "table_open":
            yield _raw('<section class="table">')
            yield token
        elif token.type == "table_close":
            yield token
            yield _raw("</section>\n")
        else:
            if token.type == "blockquote_open":
                words = next((inline_text(later) for later in following if later.type == "inline"), "")
                token.attrSet("class", "lead" if words.startswith(LEAD) else "quote")
            elif token.type == "inline":
                token.children = list(self._inline(token.children or []))
            yield token

    def _inline(self, children: list[Token]) -> Iterator[Token]:
        outside: tuple[str, list[Token]] | None = None
        for position, child in enumerate(children):
            if child.type == "link_open" and not stays_in_wechat(str(child.attrGet("href"))):
                outside = str(child.attrGet("href")), []
                continue
            if child.type == "link_close" and outside:
                yield from self._note(*outside)
                outside = None
                continue
            for shown in self._shown(child, children[position - 1 : position] + children[position + 1 : position + 2]):
                if outside:
                    outside[1].append(shown)
                yield shown

    def _shown(self, child: Token, around: list[Token]) -> Iterator[Token]:
        if child.type == "image":
            sha256 = self.pictures.get(place_of(child))
            if sha256:
                yield _raw(f'<img src="asset:{sha256}" alt="{escape(child.content)}">', "html_inline")
        elif child.type == footnotes.MARK:
            yield self._number(Note(_note_words(child.content)))
        elif child.type == "softbreak":
            joined = join_lines(*[near.content for near in around]) if len(around) == 2 else " "
            yield Token("text", "", 0, content=joined)
        else:
            if child.type == "code_inline":
                child.attrSet("class", "inline-code")
            yield child

    def _note(self, address: str, shown: list[Token]) -> Iterator[Token]:
        """The number of a footnote; none where the words are the address, or it leads nowhere outside."""
        words = "".join(token.content for token in shown if token.type in ("text", "code_inline"))
        readable = unquote(address)
        if "://" not in address or words.strip() in (address, readable):
            return
        known = next((note for note in self.notes if note.address == readable), Note(words, readable))
        yield self._number(known)

    def _number(self, note: Note) -> Token:
        """The raised number of a note, which is a new one where it comes for the first time."""
        if note not in self.notes:
            self.notes.append(note)
        return _raw(f'<span class="note">[{self.notes.index(note) + 1}]</span>', "html_inline")

    def _figure(self, image: Token) -> str:
        sha256 = self.pictures.get(place_of(image))
        if not sha256:
            return ""
        said = str(image.attrGet("title") or image.content)
        caption = f'<p class="caption">{escape(said)}</p>' if said else ""
        picture = f'<img src="asset:{sha256}" alt="{escape(image.content)}">'
        return f'<section class="figure">{picture}{caption}</section>\n'


def _is_figure(tokens: list[Token]) -> bool:
    """True for a paragraph that holds pictures and nothing else."""
    if len(tokens) < 2 or tokens[0].type != "paragraph_open" or tokens[1].type != "inline":
        return False
    kinds = {child.type for child in tokens[1].children or () if child.type != "text" or child.content.strip()}
    return "image" in kinds and kinds <= {"image", "softbreak", "hardbreak"}


def _table(tokens: list[Token]) -> list[Token]:
    """The table that they begin with."""
    return tokens[: tables.end_of(tokens, 0) + 1]


def _images(inline: Token) -> list[Token]:
    return [child for child in inline.children or () if child.type == "image"]


def _code(content: str) -> str:
    lines = [
        re.sub(" ", "&nbsp;", escape(line.expandtabs(4), quote=False)) for line in content.rstrip("\n").split("\n")
    ]
    return f'<section class="code"><pre><code>{"<br>".join(lines)}</code></pre></section>\n'


def _note_words(written: str) -> str:
    """A footnote's Markdown as one line: a link becomes its words and its address."""
    words, begin, address = "", 0, ""
    for child in _PARSER.parseInline(written)[0].children or ():
        if child.type == "link_open":
            begin, address = len(words), unquote(str(child.attrGet("href")))
        elif child.type == "link_close":
            said = words[begin:].strip()
            words += "" if said == address else f"：{address}" if said else address
        else:
            words += "\n" if child.type in ("softbreak", "hardbreak") else child.content
    return one_line(words)


def _raw(html: str, kind: str = "html_block") -> Token:
    return Token(kind, "", 0, content=html)
