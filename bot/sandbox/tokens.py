"""The access tokens: `token`, `stable_token`, and what the platform says to a bad one."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime

from bot.sandbox.calls import Answer, Call, Endpoint, text_of
from bot.sandbox.clock import SHANGHAI
from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Store

LIFE_S = 7200
OVERLAP_S = 300  # an old and a new token are both good for this long
FORCED_A_DAY = 20
FORCED_APART_S = 30

TOKEN_ENDS = {
    40001: "UPDATE tokens SET dead_from = ?1 WHERE token = ?2",
    40014: "DELETE FROM tokens WHERE token = ?2",
    42001: "UPDATE tokens SET expires_at = ?1 WHERE token = ?2",
}
"""What each code says of a token has happened to it: from then on it gets that code by itself."""


def check_token(store: Store, token: str, now: float) -> None:
    """Refusal 41001, 40014, 42001 or 40001 unless the token is good."""
    if not token:
        raise Refusal(41001)
    row = store.row("SELECT expires_at, dead_from FROM tokens WHERE token = ?", token)
    if row is None:
        raise Refusal(40014)
    if now >= row["expires_at"]:
        raise Refusal(42001)
    if row["dead_from"] is not None and now >= row["dead_from"]:
        raise Refusal(40001)


def check_secret(call: Call, app_id: str, secret: str) -> None:
    """Refusal 41002, 41004, 40013, 40243 or 40125 unless these are the account's, and its secret may be used."""
    if not app_id:
        raise Refusal(41002)
    if not secret:
        raise Refusal(41004)
    if app_id != call.settings.app_id:
        raise Refusal(40013)
    if call.account.is_secret_frozen:
        raise Refusal(40243)
    if not hmac.compare_digest(secret.encode(), call.settings.app_secret.encode()):
        raise Refusal(40125)


def retire(store: Store, token: str, code: int, now: float) -> None:
    """The token has ended as the code says, so that asking without force gives another; other codes end none."""
    if code in TOKEN_ENDS:
        store.change(TOKEN_ENDS[code], now, token)


def give_token(call: Call) -> Answer:
    """A new token; the one before it dies after the overlap."""
    _check_credentials(call, call.query)
    call.store.change(
        "UPDATE tokens SET dead_from = ? WHERE channel = 'plain' AND dead_from IS NULL", call.now + OVERLAP_S
    )
    return _issue(call, "plain")


def give_stable_token(call: Call) -> Answer:
    """The same token as before with its remaining life, or a new one when it ends soon or force is asked."""
    request = call.json()
    _check_credentials(call, request)
    if request.get("force_refresh") is True:
        return _force(call)
    newest = call.store.row(
        "SELECT token, expires_at FROM tokens WHERE channel = 'stable' AND dead_from IS NULL AND issued_at <= ?"
        " ORDER BY expires_at DESC LIMIT 1",
        call.now,
    )
    if newest is None or newest["expires_at"] - call.now <= OVERLAP_S:
        return _issue(call, "stable")
    return {"access_token": newest["token"], "expires_in": int(newest["expires_at"] - call.now)}


def _force(call: Call) -> Answer:
    midnight = datetime.fromtimestamp(call.now, SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    used = "SELECT count(*) FROM forced_tokens WHERE at > ? AND at <= ?"
    if call.store.number(used, call.now - FORCED_APART_S, call.now):
        raise Refusal(45011)
    if call.store.number(used, midnight.timestamp() - 1e-6, call.now) >= FORCED_A_DAY:
        raise Refusal(45009)
    call.store.change("INSERT INTO forced_tokens (at) VALUES (?)", call.now)
    call.store.change(
        "UPDATE tokens SET dead_from = ? WHERE channel = 'stable' AND coalesce(dead_from, ?) >= ?",
        call.now,
        call.now,
        call.now,
    )
    return _issue(call, "stable")


def _issue(call: Call, channel: str) -> Answer:
    token = secrets.token_urlsafe(102)  # 136 characters, as WeChat's are
    call.store.change(
        "INSERT INTO tokens (token, channel, issued_at, expires_at) VALUES (?, ?, ?, ?)",
        token,
        channel,
        call.now,
        call.now + LIFE_S,
    )
    return {"access_token": token, "expires_in": LIFE_S}


def _check_credentials(call: Call, given: Mapping[str, object]) -> None:
    if text_of(given, "grant_type") != "client_credential":
        raise Refusal(40002)
    check_secret(call, text_of(given, "appid"), text_of(given, "secret"))
    if call.account.token_confirmation:
        raise Refusal(call.account.token_confirmation)


ENDPOINTS = {
    "/cgi-bin/token": Endpoint(give_token, method="GET", daily=2000, daily_for_test=200, needs_token=False),
    "/cgi-bin/stable_token": Endpoint(give_stable_token, daily=500_000, a_minute=10_000, needs_token=False),
}
