"""Finished replies, kept as long as nothing that answers has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict

from bot.model.questions import Answered


class Replies:
    """At most `size` replies of one version of the archive, the longest unused forgotten first. Safe for many threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._version = -1
        self._kept: OrderedDict[str, Answered] = OrderedDict()
        self._guard = threading.Lock()

    def at(self, version: int) -> None:
        """From now on replies are of this version; those of another are forgotten."""
        with self._guard:
            if version != self._version:
                self._version = version
                self._kept.clear()

    def get(self, key: str) -> Answered | None:
        """The reply, if it is kept."""
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, reply: Answered, version: int) -> None:
        """Keeps a reply that was made from this version, unless another has come since."""
        with self._guard:
            if version != self._version or not self._size:
                return
            self._kept[key] = reply
            self._kept.move_to_end(key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
