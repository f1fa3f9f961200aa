"""Statistics: which days may be asked for, and that they count what happened in the box."""

from datetime import datetime
from typing import Any

import pytest
import requests

from bot.sandbox.chat import show_fan
from bot.sandbox.clock import SHANGHAI
from bot.sandbox.errcodes import Refusal
from bot.sandbox.figures import writers_by_day
from bot.sandbox.state import Store
from bot.sandbox.statistics import STATISTICS, STOPPED, days_asked
from tests.sandbox.client import Client

SPANS = {
    "getusersummary": 7,
    "getusercumulate": 7,
    "getarticleread": 1,
    "getarticleshare": 1,
    "getbizsummary": 1,
    "getarticletotaldetail": 1,
    "getupstreammsg": 7,
    "getupstreammsghour": 1,
    "getupstreammsgweek": 30,
    "getupstreammsgmonth": 30,
    "getupstreammsgdist": 15,
    "getupstreammsgdistweek": 30,
    "getupstreammsgdistmonth": 30,
    "getinterfacesummary": 30,
    "getinterfacesummaryhour": 1,
}


def asked(box: Client, name: str, begin: str, end: str = "") -> dict[str, Any]:
    address = f"{box.url}/datacube/{name}?access_token={box.token}"
    answer: dict[str, Any] = requests.post(
        address, json={"begin_date": begin, "end_date": end or begin}, timeout=5
    ).json()
    return answer


@pytest.mark.parametrize(
    ("begin", "end", "now", "code"),
    [
        ("2026-12-03", "2026-12-03", "2026-12-04T08:00", 0),
        ("2026-12-03", "2026-12-03", "2026-12-04T07:59", 61503),
        ("2026-12-02", "2026-12-02", "2026-12-04T00:00", 0),
        ("2026-12-04", "2026-12-04", "2026-12-04T12:00", 61501),
        ("2026-11-27", "2026-12-03", "2026-12-04T12:00", 0),
        ("2026-11-26", "2026-12-03", "2026-12-04T12:00", 61501),
        ("2026-12-03", "2026-12-02", "2026-12-04T12:00", 61501),
        ("2014-12-01", "2014-12-01", "2026-12-04T12:00", 0),
        ("2014-11-30", "2014-11-30", "2026-12-04T12:00", 61501),
        ("2026-02-30", "2026-02-30", "2026-12-04T12:00", 61500),
        ("20261203", "20261203", "2026-12-04T12:00", 61500),
        ("2026-W49-4", "2026-W49-4", "2026-12-04T12:00", 61500),
        ("", "", "2026-12-04T12:00", 61500),
    ],
)
def test_days_that_may_be_asked_for(begin: str, end: str, now: str, code: int) -> None:
    request = {"begin_date": begin, "end_date": end}
    if not code:
        assert str(days_asked(request, 7, datetime.fromisoformat(now))[0]) == begin
        return
    with pytest.raises(Refusal) as refused:
        days_asked(request, 7, datetime.fromisoformat(now))
    assert refused.value.code == code


def test_each_call_has_its_span(box: Client) -> None:
    box.clock("2029-08-31T12:00:00")
    last = {days: f"2029-08-{30 - days + 1:02}" for days in set(SPANS.values())}
    longer = {days: f"2029-08-{30 - days:02}" if days < 30 else "2029-07-31" for days in set(SPANS.values())}

    assert {name: statistic.max_days for name, statistic in STATISTICS.items()} == SPANS
    for name, days in SPANS.items():
        assert "list" in asked(box, name, last[days], "2029-08-30"), name
        assert asked(box, name, longer[days], "2029-08-30")["errcode"] == 61501, name


def test_a_day_that_is_none_and_one_that_is_not_counted_yet_are_refused(box: Client) -> None:
    box.clock("2029-08-31T07:59:00")

    assert asked(box, "getusersummary", "2029-02-30")["errcode"] == 61500
    assert asked(box, "getusersummary", "2029-08-30")["errcode"] == 61503


@pytest.mark.parametrize("name", STOPPED)
def test_stopped_calls_are_gone(box: Client, name: str) -> None:
    assert asked(box, name, "2026-12-03")["errcode"] == 40066


def test_unverified_account_has_no_statistics(box: Client) -> None:
    box.box("POST", "account", {"verified": False})

    assert asked(box, "getusersummary", "2026-12-03")["errcode"] == 48001
    assert asked(box, "getuserread", "2026-12-03")["errcode"] == 48001


