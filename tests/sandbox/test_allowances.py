"""Which allowance a customer-service message is taken from, when allowances end, and when 正在输入 may be shown."""

from typing import Any

import pytest

from bot.sandbox.chat import is_typing, show_fan
from bot.sandbox.custom import set_typing
from bot.sandbox.state import Store
from tests.sandbox.client import Client, answer_of
from tests.sandbox.test_custom import later, send, someone

NOW = 1_800_000_000.0


@pytest.mark.parametrize("short", ["CLICK", "SCAN"])
@pytest.mark.parametrize("is_first", [True, False])
def test_what_ends_in_a_minute_is_spent_before_what_lasts_two_days(box: Client, short: str, is_first: bool) -> None:
    openid = someone(box)
    if is_first:
        box.happen(openid, short)
    box.say(openid, "在吗")
    if not is_first:
        box.happen(openid, short)
    soon = [send(box, openid) for _ in range(3)]
    later(box, 61)

    assert soon == [0] * 3
    assert [send(box, openid) for _ in range(6)] == [0] * 5 + [45047]


def test_what_was_left_of_a_minute_is_lost_after_it(box: Client) -> None:
    openid = someone(box)
    box.say(openid, "在吗")
    box.happen(openid, "SCAN")
    send(box, openid)
    later(box, 61)

    assert [send(box, openid) for _ in range(6)] == [0] * 5 + [45047]


def test_who_leaves_takes_every_allowance_along(box: Client) -> None:
    openid = someone(box)
    box.say(openid, "在吗")
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    box.box("POST", f"followers/{openid}/subscribe?wait=1")
    by_following = [send(box, openid) for _ in range(4)]
    later(box, 61)

    assert by_following == [0] * 3 + [45047]
    assert send(box, openid) == 45015


@pytest.mark.parametrize(("seconds", "code"), [(0, 0), (29, 0), (31, 45080), (300, 45080)])
def test_typing_is_for_thirty_seconds_after_something_was_said(store: Store, seconds: int, code: int) -> None:
    openid = store.rows("SELECT openid FROM followers")[0]["openid"]
    show_fan(store, openid, "text", "在吗", NOW)

    typed = answer_of(set_typing, store, {"touser": openid, "command": "Typing"}, NOW + seconds)
    assert typed["errcode"] == code


@pytest.mark.parametrize(("seconds", "is_seen"), [(0, True), (14, True), (15, False)])
def test_typing_is_seen_for_fifteen_seconds(store: Store, seconds: int, is_seen: bool) -> None:
    openid = store.rows("SELECT openid FROM followers")[0]["openid"]
    show_fan(store, openid, "text", "在吗", NOW)
    answer_of(set_typing, store, {"touser": openid, "command": "Typing"}, NOW)

    assert is_typing(store, openid, NOW + seconds) == is_seen


@pytest.mark.parametrize("speaker", [{"kf_account": "hong@linfen"}, {"kf_account": "hong"}, {}, "hong@linfen", []])
def test_account_without_customer_service_speaks_for_nobody(box: Client, speaker: Any) -> None:
    openid = someone(box)
    box.say(openid, "在吗")
    asked = {"touser": openid, "msgtype": "text", "text": {"content": "你好"}, "customservice": speaker}

    assert box.post("message/custom/send", asked)["errcode"] == 65401
    assert [send(box, openid, customservice=None) for _ in range(6)] == [0] * 5 + [45047]
