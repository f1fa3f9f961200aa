"""Faults to come, and the connections that one of them holds open."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from dataclasses import dataclass

from bot.sandbox.errcodes import ERRMSG
from bot.sandbox.tokens import TOKEN_ENDS

NOT_HANDLED = frozenset({"timeout_before", "lost_before", "hold_before", "http_502"})
HANDLED = frozenset({"timeout_after", "lost_after", "hold_after", "http_502_after", "truncated"})
HOLDING = frozenset({"timeout_before", "timeout_after", "hold_before", "hold_after"})
LISTED = {"hold_before": "before", "hold_after": "after"}
CODED = ("errcode", "same_token")
LOOK_EVERY_S = 0.02


@dataclass
class Fault:
    """Happens to the next `times` requests to `path` ("*": to any)."""

    id: int
    path: str
    kind: str
    times: int


def error_code(kind: str) -> int | None:
    """The code of an `errcode:<N>` or `same_token:<N>` fault; None for the other kinds."""
    name, _, code = kind.partition(":")
    return int(code) if name in CODED else None


def retires_token(kind: str) -> bool:
    """True unless the fault is one where `stable_token` without force gives the refused token again."""
    return not kind.startswith("same_token:")


def is_fault(kind: str) -> bool:
    """True for the kinds that the box can play; an error code must be a documented one."""
    name, _, code = kind.partition(":")
    if name in CODED:
        known = code.removeprefix("-").isdigit() and int(code) != 0 and int(code) in ERRMSG
        return known and (name == "errcode" or int(code) in TOKEN_ENDS)
    return kind in NOT_HANDLED | HANDLED


class Faults:
    """The faults that were ordered and have not happened yet. Thread safe; a restart forgets them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._faults: list[Fault] = []

    def add(self, path: str, kind: str, times: int) -> int:
        """The new fault's id."""
        with self._lock:
            fault = Fault(next(self._ids), path, kind, times)
            self._faults.append(fault)
            return fault.id

    def take(self, path: str) -> str | None:
        """The kind of fault that this request meets, counted as happened; None: none."""
        with self._lock:
            for fault in self._faults:
                if fault.path in ("*", path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    return fault.kind
            return None

    def clear(self) -> None:
        """No fault is left."""
        with self._lock:
            self._faults.clear()

    def listed(self) -> list[Fault]:
        """What is left, in the order in which it will be met."""
        with self._lock:
            return [Fault(fault.id, fault.path, fault.kind, fault.times) for fault in self._faults]


class HeldConnections:
    """Connections that stay open without an answer until the client leaves or the console releases them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: dict[int, tuple[str, str]] = {}
        self._ids = itertools.count(1)
        self._releases = 0
        self._closed = False

    def hold(self, path: str, kind: str, connection: socket.socket) -> None:
        """Returns when the client has hung up, or after a release."""
        with self._changed:
            number, releases = next(self._ids), self._releases
            self._held[number] = (path, kind)
            self._changed.notify_all()
            while self._releases == releases and not self._closed and not _has_left(connection):
                self._changed.wait(LOOK_EVERY_S)
            del self._held[number]
            self._changed.notify_all()

    def listed(self, timeout_s: float = 0.0) -> list[dict[str, str]]:
        """Path and phase of each connection that a `hold_…` fault holds; waits for the first one."""
        until = time.monotonic() + timeout_s
        with self._changed:
            while not (found := self._of_hold_faults()) and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            return found

    def release(self) -> int:
        """How many connections were let go; they are closed without an answer."""
        with self._changed:
            self._releases += 1
            released = len(self._held)
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._held, timeout=1.0)
            return released

    def close(self) -> None:
        """Nothing is held any more, now and later."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _of_hold_faults(self) -> list[dict[str, str]]:
        return [{"path": path, "phase": LISTED[kind]} for path, kind in self._held.values() if kind in LISTED]


def _has_left(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
