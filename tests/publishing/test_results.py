"""How the end of a push becomes known: by asking, by event, early, late or never."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.errors import Remedy
from bot.ledger import articles, facts, pushes
from bot.model.jobs import Job, JobFinished, JobKind, JobState
from bot.model.pushes import PushState
from bot.publishing import decide
from bot.publishing.events import finished
from tests.publishing.conftest import BEFORE, FRIDAY, SPIRIT
from tests.publishing.outlet_double import lost, refusal

MINUTE = timedelta(minutes=1)


def sent(association, route):
    association.settings(SPIRIT, route=route)
    association.article("leaf")
    association.round(BEFORE)
    association.round(FRIDAY)
    push = association.pushes()[0]
    assert push.state is PushState.SENT
    return push


def event(push, *, done=True):
    job = Job(JobState.DONE, urls={0: "https://mp.example/s/1"}) if done else Job(JobState.FAILED, "微信没有放行")
    kind = JobKind.PUBLISH if push.publish_id else JobKind.MASS
    return JobFinished(kind, push.publish_id or push.msg_id, job)


def entry(association):
    with association.ledger.read() as tx:
        return articles.entry(tx, "leaf")


@pytest.mark.parametrize("route", ["mass", "publish"])
def test_an_event_confirms_the_push_and_the_archive_learns_its_address(association, route):
    push = sent(association, route)
    with association.ledger.read() as tx:
        before = articles.archive_version(tx)

    assert finished(association.ledger, event(push), FRIDAY + MINUTE)
    assert finished(association.ledger, event(push), FRIDAY + MINUTE)

    after = association.pushes()[0]
    assert (after.state, after.items[0].url) == (PushState.CONFIRMED, "https://mp.example/s/1")
    assert (entry(association).published_on, entry(association).url) == (date(2026, 12, 4), "https://mp.example/s/1")
    with association.ledger.read() as tx:
        assert articles.archive_version(tx) > before
        assert pushes.last_published_at(tx) == FRIDAY


@pytest.mark.parametrize("route", ["mass", "publish"])
def test_a_failed_job_is_a_persons_and_starts_from_a_new_draft(association, route):
    push = sent(association, route)
    association.outlet.finish(JobState.FAILED)

    finished(association.ledger, event(push, done=False), FRIDAY + MINUTE)

    failed = association.pushes()[0]
    assert failed.state is PushState.FAILED
    assert "微信" in failed.said

    decide.retry(association.ledger, push.id, person="赵海", now=FRIDAY + 2 * MINUTE)
    association.round(FRIDAY + 2 * MINUTE, settled=True)
    association.round(FRIDAY + 5 * MINUTE)

    again = association.pushes()[0]
    assert (again.state, association.outlet.titles()) == (PushState.CONFIRMED, [["leaf"]])
    assert again.clientmsgid != push.clientmsgid
    assert association.outlet.box == {}


def test_a_failure_that_is_found_by_asking_is_reported(association):
    sent(association, "publish")
    association.outlet.finish(JobState.FAILED)

    done = association.round(FRIDAY + MINUTE)

    assert association.states() == ["failed"]
    assert "平台审核没有通过" in done.undone[0]


def test_a_mass_send_without_its_event_has_no_address_until_it_comes(association):
    push = sent(association, "mass")
    association.outlet.finish()
    association.round(FRIDAY + MINUTE)

    assert association.pushes()[0].state is PushState.CONFIRMED
    assert entry(association).url is None

    finished(association.ledger, event(push), FRIDAY + 2 * MINUTE)

    assert entry(association).url == "https://mp.example/s/1"


@pytest.mark.parametrize(("route", "call"), [("mass", "mass_send"), ("publish", "submit")])
def test_an_event_that_overtakes_the_answer_is_not_lost(association, route, call):
    association.settings(SPIRIT, route=route)
    association.article("leaf")
    association.round(BEFORE)
    number = "4"  # picture, cover, draft, then the job
    early = JobFinished(JobKind(route), number, Job(JobState.DONE, urls={0: "https://mp.example/s/early"}))
    heard = []
    association.outlet.before = lambda name: name == call and heard.append(finished(association.ledger, early, FRIDAY))

    association.round(FRIDAY)

    assert heard == [False]
    assert association.states() == ["confirmed"]
    assert association.pushes()[0].items[0].url == "https://mp.example/s/early"


def test_a_strangers_event_changes_nothing(association):
    before = sent(association, "publish")

    assert not finished(association.ledger, JobFinished(JobKind.PUBLISH, "999", Job(JobState.DONE)), FRIDAY + MINUTE)
    assert association.pushes()[0].state is before.state


def test_what_was_published_and_removed_did_go_out(association):
    push = sent(association, "publish")

    gone = Job(JobState.GONE, "发布成功之后，文章被人全部删除了")
    finished(association.ledger, JobFinished(JobKind.PUBLISH, push.publish_id, gone), FRIDAY + MINUTE)

    assert association.states() == ["confirmed"]
    assert "之后" in association.pushes()[0].said


def test_a_job_is_asked_after_within_wechats_daily_limit(association):
    sent(association, "publish")

    for tick in range(40 * 3):
        association.round(FRIDAY + tick * timedelta(seconds=20))
    for tick in range(4, 24 * 6):
        association.round(FRIDAY + tick * timedelta(minutes=10))

    assert association.states() == ["sent"]
    assert association.outlet.calls["publication"] < 90

    association.round(FRIDAY + timedelta(days=3))

    assert association.states() == ["unknown"]

    association.outlet.finish()
    association.round(FRIDAY + timedelta(days=3, hours=1))

    assert association.states() == ["confirmed"]


def test_an_unknown_submit_is_looked_for_within_wechats_daily_limit_and_found_late(association):
    association.settings(SPIRIT, route="publish")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("submit", lost(), handled=True)

    for tick in range(2 * 180):
        association.round(FRIDAY + tick * timedelta(seconds=20))

    assert association.states() == ["unknown"]
    assert association.outlet.calls["submit"] == 1
    assert association.outlet.calls["publications"] < 60

    association.outlet.finish()
    association.round(FRIDAY + timedelta(hours=3))

    assert association.states() == ["confirmed"]
    assert association.pushes()[0].items[0].url


def test_trouble_in_asking_is_no_failure(association):
    sent(association, "publish")
    association.outlet.next("publication", refusal(45009, Remedy.RETRY_LATER))
    association.outlet.next("publication", lost())

    outcomes = [association.round(FRIDAY + second * MINUTE) for second in (1, 1.5)]

    assert [done.undone for done in outcomes] == [(), ()]
    assert association.states() == ["sent"]


HUMAN, PERMANENT = refusal(40164, Remedy.HUMAN), refusal(40059)


@pytest.mark.parametrize(("error", "calls"), [(HUMAN, 1), (PERMANENT, 3)])
@pytest.mark.parametrize(("route", "call"), [("mass", "mass_job"), ("publish", "publication")])
def test_a_result_that_wechat_refuses_to_tell_is_a_persons_question(association, route, call, error, calls):
    association.settings(SPIRIT, route=route)
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next(call, error, times=99)

    for minute in (0, 1, 2, 5, 60, 600, 4000):
        association.round(FRIDAY + minute * MINUTE, settled=True)

    push = association.pushes()[0]
    assert (push.state, association.outlet.calls[call]) == (PushState.UNKNOWN, calls)
    assert push.said.startswith(f"微信收下了它，但问不到结果：{error}")
    assert [name for name, _ in decide.actions(push)] == ["mark_sent", "resend"]

    finished(association.ledger, event(push), FRIDAY + 4001 * MINUTE)  # WeChat tells by itself

    assert association.states() == ["confirmed"]


@pytest.mark.parametrize(("error", "calls"), [(HUMAN, 1), (PERMANENT, 3)])
def test_a_lost_submit_that_cannot_be_looked_for_is_a_persons_question(association, error, calls):
    association.settings(SPIRIT, route="publish")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("submit", lost())
    association.outlet.next("publications", error, times=99)

    for minute in (0, 1, 3, 10, 60, 600):
        association.round(FRIDAY + minute * MINUTE)

    assert (association.states(), association.outlet.calls["publications"]) == (["unknown"], calls)
    assert str(error) in association.pushes()[0].said

    decide.resend(association.ledger, 1, person="赵海", now=FRIDAY + 601 * MINUTE)
    association.round(FRIDAY + 601 * MINUTE, settled=True)
    association.round(FRIDAY + 602 * MINUTE)

    assert (association.states(), association.outlet.titles()) == (["confirmed"], [["leaf"]])


def test_a_submit_that_waited_once_and_was_then_lost_is_looked_for(association):
    association.settings(SPIRIT, route="publish")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("submit", refusal(53501, Remedy.RETRY_LATER, retry_after_s=600))
    association.outlet.next("submit", lost(), handled=True)
    for minute in (0, 11, 45):
        association.round(FRIDAY + minute * MINUTE)

    assert association.states() == ["unknown"]

    association.outlet.finish()
    association.round(FRIDAY + 90 * MINUTE)

    assert association.states() == ["confirmed"]


@pytest.mark.parametrize(("error", "calls"), [(HUMAN, 1), (PERMANENT, 3)])
def test_a_draft_box_that_wechat_refuses_to_show_is_a_persons(association, error, calls):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", lost(), handled=True)
    association.outlet.next("drafts", error, times=calls)

    for minute in (0, 1, 3, 10, 60):
        association.round(FRIDAY + minute * MINUTE)

    assert (association.states(), association.outlet.calls["drafts"]) == (["failed"], calls)
    assert str(error) in association.pushes()[0].said

    decide.retry(association.ledger, 1, person="赵海", now=FRIDAY + 61 * MINUTE)
    association.round(FRIDAY + 61 * MINUTE, settled=True)
    association.round(FRIDAY + 62 * MINUTE)

    assert (association.states(), association.outlet.titles(), association.outlet.box) == (
        ["confirmed"],
        [["leaf"]],
        {},
    )
    assert association.outlet.calls["add_draft"] == 1  # the unseen one was found


@pytest.mark.parametrize("call", ["drafts", "delete_draft"])
def test_a_draft_box_that_cannot_be_cleaned_is_said_once(association, call):
    push = sent(association, "publish")
    association.outlet.box["late"] = association.outlet.box[push.draft_media_id]
    association.outlet.finish()
    association.outlet.next(call, HUMAN, times=99)

    rounds = [association.round(FRIDAY + minute * MINUTE) for minute in (1, 2, 3, 60)]

    assert [len(done.undone) for done in rounds] == [1, 0, 0, 0]
    assert "草稿箱没有清理成" in rounds[0].undone[0]
    assert association.outlet.calls[call] == 1
    assert association.states() == ["confirmed"]


def test_a_draft_box_that_is_hard_to_reach_is_cleaned_later_and_given_up_after_a_day(association):
    sent(association, "publish")
    association.outlet.finish()
    association.outlet.next("drafts", lost(), times=9999)

    undone = [association.round(FRIDAY + minute * MINUTE).undone for minute in range(0, 26 * 60, 2)]

    assert association.outlet.calls["drafts"] < 300
    [said] = [sentence for sentences in undone for sentence in sentences]
    assert "草稿箱没有清理成" in said


def test_drafts_that_lost_answers_left_behind_are_removed_after_confirmation(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", lost(), handled=True)
    association.outlet.next("drafts", lost())  # it cannot be seen yet: the round ends here
    association.round(FRIDAY)
    hidden = dict(association.outlet.box)
    association.outlet.box.clear()
    association.round(FRIDAY + MINUTE, settled=True)
    association.outlet.box.update(hidden)
    association.outlet.box["an editor's own"] = ((), FRIDAY)

    association.round(FRIDAY + 2 * MINUTE)

    assert association.states() == ["confirmed"]
    assert list(association.outlet.box) == ["an editor's own"]


def test_the_draft_of_a_later_push_is_not_taken_for_one_left_behind(association):
    """A push that was let go is tidied up after while its article waits, in the same words, to be sent by the next."""
    association.settings(SPIRIT, route="publish")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("submit", refusal(53503, Remedy.HUMAN))
    association.round(FRIDAY)
    decide.drop(association.ledger, 1, person="赵海", now=FRIDAY + MINUTE)
    next_friday = FRIDAY + timedelta(days=7)
    association.outlet.next("submit", refusal(45009, Remedy.RETRY_LATER, retry_after_s=3600))

    association.round(next_friday)

    first, second = association.pushes()
    assert (first.state, second.state) == (PushState.DROPPED, PushState.DRAFTED)
    assert "swept" in association.history(first.id)
    assert list(association.outlet.box) == [second.draft_media_id]

    association.round(next_friday + timedelta(hours=2))

    assert association.states() == ["dropped", "sent"]


@pytest.mark.parametrize(
    ("trouble", "minutes"),
    [
        (lost(), 5),
        (refusal(45011, Remedy.RETRY_LATER, retry_after_s=60), 5),
        (refusal(45009, Remedy.RETRY_LATER, retry_after_s=3600), 60),
    ],
    ids=["no answer", "in a minute", "in an hour"],
)
def test_the_draft_box_is_looked_into_again_after_the_time_that_wechat_names_and_five_minutes(
    association, trouble, minutes
):
    sent(association, "publish")
    association.outlet.finish()
    association.outlet.next("drafts", trouble)
    looks = []

    for later in (0, minutes - 0.5, minutes):
        association.round(FRIDAY + MINUTE + later * MINUTE)
        looks.append(association.outlet.calls["drafts"])

    assert looks == [1, 1, 2]


def test_a_round_leaves_its_time_and_old_events_are_purged(association):
    finished(association.ledger, JobFinished(JobKind.PUBLISH, "999", Job(JobState.DONE)), BEFORE)

    association.round(FRIDAY + timedelta(days=10))

    with association.ledger.read() as tx:
        assert facts.get(tx, "round.last") == (FRIDAY + timedelta(days=10)).isoformat()
        assert facts.get(tx, "event.publish.999") is None
