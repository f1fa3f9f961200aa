"""Whatever happens to whichever call, a push goes out once, or a person is asked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotAllowed, Remedy
from bot.ledger import articles, pushes
from bot.model.jobs import JobState
from bot.model.pushes import PushState
from bot.publishing import decide
from bot.publishing.rounds import attend
from tests.publishing.conftest import BEFORE, FRIDAY, HEALTH, SPIRIT
from tests.publishing.outlet_double import Died, Send, lost, refusal

MINUTE = timedelta(minutes=1)
STEPS = {
    "mass": ("upload_picture", "upload_cover", "add_draft", "mass_send"),
    "publish": ("upload_picture", "upload_cover", "add_draft", "submit"),
    "draft": ("upload_picture", "upload_cover", "add_draft"),
}
CASES = [
    (route, call, how, handled)
    for route, calls in STEPS.items()
    for call in calls
    for how in ("killed", "lost")
    for handled in (False, True)
]
LATER = [FRIDAY + timedelta(seconds=1), *(FRIDAY + m * MINUTE for m in (2, 4, 10, 45, 80))]


def play(association, call, how, *, handled):
    """The story of one disturbance, with rounds long after it."""
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next(call, Died() if how == "killed" else lost(), handled=handled)
    try:
        association.round(FRIDAY, settled=True)
    except Died:
        push = association.pushes()[0]
        assert push.step is not None
        association.outlet.finish()
    for moment in LATER:
        association.round(moment, settled=True)


@pytest.mark.parametrize(("route", "call", "how", "handled"), CASES)
def test_a_disturbed_push_goes_out_once(association, route, call, how, handled):
    association.settings(SPIRIT, route=route)

    play(association, call, how, handled=handled)

    push, outlet = association.pushes()[0], association.outlet
    if route == "draft":
        assert (push.state, outlet.titles(), len(outlet.box)) == (PushState.HANDED_OVER, [], 1)
    elif call == "submit" and not handled:
        assert (push.state, outlet.titles()) == (PushState.UNKNOWN, [])
        assert "后台核对" in push.said
    else:
        assert (push.state, outlet.titles(), outlet.box) == (PushState.CONFIRMED, [["leaf"]], {})


def test_a_quiet_push_uploads_each_picture_once_and_leaves_no_draft(association):
    association.article("leaf")
    association.round(BEFORE)
    association.round(FRIDAY, settled=True)
    association.round(FRIDAY + MINUTE)

    calls = association.outlet.calls
    assert association.states() == ["confirmed"]
    assert [calls[name] for name in ("upload_picture", "upload_cover", "add_draft", "mass_send")] == [1, 1, 1, 1]
    assert association.outlet.box == {}
    content = association.outlet.sends[0].articles[0].content
    assert "asset:" not in content
    assert "https://mmbiz.example/" in content
    assert [(name[-4:], data, mime) for name, data, mime in association.outlet.uploads] == [
        (".png", b"picture of leaf", "image/png"),
        (".png", b"cover of leaf", "image/png"),
    ]
    assert association.history()[:7] == [
        "claimed",
        "upload:before",
        "upload:after",
        "draft:before",
        "draft:after",
        "send:before",
        "send:after",
    ]


def test_rounds_in_several_threads_make_one_push(association):
    association.article("leaf")
    association.round(BEFORE)
    gate = threading.Barrier(4)

    def take_part():
        gate.wait()
        association.round(FRIDAY)

    threads = [threading.Thread(target=take_part) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    association.outlet.finish()
    association.round(FRIDAY + MINUTE)
    association.round(FRIDAY + 5 * MINUTE)

    assert association.outlet.titles() == [["leaf"]]
    assert association.states() == ["confirmed"]
    assert association.outlet.box == {}


def test_an_older_draft_with_the_same_words_is_not_taken_for_ours(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45028, Remedy.RETRY_LATER, retry_after_s=60))
    association.round(FRIDAY)
    old = dict(association.outlet.box)
    push = association.pushes()[0]
    with association.ledger.write() as tx:
        pushes.finish_step(tx, push, PushState.UPLOADED, FRIDAY, draft_media_id=None)
    association.outlet.box = {name: (items, FRIDAY - timedelta(days=1)) for name, (items, _) in old.items()}
    association.outlet.next("add_draft", Died())

    with pytest.raises(Died):
        association.round(FRIDAY + 2 * MINUTE)
    association.round(FRIDAY + 3 * MINUTE)

    assert set(old) <= set(association.outlet.box)
    assert len(association.outlet.sends) == 1


def test_the_draft_of_another_push_is_not_taken_for_ours(association):
    association.settings(SPIRIT, replace(HEALTH, schedule="fri 18:01"), route="draft")
    association.article("leaf")
    association.round(BEFORE)
    association.round(FRIDAY)
    decide.drop(association.ledger, 1, person="赵海", now=FRIDAY)
    association.article("leaf", text="改过的正文")
    with association.ledger.write() as tx:
        articles.place(tx, "leaf", column="health", due=FRIDAY + MINUTE, person="张晓雯", now=FRIDAY)
    association.outlet.next("add_draft", Died())

    with pytest.raises(Died):
        association.round(FRIDAY + MINUTE)
    association.round(FRIDAY + 1.5 * MINUTE)

    push = association.pushes()[1]
    assert push.state is PushState.HANDED_OVER
    assert "改过的正文" in association.outlet.box[push.draft_media_id][0][0].content


def test_wechats_clock_may_be_a_little_behind(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", lost(), handled=True)
    association.outlet.before = lambda _: setattr(association.outlet, "now", FRIDAY - MINUTE)

    association.round(FRIDAY)

    assert association.outlet.calls["add_draft"] == 1
    assert len(association.outlet.sends) == 1


def test_the_platform_may_live_in_another_time_than_the_round(association):
    """`--now` may be weeks away from WeChat's own clock."""
    association.article("leaf")
    association.round(BEFORE)
    real = FRIDAY - timedelta(days=10)
    association.outlet.now = real
    association.outlet.next("add_draft", lost(), handled=True)

    attend(association.config, association.ledger, association.media, association.outlet, FRIDAY, wall=real)

    assert association.outlet.calls["add_draft"] == 1
    assert association.outlet.titles() == [["leaf"]]


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_a_busy_wechat_is_asked_three_times_at_most_in_a_round(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(-1, Remedy.RETRY_NOW), times=4)

    first = association.round(FRIDAY)

    assert first.undone == ()
    assert association.outlet.calls["add_draft"] == 3
    assert association.states() == ["uploaded"]

    association.round(FRIDAY + 2 * MINUTE)

    assert association.outlet.titles() == [["leaf"]]


