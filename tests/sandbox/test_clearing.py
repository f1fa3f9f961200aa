"""How often used calls may be cleared in a month: each test has a box of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.client import APP_ID, SECRET, Client, boxed, settings_for

ONE = {"cgi_path": "/cgi-bin/draft/add"}
MONTH_END = "2031-03-31T23:50:00"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Client]:
    """A box that nothing was cleared in yet, shortly before a month ends."""
    with boxed(settings_for(tmp_path)) as client:
        client.clock(MONTH_END)
        yield client


def clear(box: Client) -> int:
    return int(box.post("clear_quota", {"appid": APP_ID})["errcode"])


def clear_by_secret(box: Client) -> int:
    return int(box.post("clear_quota/v2", {"appid": APP_ID, "appsecret": SECRET})["errcode"])


def clear_one(box: Client) -> int:
    return int(box.post("openapi/quota/clear", ONE)["errcode"])


def test_all_calls_are_cleared_ten_times_a_month_with_or_without_a_token(fresh: Client) -> None:
    codes = [clear(fresh) for _ in range(5)] + [clear_by_secret(fresh) for _ in range(5)]

    assert codes == [0] * 10
    assert (clear(fresh), clear_by_secret(fresh)) == (48006, 48006)


def test_single_calls_are_cleared_fifty_times_a_month(fresh: Client) -> None:
    assert [clear_one(fresh) for _ in range(51)] == [0] * 50 + [48006]


def test_both_kinds_of_clearing_are_counted_apart(fresh: Client) -> None:
    all_of_them = [clear(fresh) for _ in range(11)]
    single = [clear_one(fresh) for _ in range(51)]

    assert (all_of_them[-1], single) == (48006, [0] * 50 + [48006])


def test_a_new_month_begins_at_midnight_in_shanghai(fresh: Client) -> None:
    before = [clear(fresh) for _ in range(11)][-1], [clear_one(fresh) for _ in range(51)][-1]
    fresh.clock("2031-04-01T00:00:01")

    assert before == (48006, 48006)
    assert (clear(fresh), clear_one(fresh)) == (0, 0)


def test_what_is_refused_for_another_reason_clears_nothing(fresh: Client) -> None:
    wrong = [fresh.post("clear_quota", {"appid": "wx"})["errcode"] for _ in range(11)]
    unknown = [fresh.post("openapi/quota/clear", {"cgi_path": "/cgi-bin/poem"})["errcode"] for _ in range(51)]

    assert (set(wrong), set(unknown)) == ({40013}, {76021})
    assert (clear(fresh), clear_one(fresh)) == (0, 0)
