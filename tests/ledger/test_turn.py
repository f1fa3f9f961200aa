"""Who has the turn, on each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.errors import LedgerError
from bot.ledger.database import Ledger
from bot.ledger.turn import Turn, open_turn
from tests.databases import KINDS, Postgresql
from tests.world import free_port, until

ON_POSTGRESQL = pytest.mark.parametrize("ledger_url", [k for k in KINDS if k == "postgresql"], indirect=True)


@pytest.fixture
def one_more(any_ledger: Ledger) -> Iterator[Callable[..., Turn]]:
    """Another scheduler's turn over the same ledger."""
    opened: list[Turn] = []

    def make(**options: int) -> Turn:
        opened.append(open_turn(any_ledger, **options))
        return opened[-1]

    yield make
    for turn in opened:
        turn.close()


def test_one_round_is_under_way_at_a_time(one_more):
    first, second = one_more(), one_more()

    with first.round(wait_s=0) as is_ours, second.round(wait_s=0.1) as is_theirs:
        assert (is_ours, is_theirs) == (True, False)
    with second.round(wait_s=0) as is_theirs:
        assert is_theirs


def test_who_makes_rounds_may_make_the_next_one(one_more):
    turn = one_more()

    for _ in range(2):
        with turn.round(wait_s=0) as is_ours:
            assert is_ours
        assert turn.is_active()


@ON_POSTGRESQL
def test_one_is_active_until_it_ends(one_more):
    first, second = one_more(), one_more()

    assert [first.is_active(), second.is_active(), first.is_active(), second.is_active()] == [True, False, True, False]
    first.close()
    assert until(second.is_active, timeout_s=2)
    assert not first.is_active()


@ON_POSTGRESQL
def test_a_round_by_hand_waits_for_nobody_who_is_only_active(one_more):
    active, by_hand = one_more(), one_more()
    assert active.is_active()

    with by_hand.round(wait_s=0) as is_ours:
        assert is_ours


@ON_POSTGRESQL
def test_who_is_silent_for_too_long_is_active_no_more(one_more):
    frozen, waiting = one_more(silence_s=1), one_more()
    assert frozen.is_active()
    assert not waiting.is_active()

    assert until(waiting.is_active, timeout_s=5)
    with pytest.raises(LedgerError, match="连接断了"):
        frozen.is_active()
    assert not frozen.is_active()


@ON_POSTGRESQL
def test_a_broken_session_is_said_once_and_then_asks_anew(one_more, postgresql: Postgresql):
    turn = one_more()
    with turn.round(wait_s=0):
        postgresql.say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'weikepu'")
        with pytest.raises(LedgerError, match="连接断了"):
            turn.is_active()

    assert until(turn.is_active, timeout_s=2)


def test_a_server_that_is_gone_is_one_sentence(tmp_path: Path):
    url = make_url("postgresql+psycopg://u:p@127.0.0.1/kepu").set(port=free_port())
    ledger = Ledger(url.render_as_string(hide_password=False), folder=tmp_path)

    with pytest.raises(LedgerError, match="连不上台账"):
        open_turn(ledger).is_active()
    ledger.close()
