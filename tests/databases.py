"""Databases to test on: SQLite files, and one real PostgreSQL for the whole run, each test with a fresh one of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.ledger.database import Ledger

KINDS = ("sqlite", "postgresql") if importlib.util.find_spec("pgserver") else ("sqlite",)
"""pgserver has no package for every machine and Python; where it is missing, SQLite alone is tested."""

FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off", "max_wal_size = '8GB'")


@dataclass
class Postgresql:
    """A running server."""

    address: str  # of its database `postgres`, as psycopg takes it
    numbers: Iterator[int] = field(default_factory=count)

    def new(self) -> str:
        """The address of an empty database, as [storage] ledger has it."""
        return self._made("TEMPLATE template0")

    def fresh(self) -> str:
        """The address of a migrated ledger."""
        return self._made("TEMPLATE migrated")

    def say(self, statement: str) -> list[tuple[object, ...]]:
        """What the server answers to a statement of its owner's."""
        with psycopg.connect(self.address, autocommit=True) as owner:
            done = owner.execute(statement)
            return done.fetchall() if done.description else []

    def url(self, name: str) -> str:
        """The address of its database of this name."""
        url = make_url(self.address).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _made(self, how: str) -> str:
        name = f"ledger_{next(self.numbers)}"
        self.say(f"CREATE DATABASE {name} {how}")
        return self.url(name)


@contextmanager
def running_postgresql() -> Iterator[Postgresql]:
    """A server of its own, without a network port, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="weikepu-") as place, pytest.MonkeyPatch.context() as patch:
        runtime, data = Path(place) / "run", Path(place) / "data"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pgserver

        server = pgserver.get_server(data, cleanup_mode="delete")
        try:
            made = Postgresql(server.get_uri())
            for setting in FAST:
                made.say(f"ALTER SYSTEM SET {setting}")
            made.say("SELECT pg_reload_conf()")
            made.say("CREATE DATABASE migrated TEMPLATE template0")
            migrate(made.url("migrated"), Path(place))
            yield made
        finally:
            # Stopped at once: an orderly end would first write all those databases to the disk.
            os.kill(server.get_pid(), signal.SIGQUIT)
            server.cleanup()


def migrate(url: str, folder: Path) -> None:
    """The ledger there is of the newest version."""
    with closing(Ledger(url, folder=folder)) as ledger:
        ledger.migrate()


def copied(template: Path, folder: Path) -> str:
    """The address of a copy of that SQLite file in this folder."""
    shutil.copy(template, folder / "ledger.db")
    return "sqlite:///ledger.db"
