"""What a step of a push needs at hand, for one round."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.config import Config
from bot.errors import LedgerBusy, NotFound
from bot.ledger import pushes
from bot.ledger.database import Connection, Ledger
from bot.ledger.media import MediaStore
from bot.model.pushes import Push
from bot.publishing.outlet import Outlet

KEEP_TRIES = 5
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Bench:
    """The rooms, the outlet and the moment of one round."""

    config: Config
    ledger: Ledger
    media: MediaStore
    outlet: Outlet
    now: datetime
    pause: Callable[[float], None] = time.sleep  # seconds

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
