"""The box's clock: the real one plus an offset that the console can change."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991


class Clock:
    """Time in Shanghai. With a file, the offset is read from it at every look, so that the bot shares it."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._offset_s = 0.0

    def now(self) -> datetime:
        """The box's time, aware."""
        return datetime.fromtimestamp(self.timestamp(), SHANGHAI)

    def timestamp(self) -> float:
        """The box's time in seconds since 1970."""
        return time.time() + self.offset_s()

    def offset_s(self) -> float:
        """Seconds ahead of the real clock; an unreadable file counts as no offset."""
        if self._file is None:
            return self._offset_s
        try:
            return float(self._file.read_text().strip() or 0)
        except (FileNotFoundError, ValueError):
            return 0.0

    def move_to(self, now: datetime) -> None:
        """It is `now`, and goes on from there."""
        offset_s = now.timestamp() - time.time()
        if self._file is None:
            self._offset_s = offset_s
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Replaced in one step: the bot may read at any moment.
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
        with os.fdopen(handle, "w") as file:
            file.write(f"{offset_s:.6f}\n")
        os.replace(name, self._file)


def iso(timestamp: float) -> str:
    """ISO 8601 in Shanghai, whole seconds."""
    return datetime.fromtimestamp(timestamp, SHANGHAI).isoformat(timespec="seconds")


def day_of(timestamp: float) -> str:
    """The day in Shanghai, like 2026-12-04."""
    return iso(timestamp)[:10]
