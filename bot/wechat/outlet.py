"""WeChat as publishing needs it: `bot.publishing.outlet.Outlet` over the API client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.errors import OutcomeUnknown
from bot.model.jobs import Job
from bot.publishing.outlet import (
    BAD_MEDIA_ID,
    NO_PERMISSION,
    DraftArticle,
    DraftSeen,
    MassTicket,
    PublicationSeen,
    PublishTicket,
)
from bot.wechat import jobs
from bot.wechat.client import Answer, Call, WeChatClient, incomplete
from bot.wechat.errcodes import ALREADY_SENT, BUSY

PAGE_ITEMS = 20
"""The most that the batchget calls give at once."""

SPEED_GET = Call("/cgi-bin/message/mass/speed/get", "查看群发权限", changes=False)
UPLOADIMG = Call("/cgi-bin/media/uploadimg", "上传正文图片", changes=True)
ADD_MATERIAL = Call("/cgi-bin/material/add_material", "上传封面", changes=True)
DRAFT_ADD = Call("/cgi-bin/draft/add", "新建草稿", changes=True)
DRAFT_BATCHGET = Call("/cgi-bin/draft/batchget", "查看草稿箱", changes=False)
DRAFT_DELETE = Call("/cgi-bin/draft/delete", "删除草稿", changes=True)
SUBMIT = Call("/cgi-bin/freepublish/submit", "提交发布", changes=True)
PUBLISH_GET = Call("/cgi-bin/freepublish/get", "查看发布结果", changes=False)
PUBLISH_BATCHGET = Call("/cgi-bin/freepublish/batchget", "查看已发布的文章", changes=False)
SENDALL = Call("/cgi-bin/message/mass/sendall", "群发", changes=True)
MASS_GET = Call("/cgi-bin/message/mass/get", "查看群发结果", changes=False)

_Seen = TypeVar("_Seen", DraftSeen, PublicationSeen)


class WeChatOutlet:
    """The account's side of WeChat; see the protocol for what each call gives and raises."""

    def __init__(self, client: WeChatClient) -> None:
        """Calls nothing yet."""
        self._client = client

    def may_mass_send(self) -> bool:
        """True unless WeChat answers 48001 to message/mass/speed/get; changes nothing."""
        return self._is_permitted(SPEED_GET, {})

    def may_publish(self) -> bool:
        """True unless WeChat answers 48001 to freepublish/batchget; changes nothing."""
        return self._is_permitted(PUBLISH_BATCHGET, {"offset": 0, "count": 1, "no_content": 1})

    def _is_permitted(self, call: Call, body: dict[str, object]) -> bool:
        return self._client.post(call, body, answers=frozenset({NO_PERMISSION})).get("errcode") != NO_PERMISSION

    def upload_picture(self, name: str, data: bytes, mime: str) -> str:
        """The address of a picture for use in articles (JPEG or PNG under 1 MB)."""
        return _needed(UPLOADIMG, self._client.upload(UPLOADIMG, name, data, mime), "url")

    def upload_cover(self, name: str, data: bytes, mime: str) -> str:
        """The permanent media id of a cover."""
        return _needed(ADD_MATERIAL, self._client.upload(ADD_MATERIAL, name, data, mime, kind="image"), "media_id")

    def add_draft(self, articles: Sequence[DraftArticle]) -> str:
        """The media id of a new draft (1 to 8 articles)."""
        body = {"articles": [_draft_article(article) for article in articles]}
        return _needed(DRAFT_ADD, self._begun(DRAFT_ADD, body), "media_id")

    def drafts(self, *, since: datetime) -> list[DraftSeen]:
        """The drafts changed at or after `since`, newest first."""
        return self._seen(DRAFT_BATCHGET, _draft_seen, since)

    def delete_draft(self, media_id: str) -> None:
        """The draft is gone; also when it was gone before."""
        self._client.post(DRAFT_DELETE, {"media_id": media_id}, answers=frozenset({BAD_MEDIA_ID}))

    def submit(self, media_id: str) -> PublishTicket:
        """Hands a draft to free publication: accepted, not yet published."""
        answer = self._begun(SUBMIT, {"media_id": media_id})
        return PublishTicket(_needed(SUBMIT, answer, "publish_id"), _optional(answer, "msg_data_id"))

    def publication(self, publish_id: str) -> Job:
        """How far a free publication is; with the addresses by position."""
        answer = self._client.post(PUBLISH_GET, {"publish_id": publish_id})
        status, urls = _needed(PUBLISH_GET, answer, "publish_status"), _article_urls(PUBLISH_GET, answer)
        return jobs.publication(status, urls, _optional(answer, "article_id"))

    def publications(self, *, since: datetime) -> list[PublicationSeen]:
        """Free publications changed at or after `since`, newest first."""
        return self._seen(PUBLISH_BATCHGET, _publication_seen, since)

    def mass_send(self, media_id: str, clientmsgid: str) -> MassTicket:
        """Sends a draft to all followers; 45065 is success, with the earlier msg_id."""
        body = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id},
            "send_ignore_reprint": 0,  # taken for a reprint: WeChat stops, and a person looks
            "clientmsgid": clientmsgid,
        }
        answer = self._begun(SENDALL, body, ALREADY_SENT)
        msg_id = _needed(SENDALL, answer, "msg_id")
        return MassTicket(msg_id, _optional(answer, "msg_data_id"), already=answer.get("errcode") == ALREADY_SENT)

    def mass_job(self, msg_id: str) -> Job:
        """How far a mass send is; WeChat gives no addresses here."""
        answer = self._client.post(MASS_GET, {"msg_id": msg_id})
        return jobs.mass_send(_needed(MASS_GET, answer, "msg_status"))

    def _begun(self, call: Call, body: Mapping[str, object], *answers: int) -> Answer:
        """The answer to a call of which nobody knows, when WeChat says that it is busy, whether it had begun by then."""
        answer = self._client.post(call, body, answers=frozenset({BUSY, *answers}))
        if answer.get("errcode") == BUSY:
            raise OutcomeUnknown(f"{call.what}：微信那边正忙（-1），不知道微信做了没有，要先查清再决定。")
        return answer

    def _seen(self, call: Call, read: Callable[[Answer], _Seen], since: datetime) -> list[_Seen]:
        """What a list of WeChat's holds from `since` on, newest first.

        WeChat promises no order. Where a page shows that it gives the newest first, pages from before `since` are not
        asked for: freepublish/batchget may be called 100 times a day.
        """
        from_second = since.replace(microsecond=0)  # WeChat's times are whole seconds
        found: list[_Seen] = []
        offset = 0
        while True:
            answer = self._client.post(call, {"offset": offset, "count": PAGE_ITEMS, "no_content": 1})
            try:
                items = [read(item) for item in answer.get("item") or ()]
                total = int(answer["total_count"])
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                raise incomplete(call) from None
            found += items
            offset += len(items)
            if not items or offset >= total or _is_behind(items, from_second):
                break
        return sorted((s for s in found if s.updated_at >= from_second), key=lambda s: s.updated_at, reverse=True)


