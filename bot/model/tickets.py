"""Questions put to a person of the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"  # waits for a person
    ANSWERED = "answered"  # the answer waits to be sent
    SENDING = "sending"  # claimed: the call to WeChat may have been made
    SENT = "sent"
    LATE = "late"  # WeChat's window had closed: a person must reach the follower another way
    UNKNOWN = "unknown"  # nobody knows whether WeChat sent it
    CLOSED = "closed"  # set aside, or its follower has left


@dataclass(frozen=True, slots=True)
class Ticket:
    """A follower's question to a person, and what became of it."""

    id: int
    question: str
    state: TicketState
    opened_at: datetime
    last_heard_at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    sent_at: datetime | None = None
    closed_at: datetime | None = None
    said: str = ""
