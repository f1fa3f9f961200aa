"""The two sample followers, who of them follows the account, and what it keeps about them."""

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


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform knows of somebody; `platform` is 1 iOS, 2 Android, 3 other."""

    openid: str
    remark: str
    platform: int
    subscribe_time: int
    is_blocked: bool
    is_refusing: bool
    scene: str  # of the QR code that they followed by; empty: by another way
    scene_is_number: bool


def profile(store: Store, openid: str) -> Profile:
    """Somebody's profile; they are one of `all_followers`."""
    row = store.rows("SELECT * FROM profiles WHERE openid = ?", openid)[0]
    return Profile(
        row["openid"],
        row["remark"],
        row["platform"],
        row["subscribe_time"],
        bool(row["is_blocked"]),
        bool(row["is_refusing"]),
        row["scene"],
        bool(row["scene_is_number"]),
    )


def subscribed_openids(store: Store) -> list[str]:
    """Who gets a mass message: followers that the account has not put on its blacklist."""
    rows = store.rows(
        "SELECT openid FROM followers JOIN profiles USING (openid)"
        " WHERE subscribed AND NOT is_blocked ORDER BY followers.rowid"
    )
    return [row["openid"] for row in rows]


def set_subscribed(store: Store, openid: str, subscribed: bool, at: float) -> None:
    """From `at` on this person follows the account, or no longer does; who leaves loses tags and remark."""
    with store.transaction():
        sql = "UPDATE followers SET subscribed = ? WHERE openid = ? AND subscribed <> ?"
        if not store.change(sql, int(subscribed), openid, int(subscribed)):
            return
        store.change(
            "INSERT INTO followings (at, openid, change) VALUES (?, ?, ?)", at, openid, 1 if subscribed else -1
        )
        if subscribed:
            store.change("UPDATE profiles SET subscribe_time = ? WHERE openid = ?", int(at), openid)
        else:
            store.change("DELETE FROM tagged WHERE openid = ?", openid)
            store.change("UPDATE profiles SET remark = '', scene = '' WHERE openid = ?", openid)


def note_scene(store: Store, openid: str, scene: str, *, is_number: bool) -> None:
    """This person follows by a QR code of this scene."""
    sql = "UPDATE profiles SET scene = ?, scene_is_number = ? WHERE openid = ?"
    store.change(sql, scene, int(is_number), openid)
