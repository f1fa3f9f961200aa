"""The events that tell how a job ended ("群发结果事件推送", "发布结果事件推送")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.messages import Fields, Heading, event
from bot.sandbox.outcomes import WITH_FAILED_ARTICLES

REPRINT_STATES = {"err(30002)": 3, "err(30003)": 2}  # CheckState: a reprint that may not, or may, be sent


@dataclass(frozen=True, slots=True)
class Reached:
    """Followers that a mass message was meant for, and those left after filtering."""

    total: int
    filtered: int


def mass_finished(heading: Heading, msg_id: int, status: str, reached: Reached, urls: Sequence[str]) -> str:
    """The event for a mass message; `status` is empty for one that went out."""
    sent = 0 if status else reached.filtered
    items: Fields = [("item", [("ArticleIdx", idx), ("ArticleUrl", url)]) for idx, url in enumerate(urls, 1)]
    return event(
        heading,
        "MASSSENDJOBFINISH",
        [
            ("MsgID", msg_id),
            ("Status", status or "send success"),
            ("TotalCount", 0 if status else reached.total),
            ("FilterCount", sent),
            ("SentCount", sent),
            ("ErrorCount", 0),
            ("CopyrightCheckResult", _copyright(status)),
            ("ArticleUrlResult", [("Count", len(urls)), ("ResultList", items)]),
        ],
    )


def publish_finished(heading: Heading, publish_id: str, status: str, article_id: str, urls: Sequence[str]) -> str:
    """The event for a publication; `status` is empty for one that succeeded."""
    info: Fields = [("publish_id", int(publish_id)), ("publish_status", int(status or 0))]
    if not status:
        items: Fields = [("item", [("idx", idx), ("article_url", url)]) for idx, url in enumerate(urls, 1)]
        info = [*info, ("article_id", article_id), ("article_detail", [("count", len(urls)), *items])]
    if status in WITH_FAILED_ARTICLES:
        info = [*info, ("fail_idx", 1)]
    return event(heading, "PUBLISHJOBFINISH", [("PublishEventInfo", info)])


def _copyright(status: str) -> Fields:
    if status not in REPRINT_STATES:
        return [("Count", 0), ("ResultList", []), ("CheckState", 1)]
    item: Fields = [
        ("ArticleIdx", 1),
        ("UserDeclareState", 0),
        ("AuditState", 2),
        ("OriginalArticleUrl", "http://mp.weixin.qq.com/s/original"),
        ("OriginalArticleType", 1),
        ("CanReprint", int(REPRINT_STATES[status] == 2)),
        ("NeedReplaceContent", 1),
        ("NeedShowReprintSource", 1),
    ]
    return [("Count", 1), ("ResultList", [("item", item)]), ("CheckState", REPRINT_STATES[status])]
