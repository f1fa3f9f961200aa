"""`python -m tests.bench`: the webhook's bench; prints what it does, then its tables."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench import measure, tables, texts
from tests.bench.measure import Followers, Sizes
from tests.bench.place import settle_in
from tests.bench.servers import APPS, SERVERS, Running, running
from tests.world import free_port


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every answer that was read was right."""
    wanted = _arguments().parse_args(arguments)
    sizes = Sizes(wanted.rounds, wanted.messages, wanted.messages // 2, wanted.seconds, wanted.rate, wanted.forged)
    try:
        found = _texts(wanted.passages, wanted.articles, sizes.questions)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(found.articles):,} articles: {found.source}. Load of this machine before: {os.getloadavg()[0]:.2f}.")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return 1 if run(Path(folder), found, sizes, servers=wanted.servers, is_quiet=False) else 0


def run(folder: Path, found: texts.Texts, sizes: Sizes, *, servers: Sequence[str], is_quiet: bool) -> int:
    """How many answers were wrong or missing; the tables are printed."""
    note = (lambda _: None) if is_quiet else _note
    port = free_port()
    note("taking the articles in")
    place = settle_in(folder, found, port=port)
    followers = Followers(place.replies, kept_every=1 if is_quiet else 50)
    with ExitStack() as stack:
        stack.callback(followers.close)
        started: list[Running] = []
        for server in servers:
            for app in APPS:
                at = port if (app, server) == ("bot", "granian") else free_port()
                note(f"starting {app} on {server}")
                one = running(app, server, at, place.environ, folder / f"{app}-{server}.log")
                started.append(stack.enter_context(one))
        spent = measure.costs(started, found, sizes, followers, note)
        print(f"\nCost of a message, medians of {sizes.rounds} rounds that took turns\n" + tables.costs(spent, started))
        bots = [server for server in started if server.app == "bot"]
        print("\nMemory of each worker\n" + tables.memory((server, server.memory_mb()) for server in started))
        waited = measure.waits(bots, found, sizes, followers, note)
        print(
            f"\nWaits at {sizes.rate:.0f} messages/s for {sizes.seconds:.0f} s, counted from when each was due; "
            f"{sizes.forged:.0f} forged/s; {measure.HALF_SENT} half-sent\n" + tables.waits(waited)
        )
    print(f"\nLoad of this machine now: {os.getloadavg()[0]:.2f}.")
    return sum(one.wrong for rounds in (*spent.values(), *waited.values()) for one in rounds)


def _texts(passages: str, articles: int, questions: int) -> texts.Texts:
    if passages:
        return texts.from_passages(Path(passages), articles=articles, questions=questions)
    return texts.made_up(articles=articles, questions=questions)


def _note(said: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {said}", file=sys.stderr, flush=True)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--passages",
        default=os.environ.get("BENCH_PASSAGES", ""),
        help="a folder with *-passages.jsonl.gz and *-questions.jsonl.gz; without it texts are made up (BENCH_PASSAGES)",
    )
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=["granian"], help="gunicorn must be installed")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=4_000, help="in a round; half as many where none repeats")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each part at a steady rate")
    parser.add_argument("--rate", type=float, default=300.0, help="messages a second there")
    parser.add_argument("--forged", type=float, default=2_000.0, help="forged ones a second beside them")
    return parser


if __name__ == "__main__":
    sys.exit(main())
