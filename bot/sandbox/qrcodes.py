"""QR codes with a scene, and short keys: `qrcode/create`, what a ticket stands for, `shorten/gen` and `shorten/fetch`."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from typing import Any

from PIL import Image

from bot.sandbox.account import Right
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Store

LONGEST_S = 2_592_000
USUAL_S = 60
SCENE_CHARS = 64
LAST_PERMANENT_ID = 100_000
LONG_DATA_BYTES = 4096
TEMPORARY = ("QR_SCENE", "QR_STR_SCENE")
PERMANENT = ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")
_PATTERN_SIDE, _PICTURE_PX = 25, 430


@dataclass(frozen=True, slots=True)
class Scene:
    """What a code stands for; `is_number` when it was given as `scene_id`."""

    ticket: str
    key: str
    is_number: bool


def create_code(call: Call) -> Answer:
    """The ticket that the picture is fetched with; a temporary one ends after `expire_seconds`."""
    request = call.json()
    name = text_of(request, "action_name")
    if name not in TEMPORARY + PERMANENT:
        raise Refusal(40035)
    key = _scene(request, name)
    lasts = _lasts_s(request.get("expire_seconds", USUAL_S)) if name in TEMPORARY else None
    ticket = secrets.token_urlsafe(72)
    call.store.insert(
        "INSERT INTO qrcodes (ticket, scene, is_number, expires_at) VALUES (?, ?, ?, ?)",
        ticket,
        key,
        int("STR" not in name),
        None if lasts is None else call.now + lasts,
    )
    told: Answer = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[:22]}"}
    return told if lasts is None else {**told, "expire_seconds": lasts}


def code_picture(ticket: str) -> bytes:
    """A PNG for the ticket: a pattern that no camera reads, since scans in the box name the ticket."""
    seen = hashlib.shake_256(ticket.encode()).digest(_PATTERN_SIDE**2)
    picture = Image.frombytes("L", (_PATTERN_SIDE, _PATTERN_SIDE), bytes(255 * (one & 1) for one in seen))
    packed = io.BytesIO()
    picture.resize((_PICTURE_PX, _PICTURE_PX), Image.Resampling.NEAREST).save(packed, "PNG")
    return packed.getvalue()


def find_scene(store: Store, ticket: str, now: float) -> Scene | None:
    """What a scan of this ticket tells; None for one that was never made, or has ended."""
    sql = "SELECT * FROM qrcodes WHERE ticket = ? AND (expires_at IS NULL OR expires_at > ?)"
    row = store.row(sql, ticket, now)
    return None if row is None else Scene(row["ticket"], row["scene"], bool(row["is_number"]))


def shorten(call: Call) -> Answer:
    """The key that the data is fetched with until it ends."""
    request = call.json()
    data = text_of(request, "long_data")
    if not 1 <= len(data.encode()) <= LONG_DATA_BYTES:
        raise Refusal(40035)
    key = secrets.token_urlsafe(12)[:15]
    lasts = _lasts_s(request.get("expire_seconds", LONGEST_S))
    sql = "INSERT INTO short_keys (short_key, long_data, create_time, expires_at) VALUES (?, ?, ?, ?)"
    call.store.insert(sql, key, data, call.now, call.now + lasts)
    return {**OK, "short_key": key}


def fetch_long(call: Call) -> Answer:
    """The data behind a key that has not ended, and the seconds that it still lasts."""
    row = call.store.row(
        "SELECT * FROM short_keys WHERE short_key = ? AND expires_at > ?", text_of(call.json(), "short_key"), call.now
    )
    if row is None:
        raise Refusal(40035)
    left = int(row["expires_at"] - call.now)
    return {**OK, "long_data": row["long_data"], "create_time": int(row["create_time"]), "expire_seconds": left}


def _scene(request: dict[str, Any], name: str) -> str:
    info = request.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    given = scene.get("scene_str" if "STR" in name else "scene_id") if isinstance(scene, dict) else None
    if "STR" in name:
        is_good = isinstance(given, str) and 1 <= len(given) <= SCENE_CHARS
    else:
        last = LAST_PERMANENT_ID if name in PERMANENT else (1 << 32) - 1
        is_good = isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= last
    if not is_good:
        raise Refusal(40035)
    return str(given)


def _lasts_s(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= LONGEST_S:
        raise Refusal(40035)
    return given


ENDPOINTS = {
    "/cgi-bin/qrcode/create": Endpoint(
        create_code, right=Right.SERVICE_VERIFIED_OR_TEST, daily=100_000, daily_for_test=10_000
    ),
    "/cgi-bin/shorten/gen": Endpoint(shorten, right=Right.SERVICE_VERIFIED_OR_TEST),
    "/cgi-bin/shorten/fetch": Endpoint(fetch_long, right=Right.SERVICE_VERIFIED_OR_TEST),
}
