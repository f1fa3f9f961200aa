"""What WeChat posts to the webhook, and what goes back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.model.jobs import JobFinished


@dataclass(frozen=True, slots=True)
class Message:
    """A follower's message or event; texts are raw and must be escaped where they are shown."""

    kind: str  # WeChat's MsgType: text, image, voice, video, shortvideo, location, link, event, …
    follower: str  # openid
    account: str  # the account's original id, gh_…
    created_at: datetime
    id: str | None  # MsgId; events have none
    text: str = ""
    event: str = ""  # as WeChat writes it: subscribe, CLICK, …
    event_key: str = ""
    menu_id: str | None = None  # set when the follower tapped a link of ours

    @property
    def key(self) -> str:
        """The same for every repeat of this message (WeChat: MsgId, or FromUserName + CreateTime).

        An event's is a plain hash, by which openids could be tried out: it is hashed under a key before it is kept.
        """
        if self.id:
            return f"m:{self.id}"
        parts = (self.follower, str(int(self.created_at.timestamp())), self.event, self.event_key)
        return "e:" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


Inbound = Message | JobFinished


@dataclass(frozen=True, slots=True)
class Reply:
    """A passive text reply; None where a reply is expected means `success`, that is: say nothing."""

    text: str
