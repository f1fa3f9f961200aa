"""Followers who write: one process, raw sockets, nothing prepared while the clock runs.

In a closed loop a number of connections each wait for their answer before they write again: it finds out what a
server can do. In an open loop messages come when they come, as from people who know nothing of each other, and an
answer's time counts from the moment its message was due: a server that stalls is charged for all who came meanwhile.
"""

from __future__ import annotations

import gc
import itertools
import random
import select
import socket
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.bench import messages

LANES = 32
_LONGEST_WAIT_S = 0.2


@dataclass(frozen=True)
class Plan:
    """What is sent where. `kind`: message, page or forged; forged ones and pages need a `count`, messages their questions."""

    port: int
    kind: str
    questions: tuple[str, ...] = ()
    count: int = 0
    first_id: int = 0
    keep_alive: bool = False
    lanes: int = LANES
    rate: float = 0.0  # messages a second in an open loop; 0: closed loop
    begin_at: float = 0.0  # time.monotonic()
    kept_every: int = 50  # of so many answers one is kept, to be read afterwards
    limit_s: float = 120.0

    def requests(self) -> list[bytes]:
        """The bytes of each request."""
        connection = "keep-alive" if self.keep_alive else "close"
        if self.kind == "message":
            return messages.sealed(self.questions, first_id=self.first_id, connection=connection)
        make = messages.forged if self.kind == "forged" else messages.pages
        return make(self.count, connection=connection)


@dataclass
class Sent:
    """What came of a plan; `waits_s` of each answer, in no order."""

    sent: int
    waits_s: array[float] = field(default_factory=lambda: array("d"))
    wrong: int = 0  # another status than wanted, or none
    seconds: float = 0.0
    own_cpu_s: float = 0.0
    kept: list[tuple[int, bytes]] = field(default_factory=list)  # number of the request, body of its answer


@dataclass(slots=True)
class _Lane:
    sock: socket.socket
    number: int = -1
    due: float = 0.0
    got: bytes = b""


class _Driver:
    """One plan's connections."""

    def __init__(self, plan: Plan, requests: Sequence[bytes]) -> None:
        self._plan = plan
        self._requests = requests
        self._status = b"HTTP/1.1 401" if plan.kind == "forged" else b"HTTP/1.1 200"
        self._poll = select.epoll()
        self._busy: dict[int, _Lane] = {}
        self._idle: list[_Lane] = []
        self.sent = Sent(len(requests))

    def closed_loop(self) -> None:
        """Everything was sent, `lanes` at a time."""
        numbers = iter(range(len(self._requests)))
        until = time.monotonic() + self._plan.limit_s
        for number in itertools.islice(numbers, self._plan.lanes):
            self._begin(number, time.monotonic())
        while self._busy and time.monotonic() < until:
            for _ in range(self._take(_LONGEST_WAIT_S)):
                number = next(numbers, None)
                if number is not None:
                    self._begin(number, time.monotonic())

    def open_loop(self, dues: Iterator[float]) -> None:
        """Everything was sent at its time, whatever became of those before."""
        until = time.monotonic() + self._plan.limit_s
        number, due = 0, next(dues)
        while (number < len(self._requests) or self._busy) and (now := time.monotonic()) < until:
            while number < len(self._requests) and due <= now:
                self._begin(number, due)
                number, due = number + 1, next(dues)
            is_over = number == len(self._requests)
            self._take(_LONGEST_WAIT_S if is_over else max(0.0, due - time.monotonic()))

    def finish(self) -> Sent:
        """What came of it; whoever is not answered by now never was."""
        self.sent.wrong += len(self._requests) - len(self.sent.waits_s)
        for lane in (*self._busy.values(), *self._idle):
            lane.sock.close()
        self._poll.close()
        return self.sent

    def _begin(self, number: int, due: float) -> None:
        lane = self._idle.pop() if self._idle else self._open()
        lane.number, lane.due, lane.got = number, due, b""
        try:
            lane.sock.sendall(self._requests[number])
        except OSError:  # the server has closed an idle connection
            lane.sock.close()
            lane = self._open()
            lane.number, lane.due = number, due
            lane.sock.sendall(self._requests[number])
        self._busy[lane.sock.fileno()] = lane

    def _open(self) -> _Lane:
        sock = socket.create_connection(("127.0.0.1", self._plan.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._poll.register(sock.fileno(), select.EPOLLIN)
        return _Lane(sock)

    def _take(self, wait_s: float) -> int:
        """How many requests came to their end within `wait_s`."""
        ended = 0
        for number, _ in self._poll.poll(wait_s):
            lane = self._busy.get(number)
            if lane is None:
                self._forget_idle(number)
            else:
                ended += self._read(lane)
        return ended

    def _read(self, lane: _Lane) -> bool:
        try:
            more = lane.sock.recv(65_536)
        except OSError:
            more = b""
        lane.got += more
        body = _body(lane.got)
        if body is None and more:
            return False
        self._note(lane, body)
        del self._busy[lane.sock.fileno()]
        if self._plan.keep_alive and more:
            self._idle.append(lane)
        else:
            lane.sock.close()
        return True

    def _note(self, lane: _Lane, body: bytes | None) -> None:
        if body is None or not lane.got.startswith(self._status):
            return
        self.sent.waits_s.append(time.monotonic() - lane.due)
        if lane.number % self._plan.kept_every == 0:
            self.sent.kept.append((lane.number, body))

    def _forget_idle(self, number: int) -> None:
        """An idle connection that the server has closed."""
        for lane in [lane for lane in self._idle if lane.sock.fileno() == number]:
            self._idle.remove(lane)
            lane.sock.close()


def _body(got: bytes) -> bytes | None:
    """The body of a whole answer; None while something is missing."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = got[:end].lower() + b"\r"
    at = head.find(b"content-length:")
    length = int(head[at + 15 : head.index(b"\r", at)]) if at >= 0 else 0
    body = got[end + 4 :]
    return body if len(body) >= length else None


def drive(plan: Plan) -> Sent:
    """The plan, carried out in this process."""
    requests = plan.requests()
    driver = _Driver(plan, requests)
    with _no_collection():
        time.sleep(max(0.0, plan.begin_at - time.monotonic()))
        began, cpu = time.monotonic(), time.process_time()
        if plan.rate:
            driver.open_loop(_arrivals(plan.rate, began, seed=plan.first_id))
        else:
            driver.closed_loop()
        sent = driver.finish()
        sent.seconds, sent.own_cpu_s = time.monotonic() - began, time.process_time() - cpu
    return sent


def _arrivals(rate: float, began: float, *, seed: int) -> Iterator[float]:
    chance = random.Random(seed)
    at = began
    while True:
        at += chance.expovariate(rate)
        yield at


@contextmanager
def _no_collection() -> Iterator[None]:
    """The generator's own garbage collection would look like a slow server."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
