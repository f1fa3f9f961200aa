"""Who may take which step, and what it leads to."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest

from bot.editorial import review
from bot.editorial.crew import Crew
from bot.errors import NotAllowed, NotFound
from bot.ledger import articles, people, trail
from bot.model.articles import ArticleState, Decision, Verdict
from bot.model.people import Person, Role
from tests.editorial.conftest import NOW, manuscript, settings

STEPS = ("初审", "复审", "终审")


def person(name: str, role: Role, **more) -> Person:
    return Person(name, role, must_change_password=False, created_at=NOW, **more)


WRITER = person("李编辑", Role.EDITOR)
EDITOR = person("张编辑", Role.EDITOR)
REVIEWER = person("赵审校", Role.REVIEWER)
LEADER = person("王主任", Role.LEADER)
DUTY = person("值班", Role.DUTY)


@pytest.fixture
def waiting(intake, desk):
    intake(manuscript(desk), config=settings(desk, STEPS))
    return "water"


def take(ledger, who, *, steps=STEPS, step=review.pass_step, comment="可以", revision=1):
    with ledger.write() as tx:
        return step(tx, steps, "water", revision, who, comment, NOW)


def revision_of(ledger):
    with ledger.read() as tx:
        return articles.get(tx, "water")


def test_three_people_and_the_leader_last(ledger, waiting):
    states = [take(ledger, who) for who in (EDITOR, REVIEWER, LEADER)]

    assert states == [ArticleState.IN_REVIEW, ArticleState.IN_REVIEW, ArticleState.APPROVED]
    with ledger.read() as tx:
        assert [(d.step, d.person) for d in articles.decisions(tx, "water")] == [
            ("初审", "张编辑"),
            ("复审", "赵审校"),
            ("终审", "王主任"),
        ]
        lines = trail.recent(tx, limit=9, subject="article:water")
    assert [(line.action, line.person) for line in lines] == [
        ("sign", "王主任"),
        ("pass", "赵审校"),
        ("pass", "张编辑"),
    ]
    assert lines[0].detail["content_hash"] == revision_of(ledger).article.content_hash


@pytest.mark.parametrize(
    ("before", "who", "said"),
    [
        ((), WRITER, "是你带来的"),
        ((), DUTY, "不审稿"),
        ((), person("离职", Role.EDITOR, disabled_at=NOW), "不审稿"),
        ((EDITOR,), EDITOR, "已经审过一步"),
        ((EDITOR, LEADER), LEADER, "已经审过一步"),
        ((EDITOR, REVIEWER), person("钱编辑", Role.EDITOR), "终审要由负责人来做"),
        ((EDITOR, REVIEWER, LEADER), person("孙主任", Role.LEADER), "已经通过全部审核"),
    ],
)
@pytest.mark.parametrize("step", [review.pass_step, review.return_])
def test_who_may_not_is_told_why(ledger, waiting, before, who, said, step):
    for earlier in before:
        take(ledger, earlier)

    with pytest.raises(NotAllowed, match=said):
        take(ledger, who, step=step)


def test_a_single_step_needs_no_leader(ledger, waiting):
    assert take(ledger, EDITOR, steps=("审核",)) is ArticleState.APPROVED


def test_the_desk_can_ask_before_it_shows_the_button(ledger, waiting):
    current = revision_of(ledger)

    assert review.may(EDITOR, current, [], STEPS) == (True, "")
    assert review.may(WRITER, current, [], STEPS)[0] is False
    elsewhere = Decision("water", 7, "初审", Verdict.PASSED, "张编辑", "", "", NOW)
    assert review.may(EDITOR, current, [elsewhere], STEPS)[0] is True


def test_the_list_of_what_waits_says_what_the_rule_says(ledger, intake, desk, waiting):
    for name in ("two", "three", "back"):
        intake(manuscript(desk, f"{name}.md"), config=settings(desk, STEPS))
    for article_id, people_ in (("two", (EDITOR,)), ("three", (EDITOR, REVIEWER))):
        for who in people_:
            with ledger.write() as tx:
                review.pass_step(tx, STEPS, article_id, 1, who, "", NOW)
    with ledger.write() as tx:
        review.return_(tx, STEPS, "back", 1, EDITOR, "改", NOW)

    for steps in (STEPS, STEPS[:2], STEPS[:1], ()):
        for who in (WRITER, EDITOR, REVIEWER, LEADER, DUTY, person("王编辑", Role.EDITOR, disabled_at=NOW)):
            with ledger.read() as tx:
                listed = {entry.id for entry in review.waiting_for(tx, who, steps)}
                theirs = {
                    entry.id
                    for entry in articles.entries(tx)
                    if review.may(who, articles.get(tx, entry.id), articles.decisions(tx, entry.id), steps)[0]
                }
            assert listed == theirs, (who.name, steps)


def test_what_others_must_take_hides_nothing_from_a_reviewer(ledger, intake, desk):
    lines = [json.dumps({"id": f"n{n}", "title": "水", "text": "文字"}) for n in range(202)]
    (desk / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    intake(manuscript(desk), desk / "many.jsonl", config=settings(desk, STEPS))
    later = NOW + timedelta(hours=1)
    for step, who in enumerate((EDITOR, REVIEWER)):  # all but one wait for the leader, and are newer
        with ledger.write() as tx:
            for n in range(202):
                review.pass_step(tx, STEPS, f"n{n}", 1, who, "", later + timedelta(hours=step))

    with ledger.read() as tx:
        found = review.waiting_for(tx, person("王编辑", Role.EDITOR), STEPS)
    assert [entry.id for entry in found] == ["water"]


def test_returning_needs_a_word_on_what_to_change(ledger, waiting):
    for nothing in (" ", "\u200b", "\x00", "。。。", "……", "-- !?"):
        with pytest.raises(NotAllowed, match="要改什么"):
            take(ledger, EDITOR, step=review.return_, comment=nothing)

    assert take(ledger, EDITOR, step=review.return_, comment="数字要核对") is ArticleState.RETURNED
    with pytest.raises(NotAllowed, match="已退回"):
        take(ledger, REVIEWER)


def test_a_returned_article_comes_again_by_intake_or_as_it_is(ledger, intake, desk, waiting):
    take(ledger, EDITOR, step=review.return_, comment="数字要核对")
    with ledger.write() as tx:
        assert review.resubmit(tx, STEPS, "water", WRITER, NOW).number == 2
    assert take(ledger, EDITOR, revision=2) is ArticleState.IN_REVIEW
    with pytest.raises(NotAllowed, match="是你带来的"):
        take(ledger, WRITER, revision=2)

    intake(manuscript(desk, body="改好了。"), config=settings(desk, STEPS))
    assert revision_of(ledger).number == 3
    assert revision_of(ledger).steps_done == 0


@pytest.mark.parametrize(
    ("who", "steps", "said"),
    [
        (WRITER, STEPS, ""),
        (EDITOR, STEPS, ""),
        (LEADER, STEPS, ""),
        (REVIEWER, STEPS, "带来稿件的人"),
        (DUTY, STEPS, "不处理稿件"),
        (person("李编辑", Role.EDITOR, disabled_at=NOW), STEPS, "不处理稿件"),
        (WRITER, (), "重新收稿"),
    ],
)
def test_who_may_send_a_returned_article_again(ledger, waiting, who, steps, said):
    take(ledger, EDITOR, step=review.return_, comment="数字要核对")
    is_allowed, reason = review.may_resubmit(who, revision_of(ledger), steps)
    assert is_allowed == (not said)
    assert said in reason

    if said:
        with pytest.raises(NotAllowed, match=said), ledger.write() as tx:
            review.resubmit(tx, steps, "water", who, NOW)
    else:
        with ledger.write() as tx:
            review.resubmit(tx, steps, "water", who, NOW)
    assert revision_of(ledger).state is (ArticleState.RETURNED if said else ArticleState.IN_REVIEW)


def test_only_what_was_returned_is_sent_again(ledger, waiting):
    with pytest.raises(NotAllowed, match="没有被退回"), ledger.write() as tx:
        review.resubmit(tx, STEPS, "water", WRITER, NOW)
    with pytest.raises(NotFound), ledger.write() as tx:
        review.resubmit(tx, STEPS, "nothing", WRITER, NOW)


def test_a_page_left_open_does_not_approve_what_nobody_saw(ledger, intake, desk, waiting):
    intake(manuscript(desk, body="改过了。"), config=settings(desk, STEPS))

    with pytest.raises(NotAllowed, match="旧的一稿"):
        take(ledger, EDITOR, revision=1)


def test_fewer_steps_in_the_settings_leave_the_last_one_to_take(ledger, waiting):
    take(ledger, EDITOR)
    take(ledger, REVIEWER)

    assert take(ledger, LEADER, steps=("初审", "终审")) is ArticleState.APPROVED


def test_two_at_once_take_one_step(ledger, waiting):
    said: list[object] = []

    def press(who: Person) -> None:
        try:
            said.append(take(ledger, who))
        except NotAllowed as error:
            said.append(error)

    presses = [threading.Thread(target=press, args=(who,)) for who in (EDITOR, REVIEWER)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert revision_of(ledger).steps_done == sum(not isinstance(each, NotAllowed) for each in said)


def test_withdrawing_needs_a_reason_and_the_right(ledger, waiting):
    for who, reason in ((EDITOR, " "), (EDITOR, "\u200b"), (DUTY, "数据有误")):
        with pytest.raises(NotAllowed), ledger.write() as tx:
            review.withdraw(tx, "water", who, reason, NOW)
    with ledger.write() as tx:
        review.withdraw(tx, "water", EDITOR, "数据有误", NOW)

    assert revision_of(ledger).state is ArticleState.WITHDRAWN
    with pytest.raises(NotAllowed, match="已撤下"):
        take(ledger, REVIEWER)


def test_an_unknown_article_is_said(ledger):
    with pytest.raises(NotFound), ledger.write() as tx:
        review.pass_step(tx, STEPS, "nothing", 1, EDITOR, "", NOW)


@pytest.mark.parametrize("state", list(ArticleState))
@pytest.mark.parametrize("action", list(review.Action))
def test_what_the_table_does_not_list_is_not_allowed(state, action):
    if (state, action) in review.MOVES:
        assert review.after(state, action) in ArticleState
    else:
        with pytest.raises(NotAllowed):
            review.after(state, action)


# -- who is left ------------------------------------------------------------------------------------------------------


def join(ledger, *team):
    """These people have accounts, so that the rules know who is left."""
    with ledger.write() as tx:
        for each in team:
            people.add(tx, each.name, each.role, "hash", NOW)


def test_the_only_leader_is_kept_for_the_last_step_and_may_still_return(ledger, waiting):
    join(ledger, WRITER, EDITOR, REVIEWER, LEADER)
    with pytest.raises(NotAllowed, match="终审只有你能做，一个人只审一步：初审请别人来审"):
        take(ledger, LEADER)
    with ledger.read() as tx:
        assert review.waiting_for(tx, LEADER, STEPS) == []

    take(ledger, EDITOR)
    take(ledger, REVIEWER)
    with ledger.read() as tx:
        assert [entry.id for entry in review.waiting_for(tx, LEADER, STEPS)] == ["water"]
    assert take(ledger, LEADER) is ArticleState.APPROVED


def test_the_only_leader_may_return_what_waits_for_an_earlier_step(ledger, waiting):
    join(ledger, WRITER, EDITOR, REVIEWER, LEADER)

    assert take(ledger, LEADER, step=review.return_, comment="数字要核对") is ArticleState.RETURNED


def test_of_two_leaders_the_first_may_take_an_early_step(ledger, waiting):
    other = person("孙主任", Role.LEADER)
    join(ledger, WRITER, EDITOR, LEADER, other)
    take(ledger, LEADER)

    with ledger.read() as tx:
        assert review.waiting_for(tx, other, STEPS) == []
    with pytest.raises(NotAllowed, match="终审只有你能做"):
        take(ledger, other)


@pytest.mark.parametrize(
    ("team", "before", "said", "helps"),
    [
        ((WRITER, EDITOR, REVIEWER, LEADER), (), "", False),
        ((WRITER, EDITOR, REVIEWER, LEADER), (EDITOR, REVIEWER), "", False),
        ((WRITER, EDITOR, REVIEWER, LEADER), (LEADER, REVIEWER), "负责人王主任已经审过初审", True),
        ((WRITER, EDITOR, REVIEWER), (EDITOR, REVIEWER), "没有负责人的账号", False),
        ((WRITER, EDITOR, LEADER), (), "还有 3 步要审，每一步要换一个人，能审的只剩 2 人（张编辑、王主任）", False),
        ((person("李编辑", Role.LEADER), EDITOR, REVIEWER), (), "负责人李编辑带来了这一稿", False),
    ],
)
def test_a_review_that_nobody_can_finish_says_why_and_whether_beginning_anew_helps(team, before, said, helps):
    taken = {each.name: step for each, step in zip(before, STEPS, strict=False)}
    crew = Crew(team, "李编辑", taken)
    why = crew.why_stuck(STEPS, len(before))

    assert said in why
    assert bool(why) == bool(said)
    assert (bool(why) and not crew.anew().why_stuck(STEPS, 0)) == helps


def test_what_nobody_is_left_for_begins_anew_and_comes_to_its_end(ledger, waiting):
    take(ledger, LEADER)  # as it could before the rule, or with a second leader who has left since
    take(ledger, REVIEWER)
    join(ledger, WRITER, EDITOR, REVIEWER, LEADER)
    with ledger.read() as tx:
        assert [entry.id for entry in review.stuck(tx, STEPS)] == ["water"]
    with pytest.raises(NotAllowed, match="带来稿件的人"), ledger.write() as tx:
        review.resubmit(tx, STEPS, "water", REVIEWER, NOW)
    with ledger.write() as tx:
        assert review.resubmit(tx, STEPS, "water", WRITER, NOW).number == 2

    with ledger.read() as tx:
        assert review.stuck(tx, STEPS) == []
    states = [take(ledger, who, revision=2) for who in (EDITOR, REVIEWER, LEADER)]
    assert states[-1] is ArticleState.APPROVED


def test_what_beginning_anew_does_not_help_stays_as_it_is(ledger, waiting):
    join(ledger, WRITER, EDITOR, LEADER)

    with pytest.raises(NotAllowed, match="不用再送审"), ledger.write() as tx:
        review.resubmit(tx, STEPS, "water", WRITER, NOW)
    assert revision_of(ledger).number == 1
