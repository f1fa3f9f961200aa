"""An article as a page shows it: finished values for the reading page and the desk's preview."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from bot.ledger.media import MediaStore
from bot.model.articles import Revision
from bot.service import Service

_PICTURE = re.compile(r'src="asset:([0-9a-f]{64})"')
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
PLAIN_COLOR = "#0B6E4F"


@dataclass(frozen=True, slots=True)
class Piece:
    """All that the template needs; `html` is Page.html with addresses for its pictures, safe to show as it is."""

    title: str
    digest: str
    column: str
    color: str
    author: str
    account: str
    dated: str
    html: str
    address: str  # its own address outside
    here: str  # this page's address, as it is passed on
    cover: str  # its cover's address, as those who show a card of the link fetch it


def piece(revision: Revision, service: Service, *, dated: str, pictures_at: str) -> Piece:
    """The revision for a page whose pictures are found under `pictures_at`, such as "/media/"."""
    config, article, outside = service.config, revision.article, service.config.web.public_url.rstrip("/")
    column = config.column(article.column)
    return Piece(
        title=article.title,
        digest=revision.page.digest,
        column=config.column_name(article.column),
        color=column.color if column and _COLOR.fullmatch(column.color) else PLAIN_COLOR,
        author=article.author,
        account=config.account.name,
        dated=dated,
        html=_with_pictures(revision.page.html, service.media, pictures_at),
        address=(article.url or "") if article.published else "",  # else it is its source's
        here=f"{outside}/a/{quote(article.id, safe='')}",
        cover=f"{outside}/media/{revision.page.cover}",
    )


def _with_pictures(html: str, media: MediaStore, pictures_at: str) -> str:
    """The page with its pictures' addresses; each keeps its room from the beginning, so that no line jumps."""

    def shown(found: re.Match[str]) -> str:
        return f'src="{pictures_at}{found[1]}" loading="lazy" decoding="async"{_room(media.path(found[1]))}'

    return _PICTURE.sub(shown, html)


def _room(file: Path) -> str:
    try:
        width, height = _size(file)
    except OSError:  # the page is worth reading without it
        return ""
    return f' width="{width}" height="{height}"'


@functools.lru_cache(maxsize=4096)
def _size(file: Path) -> tuple[int, int]:
    """Width and height in pixels, from the file's head; its name is its content, so it is read once."""
    with Image.open(file) as image:
        return image.size
