"""Candidates → the reply's text."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from bot.config import Config
from bot.conversation import wording
from bot.conversation.passage import passage
from bot.conversation.pieces import REPLY_BYTES, URL_BYTES, Pieces, fitted, line, link, plain, size, tap, web_address
from bot.model.articles import Document, Hit
from bot.model.columns import Column
from bot.model.content import Replies

NEAR = 0.9  # candidates this close to the best, by score and by coverage, stand beside it
LISTED = 5
LISTED_BYTES = 600
HEADING_BYTES = 200
PASSAGE_BYTES = 1_200
COLUMN_CHARS = 30
LINE_CHARS = 14  # what a bubble on a phone 375 points wide holds, at the usual size of type


def clear(hits: Sequence[Hit], threshold: float) -> list[Hit]:
    """The hits to offer: the best, when it covers enough of the question, and those as good; else none.

    Where the best does not, a lower one that happens to cover more is a stray.
    """
    if not hits or hits[0].coverage < threshold:
        return []
    best, enough = hits[0], max(threshold, NEAR * hits[0].coverage)
    return [hit for hit in hits if hit.score >= NEAR * best.score and hit.coverage >= enough][:LISTED]


def related(hits: Sequence[Hit], threshold: float) -> list[Document]:
    """What may be read after an emergency's text: the best, when it is near enough. A stray one is worse than none."""
    return [hit.document for hit in hits[:1] if hit.coverage >= threshold]


def offered(documents: Sequence[Document], question: str, config: Config, replies: Replies) -> str:
    """The answer: one article with the passage that matters, or a numbered list; the first one's title is in it."""
    if len(documents) > 1:
        lines = _numbered(documents, config)
        return "\n".join((replies.found.format(n=len(lines)), *lines))
    (document,) = documents
    pieces = Pieces()
    about = _about(document, config)
    pieces.add(_titled(document, config, limit=REPLY_BYTES - size(about) - 2))
    pieces.add(about)
    pieces.add(passage(document.text, question, limit=min(PASSAGE_BYTES, pieces.room)))
    return pieces.text()


def column_news(name: str, documents: Sequence[Document], config: Config, replies: Replies) -> str:
    """What is new in a column, or that nothing is."""
    if not documents:
        return replies.column_empty.format(column=line(name)[:COLUMN_CHARS])
    lines = _numbered(documents, config)
    return "\n".join((replies.column_news.format(column=line(name)[:COLUMN_CHARS]), *lines))


def latest(documents: Sequence[Document], config: Config, replies: Replies) -> str:
    """The newest of all columns."""
    return "\n".join((replies.latest, *_numbered(documents, config)))


def suggested(documents: Sequence[Document], replies: Replies) -> str:
    """Titles that may be what was meant; a tap asks for one."""
    pieces = Pieces()
    _add_taps(pieces, replies.suggest, [document.title for document in documents])
    return pieces.text()


def in_danger(text: str, related: Sequence[Document], config: Config, replies: Replies) -> str:
    """The fixed text first, word for word, and then what to read, as far as there is room."""
    pieces = Pieces()
    pieces.add(plain(text))
    titles = [_titled(document, config, limit=LISTED_BYTES) for document in related]
    _add_under(pieces, replies.emergency_more, [f"{wording.BULLET}{title}" for title in titles])
    return pieces.text()


def no_match(examples: Sequence[str], replies: Replies) -> str:
    """One honest line, then what else can be asked."""
    pieces = Pieces()
    pieces.add(replies.no_match)
    _add_taps(pieces, replies.also_ask, examples)
    return pieces.text()


def welcome(account: str, examples: Sequence[str], replies: Replies) -> str:
    """At most four lines, three of them to tap."""
    pieces = Pieces()
    said = replies.welcome_like if examples else replies.welcome
    pieces.add(said.format(account=line(account)))
    _add_taps(pieces, "", examples[:3])
    return pieces.text()


