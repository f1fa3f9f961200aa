"""Fresh ledgers, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ledger.database import Ledger
from tests.databases import KINDS, LACKING, Postgresql, copied, migrate, running_postgresql


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not tested stands above the last line: a green run must not seem to say more than it does."""
    if LACKING:
        terminalreporter.write_line(LACKING, yellow=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """One server for the whole run; only where `KINDS` names it."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite ledger to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate("sqlite:///ledger.db", folder)
    return folder / "ledger.db"


@pytest.fixture(params=KINDS)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated ledger, once on each kind of database; a relative one counts from `tmp_path`."""
    if request.param == "postgresql":
        server: Postgresql = request.getfixturevalue("postgresql")
        with server.fresh() as url:
            yield url
    else:
        yield copied(request.getfixturevalue("migrated_file"), tmp_path)


@pytest.fixture(params=KINDS)
def new_ledger_url(request: pytest.FixtureRequest) -> str:
    """The address of a ledger that nobody has migrated yet, once on each kind of database."""
    if request.param == "postgresql":
        server: Postgresql = request.getfixturevalue("postgresql")
        return server.new()
    return "sqlite:///deep/ledger.db"


@pytest.fixture(params=[kind for kind in KINDS if kind == "postgresql"])
def postgresql_url(postgresql: Postgresql) -> Iterator[str]:
    """The address of a migrated ledger on PostgreSQL only."""
    with postgresql.fresh() as url:
        yield url


@pytest.fixture
def any_ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """A migrated ledger, once on each kind of database."""
    opened = Ledger(ledger_url, folder=tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def ledger(migrated_file: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A migrated ledger on SQLite, for tests of other rooms; those in tests/ledger get `any_ledger` under this name."""
    opened = Ledger(copied(migrated_file, tmp_path), folder=tmp_path)
    yield opened
    opened.close()
