"""How many customer-service messages a follower may be sent: each thing they do opens an allowance for a while."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Store


@dataclass(frozen=True, slots=True)
class Allowance:
    messages: int
    lasts_s: int


TWO_DAYS_S, A_MINUTE_S = 48 * 3600, 60
BY_TRIGGER = {
    "message": Allowance(5, TWO_DAYS_S),
    "click": Allowance(3, A_MINUTE_S),
    "follow": Allowance(3, A_MINUTE_S),
    "scan": Allowance(3, A_MINUTE_S),
}
# The other events (VIEW, the pictures of a menu button, LOCATION …) open none.
BY_EVENT = {
    "CLICK": "click",
    "scancode_push": "click",
    "scancode_waitmsg": "click",
    "subscribe": "follow",
    "SCAN": "scan",
}


def open_by_message(store: Store, openid: str, now: float, *, is_menu_click: bool) -> None:
    """A message opens an allowance; a tapped item of a menu message counts as a menu click."""
    _open(store, openid, "click" if is_menu_click else "message", now)


def open_by_event(store: Store, openid: str, event: str, now: float) -> None:
    """An event opens an allowance if it is one that does; who leaves has none left."""
    if event == "unsubscribe":
        store.change("DELETE FROM allowances WHERE openid = ?", openid)
    elif event in BY_EVENT:
        _open(store, openid, BY_EVENT[event], now)


def spend(store: Store, openid: str, now: float) -> None:
    """One message less of the allowance that ends first; 45015 when none is open, 45047 when all are used up."""
    rows = store.rows(
        "SELECT trigger, remaining FROM allowances WHERE openid = ? AND opened_at <= ? AND until > ? ORDER BY until",
        openid,
        now,
        now,
    )
    if not rows:
        raise Refusal(45015)
    trigger = next((row["trigger"] for row in rows if row["remaining"]), None)
    if trigger is None:
        raise Refusal(45047)
    store.change("UPDATE allowances SET remaining = remaining - 1 WHERE openid = ? AND trigger = ?", openid, trigger)


def _open(store: Store, openid: str, trigger: str, now: float) -> None:
    allowance = BY_TRIGGER[trigger]
    # A repeated trigger begins its allowance again; what was left of the old one is not added.
    store.change(
        "INSERT INTO allowances (openid, trigger, opened_at, until, remaining) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (openid, trigger) DO UPDATE"
        " SET opened_at = excluded.opened_at, until = excluded.until, remaining = excluded.remaining",
        openid,
        trigger,
        now,
        now + allowance.lasts_s,
        allowance.messages,
    )
