"""Tags on followers: every `tags/…` call, and who carries which."""

from __future__ import annotations

from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.followers import Follower, find_follower
from bot.sandbox.state import Row, Store

MAX_TAGS = 100
NAME_CHARS = 30
MAX_ON_A_USER = 20
MAX_OPENIDS = 50
MAX_TO_DELETE = 100_000  # followers of a tag
RESERVED = (0, 1, 2)  # the platform's own: black list, star, …
PAGE = 10_000


def create_tag(call: Call) -> Answer:
    """The new tag with its id."""
    name = _new_name(call, _tag_in(call))
    if call.store.number("SELECT count(*) FROM tags") >= MAX_TAGS:
        raise Refusal(45056)
    # An id is never given twice, and WeChat's first one is 100.
    tag_id = call.store.number("SELECT max(99, coalesce(max(seq), 0)) FROM sqlite_sequence WHERE name = 'tags'") + 1
    call.store.insert("INSERT INTO tags (id, name) VALUES (?, ?)", tag_id, name)
    return {"tag": {"id": tag_id, "name": name}}


def list_tags(call: Call) -> Answer:
    """Every tag with the number of its followers."""
    rows = call.store.rows(
        "SELECT id, name, (SELECT count(*) FROM tagged WHERE tag_id = id) AS count FROM tags ORDER BY id"
    )
    return {"tags": [dict(row) for row in rows]}


def rename_tag(call: Call) -> Answer:
    """The tag has another name."""
    asked = _tag_in(call)
    tag = _tag(call, asked.get("id"))
    call.store.change("UPDATE tags SET name = ? WHERE id = ?", _new_name(call, asked, tag["id"]), tag["id"])
    return OK


def delete_tag(call: Call) -> Answer:
    """The tag is gone, from its followers too."""
    tag_id = _tag(call, _tag_in(call).get("id"))["id"]
    if call.store.number("SELECT count(*) FROM tagged WHERE tag_id = ?", tag_id) > MAX_TO_DELETE:
        raise Refusal(45057)
    call.store.change("DELETE FROM tags WHERE id = ?", tag_id)
    return OK


def tag_followers(call: Call) -> Answer:
    """All these followers carry the tag."""
    tag, followers = _tag_and_followers(call)
    for follower in followers:
        carried = tag_ids(call.store, follower.openid)
        if tag["id"] not in carried and len(carried) >= MAX_ON_A_USER:
            raise Refusal(45059)
        call.store.change(
            "INSERT INTO tagged (tag_id, openid) VALUES (?, ?) ON CONFLICT (tag_id, openid) DO NOTHING",
            tag["id"],
            follower.openid,
        )
    return OK


def untag_followers(call: Call) -> Answer:
    """None of these followers carries the tag."""
    tag, followers = _tag_and_followers(call)
    for follower in followers:
        call.store.change("DELETE FROM tagged WHERE tag_id = ? AND openid = ?", tag["id"], follower.openid)
    return OK


def tags_of_follower(call: Call) -> Answer:
    """The ids of the tags that a follower carries."""
    follower = find_follower(call.store, text_of(call.json(), "openid"))
    if follower is None:
        raise Refusal(40003)
    return {"tagid_list": tag_ids(call.store, follower.openid)}


def followers_with_tag(call: Call) -> Answer:
    """The followers with a tag, in the order of OpenIDs after `next_openid`."""
    request = call.json()
    tag = _tag(call, request.get("tagid"))
    return page_of(openids_with_tag(call.store, tag["id"]), text_of(request, "next_openid"))


def tag_ids(store: Store, openid: str) -> list[int]:
    """The ids of the tags on somebody, in order."""
    return [row["tag_id"] for row in store.rows("SELECT tag_id FROM tagged WHERE openid = ? ORDER BY tag_id", openid)]


def openids_with_tag(store: Store, tag_id: int) -> list[str]:
    """Who carries the tag, in the order of OpenIDs."""
    return [row["openid"] for row in store.rows("SELECT openid FROM tagged WHERE tag_id = ? ORDER BY openid", tag_id)]


def is_tag(store: Store, tag_id: Any) -> bool:
    """True for the id of a tag that was made."""
    return _is_id(tag_id) and store.row("SELECT id FROM tags WHERE id = ?", tag_id) is not None


def listed_followers(store: Store, openids: Any, limit: int) -> list[Follower]:
    """The followers of an `openid_list`; 40032 for none or too many, 40003 for one who does not follow."""
    if not isinstance(openids, list) or not 1 <= len(openids) <= limit:
        raise Refusal(40032)
    found = [find_follower(store, openid) if isinstance(openid, str) else None for openid in openids]
    followers = [follower for follower in found if follower is not None and follower.subscribed]
    if len(followers) != len(openids):
        raise Refusal(40003)
    return followers


def page_of(openids: list[str], after: str) -> Answer:
    """Up to 10,000 OpenIDs behind `after` ("": from the first), and the last of them, where the next page begins."""
    if after and after not in openids:
        raise Refusal(40003)
    start = openids.index(after) + 1 if after else 0
    page = openids[start : start + PAGE]
    answer: Answer = {"count": len(page), "next_openid": page[-1] if page else ""}
    return {**answer, "data": {"openid": page}} if page else answer


def _tag_in(call: Call) -> dict[str, Any]:
    tag = call.json().get("tag")
    if not isinstance(tag, dict):
        raise Refusal(40097)
    return tag


def _tag(call: Call, tag_id: Any) -> Row:
    if _is_id(tag_id) and tag_id in RESERVED:
        raise Refusal(45058)
    row = call.store.row("SELECT * FROM tags WHERE id = ?", tag_id) if _is_id(tag_id) else None
    if row is None:
        raise Refusal(45159)
    return row


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _new_name(call: Call, tag: dict[str, Any], own_id: int = 0) -> str:
    name = tag.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Refusal(40097)
    if len(name) > NAME_CHARS:
        raise Refusal(45158)
    if call.store.row("SELECT id FROM tags WHERE name = ? AND id <> ?", name, own_id):
        raise Refusal(45157)
    return name


def _tag_and_followers(call: Call) -> tuple[Row, list[Follower]]:
    request = call.json()
    openids = request.get("openid_list")
    tag = _tag(call, request.get("tagid"))
    return tag, listed_followers(call.store, openids, MAX_OPENIDS)


ENDPOINTS = {
    "/cgi-bin/tags/create": Endpoint(create_tag, right=Right.VERIFIED),
    "/cgi-bin/tags/get": Endpoint(list_tags, method="GET", right=Right.VERIFIED),
    "/cgi-bin/tags/update": Endpoint(rename_tag, right=Right.VERIFIED),
    "/cgi-bin/tags/delete": Endpoint(delete_tag, right=Right.VERIFIED),
    "/cgi-bin/tags/members/batchtagging": Endpoint(tag_followers, right=Right.VERIFIED),
    "/cgi-bin/tags/members/batchuntagging": Endpoint(untag_followers, right=Right.VERIFIED),
    "/cgi-bin/tags/getidlist": Endpoint(tags_of_follower, right=Right.VERIFIED),
    "/cgi-bin/user/tag/get": Endpoint(followers_with_tag, method=None, right=Right.VERIFIED),
}
