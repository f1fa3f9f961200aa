"""What happened on given days: follows, messages, deliveries, reads. Days are Shanghai's."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from bot.sandbox.clock import SHANGHAI
from bot.sandbox.state import Row, Store

Figures = list[dict[str, Any]]
MESSAGE_TYPES = {"text": 1, "image": 2, "voice": 3, "video": 4, "link": 6}
# How many messages somebody wrote, as classes: 0 none, 1 up to five, 2 up to ten, 3 more.
CLASS_ENDS = ((0, 0), (5, 1), (10, 2))
TOTAL_DAYS = 30
MASS_SCENE, OTHER_SCENE = "公众号消息", "其他"


def follows(store: Store, days: list[date]) -> Figures:
    """New and lost followers of each day on which there were any."""
    counts = Counter(
        (_day(row["at"]), row["change"]) for row in _within(store, "SELECT at, change FROM followings", days)
    )
    return [
        {"ref_date": str(day), "user_source": 0, "new_user": counts[day, 1], "cancel_user": counts[day, -1]}
        for day in days
        if counts[day, 1] or counts[day, -1]
    ]


def followers(store: Store, days: list[date]) -> Figures:
    """How many followed at the end of each day."""
    now = store.number("SELECT count(*) FROM followers WHERE subscribed")
    return [{"ref_date": str(day), "user_source": 0, "cumulate_user": now - _gained_after(store, day)} for day in days]


def messages_by_day(store: Store, days: list[date]) -> Figures:
    """Writers and messages of each day and type."""
    return _messages(store, days, lambda at: {"ref_date": str(_day(at))})


def messages_by_hour(store: Store, days: list[date]) -> Figures:
    """The same by the hour."""
    return _messages(store, days, lambda at: {"ref_date": str(_day(at)), "ref_hour": _hour(at)})


def messages_by_week(store: Store, days: list[date]) -> Figures:
    """The same by the week, named by its Monday."""
    return _messages(store, days, lambda at: {"ref_date": str(_monday(_day(at)))})


def messages_by_month(store: Store, days: list[date]) -> Figures:
    """The same by the month, named by its first day."""
    return _messages(store, days, lambda at: {"ref_date": str(_day(at).replace(day=1))})


def writers_by_day(store: Store, days: list[date]) -> Figures:
    """How many wrote little or much on each day."""
    return _writers(store, days, lambda day: day)


def writers_by_week(store: Store, days: list[date]) -> Figures:
    """The same by the week, named by its Monday."""
    return _writers(store, days, _monday)


def writers_by_month(store: Store, days: list[date]) -> Figures:
    """The same by the month, named by its first day."""
    return _writers(store, days, lambda day: day.replace(day=1))


def deliveries_by_day(store: Store, days: list[date]) -> Figures:
    """Posts to the webhook of each day: how many, failed ones, milliseconds in all and of the slowest."""
    return _deliveries(store, days, lambda at: {"ref_date": str(_day(at))})


def deliveries_by_hour(store: Store, days: list[date]) -> Figures:
    """The same by the hour."""
    return _deliveries(store, days, lambda at: {"ref_date": str(_day(at)), "ref_hour": _hour(at)})


def article_reads(store: Store, days: list[date]) -> Figures:
    """Readers of each article on each day."""
    counts = Counter((_day(row["at"]), _msgid(row), row["kind"]) for row in _reads(store, days))
    return [
        {"ref_date": str(day), "msgid": msgid, "detail": _read_by(count, kind)}
        for (day, msgid, kind), count in sorted(counts.items())
    ]


def article_shares(_store: Store, _days: list[date]) -> Figures:
    """Nothing: nobody shares in the box."""
    return []


def account_reads(store: Store, days: list[date]) -> Figures:
    """Readers of all articles together on each day that had any."""
    found: dict[date, list[Row]] = defaultdict(list)
    for row in _reads(store, days):
        found[_day(row["at"])].append(row)
    return [{"ref_date": str(day), "detail": _sums(found[day])} for day in sorted(found)]


def article_totals(store: Store, days: list[date]) -> Figures:
    """Each article that went out on the days, with thirty days of its figures."""
    sql = (
        "SELECT s.at, s.kind, s.seq, s.msg_data_id, s.articles, p.idx, p.token FROM pages AS p"
        " JOIN sends AS s ON s.seq = p.send_seq"
    )
    return [_total(store, row) for row in _within(store, sql, days, at="s.at")]


def _total(store: Store, row: Row) -> dict[str, Any]:
    first = _day(row["at"])
    read = [one for one in _reads(store, _days_from(first, TOTAL_DAYS)) if _msgid(one) == _msgid(row)]
    by_day = Counter(_day(one["at"]) for one in read)
    return {
        "ref_date": str(first),
        "msgid": _msgid(row),
        "publish_type": int(row["kind"] != "mass"),
        "title": json.loads(row["articles"])[row["idx"] - 1]["title"],
        "content_url": f"{store.fact('base_url')}/s/{row['token']}",
        "detail_list": [
            {"stat_date": str(day), **_read_by(by_day[day], row["kind"]), **_UNUSED} for day in sorted(by_day)
        ],
    }


_UNUSED: dict[str, Any] = {
    "share_user": 0,
    "zaikan_user": 0,
    "like_user": 0,
    "comment_count": 0,
    "collection_user": 0,
    "praise_money": 0,
}


def _sums(rows: list[Row]) -> dict[str, Any]:
    kinds = Counter(row["kind"] for row in rows)
    sources = [source for kind, count in sorted(kinds.items()) for source in _sources(count, kind)]
    return {"read_user": len(rows), "read_user_source": sources, **_UNUSED}


def _read_by(count: int, kind: str) -> dict[str, Any]:
    return {"read_user": count, "read_user_source": _sources(count, kind)}


def _sources(count: int, kind: str) -> Figures:
    return [{"user_count": count, "scene_desc": MASS_SCENE if kind == "mass" else OTHER_SCENE}]


def _messages(store: Store, days: list[date], slot: Callable[[float], dict[str, Any]]) -> Figures:
    found: dict[str, list[str]] = defaultdict(list)
    for row in _written(store, days):
        if row["type"] in MESSAGE_TYPES:
            key = {**slot(row["at"]), "msg_type": MESSAGE_TYPES[row["type"]]}
            found[json.dumps(key)].append(row["openid"])
    return [
        {**json.loads(key), "msg_user": len(set(openids)), "msg_count": len(openids)}
        for key, openids in sorted(found.items())
    ]


def _writers(store: Store, days: list[date], slot: Callable[[date], date]) -> Figures:
    written = Counter((slot(_day(row["at"])), row["openid"]) for row in _written(store, days))
    classes = Counter((day, _class(count)) for (day, _), count in written.items())
    return [
        {"ref_date": str(day), "count_interval": interval, "msg_user": users}
        for (day, interval), users in sorted(classes.items())
    ]


def _class(count: int) -> int:
    return next((number for end, number in CLASS_ENDS if count <= end), 3)


def _deliveries(store: Store, days: list[date], slot: Callable[[float], dict[str, Any]]) -> Figures:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _within(store, "SELECT at, cost_ms, has_failed FROM deliveries", days):
        found[json.dumps(slot(row["at"]))].append(row)
    return [{**json.loads(key), **_delivered(rows)} for key, rows in sorted(found.items())]


def _delivered(rows: list[Row]) -> dict[str, int]:
    return {
        "callback_count": len(rows),
        "fail_count": sum(row["has_failed"] for row in rows),
        "total_time_cost": sum(row["cost_ms"] for row in rows),
        "max_time_cost": max(row["cost_ms"] for row in rows),
    }


def _gained_after(store: Store, day: date) -> int:
    return store.number("SELECT sum(change) FROM followings WHERE at >= ?", _midnight(day + timedelta(days=1)))


def _written(store: Store, days: list[date]) -> list[Row]:
    return _within(store, "SELECT at, openid, type FROM chat WHERE sender = 'fan'", days)


def _reads(store: Store, days: Iterable[date]) -> list[Row]:
    sql = "SELECT r.at, s.kind, s.seq, s.msg_data_id, r.idx FROM reads AS r JOIN sends AS s ON s.seq = r.send_seq"
    return _within(store, sql, list(days), at="r.at")


def _within(store: Store, sql: str, days: list[date], *, at: str = "at") -> list[Row]:
    joint = "AND" if " WHERE " in sql else "WHERE"
    # Both parts of the statement are constants of this module.
    begin, end = _midnight(days[0]), _midnight(days[-1] + timedelta(days=1))
    return store.rows(f"{sql} {joint} {at} >= ? AND {at} < ? ORDER BY {at}", begin, end)


def _msgid(row: Row) -> str:
    return f"{row['msg_data_id']}_{row['idx']}"


def _days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, SHANGHAI).date()


def _hour(at: float) -> int:
    """As the platform writes hours: 1400 for two in the afternoon."""
    return datetime.fromtimestamp(at, SHANGHAI).hour * 100


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).timestamp()
