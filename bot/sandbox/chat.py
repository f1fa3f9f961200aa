"""What each follower's phone shows: their own words, the account's answers, pushes, and lines by the system."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.sandbox.articles import Article
from bot.sandbox.clock import iso
from bot.sandbox.materials import picture_url
from bot.sandbox.state import Store, to_json


def show_fan(store: Store, openid: str, kind: str, text: str, at: float) -> int:
    """The id of what a follower has just sent; it is on its way to the bot."""
    return _add(store, openid, at, "fan", kind, text, state="delivering")


def show_event(store: Store, openid: str, text: str, at: float) -> int:
    """The id of a line about something that the follower did without a word; it is on its way to the bot."""
    return _add(store, openid, at, "system", "text", text, state="delivering")


def show_text(store: Store, openid: str, text: str, at: float) -> int:
    """The id of a text by the account."""
    return _add(store, openid, at, "account", "text", text)


def show_system(store: Store, openid: str, text: str, at: float) -> int:
    """The id of a line by WeChat itself."""
    return _add(store, openid, at, "system", "text", text)


def show_picture(store: Store, openid: str, media_id: str, at: float) -> int:
    """The id of a picture by the account."""
    return _add(
        store, openid, at, "account", "image", "[图片]", articles=[_card("", "", picture_url(store, media_id), "")]
    )


def show_thing(store: Store, openid: str, kind: str, text: str, cards: Sequence[Article], at: float) -> int:
    """The id of a message by the account that its one card describes: a picture, voice, video, music and so on."""
    return _add(store, openid, at, "account", kind, text, articles=cards)


def show_cards(store: Store, openid: str, cards: Sequence[Article], at: float) -> int:
    """The id of a message of article cards that answers the follower."""
    return _add(store, openid, at, "account", "push", "", articles=cards)


def show_push(store: Store, openid: str, articles: Sequence[Article], paths: Sequence[str], at: float) -> int:
    """The id of a push: its articles, each with the path of its page."""
    cards = [
        _card(article["title"], article["digest"], picture_url(store, article["thumb_media_id"]), path)
        for article, path in zip(articles, paths, strict=True)
    ]
    return _add(store, openid, at, "account", "push", "", articles=cards)


def set_state(store: Store, item_id: int, state: str) -> None:
    """The item's state is this; phones hear of it at their next look."""
    store.change("UPDATE chat SET state = ?, seq = ? WHERE id = ?", state, store.next_number("chat_seq"), item_id)


def give_up_deliveries(store: Store) -> None:
    """What was on its way when the box went down has failed."""
    for row in store.rows("SELECT id FROM chat WHERE state = 'delivering'"):
        set_state(store, row["id"], "failed")


def chat_items(store: Store, openid: str, after: int, host_url: str) -> dict[str, Any]:
    """New and changed items since `after`; addresses of the box's own pages begin with `host_url`."""
    rows = store.rows("SELECT * FROM chat WHERE openid = ? AND seq > ? ORDER BY id", openid, after)
    last = store.number("SELECT max(seq) FROM chat WHERE openid = ?", openid)
    return {"seq": last, "items": [_item(dict(row), host_url) for row in rows]}


def item_seq(store: Store, item_id: int) -> int:
    """The item's present seq."""
    return store.number("SELECT seq FROM chat WHERE id = ?", item_id)


def _add(
    store: Store,
    openid: str,
    at: float,
    sender: str,
    kind: str,
    text: str,
    *,
    state: str | None = None,
    articles: Sequence[Article] = (),
) -> int:
    with store.transaction():
        return store.insert(
            "INSERT INTO chat (seq, openid, at, sender, type, text, state, articles) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            store.next_number("chat_seq"),
            openid,
            at,
            sender,
            kind,
            text,
            state,
            to_json(list(articles)),
        )


def _card(title: str, digest: str, cover_url: str, url: str) -> Article:
    # Covers by their path alone: the phone may reach the box under another name than the bot does.
    path = "/mmbiz/" + cover_url.rsplit("/mmbiz/", 1)[1] if "/mmbiz/" in cover_url else cover_url
    return {"title": title, "digest": digest, "cover_url": path, "url": url}


def _item(row: dict[str, Any], host_url: str) -> dict[str, Any]:
    cards = json.loads(row["articles"])
    for card in cards:
        for name in ("cover_url", "url"):
            card[name] = host_url + card[name] if card[name].startswith("/") else card[name]
    same = {name: row[name] for name in ("id", "seq", "type", "text", "state")}
    return {**same, "at": iso(row["at"]), "from": row["sender"], "articles": cards}
