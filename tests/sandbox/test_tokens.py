"""Access tokens: who gets one, how long it is good, and what a bad one meets."""

from typing import Any

import pytest

from tests.sandbox.client import APP_ID, SECRET, Client

GOOD = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}


def stable(box: Client, **changes: Any) -> dict[str, Any]:
    return box.post("stable_token", GOOD | changes)


def plain(box: Client) -> str:
    return str(box.get("token", **GOOD)["access_token"])


def wait(box: Client, seconds: float) -> None:
    """The box's clock goes on by this much; the answer has whole seconds, so a second more or less."""
    from datetime import datetime, timedelta

    now = datetime.fromisoformat(box.box("POST", "clock", {})["now"])
    box.box("POST", "clock", {"now": (now + timedelta(seconds=seconds)).isoformat()})


def code_with(box: Client, token: str) -> int:
    box.token = token
    return int(box.get("draft/count").get("errcode", 0))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "guessed"}, 40125),
    ],
)
def test_wrong_credentials(box: Client, changes: dict[str, str], code: int) -> None:
    assert stable(box, **changes)["errcode"] == code
    assert box.get("token", **GOOD | changes)["errcode"] == code


def test_error_text_ends_with_a_request_id(box: Client) -> None:
    answers = [stable(box, secret="guessed")["errmsg"] for _ in range(2)]

    assert all(answer.startswith("invalid appsecret rid: ") for answer in answers)
    assert answers[0] != answers[1]


def test_stable_token_stays_the_same_and_ages(box: Client) -> None:
    first = stable(box)
    wait(box, 600)
    second = stable(box)

    assert second["access_token"] == first["access_token"]
    assert 590 <= first["expires_in"] - second["expires_in"] <= 610


def test_stable_token_is_renewed_five_minutes_before_its_end_and_both_are_good(box: Client) -> None:
    old = stable(box)["access_token"]
    wait(box, 7200 - 299)
    new = stable(box)["access_token"]

    assert new != old
    assert code_with(box, old) == code_with(box, new) == 0


def test_forced_refresh_kills_the_former_at_once(box: Client) -> None:
    old = stable(box)["access_token"]
    new = stable(box, force_refresh=True)["access_token"]

    assert code_with(box, old) == 40001
    assert code_with(box, new) == 0


def test_forced_refreshes_keep_thirty_seconds_apart(box: Client) -> None:
    stable(box, force_refresh=True)
    wait(box, 20)
    early = stable(box, force_refresh=True)
    wait(box, 15)
    late = stable(box, force_refresh=True)

    assert early["errcode"] == 45011
    assert "access_token" in late


def test_twenty_forced_refreshes_a_day(box: Client) -> None:
    for _ in range(20):
        assert "access_token" in stable(box, force_refresh=True)
        wait(box, 40)

    assert stable(box, force_refresh=True)["errcode"] == 45009
    wait(box, 24 * 3600)
    assert "access_token" in stable(box, force_refresh=True)


def test_new_plain_token_leaves_the_old_one_five_minutes(box: Client) -> None:
    old = plain(box)
    new = plain(box)

    assert old != new
    assert code_with(box, old) == 0
    wait(box, 301)
    assert code_with(box, old) == 40001
    assert code_with(box, new) == 0


def test_the_two_kinds_of_token_do_not_disturb_each_other(box: Client) -> None:
    kept = stable(box)["access_token"]
    plain(box)
    plain(box)
    wait(box, 301)

    assert code_with(box, kept) == 0


def test_missing_unknown_and_expired_tokens(box: Client) -> None:
    token = stable(box)["access_token"]

    assert code_with(box, "") == 41001
    assert code_with(box, "made-up") == 40014
    wait(box, 7201)
    assert code_with(box, token) == 42001
