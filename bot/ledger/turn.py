"""Whose turn it is: of several schedulers one is active, and of their rounds one is under way.

This keeps them out of each other's way. It is not what makes a push go out once: rows decide that, also when somebody
who was thought dead goes on.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol, TextIO

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import LedgerError
from bot.ledger import engines
from bot.ledger.complaints import said_plainly
from bot.ledger.database import Ledger

SILENCE_S = 15
"""A scheduler that says nothing for so long, frozen or cut off, is active no more."""

LOOKS_S = 0.05


class Turn(Protocol):
    """Asked before and around each round; ends with its process, whatever ends that."""

    @property
    def is_shared(self) -> bool:
        """True where nobody can tell who else is active: then all are, and take turns."""

    def is_active(self) -> bool:
        """True for the one scheduler that makes rounds by itself; becomes true for another when that one has gone."""

    def round(self, *, wait_s: float) -> AbstractContextManager[bool]:
        """True within the block when this process alone may do a round, after waiting for `wait_s` at most."""

    def close(self) -> None:
        """Another may have the turn."""


def open_turn(ledger: Ledger, *, silence_s: int = SILENCE_S) -> Turn:
    """Beside a SQLite ledger a locked file, on PostgreSQL locks of a session of the server's."""
    if ledger.file is not None:
        return FileTurn(ledger.file.parent / "scheduler.lock")
    return SessionTurn(ledger, silence_s=silence_s)


class FileTurn:
    """On one machine a lock around each round is enough: whoever comes first makes it."""

    is_shared = True

    def __init__(self, file: Path) -> None:
        """`file` is made when it is first needed, and stays."""
        self._file = file

    def is_active(self) -> bool:
        """Always: the rounds take turns."""
        return True

    @contextmanager
    def round(self, *, wait_s: float) -> Iterator[bool]:
        """True while this process holds the file's lock, which dies with it."""
        with _opened(self._file) as lock:
            yield _within(wait_s, lambda: _locked(lock.fileno()))

    def close(self) -> None:
        """Nothing is held between rounds."""


def _opened(file: Path) -> TextIO:
    try:
        return file.open("a")
    except OSError as error:
        raise LedgerError(
            f"定时程序的锁 {file} 打不开：{error.strerror}。请让运行它的用户能写这个文件夹和文件。"
        ) from error


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _within(wait_s: float, taken: Callable[[], bool]) -> bool:
    """True as soon as it is taken; False after `wait_s` in vain."""
    deadline = time.monotonic() + wait_s
    while not (is_ours := taken()) and time.monotonic() < deadline:
        time.sleep(LOOKS_S)
    return is_ours


ACTIVE, ROUND = 0x776B7301, 0x776B7302
"""Advisory locks: of the active scheduler for as long as it lives, and around every round, also one by hand."""


class SessionTurn:
    """Locks of one session of PostgreSQL's: the server gives them back when the process or the network dies.

    Safe for threads. `is_active` also shows the server that this process lives, so it is called every few seconds.
    """

    is_shared = False

    def __init__(self, ledger: Ledger, *, silence_s: int) -> None:
        """Opens nothing yet."""
        self._ledger = ledger
        self._silence_s = silence_s
        self._session: Connection | None = None
        self._is_active = False
        self._guard = threading.Lock()

    def is_active(self) -> bool:
        """True while the session that holds the lock lives; LedgerError when the server cannot be asked."""
        with self._guard, self._asking() as session:
            if self._is_active:
                session.exec_driver_sql("SELECT 1")
            else:
                self._is_active = _try(session, ACTIVE)
            return self._is_active

    @contextmanager
    def round(self, *, wait_s: float) -> Iterator[bool]:
        """True while this process holds the lock of the round."""
        is_ours = _within(wait_s, self._take_round)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._give_back_round()

    def _take_round(self) -> bool:
        with self._guard, self._asking() as session:
            return _try(session, ROUND)

    def _give_back_round(self) -> None:
        with self._guard, suppress(LedgerError), self._asking() as session:  # a session that is gone holds nothing
            session.exec_driver_sql(f"SELECT pg_advisory_unlock({ROUND})")

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """The session, opened when there is none; after an error it is given up, and the locks with it."""
        with said_plainly(self._ledger.where, engines.BUSY_S):
            try:
                if self._session is None:
                    self._session = engines.session(self._ledger.url, silence_s=self._silence_s)
                yield self._session
            except SQLAlchemyError:
                self._give_up()
                raise

    def _give_up(self) -> None:
        session, self._session, self._is_active = self._session, None, False
        if session is not None:
            with suppress(SQLAlchemyError):
                session.invalidate()
                session.close()

    def close(self) -> None:
        """The session has ended."""
        with self._guard:
            self._give_up()


def _try(session: Connection, lock: int) -> bool:
    return bool(session.exec_driver_sql(f"SELECT pg_try_advisory_lock({lock})").scalar_one())
