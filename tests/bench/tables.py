"""The figures as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.bench.measure import COMPANY, WORKLOADS, Round, middle
from tests.bench.servers import Running

_COSTS = "{:10} {:18} {:6} {:>11} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6}"
_WAITS = "{:10} {:16} {:>8} {:>8} {:>8} {:>9} {:>9} {:>8} {:>6}"


def costs(rounds: Mapping[tuple[str, str, str], Sequence[Round]], servers: Sequence[Running]) -> str:
    """A line for each server, load and app; ratios to the echo bot are medians of those of each round."""
    lines = [
        _COSTS.format(
            "server",
            "questions",
            "app",
            "messages/s",
            "CPU µs",
            "x echo",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "load µs",
            "wrong",
        )
    ]
    names = list(dict.fromkeys(server.server for server in servers))
    for server in names:
        for workload in WORKLOADS:
            for app in dict.fromkeys(one.app for one in servers if one.server == server):
                lines.append(_cost(server, workload, app, rounds))
    return "\n".join(lines)


def _cost(server: str, workload: str, app: str, rounds: Mapping[tuple[str, str, str], Sequence[Round]]) -> str:
    done = middle(rounds[server, app, workload])
    return _COSTS.format(
        server,
        workload,
        app,
        f"{done.per_s:,.0f}",
        f"{done.cpu_us:.0f}",
        f"{ratio(rounds[server, app, workload], rounds[server, 'echo', workload]):.2f}",
        *(f"{wait:.1f}" for wait in done.waits_ms),
        f"{done.own_us:.0f}",
        done.wrong,
    )


def ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """CPU per message over theirs: the median of the rounds' own ratios."""
    ratios = sorted(one.cpu_us / other.cpu_us for one, other in zip(ours, theirs, strict=True) if other.cpu_us)
    return ratios[len(ratios) // 2] if ratios else float("nan")


def waits(rounds: Mapping[tuple[str, str], Sequence[Round]]) -> str:
    """A line for each server and company."""
    lines = [_WAITS.format("server", "company", "p50 ms", "p99 ms", "p99.9 ms", "worst ms", "p99 x", "CPU µs", "wrong")]
    for server in dict.fromkeys(server for server, _ in rounds):
        alone = middle(rounds[server, "alone"]).waits_ms[1]
        for company in COMPANY:
            done = middle(rounds[server, company])
            lines.append(
                _WAITS.format(
                    server,
                    company,
                    *(f"{wait:.1f}" for wait in done.waits_ms),
                    f"{done.worst_ms:.1f}",
                    f"{done.waits_ms[1] / alone:.2f}",
                    f"{done.cpu_us:.0f}",
                    done.wrong,
                )
            )
    return "\n".join(lines)


def memory(sizes: Iterable[tuple[Running, list[tuple[float, float]]]]) -> str:
    """RSS and PSS of each worker."""
    return "\n".join(
        f"{server.server:10} {server.app:6} " + "  ".join(f"RSS {rss:.0f} MB, PSS {pss:.0f} MB" for rss, pss in workers)
        for server, workers in sizes
    )
