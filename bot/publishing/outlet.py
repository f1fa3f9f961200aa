"""What publishing needs of WeChat; `bot.wechat` implements it.

Every call may raise `OutletRefused` (WeChat said no: nothing was done) or `OutcomeUnknown` (no usable answer: it may
have been done). No call is repeated behind the caller's back, apart from one repeat with a fresh token, which
WeChat has refused before doing anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.errors import BotError, OutletRefused, Remedy
from bot.model.jobs import Job

NO_PERMISSION = 48001
BAD_MEDIA_ID = 40007
"""Codes of WeChat's that say more than their remedy: the account may not do this, or the draft or a picture is gone."""


def is_final(error: BotError) -> bool:
    """True when WeChat will say the same again, however often it is asked, until somebody has changed something."""
    return isinstance(error, OutletRefused) and error.remedy not in (Remedy.RETRY_NOW, Remedy.RETRY_LATER)


@dataclass(frozen=True, slots=True)
class DraftArticle:
    """One article of a draft; limits are WeChat's (title 32, author 16, digest 128 characters, content < 20,000)."""

    title: str
    author: str
    digest: str
    content: str  # HTML with WeChat's picture addresses
    cover_media_id: str
    source_url: str = ""  # 阅读原文


@dataclass(frozen=True, slots=True)
class DraftSeen:
    """A draft as WeChat's box lists it; content is not given, WeChat rewrites it."""

    media_id: str
    titles: tuple[str, ...]
    digests: tuple[str, ...]
    cover_media_ids: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublicationSeen:
    """An item of WeChat's list of free publications."""

    article_id: str
    titles: tuple[str, ...]
    digests: tuple[str, ...]
    cover_media_ids: tuple[str, ...]
    urls: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublishTicket:
    """What freepublish/submit gives."""

    publish_id: str
    msg_data_id: str | None


@dataclass(frozen=True, slots=True)
class MassTicket:
    """What message/mass/sendall gives; `already` when this clientmsgid had been used before (45065)."""

    msg_id: str
    msg_data_id: str | None
    already: bool


class Outlet(Protocol):
    """The account's side of WeChat, as publishing needs it."""

    def may_mass_send(self) -> bool:
        """True unless WeChat answers 48001 to message/mass/speed/get; changes nothing."""

    def may_publish(self) -> bool:
        """True unless WeChat answers 48001 to freepublish/batchget; changes nothing."""

    def upload_picture(self, name: str, data: bytes, mime: str) -> str:
        """The address of a picture for use in articles (media/uploadimg; JPEG or PNG under 1 MB)."""

    def upload_cover(self, name: str, data: bytes, mime: str) -> str:
        """The permanent media id of a cover (material/add_material)."""

    def add_draft(self, articles: Sequence[DraftArticle]) -> str:
        """The media id of a new draft (draft/add; 1 to 8 articles)."""

    def drafts(self, *, since: datetime) -> list[DraftSeen]:
        """The drafts changed at or after `since`, newest first (draft/batchget, all pages needed)."""

    def delete_draft(self, media_id: str) -> None:
        """The draft is gone; also when it was gone before (40007)."""

    def submit(self, media_id: str) -> PublishTicket:
        """Hands a draft to free publication (freepublish/submit): accepted, not yet published."""

    def publication(self, publish_id: str) -> Job:
        """How far a free publication is (freepublish/get)."""

    def publications(self, *, since: datetime) -> list[PublicationSeen]:
        """Free publications changed at or after `since`, newest first (freepublish/batchget, all pages needed)."""

    def mass_send(self, media_id: str, clientmsgid: str) -> MassTicket:
        """Sends a draft to all followers (message/mass/sendall); 45065 is success, with the earlier msg_id."""

    def mass_job(self, msg_id: str) -> Job:
        """How far a mass send is (message/mass/get)."""
