"""A push is disturbed at each of its steps, on each route: it goes out once. `make faults` plays the whole matrix."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.publishing import decide
from tests.crashes import ADD_MATERIAL, BY_NAME, DRAFT_ADD, SENDALL, SUBMIT, Case, asked, cases, play, wrong
from tests.stage import manuscript, template
from tests.world import FRIDAY, world

UPLOADS = ("/cgi-bin/media/uploadimg", ADD_MATERIAL)
STEPS = {
    "mass": (*UPLOADS, DRAFT_ADD, SENDALL),
    "mass, two articles": (SENDALL,),
    "publish": (*UPLOADS, DRAFT_ADD, SUBMIT),
    "draft": (*UPLOADS, DRAFT_ADD),
}
CASES = [
    Case(BY_NAME[story], path, how)
    for story, paths in STEPS.items()
    for path in paths
    for how in ("killed before", "killed after", "lost_after")
]
REFUSED = [
    Case(BY_NAME["auto"], "/cgi-bin/message/mass/speed/get", "always errcode:40001"),
    Case(BY_NAME["mass"], "/cgi-bin/message/mass/get", "always errcode:40001"),
    Case(BY_NAME["publish, send lost"], "/cgi-bin/freepublish/batchget", "always errcode:40164"),
    Case(BY_NAME["draft, draft lost"], "/cgi-bin/draft/batchget", "always errcode:48001"),
    Case(BY_NAME["publish, late draft"], "/cgi-bin/draft/delete", "always errcode:40164"),
]


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    return template(tmp_path_factory.mktemp("template") / "ready")


@pytest.mark.processes
@pytest.mark.parametrize("case", [*CASES, *REFUSED], ids=lambda case: " ".join(str(case).split()))
def test_a_disturbed_push_goes_out_once_or_waits_for_a_person(ready, tmp_path, case):
    seen = play(ready, tmp_path / "case", case)

    assert not wrong(case, seen), seen


def test_what_is_disturbed_is_what_a_push_asks(ready, tmp_path):
    counts = {name: asked(ready, tmp_path / name, story) for name, story in BY_NAME.items()}

    found = {(case.story.name, case.path) for case in cases(counts)}

    assert {(case.story.name, case.path) for case in (*CASES, *REFUSED)} <= found


@pytest.mark.processes
def test_a_killed_scheduler_sends_once_and_a_person_resends_what_was_never_submitted(tmp_path):
    with world(tmp_path) as w:
        w.write_config(route="publish")
        manuscript(w)
        w.attend(FRIDAY - timedelta(days=1))
        w.box("POST", "/box/clock", {"now": FRIDAY.isoformat()})
        w.box("POST", "/box/faults", {"path": SUBMIT, "kind": "hold_before", "times": 1})
        process = w.start_round(FRIDAY)
        try:
            held = w.box("GET", "/box/held?timeout=30")["held"]
        finally:
            process.kill()
            process.communicate()
            w.box("POST", "/box/release")
        w.attend(*(FRIDAY + timedelta(minutes=m) for m in (2, 45)))

        assert [request["path"] for request in held] == [SUBMIT]
        assert ([push["state"] for push in w.pushes()], w.sends()) == (["unknown"], [])

        with w.service() as service:
            decide.resend(service.ledger, w.pushes()[0]["id"], person="赵海", now=FRIDAY + timedelta(hours=1))
        w.attend(*(FRIDAY + timedelta(hours=1, minutes=m) for m in (1, 3)))

        assert ([push["state"] for push in w.pushes()], len(w.sends())) == (["confirmed"], 1)
