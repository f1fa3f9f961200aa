"""Once a day: what the ledger need not keep any longer is forgotten."""

from __future__ import annotations

from datetime import timedelta

from bot.ledger import facts, inbox, people, questions
from bot.publishing.timetable import local_day
from bot.publishing.workbench import Workbench

EVENTS_KEPT = timedelta(days=7)
LOGIN_FAILURES_KEPT = timedelta(days=1)


def purge(bench: Workbench) -> None:
    """Old message keys, questions, log-in failures and results of unknown jobs are gone; at most once a day."""
    now, config = bench.now, bench.config
    today = local_day(now).isoformat()
    with bench.ledger.read() as tx:
        if facts.get(tx, "purge.last") == today:
            return
    with bench.ledger.write() as tx:
        facts.put(tx, "purge.last", today, now)
        inbox.purge(tx, now - timedelta(days=config.scheduler.inbox_days))
        questions.purge(tx, now - timedelta(days=config.answers.question_days))
        people.clear_failures_before(tx, now - LOGIN_FAILURES_KEPT)
        facts.forget(tx, "event.", before=now - EVENTS_KEPT)
