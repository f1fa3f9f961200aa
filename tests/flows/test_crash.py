"""A push is disturbed at each of its steps, on each route: it goes out once."""

from __future__ import annotations

import pytest

from tests.crashes import STEPS, is_right, outcome, play
from tests.world import FRIDAY, world

CASES = [
    (route, path, how)
    for route, paths in STEPS.items()
    for path in paths
    for how in ("killed before", "killed after", "lost_after")
]


@pytest.mark.processes
@pytest.mark.parametrize(("route", "path", "how"), CASES, ids=lambda value: value.rpartition("/")[2])
def test_a_disturbed_push_goes_out_once(tmp_path, route, path, how):
    with world(tmp_path) as w:
        seen = play(w, route, path, how)

        assert is_right(route, path, how, seen), seen


@pytest.mark.processes
def test_a_person_resends_what_was_never_submitted(tmp_path):
    from datetime import timedelta

    from bot.publishing import decide

    with world(tmp_path) as w:
        play(w, "publish", "/cgi-bin/freepublish/submit", "killed before")
        with w.service() as service:
            decide.resend(service.ledger, w.pushes()[0]["id"], person="赵海", now=FRIDAY + timedelta(hours=1))
        w.attend(*(FRIDAY + timedelta(hours=1, minutes=m) for m in (1, 3)))

        assert (outcome(w).state, outcome(w).sends) == ("confirmed", 1)
