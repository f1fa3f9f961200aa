"""What is measured: the cost of a message in rounds that take turns, and waits at a steady rate, alone and in company."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median

from tests.bench import messages
from tests.bench.load import Plan, Sent, drive
from tests.bench.servers import Running
from tests.bench.texts import Texts, as_real_ones_repeat

DISTINCT = 5_000  # questions that come again and again
HALF_SENT = 16
_HEADSTART_S = 1.0  # for sealing what is sent at a fixed moment


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    rounds: int
    repeated: int  # messages a round whose questions repeat
    fresh: int  # messages a round whose questions nobody has asked before
    seconds: float  # of each part at a steady rate
    rate: float  # messages a second there
    forged: float  # forged ones a second beside them
    distinct: int = DISTINCT
    warmings: int = 8  # each worker answers only some of what comes: so often everything is asked first

    @property
    def questions(self) -> int:
        """Different questions needed in all."""
        return self.distinct + self.rounds * self.fresh


@dataclass(frozen=True)
class Round:
    """What one server did with one load."""

    per_s: float
    cpu_us: float  # of the server, per message
    own_us: float  # of the load generator, per message
    waits_ms: tuple[float, float, float]  # p50, p99, p99.9
    worst_ms: float
    wrong: int  # not answered, or not with what `ask` says

    @classmethod
    def of(cls, sent: Sent, cpu_s: float, wrong: int) -> Round:
        """From the load's and the server's accounts."""
        waits = sorted(sent.waits_s) or [float("inf")]
        at = tuple(1000 * waits[min(len(waits) - 1, int(len(waits) * q))] for q in (0.5, 0.99, 0.999))
        done = max(1, len(sent.waits_s))
        return cls(
            per_s=len(sent.waits_s) / sent.seconds,
            cpu_us=1e6 * cpu_s / done,
            own_us=1e6 * sent.own_cpu_s / done,
            waits_ms=(at[0], at[1], at[2]),
            worst_ms=1000 * waits[-1],
            wrong=wrong,
        )


Answers = Callable[[list[str]], Mapping[str, str]]
"""What the bot should say to each of these questions."""


class Followers:
    """Sends loads from processes of their own and reads a sample of the answers."""

    def __init__(self, answers: Answers, *, kept_every: int = 50) -> None:
        self._pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
        self._answers = answers
        self._kept_every = kept_every
        self._next_id = itertools.count(1, 1_000_000)

    def close(self) -> None:
        """The processes have ended."""
        self._pool.shutdown(cancel_futures=True)

    def write(
        self,
        to: Running,
        questions: tuple[str, ...],
        *,
        keep_alive: bool = False,
        rate: float = 0.0,
        begin_at: float = 0.0,
    ) -> Round:
        """The questions, sent and answered; a page asked for instead, where the server knows no messages."""
        plan = Plan(
            to.port,
            "page" if to.app == "hello" else "message",
            questions,
            count=len(questions),
            first_id=next(self._next_id),
            keep_alive=keep_alive,
            rate=rate,
            begin_at=begin_at,
            kept_every=self._kept_every,
        )
        before = to.settled_cpu_s()
        sent = self._pool.submit(drive, plan).result()
        cpu_s = to.settled_cpu_s() - before
        return Round.of(sent, cpu_s, sent.wrong + self._misread(to, plan, sent))

    def forge(self, to: Running, count: int, *, rate: float, begin_at: float) -> Future[Sent]:
        """Somebody begins to send forged messages; each is refused, or counts as wrong."""
        plan = Plan(to.port, "forged", count=count, rate=rate, begin_at=begin_at)
        return self._pool.submit(drive, plan)

    def _misread(self, to: Running, plan: Plan, sent: Sent) -> int:
        """How many of the answers kept say something else than they should, or say it to somebody else."""
        if plan.kind != "message":
            return 0
        asked = {number: plan.questions[number] for number, _ in sent.kept}
        right = self._answers(list(asked.values())) if to.app == "bot" else {text: text for text in asked.values()}
        return sum(
            _heard(body) != (messages.follower(plan.first_id + number), right[asked[number]])
            for number, body in sent.kept
        )


def _heard(body: bytes) -> tuple[str, str] | None:
    try:
        return messages.said_to(body)
    except ValueError:
        return None


WORKLOADS = ("repeat", "repeat, kept open", "new")


def costs(
    servers: Sequence[Running], texts: Texts, sizes: Sizes, followers: Followers, note: Callable[[str], None]
) -> dict[tuple[str, str, str], list[Round]]:
    """The rounds by (server, app, workload): each round goes through all servers before the next begins."""
    known, fresh = texts.questions[: sizes.distinct], texts.questions[sizes.distinct :]
    for server in servers:
        note(f"warming {server.app} on {server.server}")
        for _ in range(sizes.warmings if server.app == "bot" else 1):
            followers.write(server, known)
    rounds: dict[tuple[str, str, str], list[Round]] = {}
    for number in range(sizes.rounds):
        note(f"round {number + 1} of {sizes.rounds}")
        new = fresh[number * sizes.fresh : (number + 1) * sizes.fresh]
        again = as_real_ones_repeat(known, sizes.repeated, seed=number)
        for workload, server in itertools.product(WORKLOADS, servers):
            questions = new if workload == "new" else again
            done = followers.write(server, questions, keep_alive=workload == "repeat, kept open")
            rounds.setdefault((server.server, server.app, workload), []).append(done)
    return rounds


def middle(rounds: Sequence[Round]) -> Round:
    """The median of each figure; wrong answers are added up."""
    return Round(
        per_s=median(r.per_s for r in rounds),
        cpu_us=median(r.cpu_us for r in rounds),
        own_us=median(r.own_us for r in rounds),
        waits_ms=(
            median(r.waits_ms[0] for r in rounds),
            median(r.waits_ms[1] for r in rounds),
            median(r.waits_ms[2] for r in rounds),
        ),
        worst_ms=max(r.worst_ms for r in rounds),
        wrong=sum(r.wrong for r in rounds),
    )


COMPANY = ("alone", "forged beside", "half-sent held")


def waits(
    servers: Sequence[Running], texts: Texts, sizes: Sizes, followers: Followers, note: Callable[[str], None]
) -> dict[tuple[str, str], list[Round]]:
    """Waits at a steady rate by (server, company), in rounds that take turns."""
    known = texts.questions[: sizes.distinct]
    found: dict[tuple[str, str], list[Round]] = {}
    count = int(sizes.rate * sizes.seconds)
    for number, server, company in itertools.product(range(sizes.rounds), servers, COMPANY):
        note(f"{company}, {server.server}, round {number + 1} of {sizes.rounds}")
        questions = as_real_ones_repeat(known, count, seed=100 + number)
        with _company(company, server, sizes, followers) as begin_at:
            done = followers.write(server, questions, rate=sizes.rate, begin_at=begin_at)
        found.setdefault((server.server, company), []).append(done)
    return found


def _company(name: str, server: Running, sizes: Sizes, followers: Followers) -> AbstractContextManager[float]:
    """What goes on beside the real ones, and when these are to begin."""
    begin_at = time.monotonic() + _HEADSTART_S
    if name == "forged beside":
        return _forging(server, sizes, followers)
    return _half_sent(server.port, begin_at) if name == "half-sent held" else nullcontext(begin_at)


@contextmanager
def _forging(server: Running, sizes: Sizes, followers: Followers) -> Iterator[float]:
    """Forged messages come from half a second before the real ones until half a second after."""
    count = int(sizes.forged * (sizes.seconds + 1))
    begin_at = time.monotonic() + _HEADSTART_S + count / 20_000  # making them takes its time
    forging = followers.forge(server, count, rate=sizes.forged, begin_at=begin_at)
    yield begin_at + 0.5
    sent = forging.result()
    assert not sent.wrong, f"{sent.wrong} forged messages were not refused"


@contextmanager
def _half_sent(port: int, begin_at: float) -> Iterator[float]:
    """Requests whose bodies do not come are open all the while."""
    opened = [socket.create_connection(("127.0.0.1", port)) for _ in range(HALF_SENT)]
    try:
        for one in opened:
            one.sendall(messages.beginning())
        yield begin_at
    finally:
        for one in opened:
            one.close()
