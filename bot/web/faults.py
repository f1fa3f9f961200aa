"""An unexpected error as the log may hold it: kinds and places, never its text, which may quote somebody's words."""

from __future__ import annotations

import traceback
from collections.abc import Iterator


def where(error: BaseException) -> str:
    """ "OperationalError database.py:88 inbox.py:40 ← …", the error first, then what caused it."""
    return " ← ".join(f"{type(link).__name__} {_last_lines(link)}" for link in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _last_lines(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
