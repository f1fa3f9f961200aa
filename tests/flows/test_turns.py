"""Two schedulers over one ledger: the one whose turn it is makes the rounds, and nobody makes one during another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import scheduler
from bot.config import load
from bot.ledger import facts
from bot.ledger.turn import Turn, open_turn
from bot.service import Service, open_service
from tests.databases import KINDS
from tests.world import until

Opened = tuple[Service, Turn]
ON_POSTGRESQL = pytest.mark.parametrize("ledger_url", [k for k in KINDS if k == "postgresql"], indirect=True)


@pytest.fixture
def two(ledger_url: str, tmp_path: Path) -> Iterator[tuple[Opened, Opened]]:
    """What each of two `scheduler.py` has opened."""
    settings = tmp_path / "config.toml"
    settings.write_text(f'[storage]\nledger = "{ledger_url}"\n', encoding="utf-8")
    with ExitStack() as opened:

        def started() -> Opened:
            service = opened.enter_context(closing(open_service(load(settings, {}))))
            return service, opened.enter_context(closing(open_turn(service.ledger)))

        yield started(), started()


def round_after_tick(service: Service, turn: Turn) -> str | None:
    """When the last round was, once this scheduler has woken up; None when there never was one."""
    scheduler.tick(service, turn, scheduler.Trouble())
    with service.ledger.read() as tx:
        return facts.get(tx, "round.last")


def test_a_scheduler_makes_no_round_while_another_makes_one(two):
    (_, theirs), ours = two

    with theirs.round(wait_s=0) as is_theirs:
        assert is_theirs
        assert round_after_tick(*ours) is None
    assert round_after_tick(*ours)


@ON_POSTGRESQL
def test_a_waiting_scheduler_makes_no_round_until_the_active_one_has_gone(two):
    (_, active), waiting = two
    assert active.is_active()

    assert round_after_tick(*waiting) is None

    active.close()
    assert until(lambda: round_after_tick(*waiting))
