"""The token's row: how long it serves, and who alone may force another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.ledger import tokens

NOON = datetime(2026, 12, 4, 4, 0, tzinfo=UTC)
TWO_HOURS = timedelta(hours=2)


def save(ledger, app_id="wx1", token="A", now=NOON):
    with ledger.write() as tx:
        tokens.save(tx, app_id, token, expires_at=now + TWO_HOURS, now=now)


def usable(ledger, app_id="wx1", now=NOON):
    with ledger.read() as tx:
        return tokens.usable(tx, app_id, now=now)


def may_force(ledger, now=NOON):
    with ledger.write() as tx:
        return tokens.may_force(tx, "wx1", now=now)


def test_an_account_without_a_row_has_no_token(ledger):
    assert usable(ledger) is None


def test_a_token_serves_until_five_minutes_before_its_end(ledger):
    save(ledger)

    assert usable(ledger, now=NOON + timedelta(minutes=114, seconds=59)) == "A"
    assert usable(ledger, now=NOON + timedelta(minutes=115)) is None


def test_a_new_token_takes_the_place_of_the_old_one_of_its_account_only(ledger):
    save(ledger, "wx1", "A")
    save(ledger, "wx2", "B")
    save(ledger, "wx1", "C")

    assert (usable(ledger, "wx1"), usable(ledger, "wx2")) == ("C", "B")


@pytest.mark.parametrize(
    ("later_s", "allowed"),
    [(0, False), (29.9, False), (30, True), (-20, False), (-3600, True)],
    ids=["at once", "just before", "after 30 s", "another clock is behind", "the clock was set back"],
)
def test_forcing_again(ledger, later_s, allowed):
    save(ledger)

    assert may_force(ledger, NOON)
    assert may_force(ledger, NOON + timedelta(seconds=later_s)) is allowed


def test_a_saved_token_does_not_forget_who_forced(ledger):
    save(ledger)
    may_force(ledger)
    save(ledger, token="B")

    assert not may_force(ledger)


def test_without_a_token_there_is_nothing_to_force(ledger):
    assert not may_force(ledger)


def test_one_of_many_at_the_same_moment_may_force(ledger):
    save(ledger)
    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(lambda _: may_force(ledger), range(16)))

    assert won.count(True) == 1
