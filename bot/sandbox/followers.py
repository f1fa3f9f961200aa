"""The two sample followers, and who of them follows the account."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.state import Store


@dataclass(frozen=True, slots=True)
class Follower:
    openid: str
    name: str
    subscribed: bool


def all_followers(store: Store) -> list[Follower]:
    """Everybody the phone can switch to, always in the same order."""
    rows = store.rows("SELECT openid, name, subscribed FROM followers ORDER BY rowid")
    return [Follower(row["openid"], row["name"], bool(row["subscribed"])) for row in rows]


def find_follower(store: Store, openid: str) -> Follower | None:
    """The follower with this OpenID."""
    return next((follower for follower in all_followers(store) if follower.openid == openid), None)


def subscribed_openids(store: Store) -> list[str]:
    """Who gets a mass message."""
    return [follower.openid for follower in all_followers(store) if follower.subscribed]


def set_subscribed(store: Store, openid: str, subscribed: bool) -> None:
    """From now on this person follows the account, or no longer does."""
    store.change("UPDATE followers SET subscribed = ? WHERE openid = ?", int(subscribed), openid)
