"""A call to the platform as its handlers see it, and how a handler is entered in the table of calls."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.account import Account, Right
from bot.sandbox.errcodes import Refusal
from bot.sandbox.messages import Fields
from bot.sandbox.settings import BoxSettings
from bot.sandbox.state import Store

Answer = dict[str, Any]
OK: Answer = {"errcode": 0, "errmsg": "ok"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file instead of JSON."""

    content: bytes
    mime: str
    name: str


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    content: bytes
    description: str = ""  # of a permanent video: JSON with title and introduction


@dataclass(frozen=True, slots=True)
class Call:
    """One request, with what a handler may need; `now` is the box's time in seconds since 1970."""

    settings: BoxSettings
    base_url: str  # as the bot reaches the box: what its articles and pictures are addressed by
    store: Store
    account: Account
    now: float
    query: Mapping[str, str]
    body: bytes
    upload: Upload | None
    ip: str = "127.0.0.1"  # who calls
    # (OpenID, event, fields) that the bot hears once the call is done
    events: list[tuple[str, str, Fields]] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """The body's object; 44002 for an empty body, 47001 when it is no JSON object in UTF-8."""
        if not self.body.strip():
            raise Refusal(44002)
        try:
            value = json.loads(_with_escapes_visible(self.body.decode()))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise Refusal(47001) from error
        if not isinstance(value, dict):
            raise Refusal(47001)
        return value


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who answers a path, and what WeChat asks before it lets a call in. Limits are calls; None: no limit."""

    answer: Callable[[Call], Answer | File]
    method: str | None = "POST"  # None: either
    daily: int | None = None
    daily_for_test: int | None = None  # on a test account; None: as on any other
    a_minute: int | None = None
    right: Right = Right.ANYBODY
    needs_token: bool = True


def daily_limit(endpoint: Endpoint, account: Account) -> int | None:
    """Calls a day that WeChat answers; None: no limit."""
    return endpoint.daily_for_test if account.is_test and endpoint.daily_for_test is not None else endpoint.daily


def slice_of(request: Mapping[str, Any]) -> tuple[int, int]:
    """`offset` and `count` of a list call; 40097 unless count is 1 to 20."""
    offset, count = request.get("offset", 0), request.get("count", 20)
    if not isinstance(offset, int) or not isinstance(count, int) or not 0 <= offset < 1 << 31 or not 1 <= count <= 20:
        raise Refusal(40097)
    return offset, count


def text_of(request: Mapping[str, Any], name: str) -> str:
    """A field as text; numbers too, since WeChat's own samples write ids both ways. Empty when it is missing."""
    value = request.get(name, "")
    return str(value) if isinstance(value, str | int) else ""


def _with_escapes_visible(body: str) -> str:
    r"""The body with `\uXXXX` of Chinese kept as these six characters, which is how WeChat would show them."""

    def kept(match: re.Match[str]) -> str:
        digits = match.group(1)
        return "\\" + match.group(0) if digits and int(digits, 16) > 127 else match.group(0)

    return _ESCAPE.sub(kept, body)
