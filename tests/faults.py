"""`make faults`: every disturbance of every request of a push on every route; prints what came of each, and the counts.

With words, only cases whose line holds them all: `python -m tests.faults "mass, send lost" 40164`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.crashes import STORIES, Case, Outcome, Story, asked, cases, play, wrong
from tests.stage import template

PROCESSES = 2


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "case"


def _asked(ready: Path, story: Story) -> Counter[str]:
    with _folder() as folder:
        return asked(ready, folder, story)


def _played(ready: Path, case: Case) -> tuple[Outcome | None, str]:
    """What came of a case, and what is wrong with that; a story that broke came to nothing."""
    with _folder() as folder:
        try:
            seen = play(ready, folder, case)
        except Exception as error:
            return None, f"{type(error).__name__}: {error}"
        return seen, wrong(case, seen)


def main(words: Sequence[str]) -> int:
    """0 when every case is right."""
    counts: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(PROCESSES) as pool:
        ready = template(Path(folder) / "ready")
        found = pool.map(_asked, [ready] * len(STORIES), STORIES)
        wanted = cases({story.name: each for story, each in zip(STORIES, found, strict=True)})
        wanted = [case for case in wanted if all(word in str(case) for word in words)]
        for case, (seen, why) in zip(wanted, pool.map(_played, [ready] * len(wanted), wanted), strict=True):
            print(f"{'WRONG' if why else 'ok   '} {case} {seen or ''} {why}", flush=True)
            counts["wrong" if why else "right"] += 1
            if seen:
                counts[f"{seen.state}, sent {seen.sends} times"] += 1
    paths = len({(case.story.name, case.path) for case in wanted})
    print(f"\n{len(wanted)} cases at {paths} requests of {len(STORIES)} stories, {time.monotonic() - began:.0f} s")
    print("\n".join(f"{n:5} {what}" for what, n in sorted(counts.items())))
    return 1 if counts["wrong"] or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
