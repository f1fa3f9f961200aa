"""What the next page says of what was just done, and the way to take it back; the session cookie carries it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash


@dataclass(frozen=True, slots=True)
class Undo:
    """The form that takes an act back, offered for ten seconds."""

    address: str
    fields: tuple[tuple[str, str], ...] = ()


def tell(said: str, kind: str = "done", undo: Undo | None = None) -> None:
    """The next page of this visitor says so; `kind`: done, look (it did not count) or stop (it was refused)."""
    back = {"address": undo.address, "fields": undo.fields} if undo else None
    told: Any = {"said": said, "undo": back}  # any JSON value goes into the cookie, whatever Flask's types say
    flash(told, kind)
