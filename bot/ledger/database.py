"""The ledger behind its address: `write()`, `read()`, and whether this program may use it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import LedgerError
from bot.ledger import engines
from bot.ledger.complaints import BROKEN, said_plainly

HEAD = "0003"
"""The newest migration; a ledger must stand exactly here."""

__all__ = ["HEAD", "Connection", "Ledger", "current_version"]  # others name a transaction without naming SQLAlchemy


class Ledger:
    """The durable store. `write()` is one transaction that commits at its end; `read()` sees a snapshot."""

    def __init__(self, url: str, *, folder: Path, busy_s: float = engines.BUSY_S) -> None:
        """`url` as in [storage] ledger; relative SQLite paths count from `folder`; a writer waits `busy_s` for others.

        Opens nothing yet. ConfigError when the address cannot be read or its driver is missing.
        """
        address = engines.parsed(url)
        self.file: Path | None = None
        if address.get_backend_name() == "sqlite":
            self.file = folder / (address.database or "ledger.db")
            address = address.set(database=str(self.file))
        self.url = address
        self._open(busy_s)

    def _open(self, busy_s: float) -> None:
        self._busy_s = busy_s
        self._writer = engines.writer(self.url, busy_s)
        self._reader = engines.reader(self.url, busy_s)

    def hurried(self, busy_s: float) -> Ledger:
        """The same ledger for somebody who cannot wait for other writers for longer than `busy_s`; to be closed like any."""
        other = copy.copy(self)
        other._open(busy_s)
        return other

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change things, with no other writer at its side; rolled back when the block raises."""
        with said_plainly(self.where, self._busy_s), self._writer.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading: it sees one moment, and cannot write."""
        with said_plainly(self.where, self._busy_s), self._reader.begin() as tx:
            yield tx

    @property
    def where(self) -> str:
        """The file, or the address without its password and options."""
        return str(self.file) if self.file else self.url.set(query={}).render_as_string(hide_password=True)

    def check(self) -> None:
        """Raises LedgerError with one plain sentence when the ledger is missing, not migrated, or of a newer program."""
        if self.file is not None and not self.file.exists():
            raise LedgerError(f"还没有台账 {self.where}。请先运行 python -m bot migrate。")
        with self.read() as tx:
            version = current_version(tx)
        if version is None:
            raise LedgerError(f"台账 {self.where} 还是空的。请先运行 python -m bot migrate。")
        if version > HEAD:
            raise LedgerError(
                f"台账 {self.where} 来自更新的版本（{version}，本程序认得 {HEAD}）。请更新程序，台账没有改动。"
            )
        if version < HEAD:
            raise LedgerError(f"台账 {self.where} 是旧版本（{version}）。请先备份，再运行 python -m bot migrate。")

    def migrate(self) -> str:
        """Brings the ledger to HEAD, making it when missing; gives the version it had before ("" for none)."""
        from bot.ledger.migrations import upgrade  # Alembic costs 39 MB: only this command pays for it

        self._make_folder()
        with said_plainly(self.where, self._busy_s), self._writer.begin() as tx:
            self._check_whole(tx)
            before = current_version(tx)
            if before is not None and before > HEAD:
                raise LedgerError(
                    f"台账 {self.where} 来自更新的版本（{before}，本程序认得 {HEAD}）。请更新程序，台账没有改动。"
                )
            if before != HEAD:
                upgrade(tx)
        return before or ""

    def _check_whole(self, tx: Connection) -> None:
        """LedgerError when pages of the file are damaged, which the first lines of it alone do not show."""
        if self.file is not None and tx.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
            raise LedgerError(BROKEN.format(where=self.where))

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


def current_version(tx: Connection) -> str | None:
    """The migration the ledger stands at; None for an empty one."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
