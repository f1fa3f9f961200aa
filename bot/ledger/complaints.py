"""A database's complaints → one sentence each for the person on duty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from bot.errors import BotError, LedgerBusy, LedgerError, NotAllowed

_BUSY = "台账 {where} 正被别的程序占用，等了 {busy_s:g} 秒。请稍后再试。"
_CROSSED = "台账 {where} 正被别的程序占用，这一步没有做成。请稍后再试。"
_CROWDED = "台账 {where} 的连接用完了。请稍后再试；总是这样，请把数据库的 max_connections 调大。"
_UNREADABLE = "台账 {where} 打不开或写不进去。请检查数据文件夹的权限和磁盘空间。"
BROKEN = "台账 {where} 不是完好的数据库文件。请停下来，从备份恢复。"
_FULL = "台账 {where} 写不进去：磁盘满了，或者磁盘出了故障。请先腾出空间，再不行就换一块磁盘。"
_FORBIDDEN = "数据库不许这个用户读写台账 {where}。请数据库管理员给它这个库的建表和读写权限。"
_UNWRITABLE = "台账 {where} 现在只能读。请看连的是不是备用的数据库，写操作要连主库。"
_LOST = "和台账 {where} 的连接断了，这一步没有做完。程序会自己再连；总是这样，请看数据库和网络。"
_UNREACHED = "连不上台账 {where}。请看数据库有没有运行，[storage] ledger 里的主机和端口对不对。"
_NO_HOST = "找不到台账 {where} 的主机。请核对 [storage] ledger 里的主机名和网络。"
_NO_DATABASE = "台账 {where} 的库还没有建。请先在数据库里建好它，再运行 python -m bot migrate。"
_UNKNOWN_USER = "台账 {where} 的用户名或密码不对，或数据库不许从这台机器连接。请核对 [storage] ledger。"
_NUL = "文字里有看不见的控制字符，记不下来。请去掉它再试。"

_STATES: tuple[tuple[str, type[BotError], str], ...] = (
    ("55P03", LedgerBusy, _BUSY),  # lock_not_available
    ("40", LedgerBusy, _CROSSED),  # deadlock_detected, serialization_failure
    ("57014", LedgerBusy, _CROSSED),  # query_canceled
    ("53300", LedgerBusy, _CROWDED),
    ("53100", LedgerError, _FULL),
    ("25006", LedgerError, _UNWRITABLE),
    ("42501", LedgerError, _FORBIDDEN),
    ("3D000", LedgerError, _NO_DATABASE),
    ("28", LedgerError, _UNKNOWN_USER),
    ("25P03", LedgerError, _LOST),  # stood still within a transaction for too long
    ("57P", LedgerError, _LOST),  # the server was told to stop, or is starting
    ("08", LedgerError, _LOST),
)
"""PostgreSQL's codes by their beginning."""

_SQLITE: Mapping[str, tuple[type[BotError], str]] = {
    "locked": (LedgerBusy, _BUSY),
    "readonly": (LedgerError, _UNREADABLE),
    "unable to open": (LedgerError, _UNREADABLE),
    "permission denied": (LedgerError, _UNREADABLE),
    "not a database": (LedgerError, BROKEN),
    "malformed": (LedgerError, BROKEN),
    "disk is full": (LedgerError, _FULL),
    "disk i/o error": (LedgerError, _FULL),
}
_CONNECTING: Mapping[str, tuple[type[BotError], str]] = {
    "too many": (LedgerBusy, _CROWDED),
    "connection slots": (LedgerBusy, _CROWDED),
    "password": (LedgerError, _UNKNOWN_USER),
    "pg_hba": (LedgerError, _UNKNOWN_USER),
    "role ": (LedgerError, _UNKNOWN_USER),
    "database ": (LedgerError, _NO_DATABASE),
    "name or service": (LedgerError, _NO_HOST),
    "name resolution": (LedgerError, _NO_HOST),
    "resolve": (LedgerError, _NO_HOST),
    "translate host": (LedgerError, _NO_HOST),
    "": (LedgerError, _UNREACHED),
}
"""What the driver says when it gets no connection, and the server no code; the first that fits."""


@contextmanager
def said_plainly(where: str, busy_s: float) -> Iterator[None]:
    """Turns what only an operator can mend into a LedgerError, and what passes by itself into a LedgerBusy.

    `busy_s`: for how long the ledger that is asked waits for other writers.
    """
    try:
        yield
    except DBAPIError as error:
        known = _known(error)
        if known is None:
            raise
        kind, said = known
        raise kind(said.format(where=where, busy_s=busy_s)) from error
    except PoolEmpty as error:
        raise LedgerBusy(_CROWDED.format(where=where)) from error


def _known(error: DBAPIError) -> tuple[type[BotError], str] | None:
    said, state = str(error.orig).lower(), getattr(error.orig, "sqlstate", None)
    if "nul (0x00)" in said:
        return NotAllowed, _NUL
    if state is not None:
        return next(((kind, text) for code, kind, text in _STATES if state.startswith(code)), None)
    if not type(error.orig).__module__.startswith("psycopg"):
        return next((known for words, known in _SQLITE.items() if words in said), None)
    if error.connection_invalidated or "closed" in said or "terminating" in said:
        return LedgerError, _LOST
    if type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout"):
        return next(known for words, known in _CONNECTING.items() if words in said)
    return None