def test_what_needs_time_is_tried_later_and_in_the_end_a_person_is_asked(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45028, Remedy.RETRY_LATER, retry_after_s=3600), times=99)

    rounds = [association.round(FRIDAY + hours * timedelta(hours=1)) for hours in range(8)]

    assert association.outlet.calls["mass_send"] == 7  # 18:00 and each hour until 24:00
    assert association.states() == ["failed"]
    assert [bool(done.undone) for done in rounds] == [False] * 6 + [True, False]
    assert "45028" in association.pushes()[0].said


def test_a_push_that_stood_still_for_too_long_asks_a_person(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(-1, Remedy.RETRY_NOW), times=3)
    association.round(FRIDAY)

    done = association.round(FRIDAY + timedelta(hours=7))

    assert (association.outlet.sends, association.states()) == ([], ["failed"])
    assert "再试一次" in done.undone[0]


def test_a_permanent_refusal_fails_at_once_is_said_once_and_can_be_tried_again(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(45166))

    first, second = association.round(FRIDAY), association.round(FRIDAY + MINUTE)

    assert (association.states(), association.outlet.calls["add_draft"]) == (["failed"], 1)
    assert "45166" in first.undone[0]
    assert second.undone == ()

    decide.retry(association.ledger, 1, person="赵海", now=FRIDAY + timedelta(hours=20))
    association.round(FRIDAY + timedelta(hours=20))

    assert association.outlet.titles() == [["leaf"]]


def test_a_cover_that_wechat_forgot_is_uploaded_again_once(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(40007))

    association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf"]]
    assert association.outlet.calls["upload_cover"] == 2


def test_a_cover_that_wechat_keeps_forgetting_fails(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(40007), times=9)

    association.round(FRIDAY)

    assert (association.states(), association.outlet.calls["add_draft"]) == (["failed"], 2)


