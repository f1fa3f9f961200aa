"""After trouble WeChat is left alone for a while, by whichever process, also after a restart."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import BotError, OutletRefused
from bot.ledger import facts
from bot.ledger.database import Connection

LONGEST = timedelta(days=1)


def begin(tx: Connection, key: str, error: BotError, now: datetime, *, least: timedelta, said: str = "") -> None:
    """What `key` names is not asked about until WeChat's own time for it, or `least`, has passed; `said` tells why."""
    wanted = timedelta(seconds=error.retry_after_s) if isinstance(error, OutletRefused) else least
    facts.put(tx, key, f"{(now + max(wanted, least)).isoformat()} {said}", now)


def why(tx: Connection, key: str, now: datetime) -> str | None:
    """What was said of the pause; None when there is none now."""
    until, _, said = (facts.get(tx, key) or "").partition(" ")
    # A time far ahead was written under a clock that has been set back since.
    return said if until and now < datetime.fromisoformat(until) <= now + LONGEST else None
