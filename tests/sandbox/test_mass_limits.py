"""Mass messages at their limits: how soon a repeat may come, how many may be listed."""

from datetime import datetime

import pytest

from bot.sandbox.clock import SHANGHAI
from bot.sandbox.mass import send_to_all, send_to_list
from bot.sandbox.state import Store
from tests.sandbox.client import answer_of
from tests.sandbox.test_mass import TEXT

MIDNIGHT = datetime(2027, 1, 10, tzinfo=SHANGHAI).timestamp()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(0, 45066), (59, 45066), (60, 45065), (86_399, 45065), (86_400, 0)],
)
def test_a_repeat_is_too_fast_for_a_minute_and_known_for_a_day(store: Store, seconds: int, code: int) -> None:
    asked = TEXT | {"clientmsgid": "slot"}
    first = answer_of(send_to_all, store, asked, MIDNIGHT)
    again = answer_of(send_to_all, store, asked, MIDNIGHT + seconds)

    assert first["errcode"] == 0
    assert again["errcode"] == code


@pytest.mark.parametrize(("count", "code"), [(1, 40032), (2, 0), (10_000, 0), (10_001, 40032)])
def test_two_to_ten_thousand_followers_may_be_listed(store: Store, count: int, code: int) -> None:
    openid = store.rows("SELECT openid FROM followers")[0]["openid"]
    sent = answer_of(send_to_list, store, TEXT | {"touser": [openid] * count}, MIDNIGHT)

    assert sent["errcode"] == code
