"""The box's memory: one SQLite file, one connection, one writer at a time."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.sandbox.schema import LATER_COLUMNS, SCHEMA

Row = sqlite3.Row
SAMPLE_FOLLOWERS = ("王阿姨", "小李")


class Store:
    """Thread safe. A restart finds everything that was committed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One connection behind a lock: the transactions are far shorter than opening a file for each request.
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 5000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(SCHEMA)
        self._add_later_columns()
        self._first_start()
        self.change(
            "INSERT INTO profiles (openid, subscribe_time) SELECT openid, unixepoch() FROM followers WHERE true"
            " ON CONFLICT (openid) DO NOTHING"
        )

    def close(self) -> None:
        """Nothing can be read or written any more."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another one of the same thread, a part that can fail by itself."""
        with self._lock:
            begin, commit, undo = (
                ("SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part")
                if self._db.in_transaction
                else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
            )
            self._db.execute(begin)
            try:
                yield
            except BaseException:
                for statement in undo.split("; "):
                    self._db.execute(statement)
                raise
            self._db.execute(commit)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Every row of a query."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> Row | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def number(self, sql: str, *values: Any) -> int:
        """The query's first value as a whole number; 0 for no row and for NULL."""
        row = self.row(sql, *values)
        return int(row[0] or 0) if row else 0

    def change(self, sql: str, *values: Any) -> int:
        """How many rows a statement changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def insert(self, sql: str, *values: Any) -> int:
        """The row id of the row that was inserted."""
        with self._lock:
            return int(self._db.execute(sql, values).lastrowid or 0)

    def fact(self, name: str, default: str = "") -> str:
        """A single fact's value."""
        row = self.row("SELECT value FROM facts WHERE name = ?", name)
        return str(row["value"]) if row else default

    def set_fact(self, name: str, value: str) -> None:
        """The fact has this value from now on."""
        self.change(
            "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    def next_number(self, name: str) -> int:
        """The counter's next value: never the same twice."""
        with self.transaction():
            value = int(self.fact(name, "0")) + 1
            self.set_fact(name, str(value))
            return value

    def _add_later_columns(self) -> None:
        for table, column, kind in LATER_COLUMNS:
            if not self.row("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column):
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def _first_start(self) -> None:
        with self.transaction():
            if self.fact("original_id"):
                return
            self.set_fact("original_id", "gh_" + secrets.token_hex(6))
            self.set_fact("mphelper", fresh_openid())
            # Random starts: a box begun afresh must not repeat the ids that a bot has seen from an older one.
            self.set_fact("msg_id", str(1_000_000_000 + secrets.randbelow(1_000_000_000)))
            self.set_fact("publish_id", str(2_247_000_000 + secrets.randbelow(1_000_000_000)))
            self.set_fact("MsgId", str(24_000_000_000_000_000 + secrets.randbelow(10**15)))
            for name in SAMPLE_FOLLOWERS:
                self.change("INSERT INTO followers (openid, name, subscribed) VALUES (?, ?, 1)", fresh_openid(), name)


def fresh_openid() -> str:
    """A new OpenID: 28 characters that begin with an o, as WeChat's do."""
    return "o" + secrets.token_urlsafe(21)[:27]


def to_json(value: Any) -> str:
    """Compact JSON with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
