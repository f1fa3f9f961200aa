"""What a step of a push needs at hand, for one round."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.config import Config
from bot.errors import LedgerBusy, NotFound
from bot.ledger import pushes
from bot.ledger.database import Connection, Ledger
from bot.ledger.media import MediaStore
from bot.model.pushes import Push
from bot.publishing.outlet import Outlet

KEEP_TRIES = 5

CLOCKS_DIFFER = timedelta(minutes=2)
"""WeChat's clock may be this far from ours."""

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Workbench:
    """The rooms, the outlet and the moment of one round."""

    config: Config
    ledger: Ledger
    media: MediaStore
    outlet: Outlet
    now: datetime
    wall: datetime  # the real time; another than `now` when that is only supposed
    pause: Callable[[float], None] = time.sleep  # seconds

    @property
    def seen_from(self) -> datetime:
        """Nothing that WeChat makes from now on can be older, whichever of the two times it lives in."""
        return min(self.now, self.wall) - CLOCKS_DIFFER

    def is_since(self, push: Push, made_at: datetime) -> bool:
        """True when something made at that time, by WeChat's clock, may have been made by this push."""
        in_supposed_time = made_at >= push.claimed_at - CLOCKS_DIFFER
        in_real_time = (push.seen_from or push.claimed_at) <= made_at <= self.wall + CLOCKS_DIFFER
        return in_supposed_time or in_real_time

    def current(self, push_id: int) -> Push:
        """The push as the ledger has it now."""
        with self.ledger.read() as tx:
            found = pushes.get(tx, push_id)
        if found is None:
            raise NotFound(f"没有编号为 {push_id} 的推送。")
        return found

    def keep(self, write: Callable[[Connection], Kept]) -> Kept:
        """What `write` gives, committed; tried again while others write: WeChat's answer to a call must not get lost."""
        for _ in range(KEEP_TRIES - 1):
            try:
                with self.ledger.write() as tx:
                    return write(tx)
            except LedgerBusy:
                continue
        with self.ledger.write() as tx:
            return write(tx)
