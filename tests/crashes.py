"""Pushes that are disturbed: the stories, where in them a request can be disturbed, and how; one case is played whole."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.ledger import pushes, slots
from bot.model.pushes import ENDED, PushState, Route
from bot.publishing import decide
from bot.publishing.sweep import SWEPT
from tests.stage import PATIENT_S, Stage, stage
from tests.world import FRIDAY

# -- stories ----------------------------------------------------------------------------------------------------------

TOKEN = "/cgi-bin/stable_token"
ADD_MATERIAL = "/cgi-bin/material/add_material"
DRAFT_ADD = "/cgi-bin/draft/add"
SENDALL = "/cgi-bin/message/mass/sendall"
SUBMIT = "/cgi-bin/freepublish/submit"


@dataclass(frozen=True)
class Story:
    """A push by a route; `first` is what goes wrong anyhow, before the disturbance, to (path, how)."""

    name: str
    route: str
    verified: bool = True
    first: tuple[tuple[str, str], ...] = ()
    late_draft: bool = False  # a draft whose answer was lost turns up in the draft box after the send
    like: str = ""  # the story that is the same but for this: what that one asks is disturbed there
    articles: int = 1  # in the push
    only: tuple[str, ...] = ()  # the paths that are disturbed; all, when none is named


STORIES = (
    Story("mass", "mass"),
    Story("mass, two articles", "mass", articles=2, only=(ADD_MATERIAL, DRAFT_ADD, SENDALL)),
    Story("publish", "publish"),
    Story("draft", "draft"),
    Story("auto", "auto"),
    Story("auto, may nothing", "auto", verified=False),
    Story("mass, send lost", "mass", first=((SENDALL, "lost_after"),), like="mass"),
    Story("publish, send lost", "publish", first=((SUBMIT, "lost_after"),), like="publish"),
    Story("mass, draft lost", "mass", first=((DRAFT_ADD, "lost_after"),), like="mass"),
    Story("publish, draft lost", "publish", first=((DRAFT_ADD, "lost_after"),), like="publish"),
    Story("draft, draft lost", "draft", first=((DRAFT_ADD, "lost_after"),), like="draft"),
    Story("mass, late draft", "mass", late_draft=True, like="mass"),
    Story("publish, late draft", "publish", late_draft=True, like="publish"),
    Story("auto, no mass", "auto", first=((SENDALL, "errcode:48001"),), like="auto"),
)
BY_NAME = {story.name: story for story in STORIES}

# -- disturbances -----------------------------------------------------------------------------------------------------

KILLS = {"killed before": "hold_before", "killed after": "hold_after"}
BROKEN = (
    "lost_before",
    "lost_after",
    "timeout_before",
    "timeout_after",
    "http_502",
    "http_502_after",
    "truncated",
)
CODES = (-1, 40001, 42001, 45009, 45011, 48001, 40164)
PERMANENT = frozenset({40001, 42001, 48001, 40164})
"""What the same request will never pass with, however often; a token that is refused is replaced once."""

ALWAYS = "always "
HOWS = (*KILLS, *BROKEN, *(f"errcode:{code}" for code in CODES), *(f"{ALWAYS}errcode:{code}" for code in CODES))
UNHANDLED = ("killed before", "lost_before", "timeout_before", "http_502", "errcode:-1")
"""Nobody can tell these from a call that was handled."""

MOST_CALLS = 3
"""So many calls to a path may be answered with a permanent error, whatever their number of restarts."""

TIMEOUT_S = 0.5
MINUTES = (0, 0.5, 1, 1.5, 2, 3, 5, 8, 12, 20, 30, 31, 45, 60, 90, 120, 180, 240, 300, 360, 361, 420, 720)
DAYS = (1, 1.02, 1.25, 2, 2.05, 3, 4, 4.05)
MOMENTS = tuple(FRIDAY + timedelta(minutes=m) for m in MINUTES) + tuple(FRIDAY + timedelta(days=d) for d in DAYS)
"""Rounds: past every waiting time of a push."""


@dataclass(frozen=True)
class Case:
    """One disturbance of one request in one story."""

    story: Story
    path: str
    how: str

    @property
    def code(self) -> int | None:
        """The error code, if it is one."""
        _, found, code = self.how.partition("errcode:")
        return int(code) if found else None

    @property
    def is_always(self) -> bool:
        """True when every request to the path is disturbed, not one."""
        return self.how.startswith(ALWAYS)

    def __str__(self) -> str:
        return f"{self.story.name:20} {self.path.removeprefix('/cgi-bin/'):24} {self.how:20}"


@dataclass(frozen=True)
class Outcome:
    """Where things stand once everything is quiet."""

    state: str  # of the push; or of the slot, while there is no push
    said: str
    sends: int  # by the box's journal
    articles: int  # in what was sent
    drafts: int  # left in the box
    calls: int  # to the disturbed path, those before the disturbance not counted
    asks: bool  # a person is offered something to decide
    is_swept: bool  # the history says how the draft box was left

    def __str__(self) -> str:
        return f"{self.state:12} sends {self.sends}  drafts {self.drafts}  calls {self.calls:2}  {self.said}"


# -- playing ----------------------------------------------------------------------------------------------------------


def asked(ready: Path, folder: Path, story: Story) -> Counter[str]:
    """How often each path is asked for in the story when nothing else goes wrong."""
    with _stage(ready, folder, story) as on:
        _play(on, Case(story, "", ""))
        return Counter(on.requests())


def cases(counts: dict[str, Counter[str]]) -> list[Case]:
    """Every disturbance of every path; in a story that is like another, of what is asked there and not in the other."""
    found = []
    for story in STORIES:
        gone_wrong = Counter(path for path, _ in story.first)
        paths = counts[story.name] - counts[story.like] if story.like else counts[story.name]
        reached = [path for path in paths if counts[story.name][path] > gone_wrong[path]]
        reached = [path for path in reached if path in (story.only or reached)]
        found += [Case(story, path, how) for path in reached for how in HOWS]
    return found


def play(ready: Path, folder: Path, case: Case) -> Outcome:
    """The whole story of one disturbance."""
    with _stage(ready, folder, case.story) as on:
        before = _play(on, case)
        return _outcome(on, case, before)


def _stage(ready: Path, folder: Path, story: Story) -> AbstractContextManager[Stage]:
    return stage(ready, folder, route=story.route, verified=story.verified, columns=story.articles)


def _play(on: Stage, case: Case) -> int:
    """How many calls of the path came before the disturbance."""
    for path, how in case.story.first:
        on.box.faults.add(path, how, 1)
    moments = list(MOMENTS)
    if case.story.late_draft:
        on.round(moments.pop(0), timeout_s=PATIENT_S)
        on.settle()
        on.add_late_draft()
    before = on.requests().count(case.path) + sum(path == case.path for path, _ in case.story.first)
    if case.how:
        kind = KILLS.get(case.how) or case.how.removeprefix(ALWAYS)
        on.box.faults.add(case.path, kind, 1000 if case.is_always else 1)
    _until_quiet(on, case, moments)
    left = [] if case.is_always else on.box.faults.listed()
    assert not left, f"not reached: {left}"
    return before


def _until_quiet(on: Stage, case: Case, moments: list[datetime]) -> None:
    quiet = 0
    for moment in moments:
        calls = len(on.requests())
        is_pending = bool(on.box.faults.listed()) and not case.is_always
        if is_pending and case.how in KILLS:
            on.killed_round(moment)
        else:
            on.round(moment, timeout_s=TIMEOUT_S if is_pending and case.how.startswith("timeout") else PATIENT_S)
        on.settle()
        quiet = quiet + 1 if len(on.requests()) == calls else 0
        if quiet >= 2 and _rests(on):
            return


def _rests(on: Stage) -> bool:
    """True when no later round will ask for anything."""
    push = on.push()
    with on.ledger() as ledger, ledger.read() as tx:
        if push is None:
            return bool(slots.missed(tx))
        is_swept = push.route is Route.DRAFT or pushes.has_event(tx, push.id, SWEPT)
    return push.state in (PushState.FAILED, PushState.HANDED_OVER) or (push.state in ENDED and is_swept)


def _outcome(on: Stage, case: Case, before: int) -> Outcome:
    calls = on.requests().count(case.path) - before
    push, sent = on.push(), (on.sends(), on.articles())
    with on.ledger() as ledger, ledger.read() as tx:
        if push is None:
            [missed] = slots.missed(tx) or [None]
            state, said = (str(missed.state), missed.reason) if missed else ("nothing", "")
            return Outcome(state, said, *sent, on.drafts(), calls, asks=missed is not None, is_swept=False)
        is_swept = pushes.has_event(tx, push.id, SWEPT)
    return Outcome(push.state, push.said, *sent, on.drafts(), calls, bool(decide.actions(push)), is_swept)


# -- judging ----------------------------------------------------------------------------------------------------------


def wrong(case: Case, seen: Outcome) -> str:
    """What is not as it must be; empty when all is right."""
    if seen.sends > 1:
        return "went out more than once"
    if seen.articles != seen.sends * case.story.articles:
        return "went out in part"
    if case.is_always and case.code in PERMANENT and seen.calls > MOST_CALLS:
        return "called too often"
    if _went_out(seen):
        return "" if _is_tidy(case, seen) else "drafts left"
    if not _waits_for_a_person(seen):
        return "lost in silence"
    return "gave up what it could have done" if _must_go_out(case) else ""


def _went_out(seen: Outcome) -> bool:
    return (seen.state, seen.sends) in (("confirmed", 1), ("handed_over", 0))


def _is_tidy(case: Case, seen: Outcome) -> bool:
    """No draft is left, but the one that a person is to send; where the box cannot be asked, the history says so."""
    if seen.state == "handed_over":
        return seen.drafts == 1
    cannot_ask = case.code is not None and case.path.startswith("/cgi-bin/draft/")
    return seen.is_swept and (seen.drafts == 0 or cannot_ask)


def _waits_for_a_person(seen: Outcome) -> bool:
    """Told in a sentence; "failed" and "missed" also say that nothing went out."""
    is_true = seen.state == "unknown" or (seen.state in ("failed", "missed") and seen.sends == 0)
    return is_true and seen.asks and bool(seen.said)


def _must_go_out(case: Case) -> bool:
    """True for what passes by itself, unless it hits the one call that can neither be repeated nor recognised."""
    if case.path == SUBMIT and case.how in UNHANDLED:
        return False
    if case.path == TOKEN and case.code in PERMANENT:
        return False
    passes = case.code is None or case.code in (-1, 45009, 45011) or (case.code in (40001, 42001))
    return passes and not case.is_always
