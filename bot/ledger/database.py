"""Opens the ledger: one writer at a time on SQLite, readers that never wait, the same calls on PostgreSQL."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from bot.errors import ConfigError, LedgerBusy, LedgerError

HEAD = "0002"
"""The newest migration; a ledger must stand exactly here."""

BUSY_TIMEOUT_MS = 5_000

_raw_json = functools.partial(json.dumps, ensure_ascii=False)  # escaped Chinese would take twice the room


__all__ = ["HEAD", "Connection", "Ledger", "current_version"]  # others name a transaction without naming SQLAlchemy


class Ledger:
    """The durable store. `write()` is one transaction that commits at its end; `read()` sees a snapshot."""

    def __init__(self, url: str, *, folder: Path) -> None:
        """`url` as in [storage] ledger; relative SQLite paths count from `folder`. Opens nothing yet.

        ConfigError when the address cannot be read or its driver is missing.
        """
        parsed = _parsed(url)
        self.file: Path | None = None
        if parsed.get_backend_name() == "sqlite":
            self.file = folder / (parsed.database or "ledger.db")
            parsed = parsed.set(database=str(self.file))
        self.url = parsed
        self._writer = self._engine(writes=True)
        self._reader = self._engine(writes=False)

    def _engine(self, *, writes: bool) -> Engine:
        if self.file is None:
            engine = create_engine(self.url, pool_pre_ping=True, json_serializer=_raw_json)
            return engine if writes else engine.execution_options(postgresql_readonly=True)
        options = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        engine = create_engine(self.url, connect_args=options, json_serializer=_raw_json)
        event.listen(engine, "connect", _prepare_sqlite)
        if writes:
            event.listen(engine, "begin", _begin_immediate)
        else:
            event.listen(engine, "begin", _begin_reading)
        return engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change things; committed when the block ends, rolled back when it raises."""
        with _said_plainly(self._where), self._writer.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; on SQLite it cannot write."""
        with _said_plainly(self._where), self._reader.begin() as tx:
            yield tx

    @property
    def _where(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    def check(self) -> None:
        """Raises LedgerError with one plain sentence when the ledger is missing, not migrated, or of a newer program."""
        if self.file is not None and not self.file.exists():
            raise LedgerError(f"还没有台账 {self._where}。请先运行 python -m bot migrate。")
        with self.read() as tx:
            version = current_version(tx)
        if version is None:
            raise LedgerError(f"台账 {self._where} 还是空的。请先运行 python -m bot migrate。")
        if version > HEAD:
            raise LedgerError(
                f"台账 {self._where} 来自更新的版本（{version}，本程序认得 {HEAD}）。请更新程序，台账没有改动。"
            )
        if version < HEAD:
            raise LedgerError(f"台账 {self._where} 是旧版本（{version}）。请先备份，再运行 python -m bot migrate。")

    def migrate(self) -> str:
        """Brings the ledger to HEAD, making it when missing; gives the version it had before ("" for none)."""
        from bot.ledger.migrations import upgrade  # Alembic costs 39 MB: only this command pays for it

        self._make_folder()
        with _said_plainly(self._where), self._writer.begin() as tx:
            before = current_version(tx)
            if before is not None and before > HEAD:
                raise LedgerError(
                    f"台账 {self._where} 来自更新的版本（{before}，本程序认得 {HEAD}）。请更新程序，台账没有改动。"
                )
            if before != HEAD:
                upgrade(tx)
        return before or ""

    def _make_folder(self) -> None:
        if self.file is None:
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(
                f"数据文件夹 {self.file.parent} 建不了：{error.strerror}。请检查权限或换一个位置。"
            ) from error

    def close(self) -> None:
        """Gives all connections back."""
        self._writer.dispose()
        self._reader.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:  # the text of these may hold the password
        raise ConfigError(
            "设置 [storage] ledger 的写法有误。例如 sqlite:///data/ledger.db 或 postgresql+psycopg://用户:密码@主机:5432/库名"
        ) from error
    except ImportError as error:
        raise ConfigError(
            '设置 [storage] ledger：缺少 PostgreSQL 的驱动。请运行 pip install "weikepu[postgres]"'
        ) from error
    return parsed


def current_version(tx: Connection) -> str | None:
    """The migration the ledger stands at; None for an empty one."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event below says BEGIN, not the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a committed step must survive a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_immediate(tx: Connection) -> None:
    tx.exec_driver_sql("PRAGMA query_only=OFF")
    tx.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(tx: Connection) -> None:
    tx.exec_driver_sql("PRAGMA query_only=ON")
    tx.exec_driver_sql("BEGIN")


@contextmanager
def _said_plainly(where: str) -> Iterator[None]:
    """Turns what only an operator can mend into a LedgerError."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).lower()
        if isinstance(error, OperationalError) and "locked" in said:
            raise LedgerBusy(
                f"台账 {where} 正被别的程序占用，等了 {BUSY_TIMEOUT_MS // 1000} 秒。请稍后再试。"
            ) from error
        if "readonly" in said or "unable to open" in said or "permission denied" in said:
            raise LedgerError(f"台账 {where} 打不开或写不进去。请检查数据文件夹的权限和磁盘空间。") from error
        if "not a database" in said or "malformed" in said:
            raise LedgerError(f"台账 {where} 不是完好的数据库文件。请停下来，从备份恢复。") from error
        if "disk is full" in said or "disk i/o error" in said:
            raise LedgerError(
                f"台账 {where} 写不进去：磁盘满了，或者磁盘出了故障。请先腾出空间，再不行就换一块磁盘。"
            ) from error
        raise