def test_a_draft_that_left_the_box_is_never_replaced_by_itself(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.before = lambda call: association.outlet.box.clear() if call == "mass_send" else None

    association.round(FRIDAY)

    push = association.pushes()[0]
    assert (push.state, association.outlet.sends) == (PushState.FAILED, [])
    assert [name for name, _ in decide.actions(push)] == ["mark_sent", "retry", "drop"]


def test_one_broken_push_does_not_hold_up_the_next(association):
    association.settings(SPIRIT, HEALTH, route="publish")
    association.article("leaf")
    association.article("heart", "health")
    association.round(BEFORE)
    association.outlet.next("upload_picture", RuntimeError("https://example/?access_token=secret"))

    done = association.round(FRIDAY)

    assert association.outlet.titles() == [["leaf"]]
    assert len(done.undone) == 1
    assert "secret" not in done.undone[0]

    association.round(FRIDAY + MINUTE)

    assert association.outlet.titles() == [["leaf"], ["heart"]]


# -- mass sends of unknown outcome ------------------------------------------------------------------------------------


def test_a_mass_send_is_repeated_under_its_name_within_a_day_only(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", Died())

    with pytest.raises(Died):
        association.round(FRIDAY)
    association.round(FRIDAY + timedelta(hours=25))

    assert association.outlet.sends == []
    assert association.states() == ["unknown"]


def test_a_mass_send_retried_too_fast_waits_a_minute(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", lost(), handled=True)
    association.outlet.next("mass_send", refusal(45066, Remedy.RETRY_LATER, retry_after_s=60))

    association.round(FRIDAY)
    association.round(FRIDAY + timedelta(seconds=20))

    assert association.outlet.calls["mass_send"] == 2

    association.round(FRIDAY + timedelta(seconds=61), settled=True)
    association.round(FRIDAY + 3 * MINUTE)

    assert association.states() == ["confirmed"]
    assert len(association.outlet.sends) == 1


@pytest.mark.parametrize("code", [40007, 45028, 45166, 48001])
def test_a_refused_repeat_says_nothing_of_the_first_call(association, code):
    association.settings(SPIRIT, route="auto")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", lost(), handled=True)
    association.outlet.next("mass_send", refusal(code))

    association.round(FRIDAY)
    association.round(FRIDAY + timedelta(hours=1))

    assert association.states() == ["unknown"]
    assert association.outlet.calls["mass_send"] == 2


def test_a_mass_send_of_unknown_outcome_is_not_repeated_past_its_late_hours(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", Died())
    with pytest.raises(Died):
        association.round(FRIDAY)

    association.round(FRIDAY + timedelta(hours=20))

    assert (association.states(), association.outlet.titles()) == (["unknown"], [])
    assert "时间已过" in association.pushes()[0].said


def test_a_late_mass_send_counts_on_the_day_it_went_out(association):
    association.settings(replace(SPIRIT, late_hours=20))
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", Died())
    with pytest.raises(Died):
        association.round(FRIDAY)

    association.round(FRIDAY + timedelta(hours=12))

    assert association.pushes()[0].sent_at == FRIDAY + timedelta(hours=12)


@pytest.mark.parametrize("made", [timedelta(days=-5), timedelta(days=3)], ids=["before", "between the clocks"])
def test_an_older_publication_of_the_same_text_is_not_taken_for_ours(association, made):
    """WeChat's clock may be the round's or the real one; an old publication lies in neither's present."""
    association.settings(SPIRIT, route="publish")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("submit", lost())
    real = FRIDAY - timedelta(days=10)
    attend(association.config, association.ledger, association.media, association.outlet, FRIDAY, wall=real)
    push = association.pushes()[0]
    articles_, _ = association.outlet.box[push.draft_media_id]
    association.outlet.sends.append(
        Send("publish", articles_, "old", state=JobState.DONE, at=real + made, media_id="old draft")
    )

    later = FRIDAY + timedelta(minutes=45)
    attend(association.config, association.ledger, association.media, association.outlet, later, wall=real + MINUTE)

    assert association.states() == ["unknown"]


def test_a_withdrawn_article_is_not_sent_by_a_repeat(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", Died())
    with pytest.raises(Died):
        association.round(FRIDAY)
    with association.ledger.write() as tx:
        articles.withdraw(tx, "leaf", person="张晓雯", reason="有误", now=FRIDAY)

    association.round(FRIDAY + 2 * MINUTE)

    assert (association.outlet.sends, association.states()) == ([], ["unknown"])

    decide.resend(association.ledger, 1, person="赵海", now=FRIDAY + 3 * MINUTE)
    association.round(FRIDAY + 3 * MINUTE)

    assert (association.outlet.sends, association.states()) == ([], ["failed"])


@pytest.mark.parametrize("call", ["add_draft", "upload_cover"])
def test_a_withdrawn_article_is_not_handed_over(association, call):
    association.settings(SPIRIT, route="draft")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next(call, Died())
    with pytest.raises(Died):
        association.round(FRIDAY)
    with association.ledger.write() as tx:
        articles.withdraw(tx, "leaf", person="张晓雯", reason="有误", now=FRIDAY)

    association.round(FRIDAY + 2 * MINUTE)

    assert (association.outlet.box, association.states()) == ({}, ["failed"])


# -- decisions --------------------------------------------------------------------------------------------------------


def unknown_push(association, *, handled=False):
    association.settings(SPIRIT, route="publish")
    play(association, "submit", "killed", handled=handled)
    return association.pushes()[0]


def test_a_person_resends_what_was_not_submitted(association):
    before = unknown_push(association)

    decide.resend(association.ledger, before.id, person="赵海", now=FRIDAY + timedelta(hours=9))
    association.round(FRIDAY + timedelta(hours=9), settled=True)
    association.round(FRIDAY + timedelta(hours=9, minutes=1))

    after = association.pushes()[0]
    assert (after.state, association.outlet.titles()) == (PushState.CONFIRMED, [["leaf"]])
    assert after.clientmsgid != before.clientmsgid
    assert "person:resend" in association.history()


def test_a_person_says_that_it_went_out(association):
    push = unknown_push(association)

    decide.mark_sent(association.ledger, push.id, person="赵海", now=FRIDAY + timedelta(hours=9), url="https://mp/x")

    assert association.states() == ["confirmed"]
    assert association.pushes()[0].items[0].url == "https://mp/x"


def test_of_two_people_who_decide_the_second_is_told(association):
    push = unknown_push(association)
    decide.mark_sent(association.ledger, push.id, person="赵海", now=FRIDAY + timedelta(hours=9))

    with pytest.raises(NotAllowed):
        decide.resend(association.ledger, push.id, person="李建国", now=FRIDAY + timedelta(hours=9))


def test_a_dropped_push_gives_its_articles_back(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", refusal(45166))
    association.round(FRIDAY)

    decide.drop(association.ledger, 1, person="赵海", now=FRIDAY + MINUTE)
    association.round(FRIDAY + timedelta(days=7))

    assert association.states() == ["dropped", "sent"]
    assert [push.items[0].issue for push in association.pushes()] == [1, 2]
    assert association.outlet.titles() == [["leaf"]]


def test_a_handed_over_draft_waits_for_a_person(association):
    association.settings(SPIRIT, route="draft")
    association.article("leaf")
    association.round(BEFORE)

    done = association.round(FRIDAY)

    assert (association.states(), done.undone) == (["handed_over"], ())
    assert [name for name, _ in decide.actions(association.pushes()[0])] == ["mark_sent", "drop"]

    decide.mark_sent(association.ledger, 1, person="赵海", now=FRIDAY + timedelta(hours=1))

    assert association.states() == ["confirmed"]
    assert len(association.outlet.box) == 1


@pytest.mark.parametrize("code", [53504, 53505, 48001])
def test_a_person_who_was_sent_to_the_back_office_can_say_that_it_went_out_there(association, code):
    association.settings(SPIRIT, route="publish")
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("submit", refusal(code, Remedy.HUMAN))
    association.round(FRIDAY)

    assert [name for name, _ in decide.actions(association.pushes()[0])] == ["mark_sent", "retry", "drop"]

    decide.mark_sent(association.ledger, 1, person="赵海", now=FRIDAY + MINUTE)
    association.round(FRIDAY + timedelta(days=7))

    assert (association.states(), association.outlet.titles()) == (["confirmed"], [])


def test_a_handed_over_draft_is_recalled_when_its_article_is_withdrawn(association):
    association.settings(SPIRIT, route="draft")
    association.article("leaf")
    association.round(BEFORE)
    association.round(FRIDAY)
    with association.ledger.write() as tx:
        articles.withdraw(tx, "leaf", person="张晓雯", reason="有误", now=FRIDAY)

    done = association.round(FRIDAY + MINUTE)

    push = association.pushes()[0]
    assert (push.state, done.undone) == (PushState.FAILED, ())
    assert "已撤下" in push.said
    assert "删掉这份草稿" in push.said
    assert [name for name, _ in decide.actions(push)] == ["mark_sent", "retry", "drop"]


def test_the_draft_of_a_dropped_push_leaves_the_box(association):
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45166))
    association.round(FRIDAY)

    assert len(association.outlet.box) == 1

    decide.drop(association.ledger, 1, person="赵海", now=FRIDAY + MINUTE)
    association.round(FRIDAY + 2 * MINUTE)

    assert association.outlet.box == {}


def test_a_push_whose_revision_is_lost_keeps_no_other_from_being_swept(association):
    association.settings(replace(SPIRIT, schedule="daily 18:00"))
    for name in ("leaf", "tree"):
        association.article(name)
    association.round(BEFORE)
    association.outlet.next("mass_send", refusal(45166), times=2)
    association.round(FRIDAY)
    association.round(FRIDAY + timedelta(days=1))
    for number in (1, 2):
        decide.drop(association.ledger, number, person="赵海", now=FRIDAY + timedelta(days=1))
    with association.ledger.write() as tx:
        tx.exec_driver_sql("PRAGMA foreign_keys=OFF")
        tx.exec_driver_sql("UPDATE push_items SET revision = 99 WHERE push_id = 1")

    association.round(FRIDAY + timedelta(days=1, minutes=1))

    assert [articles_[0].title for articles_, _ in association.outlet.box.values()] == ["leaf"]
