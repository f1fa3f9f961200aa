"""An article as WeChat and the reading page get it: made once, at intake."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from markdown_it.token import Token

from bot.editorial import markdown, plain
from bot.editorial.clean import clean
from bot.editorial.theme import dress
from bot.model.articles import Article, Format, Page

DIGEST_CHARS = 54  # what WeChat itself takes from the text when a draft has no digest


def render(article: Article, *, color: str, cover: str) -> Page:
    """The page of an article whose pictures are in the media folder; `color` is its column's, `cover` a SHA-256."""
    if article.format is Format.PLAIN:
        body, words = _plain(article.text)
    else:
        body, words = _markdown(article)
    label = f'<p class="label">{escape(ai_label(article))}</p>' if ai_label(article) else ""
    html = clean(dress(f'<section class="body">{label}{body}</section>', color))
    return Page(html=html, text=words, digest=article.digest or digest_of(words), cover=cover)


def ai_label(article: Article) -> str:
    """What readers must be told of how the piece was made; empty when nothing."""
    if not article.ai_usage.must_declare:
        return ""
    return f"内容含 AI 生成部分（{article.ai_usage}），使用前请核对。"


def digest_of(words: str) -> str:
    """The beginning of the text, as WeChat would take it."""
    return plain.one_line(words)[:DIGEST_CHARS]


def _plain(text: str) -> tuple[str, str]:
    parts = plain.paragraphs(text)
    html = "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in parts)
    return html, "\n\n".join(parts)


def _markdown(article: Article) -> tuple[str, str]:
    tokens = markdown.parse(article.text)
    words = "\n\n".join(plain.markdown_paragraphs(list(_without_references(tokens))))
    sources = "" if markdown.has_references(tokens) else _sources(article)
    body = markdown.Body({picture.place: picture.sha256 for picture in article.pictures})
    return body.html(tokens) + sources + _notes(body.notes), words


def _without_references(tokens: list[Token]) -> Iterator[Token]:
    """The tokens that answer questions: titles of other works would only mislead the search."""
    hidden_rank = ""
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            if hidden_rank and token.tag <= hidden_rank:
                hidden_rank = ""
            if markdown.is_references(plain.inline_text(tokens[position + 1])):
                hidden_rank = hidden_rank or token.tag
        if not hidden_rank:
            yield token


def _sources(article: Article) -> str:
    named = [f"{source.name} {source.url or ''}".strip() for source in article.sources]
    return _small("参考资料", [f"{number}. {name}" for number, name in enumerate(named, 1)])


def _notes(notes: list[markdown.Note]) -> str:
    title = "文中链接" if all(note.address for note in notes) else "注释"
    return _small(title, [f"[{number}] {note.line}" for number, note in enumerate(notes, 1)])


def _small(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    listed = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    return f'<section class="small"><p class="first">{title}</p>{listed}</section>'
