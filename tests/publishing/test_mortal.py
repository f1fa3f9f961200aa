"""A process that dies between any two commits of a push: the next one goes on, and nothing is lost or sent twice."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest

from bot.ledger.database import Ledger
from bot.model.jobs import Job, JobFinished, JobKind, JobState
from bot.publishing.events import finished
from bot.publishing.rounds import attend
from tests.publishing.conftest import BEFORE, FRIDAY, SPIRIT
from tests.publishing.outlet_double import Died

MOST_COMMITS = 40
URL = "https://mp.example/s/early"


class MortalLedger(Ledger):
    """A ledger whose process dies right after so many commits."""

    def __init__(self, *args, commits, **kwargs):
        super().__init__(*args, **kwargs)
        self.commits = commits

    @contextmanager
    def write(self):
        with super().write() as tx:
            yield tx
        self.commits -= 1
        if self.commits == 0:
            raise Died


def overtake(ledger, event, call):
    """The event comes before the call that starts its job is answered."""
    if call in ("mass_send", "submit"):
        finished(ledger, event, FRIDAY)


def lives(association, commits):
    """True when the round on Friday needs fewer commits than that."""
    mortal = MortalLedger("sqlite:///ledger.db", folder=association.folder, commits=commits)
    association.outlet.now = FRIDAY
    try:
        attend(association.config, mortal, association.media, association.outlet, FRIDAY, pause=lambda _: None)
    except Died:
        return False
    finally:
        mortal.close()
    return True


@pytest.mark.parametrize(("route", "number"), [("mass", "4"), ("publish", "4"), ("draft", "")])
def test_a_death_after_any_commit_loses_nothing_and_repeats_nothing(association, route, number):
    """The job's event overtakes the answer to its call, so that its address can come from nowhere else."""
    event = JobFinished(JobKind(route), number, Job(JobState.DONE, urls={0: URL})) if number else None
    for commits in range(1, MOST_COMMITS):
        fresh = association.anew(f"{route}-{commits}")
        fresh.settings(SPIRIT, route=route)
        fresh.article("leaf")
        fresh.round(BEFORE)
        if event:
            fresh.outlet.before = partial(overtake, fresh.ledger, event)
        survived = lives(fresh, commits)
        fresh.outlet.finish()
        for minutes in (1, 3, 10, 45, 50):
            fresh.round(FRIDAY + timedelta(minutes=minutes), settled=True)

        push = fresh.pushes()[0]
        if route == "draft":
            assert (push.state, len(fresh.outlet.box)) == ("handed_over", 1), commits
        elif route == "publish" and push.state == "unknown":  # died before a submit, which is never repeated
            assert (fresh.outlet.titles(), bool(push.said)) == ([], True), commits
        else:
            assert (push.state, fresh.outlet.titles(), fresh.outlet.box) == ("confirmed", [["leaf"]], {}), commits
        if number and number in (push.msg_id, push.publish_id):
            assert push.items[0].url == URL, commits
        if survived:
            return
    pytest.fail(f"a round of more than {MOST_COMMITS} commits")
