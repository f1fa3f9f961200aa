"""Whatever happens to whichever call, a push goes out once, or a person is asked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Remedy
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


def test_a_cover_that_two_rounds_upload_keeps_its_first_id_and_their_draft_is_known_by_it(association):
    """The slower round must not give the cover the id of its own upload: the quicker one's draft has the first."""
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("add_draft", Died(), handled=True)
    association.outlet.before = lambda call: call == "upload_cover" and overtake(association)

    association.round(FRIDAY)
    association.round(FRIDAY + MINUTE)

    assert [association.outlet.calls[call] for call in ("upload_cover", "add_draft")] == [2, 1]
    assert association.outlet.titles() == [["leaf"]]


def overtake(association):
    """Another round is quicker, up to a draft of which nobody hears."""
    association.outlet.before = lambda _: None
    with pytest.raises(Died):
        association.round(FRIDAY)


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


# -- mass sends of unknown outcome -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "calls", "state"),
    [
        (timedelta(hours=23, minutes=54), 2, "sent"),
        (timedelta(hours=23, minutes=56), 1, "unknown"),
        (timedelta(hours=25), 1, "unknown"),
    ],
    ids=str,
)
def test_a_mass_send_is_repeated_under_its_name_within_a_day_only(association, later, calls, state):
    """Also in a column whose issues may be days late: WeChat knows the name for 24 hours, by a clock of its own."""
    association.settings(replace(SPIRIT, late_hours=48))
    association.article("leaf")
    association.round(BEFORE)
    association.outlet.next("mass_send", Died(), handled=True)
    with pytest.raises(Died):
        association.round(FRIDAY)

    association.round(FRIDAY + later)

    assert (association.outlet.calls["mass_send"], association.states()) == (calls, [state])
    assert association.outlet.titles() == [["leaf"]]


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
