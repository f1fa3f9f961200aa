"""An article as a page shows it: finished values for the reading page and the desk's preview."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.config import Config
from bot.model.articles import Revision

_ASSET = re.compile(r"asset:([0-9a-f]{64})")
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


def piece(revision: Revision, config: Config, *, dated: str, pictures_at: str) -> Piece:
    """The revision for a page whose pictures are found under `pictures_at`, such as "/media/"."""
    column = config.column(revision.article.column)
    color = column.color if column and _COLOR.fullmatch(column.color) else PLAIN_COLOR
    return Piece(
        title=revision.article.title,
        digest=revision.page.digest,
        column=config.column_name(revision.article.column),
        color=color,
        author=revision.article.author,
        account=config.account.name,
        dated=dated,
        html=_ASSET.sub(lambda found: pictures_at + found[1], revision.page.html),
        address=(revision.article.url or "") if revision.article.published else "",  # else it is its source's
    )
