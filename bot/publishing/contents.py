"""A push's articles as WeChat gets them, and by what they are known again in its lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.errors import NotFound
from bot.ledger import articles, media
from bot.ledger.database import Connection
from bot.model.articles import ArticleState, Revision
from bot.model.pushes import Push
from bot.publishing.outlet import DraftArticle, DraftSeen, PublicationSeen

CONTENT, COVER = "content", "cover"
_ASSET = re.compile(r"asset:([0-9a-f]{64})")

Picture = tuple[str, str]
"""SHA-256 and use: CONTENT or COVER."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells a draft or a publication of ours from others; WeChat rewrites the content, so it does not count."""

    titles: tuple[str, ...]
    digests: tuple[str, ...]
    covers: tuple[str, ...]

    def matches(self, seen: DraftSeen | PublicationSeen) -> bool:
        """True when titles, digests and cover ids agree in order."""
        theirs = (seen.titles, seen.digests, seen.cover_media_ids)
        return all(
            [word.strip() for word in ours] == [word.strip() for word in given]
            for ours, given in zip((self.titles, self.digests, self.covers), theirs, strict=True)
        )


def revisions(tx: Connection, push: Push) -> list[Revision]:
    """The revisions that the push was claimed with, in order."""
    found = [articles.revision(tx, item.article_id, item.revision) for item in push.items]
    missing = [item.title for item, revision in zip(push.items, found, strict=True) if revision is None]
    if missing:
        raise NotFound(f"台账里找不到《{missing[0]}》的这一稿。请把这一行告诉维护程序的人。")
    return [revision for revision in found if revision is not None]


def no_longer_approved(tx: Connection, push: Push) -> str:
    """Which article of the push has lost its approval, in a sentence; empty while all are as they were approved."""
    for item in push.items:
        current = articles.get(tx, item.article_id)
        if current is None or current.state is ArticleState.WITHDRAWN:
            return f"《{item.title}》已撤下。"
        claimed = articles.revision(tx, item.article_id, item.revision)
        is_same = claimed is not None and claimed.article.content_hash == current.article.content_hash
        if not is_same or current.state is not ArticleState.APPROVED:
            return f"《{item.title}》在认可之后又有改动。"
    return ""


def pictures(pages: Iterable[Revision]) -> list[Picture]:
    """All pictures of the pages, each once per use, in order of appearance."""
    return list(dict.fromkeys(picture for revision in pages for picture in _pictures(revision)))


def _pictures(revision: Revision) -> Iterator[Picture]:
    for sha256 in _ASSET.findall(revision.page.html):
        yield sha256, CONTENT
    yield revision.page.cover, COVER


def values(tx: Connection, app_id: str, wanted: Iterable[Picture]) -> dict[Picture, str]:
    """What WeChat gave for these pictures, as far as they have been uploaded."""
    found = {(sha256, use): media.wechat_value(tx, app_id, sha256, use) for sha256, use in wanted}
    return {picture: value for picture, value in found.items() if value}


def draft_articles(pages: Iterable[Revision], given: Mapping[Picture, str]) -> list[DraftArticle]:
    """The articles of the draft; KeyError when a picture has not been uploaded."""
    return [
        DraftArticle(
            title=revision.article.title,
            author=revision.article.author,
            digest=revision.page.digest,
            content=_ASSET.sub(lambda found: given[found[1], CONTENT], revision.page.html),
            cover_media_id=given[revision.page.cover, COVER],
            source_url=revision.article.url or "",
        )
        for revision in pages
    ]


def fingerprint(tx: Connection, push: Push, app_id: str) -> Fingerprint:
    """By what the push is known again in WeChat's lists."""
    pages = revisions(tx, push)
    given = values(tx, app_id, ((revision.page.cover, COVER) for revision in pages))
    return Fingerprint(
        tuple(revision.article.title for revision in pages),
        tuple(revision.page.digest for revision in pages),
        tuple(given.get((revision.page.cover, COVER), "?") for revision in pages),
    )
