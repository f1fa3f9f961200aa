"""What the box is told at its start."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BoxSettings:
    """The account that the box plays, where its bot listens, and where its own things lie."""

    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)  # EncodingAESKey, 43 characters
    callback_url: str  # the bot's webhook; empty: nobody listens
    database: Path
    account_name: str = "临汾微科普"
    encryption: str = "safe"  # plain | compatible | safe
    kind: str = "subscription"  # subscription | service
    verified: bool = True
    clock_file: Path | None = None  # holds the offset to the real clock, in seconds; shared with the bot
    plan_command: list[str] | None = None  # prints the bot's coming pushes as JSON; "{now}" becomes the box's time
    round_command: list[str] | None = None  # does one scheduler round
    deliveries: int = 3  # times a message is offered before the follower is told that nobody answers
    timeout_s: float = 5.0
    job_delay_s: float = 0.5  # from an accepted send to its result
    arrival_s: float = 8.0  # how long 快进 watches for what it went to
    base_url: str = ""  # as the bot reaches the box; empty: as it was reached last

    def __post_init__(self) -> None:
        if self.encryption not in ("plain", "compatible", "safe"):
            raise ValueError(f"encryption 应是 plain、compatible 或 safe，现在是 {self.encryption}")
        if self.kind not in ("subscription", "service"):
            raise ValueError(f"kind 应是 subscription 或 service，现在是 {self.kind}")
        if self.encryption != "plain" and len(self.aes_key) != 43:
            raise ValueError("aes_key 应是 43 个字符")
        if self.deliveries < 1:
            raise ValueError("deliveries 至少是 1")
