"""The judge of the fault matrix: what it calls wrong, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.crashes import BY_NAME, DRAFT_ADD, SENDALL, SUBMIT, TOKEN, Case, Outcome, wrong

DRAFT_LIST = "/cgi-bin/draft/batchget"

SENT = Outcome("confirmed", "", sends=1, articles=1, drafts=0, calls=1, asks=False, is_swept=True)
HANDED_OVER = replace(SENT, state="handed_over", sends=0, articles=0, drafts=1, asks=True, is_swept=False)
FAILED = replace(SENT, state="failed", said="发不出去。", sends=0, articles=0, asks=True, is_swept=False)
MISSED = replace(FAILED, state="missed")
UNKNOWN = replace(FAILED, state="unknown")


def case(path: str, how: str, story: str = "mass") -> Case:
    return Case(BY_NAME[story], path, how)


LOST_SEND = case(SENDALL, "lost_after")
LOST_PAIR = case(SENDALL, "lost_after", "mass, two articles")
BUSY_SEND = case(SENDALL, "errcode:45009")
KILLED_SUBMIT = case(SUBMIT, "killed before", "publish")
LOST_SUBMIT = case(SUBMIT, "lost_after", "publish")
NEVER_SENT = case(SENDALL, "always errcode:40164")
ALWAYS_BUSY = case(SENDALL, "always errcode:-1")
UNSEEN_BOX = case(DRAFT_LIST, "always errcode:40164")
LOST_BOX = case(DRAFT_LIST, "lost_after")
LOST_DRAFT = case(DRAFT_ADD, "lost_after", "draft")
NO_TOKEN = case(TOKEN, "errcode:40001")

TWICE, PART, OFTEN, LEFT = "went out more than once", "went out in part", "called too often", "drafts left"
SILENT, GAVE_UP = "lost in silence", "gave up what it could have done"


@pytest.mark.parametrize(
    ("disturbed", "seen", "why"),
    [
        (LOST_SEND, replace(SENT, sends=2), TWICE),
        (NEVER_SENT, replace(UNKNOWN, sends=2), TWICE),
        (NEVER_SENT, replace(FAILED, calls=4), OFTEN),
        (LOST_PAIR, SENT, PART),
        (LOST_SEND, replace(SENT, drafts=1), LEFT),
        (LOST_SEND, replace(SENT, is_swept=False), LEFT),
        (LOST_BOX, replace(SENT, drafts=1), LEFT),
        (UNSEEN_BOX, replace(SENT, drafts=1, is_swept=False), LEFT),
        (LOST_DRAFT, replace(HANDED_OVER, drafts=0), LEFT),
        (LOST_DRAFT, replace(HANDED_OVER, drafts=2), LEFT),
        (LOST_SEND, replace(SENT, sends=0, articles=0), SILENT),
        (LOST_DRAFT, replace(HANDED_OVER, sends=1, articles=1), SILENT),
        (LOST_SEND, replace(FAILED, sends=1, articles=1), SILENT),
        (NEVER_SENT, replace(FAILED, asks=False), SILENT),
        (NEVER_SENT, replace(FAILED, said=""), SILENT),
        (NEVER_SENT, replace(MISSED, sends=1, articles=1), SILENT),
        (LOST_SEND, replace(SENT, state="sent"), SILENT),
        (NO_TOKEN, replace(FAILED, state="nothing"), SILENT),
        (LOST_SEND, UNKNOWN, GAVE_UP),
        (BUSY_SEND, FAILED, GAVE_UP),
        (case(SENDALL, "errcode:42001"), FAILED, GAVE_UP),
        (LOST_SUBMIT, UNKNOWN, GAVE_UP),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_outcome_is_named(disturbed, seen, why):
    assert wrong(disturbed, seen) == why


@pytest.mark.parametrize(
    ("disturbed", "seen"),
    [
        (LOST_SEND, SENT),
        (LOST_PAIR, replace(SENT, articles=2)),
        (NEVER_SENT, replace(FAILED, calls=3)),
        (ALWAYS_BUSY, replace(UNKNOWN, calls=40)),
        (UNSEEN_BOX, replace(SENT, drafts=1)),
        (LOST_DRAFT, HANDED_OVER),
        (KILLED_SUBMIT, UNKNOWN),
        (KILLED_SUBMIT, replace(UNKNOWN, sends=1, articles=1)),
        (NO_TOKEN, MISSED),
        (case(SENDALL, "errcode:48001"), FAILED),
    ],
    ids=str,
)
def test_nothing_is_wrong_with_a_push_that_went_out_once_or_waits_for_a_person(disturbed, seen):
    assert wrong(disturbed, seen) == ""
