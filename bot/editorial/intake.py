"""Files → revisions in the ledger. Each bad file, line and field is named, and the rest go on.

Running it twice changes nothing. Killed in the middle, it leaves whole articles behind; the same call again
completes the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from bot.config import TIMEZONE, Config
from bot.editorial import checks, cover, limits, markdown, parse, pictures, rows
from bot.editorial.fields import Manuscript, Notes, check_id
from bot.editorial.files import find, place_of
from bot.editorial.render import render
from bot.errors import ManuscriptError
from bot.ledger import articles
from bot.ledger.database import Connection, Ledger
from bot.ledger.media import MediaStore, add_picture
from bot.model.articles import Article, Format, Page, Picture, TakenIn

FILE_BYTES = 2_000_000  # of one Markdown manuscript
BATCH = 200  # articles per transaction: a desk or a webhook that writes waits for one batch at most


@dataclass(frozen=True, slots=True)
class _Stored:
    """A picture in the media folder, to be noted in the ledger with the article."""

    sha256: str
    mime: str
    size: int
    origin: str


@dataclass(frozen=True, slots=True)
class _Ready:
    """An article that only has to be written down."""

    rank: int
    article: Article
    page: Page
    stored: tuple[_Stored, ...]


@dataclass
class _Call:
    """One call of intake: what it was given, and what it has done so far."""

    config: Config
    media: MediaStore
    now: datetime
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)  # id → where this call met it
    covers: dict[bytes, str] = field(default_factory=dict)  # drawn cover → SHA-256
    noted: set[str] = field(default_factory=set)  # pictures that the ledger knows by now


def take_in(
    paths: Sequence[Path], *, config: Config, ledger: Ledger, media: MediaStore, person: str, now: datetime
) -> TakenIn:
    """What became of each manuscript; `person` is who brought them, `now` their place in the queue."""
    call = _Call(config, media, now)
    found = find(paths)
    call.bad += found.bad
    call.warnings += found.warnings
    ready = _ready(call, found.files)
    while batch := list(islice(ready, BATCH)):
        _write(call, ledger, batch, person)
    return TakenIn(
        new=tuple(call.new),
        changed=tuple(call.changed),
        unchanged=tuple(call.unchanged),
        bad=tuple(call.bad),
        warnings=tuple(call.warnings),
    )


def _write(call: _Call, ledger: Ledger, batch: list[_Ready], person: str) -> None:
    steps = len(call.config.review.steps)
    said: list[tuple[list[str], str]] = []
    with ledger.write() as tx:
        for each in batch:
            for one in each.stored:
                if one.sha256 in call.noted:
                    continue
                add_picture(tx, one.sha256, mime=one.mime, size=one.size, origin=one.origin, licence="", now=call.now)
            revision = articles.add_revision(
                tx, each.article, each.page, person=person, now=call.now, rank=each.rank, steps=steps
            )
            became = call.unchanged if revision is None else call.new if revision.number == 1 else call.changed
            said.append((became, each.article.id))
        twins = _twins(tx, batch)
    call.noted |= {one.sha256 for each in batch for one in each.stored}
    for became, article_id in said:  # only what is committed is told
        became.append(article_id)
    call.warnings += [(call.places[article_id], checks.same_as(title)) for article_id, title in twins]


def _twins(tx: Connection, batch: list[_Ready]) -> list[tuple[str, str]]:
    """(id, title of the first article with its content) of whatever in the batch came later than another such one."""
    first: dict[str, tuple[str, str]] = {}
    hashes = {each.article.id: each.article.content_hash for each in batch}
    for content_hash, article_id, title in articles.twins(tx, set(hashes.values())):
        first.setdefault(content_hash, (article_id, title))
    met = [(article_id, first.get(content_hash)) for article_id, content_hash in hashes.items()]
    return [(article_id, found[1]) for article_id, found in met if found and found[0] != article_id]


def _ready(call: _Call, files: Sequence[Path]) -> Iterator[_Ready]:
    rank = 0
    for place, folder, manuscript, notes in _manuscripts(call, files):
        if manuscript is not None and _is_first(call, manuscript.article.id, place, notes):
            ready = _made(call, rank, manuscript, folder, notes)
            if ready is not None:
                rank += 1
                yield ready
        call.bad += [(place, problem) for problem in notes.problems]
        call.warnings += [(place, warning) for warning in notes.warnings]


def _is_first(call: _Call, article_id: str, place: str, notes: Notes) -> bool:
    earlier = call.places.setdefault(article_id, place)
    if earlier != place:
        notes.problems.append(f"编号 {article_id} 和 {earlier} 重复了，这一份没有收。请改其中一个的名字")
    return earlier == place


def _manuscripts(call: _Call, files: Sequence[Path]) -> Iterator[tuple[str, Path, Manuscript | None, Notes]]:
    """(place, folder, manuscript or None, what to say of it) of every file and row."""
    for file in files:
        try:
            if file.suffix.lower() == ".jsonl":
                for number, line in rows.lines(file):
                    notes = Notes()
                    yield f"{place_of(file)} 第 {number} 行", file.parent, _row(call, line, notes), notes
            else:
                notes = Notes()
                yield place_of(file), file.parent, _file(call, file, notes), notes
        except OSError as error:
            call.bad.append((place_of(file), f"读不了：{error.strerror}"))


def _row(call: _Call, line: bytes | None, notes: Notes) -> Manuscript | None:
    try:
        return rows.parse(line, call.config, notes)
    except ManuscriptError as error:
        notes.problems.append(str(error))
        return None


def _file(call: _Call, file: Path, notes: Notes) -> Manuscript | None:
    try:
        article_id = check_id(file.stem)
        if file.stat().st_size > FILE_BYTES:
            raise ManuscriptError(f"超过 {FILE_BYTES // 1_000_000} MB，不像是一篇稿件")
        written = file.read_bytes().decode("utf-8")
        return parse.parse(written, article_id=article_id, config=call.config, notes=notes)
    except UnicodeDecodeError:
        notes.problems.append("不是 UTF-8 编码，请用 UTF-8 另存")
    except ManuscriptError as error:
        notes.problems.append(str(error))
    return None


def _made(call: _Call, rank: int, manuscript: Manuscript, folder: Path, notes: Notes) -> _Ready | None:
    """The article with its pictures, cover and page; None when `notes` has problems."""
    article, stored = _with_pictures(call, manuscript, folder, notes)
    column = call.config.column(article.column)
    drawn = article.cover or _drawn_cover(call, article, stored)
    page = render(article, color=column.color if column else "", cover=drawn)
    if manuscript.is_stock:
        notes.problems += limits.over_limit(article, page)
    if not page.text and not article.pictures:
        notes.problems.append("正文里没有文字")
    if notes.problems:
        return None
    today = call.now.astimezone(TIMEZONE).date()
    notes.warnings += checks.warnings(article, page, is_stock=manuscript.is_stock, today=today)
    return _Ready(rank, article, page, tuple(stored))


def _with_pictures(call: _Call, manuscript: Manuscript, folder: Path, notes: Notes) -> tuple[Article, list[_Stored]]:
    article, stored = manuscript.article, []
    named = [] if article.format is Format.PLAIN else list(markdown.pictures_of(markdown.parse(article.text)))
    kept: dict[str, Picture] = {}
    for place, alt in named:
        if place not in kept and (one := _store(call, place, folder, article.id, notes)):
            stored.append(one)
            kept[place] = Picture(one.sha256, one.mime, place, alt)
    brought = None
    if manuscript.cover_place and (one := _store(call, manuscript.cover_place, folder, article.id, notes)):
        stored.append(one)
        brought = one.sha256
    return replace(article, pictures=tuple(kept.values()), cover=brought), stored


def _store(call: _Call, place: str, folder: Path, article_id: str, notes: Notes) -> _Stored | None:
    try:
        loaded = pictures.load(place, folder)
    except ManuscriptError as error:
        notes.problems.append(str(error))
        return None
    if loaded.said:
        notes.warnings.append(loaded.said)
    sha256 = call.media.put(loaded.data, loaded.mime)
    return _Stored(sha256, loaded.mime, len(loaded.data), f"{article_id}：{place}")


def _drawn_cover(call: _Call, article: Article, stored: list[_Stored]) -> str:
    """The SHA-256 of a cover drawn for the article."""
    drawn = cover.draw(call.config.column(article.column), article.title)
    if drawn not in call.covers:
        sha256 = call.media.put(drawn, "image/png")
        call.covers[drawn] = sha256
    sha256 = call.covers[drawn]
    stored.append(_Stored(sha256, "image/png", len(drawn), "微科普绘制"))
    return sha256
