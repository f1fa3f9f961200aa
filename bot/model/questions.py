"""What followers ask, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was dealt with."""

    normalised: str  # the key of the masked text, the same for all ways of writing it
    text: str  # raw: masked and cut before it is kept
    answered: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One message or event that was dealt with; holds nothing of who sent it but, when they come, a keyed hash."""

    key: str  # a repeat has the same and counts for nothing; an event's is hashed under the desk key
    at: datetime
    kind: str
    counters: tuple[str, ...] = ()
    asked: Asked | None = None
    came: str | None = None  # hash of a new follower
    sent_at: datetime | None = None  # by WeChat's clock: who came or left last, whichever process hears of it first


@dataclass(frozen=True, slots=True)
class Gap:
    """A question without a good answer; times are those of the first and the latest asking."""

    text: str
    asked: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply and what it rests on: `hits` are up to ten article ids, best first; `answered` when it offers hits[0]."""

    hits: tuple[str, ...]
    answered: bool
    text: str
