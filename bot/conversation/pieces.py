"""A reply's text from pieces that each fit whole: WeChat drops a text over 2,048 bytes, and half a link is no link."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

REPLY_BYTES = 2_048
URL_BYTES = 1_000

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ENTITY = re.compile("&(?=#[0-9]|#[xX][0-9a-fA-F]|[A-Za-z][A-Za-z0-9]*;|(?:lt|LT|gt|GT|amp|AMP|quot|QUOT|nbsp))")
"""What some client could decode: with a semicolon any name, without one those that HTML has always taken so."""


def plain(text: str) -> str:
    """Anyone's text, safe inside a reply.

    WeChat shows a text as it stands, apart from <a>: entities would be seen as `&lt;` by some clients and decoded by
    others. So what could open a tag, end CDATA or pass for an entity becomes its full-width twin, which every client
    shows as it is. Characters that XML forbids or that nobody sees go.
    """
    return _ENTITY.sub("＆", _UNSEEN.sub("", text).replace("<", "＜").replace(">", "＞"))


def line(text: str) -> str:
    """The same on one line."""
    return " ".join(plain(text).split())


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode())


def fitted(text: str, limit: int) -> str:
    """The text in at most `limit` bytes, cut between characters, with … when it was cut; empty when not even that fits."""
    if size(text) <= limit:
        return text
    room = limit - size("…")
    return text.encode()[:room].decode(errors="ignore") + "…" if room >= 0 else ""


def link(url: str, label: str) -> str:
    """A link; `label` is already plain."""
    return f'<a href="{url}">{label}</a>'


def tap(question: str) -> str:
    """A line that sends `question` as the follower's own text when tapped."""
    content = quote(" ".join(_UNSEEN.sub("", question).split()), safe="")
    return link(f"weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid=1", line(question))


def web_address(url: str | None) -> str | None:
    """The address with everything quoted that could end an attribute; None unless it is http or https and short enough."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    quoted = quote(_UNSEEN.sub("", url), safe=":/?#[]@!$&'()*+,;=%~-._")
    return quoted if usable and len(quoted) <= URL_BYTES else None


class Pieces:
    """Lines that together stay within the limit."""

    def __init__(self, limit: int = REPLY_BYTES) -> None:
        self._limit = limit
        self.lines: list[str] = []

    @property
    def room(self) -> int:
        """Bytes that one more line may have."""
        used = sum(size(text) + 1 for text in self.lines)
        return self._limit - used

    def add(self, text: str) -> bool:
        """True when the line fitted and is now part of the text."""
        if not text or size(text) > self.room:
            return False
        self.lines.append(text)
        return True

    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)
