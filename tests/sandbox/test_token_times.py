"""How long a token is good, and how soon another may be forced, to the second."""

import pytest

from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Store
from bot.sandbox.tokens import check_token, give_stable_token
from tests.sandbox.client import APP_ID, SECRET, answer_of

NOW = 1_800_000_000.0
ASKED = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}


def test_a_token_is_good_for_two_hours(store: Store) -> None:
    given = answer_of(give_stable_token, store, ASKED, NOW)
    check_token(store, given["access_token"], NOW + 7199)

    assert given["expires_in"] == 7200
    with pytest.raises(Refusal) as refused:
        check_token(store, given["access_token"], NOW + 7200)
    assert refused.value.code == 42001


@pytest.mark.parametrize(("seconds", "code"), [(0, 45011), (29, 45011), (30, 0)])
def test_another_token_is_forced_after_half_a_minute(store: Store, seconds: int, code: int) -> None:
    forced = ASKED | {"force_refresh": True}
    first = answer_of(give_stable_token, store, forced, NOW)
    again = answer_of(give_stable_token, store, forced, NOW + seconds)

    assert "access_token" in first
    assert again.get("errcode", 0) == code