def _is_behind(page: Sequence[_Seen], since: datetime) -> bool:
    """True when the page runs from newer to older and has passed `since`; one second for all of it shows no order."""
    times = [seen.updated_at for seen in page]
    return times[0] > times[-1] and times == sorted(times, reverse=True) and times[-1] < since


def _draft_article(article: DraftArticle) -> dict[str, object]:
    return {
        "article_type": "news",
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content": article.content,
        "content_source_url": article.source_url,
        "thumb_media_id": article.cover_media_id,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
    }


def _draft_seen(item: Answer) -> DraftSeen:
    news = item["content"]["news_item"]
    return DraftSeen(
        media_id=str(item["media_id"]),
        titles=_each(news, "title"),
        digests=_each(news, "digest"),
        cover_media_ids=_each(news, "thumb_media_id"),
        updated_at=_moment(item["update_time"]),
    )


def _publication_seen(item: Answer) -> PublicationSeen:
    news = item["content"]["news_item"]
    return PublicationSeen(
        article_id=str(item["article_id"]),
        titles=_each(news, "title"),
        digests=_each(news, "digest"),
        cover_media_ids=_each(news, "thumb_media_id"),
        urls=_each(news, "url"),
        updated_at=_moment(item["update_time"]),
    )


def _each(news: Sequence[Answer], name: str) -> tuple[str, ...]:
    return tuple(str(article.get(name, "")) for article in news)


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _needed(call: Call, answer: Answer, name: str) -> str:
    """A field without which the answer says nothing; ids come as text or as numbers."""
    value = _optional(answer, name)
    if value is None:
        raise incomplete(call)
    return value


def _optional(answer: Answer, name: str) -> str | None:
    value = answer.get(name)
    return None if value is None or value == "" else str(value)


def _article_urls(call: Call, answer: Answer) -> dict[int, str]:
    try:
        items = (answer.get("article_detail") or {}).get("item") or ()
        return {int(item["idx"]) - 1: str(item["article_url"]) for item in items}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise incomplete(call) from None
