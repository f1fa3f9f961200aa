"""Cuts off who keeps this process waiting: the server's stream of a request's body knows no time-out of its own."""

from __future__ import annotations

import os
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OPEN_FILES = Path("/proc/self/fd")
_LAST_DATA_RECEIVED = 52  # bytes into Linux' tcp_info; a number of milliseconds, 32 bits


def hang_up(address: str, *, port: int, idle_s: float) -> int:
    """How many connections that this peer made to our port, from which nothing has come for so long, are read no further.

    What waits for the rest of a request then sees its end. A connection that only rests between two requests may be
    among them: its browser or proxy opens another. Where the kernel does not say (not Linux), none is cut.
    """
    return sum(_end(one) for one in _connections(address, port) if _idle_s(one) >= idle_s)


def _connections(address: str, port: int) -> Iterator[socket.socket]:
    for file in OPEN_FILES.iterdir() if OPEN_FILES.is_dir() else ():
        with suppress(OSError), _socket(int(file.name)) as one:
            is_visit = one.family in (socket.AF_INET, socket.AF_INET6) and one.getsockname()[1] == port
            if is_visit and one.getpeername()[0] == address:
                yield one


def _socket(number: int) -> socket.socket:
    """A second handle on an open socket; OSError when this is none."""
    copy = os.dup(number)
    if stat.S_ISSOCK(os.fstat(copy).st_mode):
        return socket.socket(fileno=copy)
    os.close(copy)
    raise OSError


def _idle_s(one: socket.socket) -> float:
    info = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return float(struct.unpack_from("=I", info, _LAST_DATA_RECEIVED)[0]) / 1000


def _end(one: socket.socket) -> bool:
    one.shutdown(socket.SHUT_RD)
    return True
