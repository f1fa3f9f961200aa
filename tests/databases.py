"""Databases to test on: SQLite files, and one real PostgreSQL for the whole run, each test with a fresh one of its own."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from bot.ledger.database import Ledger

KINDS = ("sqlite", "postgresql") if importlib.util.find_spec("pgserver") else ("sqlite",)
"""pgserver has no package for every machine and Python; where it is missing, SQLite alone is tested, and that is said."""

LACKING = "" if "postgresql" in KINDS else "NOT TESTED: PostgreSQL. pgserver has no package for this Python or machine."

FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off")


RESET = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', name);
  END LOOP;
  INSERT INTO facts VALUES ('ledger.id', gen_random_uuid(), '2026-11-01T00:00:00.000000Z');
END $$"""
"""Makes a used ledger fresh, sooner than a new one could be made."""


@dataclass
class Postgresql:
    """A running server."""

    address: str  # of its database `postgres`, as psycopg takes it
    numbers: Iterator[int] = field(default_factory=count)
    used: list[str] = field(default_factory=list)

    def new(self) -> str:
        """The address of an empty database, as [storage] ledger has it."""
        return self._made("template0")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a migrated ledger that nobody else uses until the block ends."""
        url = self.used.pop() if self.used else self._made("migrated")
        yield url
        name = make_url(url).database
        self.say(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        self.say(RESET, name)
        self.used.append(url)

    def say(self, statement: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """What the server answers to a statement of its owner's."""
        with psycopg.connect(self.address, autocommit=True, dbname=database or "postgres") as owner:
            done = owner.execute(statement)
            return done.fetchall() if done.description else []

    def url(self, name: str) -> str:
        """The address of its database of this name."""
        url = make_url(self.address).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _made(self, template: str) -> str:
        name = f"ledger_{next(self.numbers)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {template}")
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
            made.say("CREATE ROLE guarded LOGIN PASSWORD 's3cret'")
            rules = data / "pg_hba.conf"
            rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
            made.say("SELECT pg_reload_conf()")
            made.say("CREATE DATABASE migrated TEMPLATE template0")
            migrate(made.url("migrated"), Path(place))
            yield made
        finally:
            server.cleanup()


def migrate(url: str, folder: Path) -> None:
    """The ledger there is of the newest version."""
    with closing(Ledger(url, folder=folder)) as ledger:
        ledger.migrate()


def copied(template: Path, folder: Path) -> str:
    """The address of a copy of that SQLite file in this folder."""
    shutil.copy(template, folder / "ledger.db")
    return "sqlite:///ledger.db"


if __name__ == "__main__":  # for .ci/run: the gate is open only where both databases can be tested
    sys.exit(LACKING or 0)
