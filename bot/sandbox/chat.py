"""What each follower's phone shows: their own words, the account's answers, pushes, and lines by the system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.articles import Article
from bot.sandbox.clock import iso
from bot.sandbox.materials import picture_url
from bot.sandbox.state import Store, to_json

LONGEST_TYPING_S = 60.0  # a clock that was put back must not leave the account typing for days
Detail = Mapping[str, object]  # what an item holds beside its words: a picture, seconds, choices …
Choice = tuple[str, str]


def show_fan(store: Store, openid: str, kind: str, text: str, at: float, detail: Detail | None = None) -> int:
    """The id of what a follower has just sent; it is on its way to the bot."""
    return _add(store, openid, at, "fan", kind, text, state="delivering", detail=detail)


def show_event(store: Store, openid: str, text: str, at: float) -> int:
    """The id of a line about something that the follower did without a word; it is on its way to the bot."""
    return _add(store, openid, at, "system", "text", text, state="delivering")


def show_system(store: Store, openid: str, text: str, at: float) -> int:
    """The id of a line by WeChat itself."""
    return _add(store, openid, at, "system", "text", text)


# What the account says. `is_ai` puts WeChat's grey line about it under the message.


def show_text(store: Store, openid: str, text: str, at: float, *, is_ai: bool = False) -> int:
    """The id of a text by the account."""
    return _add(store, openid, at, "account", "text", text, detail={"is_ai": is_ai})


def show_picture(store: Store, openid: str, media_id: str, at: float, *, url: str = "", is_ai: bool = False) -> int:
    """The id of a picture by the account: one of its library, or the one at `url`."""
    detail = {"picture_url": _path(url or picture_url(store, media_id)), "is_ai": is_ai}
    return _add(store, openid, at, "account", "image", "[图片]", detail=detail)


def show_voice(store: Store, openid: str, seconds: int, at: float, *, is_ai: bool = False) -> int:
    """The id of a voice message by the account."""
    return _add(store, openid, at, "account", "voice", "[语音]", detail={"seconds": seconds, "is_ai": is_ai})


def show_video(store: Store, openid: str, title: str, at: float, *, is_ai: bool = False) -> int:
    """The id of a video by the account; `title` may be empty."""
    return _add(store, openid, at, "account", "video", title or "[视频]", detail={"is_ai": is_ai})


def show_music(store: Store, openid: str, title: str, digest: str, at: float, *, is_ai: bool = False) -> int:
    """The id of a piece of music by the account."""
    detail = {"title": title, "digest": digest, "is_ai": is_ai}
    return _add(store, openid, at, "account", "music", title or "[音乐]", detail=detail)


def show_menu(
    store: Store, openid: str, head: str, choices: Sequence[Choice], tail: str, at: float, *, is_ai: bool = False
) -> int:
    """The id of a message with choices to tap: `msgmenu`, each choice its (id, words)."""
    items = [{"id": choice_id, "text": words} for choice_id, words in choices]
    return _add(store, openid, at, "account", "menu", head, detail={"choices": items, "tail": tail, "is_ai": is_ai})


def show_mini_program(store: Store, openid: str, title: str, cover_url: str, at: float, *, is_ai: bool = False) -> int:
    """The id of a mini program's card by the account."""
    detail = {"title": title, "picture_url": _path(cover_url), "is_ai": is_ai}
    return _add(store, openid, at, "account", "mini_program", title or "[小程序]", detail=detail)


def show_cards(store: Store, openid: str, cards: Sequence[Article], at: float, *, is_ai: bool = False) -> int:
    """The id of a message of article cards that answers the follower."""
    return _add(store, openid, at, "account", "push", "", articles=cards, detail={"is_ai": is_ai})


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


def set_typing(store: Store, openid: str, until: float) -> None:
    """The account is seen typing until then, or until its next message; a moment in the past ends it."""
    store.set_fact(f"typing {openid}", str(until))


def is_typing(store: Store, openid: str, now: float) -> bool:
    """True while the phone shows 对方正在输入."""
    return now < float(store.fact(f"typing {openid}", "0")) <= now + LONGEST_TYPING_S


def chat_items(store: Store, openid: str, after: int, host_url: str, now: float) -> dict[str, Any]:
    """New and changed items since `after`; addresses of the box's own pages begin with `host_url`."""
    rows = store.rows(
        "SELECT c.*, coalesce(d.detail, '{}') AS detail FROM chat AS c LEFT JOIN chat_details AS d ON d.item_id = c.id"
        " WHERE c.openid = ? AND c.seq > ? ORDER BY c.id",
        openid,
        after,
    )
    last = store.number("SELECT max(seq) FROM chat WHERE openid = ?", openid)
    return {
        "seq": last,
        "is_typing": is_typing(store, openid, now),
        "items": [_item(dict(row), host_url) for row in rows],
    }


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
    detail: Detail | None = None,
) -> int:
    with store.transaction():
        if sender == "account":
            set_typing(store, openid, 0)
        item_id = store.insert(
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
        kept = {name: value for name, value in (detail or {}).items() if value not in (None, "", False)}
        if kept:
            store.insert("INSERT INTO chat_details (item_id, detail) VALUES (?, ?)", item_id, to_json(kept))
        return item_id


def _card(title: str, digest: str, cover_url: str, url: str) -> Article:
    return {"title": title, "digest": digest, "cover_url": _path(cover_url), "url": url}


def _path(picture: str) -> str:
    """A picture's address by its path alone: the phone may reach the box under another name than the bot does."""
    return "/mmbiz/" + picture.rsplit("/mmbiz/", 1)[1] if "/mmbiz/" in picture else picture


def _item(row: dict[str, Any], host_url: str) -> dict[str, Any]:
    cards, detail = json.loads(row["articles"]), json.loads(row["detail"])
    for part in (*cards, detail):
        for name in ("cover_url", "url", "picture_url"):
            if part.get(name, "").startswith("/"):
                part[name] = host_url + part[name]
    same = {name: row[name] for name in ("id", "seq", "type", "text", "state")}
    return {**same, "at": iso(row["at"]), "from": row["sender"], "articles": cards, "detail": detail}
