"""How each database is opened: who may write, what a reader sees, how long anybody waits.

On both, writers go one at a time and begin by taking their lock, so that what a transaction has read is still true
when it writes; and readers wait for nobody, see one moment, and cannot write.
"""

from __future__ import annotations

import functools
import json
import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from bot.errors import ConfigError

BUSY_S = 5.0
"""So long a writer waits for the others, unless its ledger is opened with less patience."""

IDLE_S = 5
"""So long a transaction may stand still on PostgreSQL: a frozen process must not hold up the others."""

WRITERS = 0x77656B70
"""The advisory lock of PostgreSQL's that every writing transaction holds."""

_raw_json = functools.partial(json.dumps, ensure_ascii=False)  # escaped Chinese would take twice the room


def parsed(url: str) -> URL:
    """The address with its driver at hand; ConfigError when it cannot be read, or the driver is missing."""
    try:
        address = make_url(url)
        address.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:  # the text of these may hold the password
        raise _misspelt() from error
    except ImportError as error:
        raise ConfigError(
            '设置 [storage] ledger：缺少 PostgreSQL 的驱动。请运行 .venv/bin/pip install "psycopg[binary]>=3.3"'
        ) from error
    if not _is_known(address):
        raise _misspelt()
    return address


def _is_known(address: URL) -> bool:
    is_bracketed = bool({"[", "]"} & set(address.host or ""))  # half a bracket was taken for a part of the name
    return address.get_backend_name() in ("sqlite", "postgresql") and not is_bracketed


def _misspelt() -> ConfigError:
    return ConfigError(
        "设置 [storage] ledger 的写法有误。例如 sqlite:///data/ledger.db 或 postgresql+psycopg://用户@主机:5432/库名"
    )


def writer(url: URL, busy_s: float) -> Engine:
    """Connections whose transactions hold the writers' lock from their beginning to their end."""
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(url, busy_s)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    engine = _postgresql(url, busy_s, pool_size=2, max_overflow=4)
    event.listen(engine, "begin", _begin_alone)
    return engine


def reader(url: URL, busy_s: float) -> Engine:
    """Connections whose transactions see one moment, and cannot write."""
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(url, busy_s)
        event.listen(engine, "begin", _begin_reading)
        return engine
    engine = _postgresql(url, busy_s, pool_size=4, max_overflow=8, isolation_level="REPEATABLE READ")
    return engine.execution_options(postgresql_readonly=True)


def session(url: URL, *, silence_s: int) -> Connection:
    """A connection for locks of the session's on PostgreSQL, which ends it after `silence_s` without a statement."""
    options = {"connect_args": _settings(url, BUSY_S, f"-c idle_session_timeout={silence_s}s")}
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", **options).connect()


# -- SQLite -----------------------------------------------------------------------------------------------------------

WAL_TRIES = 40


def _sqlite(url: URL, busy_s: float) -> Engine:
    options = {"timeout": busy_s, "check_same_thread": False}
    engine = create_engine(url, connect_args=options, json_serializer=_raw_json)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event below says BEGIN, not the driver
    _into_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")  # a committed step must survive a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _into_wal(connection: sqlite3.Connection) -> None:
    """WAL lasts with the file; two that make it at once get in each other's way, and SQLite does not wait there."""
    for _ in range(WAL_TRIES - 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            time.sleep(0.05)
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_immediate(tx: Connection) -> None:
    tx.exec_driver_sql("PRAGMA query_only=OFF")
    tx.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(tx: Connection) -> None:
    tx.exec_driver_sql("PRAGMA query_only=ON")
    tx.exec_driver_sql("BEGIN")


# -- PostgreSQL -------------------------------------------------------------------------------------------------------


def _postgresql(url: URL, busy_s: float, **pool: Any) -> Engine:
    """An engine with few connections: those of all processes together must stay below the server's limit."""
    waits = {"pool_timeout": busy_s, "pool_pre_ping": True}
    return create_engine(url, connect_args=_settings(url, busy_s), json_serializer=_raw_json, **waits, **pool)


def _settings(url: URL, busy_s: float, more: str = "") -> dict[str, Any]:
    ours = f"-c lock_timeout={busy_s * 1000:.0f}ms -c idle_in_transaction_session_timeout={IDLE_S}s {more}"
    theirs = url.query.get("options", "")
    return {
        "application_name": "weikepu",
        "connect_timeout": 5,
        "options": f"{theirs if isinstance(theirs, str) else ' '.join(theirs)} {ours}".strip(),
        # A server that has vanished from the network is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }


def _begin_alone(tx: Connection) -> None:
    # READ COMMITTED: each statement after this one sees all that earlier writers have committed.
    tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
