"""`make faults`: every disturbance at every step of a push on every route; prints what came of each, and the counts."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.crashes import KILLS, STEPS, Outcome, is_right, play
from tests.world import world

HOWS = (*KILLS, "lost_before", "lost_after", "http_502", "truncated")
CASES = [(route, path, how) for route, paths in STEPS.items() for path in paths for how in HOWS]


def one(case: tuple[str, str, str]) -> tuple[tuple[str, str, str], Outcome | str]:
    """A case and what came of it; a sentence when the story itself broke."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with world(Path(folder)) as w:
                return case, play(w, *case)
        except Exception as error:
            return case, f"{type(error).__name__}: {error}"


def main() -> int:
    """0 when every case is right."""
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        for case, seen in pool.map(one, CASES):
            right = isinstance(seen, Outcome) and is_right(*case, seen)
            counts["right" if right else "WRONG"] += 1
            if isinstance(seen, Outcome):
                counts[f"sent {seen.sends} times"] += 1
                counts[f"state {seen.state}"] += 1
            print(
                f"{'ok   ' if right else 'WRONG'} {case[0]:8} {case[1].removeprefix('/cgi-bin/'):24} {case[2]:14} {seen}",
                flush=True,
            )
    print(f"\n{len(CASES)} cases: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    return 1 if counts["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main())
