"""What was accepted for sending, and what became of it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.articles import Article, page_rows
from bot.sandbox.clock import iso
from bot.sandbox.state import Row, Store, to_json


@dataclass(frozen=True, slots=True)
class Send:
    """A send as it is accepted."""

    kind: str  # mass | publish | custom | preview
    at: float
    articles: Sequence[Article] = ()
    text: str | None = None
    recipients: Sequence[str] = ()
    media_id: str | None = None
    clientmsgid: str | None = None
    dedupe_key: str | None = None
    msg_id: int | None = None
    msg_data_id: int | None = None
    publish_id: str | None = None
    shown: str = "[]"  # JSON: what is no article, as `parcels_json` makes it
    wanted: Sequence[str] = ()  # whom a mass message was restricted to; empty: everybody
    waits_until: float | None = None  # box's clock: the administrator may confirm until then


def accept_job(store: Store, send: Send, delay_s: float) -> int:
    """The journal number of a send whose result is made after the delay."""
    return _insert(store, send, "in progress", time.time() + delay_s)


_SENDING = ("/cgi-bin/message/mass/sendall", "/cgi-bin/freepublish/submit")


def record(store: Store, send: Send) -> int:
    """The journal number of a send that is done at once."""
    return _insert(store, send, "done", None)


def _insert(store: Store, send: Send, state: str, due: float | None) -> int:
    return store.insert(
        "INSERT INTO sends (at, kind, state, due, media_id, clientmsgid, dedupe_key, msg_id, msg_data_id, publish_id,"
        " text, articles, recipients, shown, wanted, waits_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        send.at,
        send.kind,
        state,
        due,
        send.media_id,
        send.clientmsgid,
        send.dedupe_key,
        send.msg_id,
        send.msg_data_id,
        send.publish_id,
        send.text,
        to_json(list(send.articles)),
        to_json(list(send.recipients)),
        send.shown,
        to_json(list(send.wanted)),
        send.waits_until,
    )


def entries(store: Store, base_url: str, *, after: int = 0) -> list[dict[str, Any]]:
    """The journal from its beginning, as the control API shows it."""
    rows = store.rows("SELECT * FROM sends WHERE seq > ? ORDER BY seq", after)
    return [_entry(store, row, base_url) for row in rows]


def _entry(store: Store, row: Row, base_url: str) -> dict[str, Any]:
    same = ("seq", "kind", "media_id", "clientmsgid", "msg_id", "publish_id", "article_id", "text", "state", "outcome")
    return {
        **{name: row[name] for name in same},
        "at": iso(row["at"]),
        "titles": [article["title"] for article in json.loads(row["articles"])],
        "urls": [f"{base_url}/s/{page['token']}" for page in page_rows(store, row["seq"])],
        "recipients": json.loads(row["recipients"]),
        "is_waiting": row["state"] == "in progress" and row["waits_until"] is not None,  # for the administrator
    }


def last_try(store: Store, *, after: int) -> int | None:
    """The error code of the newest call by which a draft is sent, after this request; None when there was none.

    -1, as WeChat says when it is busy, for one that a fault left without an answer.
    """
    row = store.row(
        "SELECT errcode FROM requests WHERE seq > ? AND path IN (?, ?) ORDER BY seq DESC LIMIT 1", after, *_SENDING
    )
    if row is None:
        return None
    return -1 if row["errcode"] is None else int(row["errcode"])


def last_request(store: Store) -> int:
    """The number of the newest call of the bot's."""
    return store.number("SELECT max(seq) FROM requests")


def last_seq(store: Store) -> int:
    """The number of the newest entry; 0 while nothing was sent."""
    return store.number("SELECT max(seq) FROM sends")