def help_text(examples: Sequence[str], columns: Sequence[Column], replies: Replies) -> str:
    """What can be asked, and every column: to tap, as far as there is room, else by its name."""
    lines = _in_lines([line(column.name) for column in columns])
    for count in range(len(examples), 0, -1):  # an example less, so that each column can be tapped
        pieces = _help(examples[:count], replies)
        if size(_tapped(lines, replies)) <= pieces.room:
            break
    else:
        pieces = _help(examples[:1], replies)
    _add_columns(pieces, lines, replies)
    return pieces.text()


def _help(examples: Sequence[str], replies: Replies) -> Pieces:
    pieces = Pieces()
    pieces.add(replies.help)
    _add_taps(pieces, replies.examples, examples)
    return pieces


def _add_taps(pieces: Pieces, before: str, questions: Sequence[str]) -> None:
    _add_under(pieces, before, [f"{wording.BULLET}{tap(question)}" for question in questions])


def _add_columns(pieces: Pieces, lines: Sequence[Sequence[str]], replies: Replies) -> None:
    """The names, the first lines of them to tap and the others, where there is no room for that, to be sent."""
    for count in range(len(lines), -1, -1):
        said = "\n".join(filter(None, (_tapped(lines[:count], replies), _named(lines[count:], replies))))
        if pieces.add(said):
            return
    pieces.add(fitted(_named(lines, replies), pieces.room))


def _tapped(lines: Sequence[Sequence[str]], replies: Replies) -> str:
    """Under their heading, in lines of whole names: a client breaks Chinese anywhere."""
    if not lines:
        return ""
    return "\n".join((replies.columns, *(wording.BETWEEN.join(tap(name) for name in names) for names in lines)))


def _named(lines: Sequence[Sequence[str]], replies: Replies) -> str:
    return replies.more_columns + "、".join(name for names in lines for name in names) if lines else ""


def _add_under(pieces: Pieces, heading: str, lines: Sequence[str]) -> None:
    """The lines that fit; the heading only when one of them follows it."""
    if not lines or size(heading) + 1 + size(lines[0]) > pieces.room:
        return
    pieces.add(heading)
    for text in lines:
        pieces.add(text)


def _in_lines(names: Sequence[str]) -> list[list[str]]:
    """The names in order, as many on a line as a narrow phone shows without breaking one."""
    lines: list[list[str]] = []
    for name in names:
        if lines and len(wording.BETWEEN.join([*lines[-1], name])) <= LINE_CHARS:
            lines[-1].append(name)
        else:
            lines.append([name])
    return lines


def _numbered(documents: Sequence[Document], config: Config) -> list[str]:
    """A line for each document, as far as there is room under a heading."""
    pieces = Pieces(REPLY_BYTES - HEADING_BYTES)
    for document in documents:
        number = len(pieces.lines) + 1
        about = _about(document, config)
        # The first title stands whole if it can; long ones further down must not push the others out.
        limit = LISTED_BYTES if number > 1 else pieces.room - size(about) - size("1. ")
        if not pieces.add(f"{number}. {_titled(document, config, limit=limit)}{about}"):
            break
    return pieces.lines


def _titled(document: Document, config: Config, *, limit: int) -> str:
    """The title as a link, in at most `limit` bytes, without the link when its address leaves no room."""
    url = address(document, config)
    title = line(document.title)
    room = limit - size(link(url, "")) if url else limit
    return link(url, fitted(title, room)) if url and room >= size("…") else fitted(title, limit)


def _about(document: Document, config: Config) -> str:
    column = line(config.column_name(document.column))[:COLUMN_CHARS]
    said = wording.ABOUT if column else wording.ABOUT_WITHOUT_COLUMN
    return said.format(column=column, date=document.dated.isoformat())


def address(document: Document, config: Config) -> str:
    """Where the article can be read: at WeChat when it is there, else on our own page; empty when no client would take it."""
    ours = f"{config.web.public_url.rstrip('/')}/a/{quote(document.id, safe='')}"
    return web_address(document.url) or (ours if len(ours) <= URL_BYTES else "")