def test_follows_messages_and_deliveries_are_counted(box: Client) -> None:
    box.clock("2029-09-03T14:30:00")
    one, two = box.openids()
    box.box("POST", f"followers/{two}/unsubscribe?wait=1")
    for n in range(6):
        box.say(one, f"第{n}句")
    box.box("POST", f"followers/{one}/send?wait=1", {"type": "image"})
    box.clock("2029-09-04T09:00:00")
    box.box("POST", f"followers/{two}/subscribe?wait=1")
    box.clock("2029-09-05T09:00:00")

    def of(name: str, day: str = "2029-09-03") -> list[dict[str, Any]]:
        figures: list[dict[str, Any]] = asked(box, name, day)["list"]
        return figures

    day, texts = {"ref_date": "2029-09-03"}, {"msg_type": 1, "msg_user": 1, "msg_count": 6}
    pictures = {"msg_type": 2, "msg_user": 1, "msg_count": 1}
    assert of("getusersummary") == [day | {"user_source": 0, "new_user": 0, "cancel_user": 1}]
    assert of("getusersummary", "2029-09-02") == []
    assert of("getusersummary", "2029-09-04")[0]["new_user"] == 1
    assert [of("getusercumulate", f"2029-09-0{n}")[0]["cumulate_user"] for n in (2, 3, 4)] == [2, 1, 2]
    assert of("getupstreammsg") == [day | texts, day | pictures]
    assert of("getupstreammsghour") == [day | {"ref_hour": 1400} | one for one in (texts, pictures)]
    assert of("getupstreammsgweek") == [{"ref_date": "2029-09-03"} | one for one in (texts, pictures)]
    assert of("getupstreammsgmonth") == [{"ref_date": "2029-09-01"} | one for one in (texts, pictures)]
    assert of("getupstreammsgdist") == [day | {"count_interval": 2, "msg_user": 1}]
    assert of("getupstreammsgdistmonth")[0]["ref_date"] == "2029-09-01"
    assert of("getupstreammsgdistweek")[0]["ref_date"] == "2029-09-03"
    summary = of("getinterfacesummary")[0]
    assert (summary["callback_count"], summary["fail_count"]) == (8, 0)
    assert summary["max_time_cost"] <= summary["total_time_cost"]
    assert of("getinterfacesummaryhour")[0]["ref_hour"] == 1400


def test_readers_of_articles_are_counted(box: Client) -> None:
    box.clock("2029-10-01T18:00:00")
    box.send(box.draft("一片叶子", "两片叶子"), "reads")
    box.box("POST", "settle")
    entry = box.journal()[-1]
    for url in (entry["urls"][0], entry["urls"][0], entry["urls"][1]):
        requests.get(url, timeout=5)
    box.clock("2029-10-02T18:00:00")
    requests.get(entry["urls"][0], timeout=5)
    box.clock("2029-10-03T18:00:00")
    first, second = asked(box, "getarticleread", "2029-10-01")["list"]
    total = asked(box, "getarticletotaldetail", "2029-10-01")

    assert first["msgid"].endswith("_1")
    assert (first["detail"]["read_user"], second["detail"]["read_user"]) == (2, 1)
    assert first["detail"]["read_user_source"] == [{"user_count": 2, "scene_desc": "公众号消息"}]
    assert asked(box, "getbizsummary", "2029-10-01")["list"][0]["detail"]["read_user"] == 3
    assert asked(box, "getarticleshare", "2029-10-01")["list"] == []
    assert [one["title"] for one in total["list"]] == ["一片叶子", "两片叶子"]
    days = [(one["stat_date"], one["read_user"]) for one in total["list"][0]["detail_list"]]
    assert days == [("2029-10-01", 2), ("2029-10-02", 1)]
    assert (total["list"][0]["publish_type"], total["is_delay"]) == (0, False)


def test_an_article_is_counted_for_thirty_days(box: Client) -> None:
    box.clock("2029-11-01T18:00:00")
    box.send(box.draft("三十天"), "thirty days")
    box.box("POST", "settle")
    url = box.journal()[-1]["urls"][0]
    for read in ("2029-11-01T20:00:00", "2029-11-30T23:59:00", "2029-12-01T00:01:00"):
        box.clock(read)
        requests.get(url, timeout=5)
    box.clock("2029-12-03T12:00:00")
    (total,) = asked(box, "getarticletotaldetail", "2029-11-01")["list"]

    assert [one["stat_date"] for one in total["detail_list"]] == ["2029-11-01", "2029-11-30"]
    assert asked(box, "getarticleread", "2029-12-01")["list"][0]["detail"]["read_user"] == 1


@pytest.mark.parametrize(("messages", "interval"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_writers_are_told_by_how_much_they_wrote(store: Store, messages: int, interval: int) -> None:
    noon = datetime(2029, 12, 10, 12, tzinfo=SHANGHAI)
    openid = store.rows("SELECT openid FROM followers")[0]["openid"]
    for _ in range(messages):
        show_fan(store, openid, "text", "在吗", noon.timestamp())

    assert writers_by_day(store, [noon.date()]) == [
        {"ref_date": "2029-12-10", "count_interval": interval, "msg_user": 1}
    ]
