"""Pushes: approved articles on their way to followers' phones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Route(StrEnum):
    """How a push reaches followers; which one this account can take follows from WeChat."""

    MASS = "mass"  # 群发: notifies followers, uses the quota
    PUBLISH = "publish"  # 发布: a permanent link, nobody is notified
    DRAFT = "draft"  # a draft that a person sends in WeChat's back office

    @property
    def said(self) -> str:
        """As screens say it."""
        return {"mass": "群发", "publish": "发布（不通知关注者）", "draft": "只建草稿"}[self]


class PushState(StrEnum):
    """The last committed fact about a push."""

    CLAIMED = "claimed"
    UPLOADED = "uploaded"  # pictures and covers have WeChat's ids
    DRAFTED = "drafted"  # the draft is in WeChat's box
    SENT = "sent"  # WeChat has accepted it, its result is awaited
    CONFIRMED = "confirmed"  # WeChat said it went out, or a person did
    HANDED_OVER = "handed_over"  # draft route: a person sends it in WeChat's back office
    UNKNOWN = "unknown"  # nobody can know whether it went out: a person looks
    FAILED = "failed"  # refused for good: a person decides
    DROPPED = "dropped"  # a person let it go; its articles are free again

    @property
    def said(self) -> str:
        """As screens say it."""
        return _PUSH_STATES_SAID[self.value]


_PUSH_STATES_SAID = {
    "claimed": "准备中",
    "uploaded": "图片已上传",
    "drafted": "草稿已建好",
    "sent": "等待结果",
    "confirmed": "已发表",
    "handed_over": "等人发出",
    "unknown": "待确认",
    "failed": "失败",
    "dropped": "已作罢",
}

ENDED = frozenset({PushState.CONFIRMED, PushState.DROPPED})
"""States in which nothing is left to do."""

ASKED_AFTER = "正在问结果"


class Step(StrEnum):
    """A call, or a group of calls, to WeChat that is committed before and after."""

    UPLOAD = "upload"
    DRAFT = "draft"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class PushItem:
    """One article of a push; `position` 0 is the lead item."""

    position: int
    article_id: str
    revision: int
    column: str
    issue: int  # the column's issue number, counted from 1
    due: datetime  # its slot
    title: str
    url: str | None = None  # at WeChat, once known


@dataclass(frozen=True, slots=True)
class Push:
    """A push as the ledger keeps it."""

    id: int
    due: datetime
    route: Route
    state: PushState
    items: tuple[PushItem, ...]
    clientmsgid: str
    claimed_at: datetime
    updated_at: datetime
    step: Step | None = None  # a call is under way, or died: its outcome is open
    step_started_at: datetime | None = None
    attempts: int = 0  # of the present step
    retry_at: datetime | None = None
    draft_media_id: str | None = None
    publish_id: str | None = None
    msg_id: str | None = None
    msg_data_id: str | None = None
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None
    said: str = ""  # what happened and what to do, in Chinese
    errcode: int | None = None
    good_until: datetime | None = None  # later than this it does not go by itself: a person is asked
    seen_from: datetime | None = None  # by WeChat's clock, nothing of this push is older

    @property
    def stands(self) -> str:
        """How it stands, as screens say it: a send whose outcome is open is more than a draft that was made."""
        return ASKED_AFTER if self.state is PushState.DRAFTED and self.step is Step.SEND else self.state.said


@dataclass(frozen=True, slots=True)
class PushEvent:
    """One line of a push's history; append-only."""

    push_id: int
    at: datetime
    what: str  # "claimed", "upload:before", "upload:after", "settled", "person:resend", …
    said: str


@dataclass(frozen=True, slots=True)
class PlannedPush:
    """What the timetable and the stock make of the coming days; nothing of it is stored."""

    due: datetime
    route: Route
    items: tuple[PlannedItem, ...]
    note: str = ""  # why it may not go out: quota, missing articles


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A slot of a planned push; `article_id` is None while the column has nothing approved for it."""

    column: str
    due: datetime
    article_id: str | None
    title: str | None
    placed: bool = False  # an editor put it there
    gap: str = ""  # why nothing goes out on this slot
    held_by: str | None = None  # the article that an editor put there and that may not go out yet: nobody else may
