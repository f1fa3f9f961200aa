"""The steps of a review: a table of moves, and who may take which step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from bot.editorial.crew import REVIEWERS, Crew
from bot.editorial.plain import says_nothing
from bot.errors import NotAllowed, NotFound
from bot.ledger import articles, people, trail
from bot.ledger.database import Connection
from bot.model.articles import ArticleState, Decision, Entry, Revision, Verdict
from bot.model.people import Person, Role


class Action(StrEnum):
    """What a person can do with an article that is not yet out."""

    PASS = "pass"  # noqa: S105  one step of several
    SIGN = "sign"  # the last step
    RETURN = "return"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"


MOVES = {
    (ArticleState.IN_REVIEW, Action.PASS): ArticleState.IN_REVIEW,
    (ArticleState.IN_REVIEW, Action.SIGN): ArticleState.APPROVED,
    (ArticleState.IN_REVIEW, Action.RETURN): ArticleState.RETURNED,
    (ArticleState.IN_REVIEW, Action.WITHDRAW): ArticleState.WITHDRAWN,
    (ArticleState.IN_REVIEW, Action.RESUBMIT): ArticleState.IN_REVIEW,  # only where nobody is left for a step
    (ArticleState.RETURNED, Action.RESUBMIT): ArticleState.IN_REVIEW,
    (ArticleState.RETURNED, Action.WITHDRAW): ArticleState.WITHDRAWN,
    (ArticleState.APPROVED, Action.WITHDRAW): ArticleState.WITHDRAWN,
}

_NOT_THEIRS = "你的账号不处理稿件。"
_NOT_IN_REVIEW = {
    ArticleState.RETURNED: "已退回修改，等作者再送审。",
    ArticleState.APPROVED: "已经通过全部审核。",
    ArticleState.WITHDRAWN: "已撤下。",
}


def after(state: ArticleState, action: Action) -> ArticleState:
    """The state that an action leads to; NotAllowed when the table has no such move."""
    if (state, action) not in MOVES:
        raise NotAllowed(_NOT_IN_REVIEW.get(state, "稿件正在审核，现在不能这样做。"))
    return MOVES[state, action]


def may(
    person: Person, revision: Revision, decisions: Iterable[Decision], steps: Sequence[str], team: Sequence[Person] = ()
) -> tuple[bool, str]:
    """Whether this person may pass the next step of this revision, and if not, why, in Chinese.

    `team`: everybody with an account; of them the only one left who can sign the last step is kept for it.
    """
    taken = list(decisions)
    reason = _obstacle(person, revision, taken, steps) or _kept(person, crew_of(revision, taken, team), revision, steps)
    return not reason, reason


def may_return(
    person: Person, revision: Revision, decisions: Iterable[Decision], steps: Sequence[str]
) -> tuple[bool, str]:
    """The same of giving it back, for which nobody need be kept: the next revision begins anew."""
    reason = _obstacle(person, revision, decisions, steps)
    return not reason, reason


def crew_of(revision: Revision, decisions: Iterable[Decision], team: Sequence[Person]) -> Crew:
    """Who is left for this revision."""
    taken = {each.person: each.step for each in decisions if each.revision == revision.number}
    return Crew(tuple(team), revision.brought_in_by, taken)


def waiting_for(tx: Connection, person: Person, steps: Sequence[str]) -> list[Entry]:
    """What this person may pass now, the newest first; `may` says the same of one revision."""
    if person.disabled_at is not None or person.role not in REVIEWERS or not steps:
        return []
    is_leader = person.role is Role.LEADER
    mine_before = len(steps) - 1 if len(steps) > 1 and not is_leader else None
    found = articles.entries(tx, needs=person.name, before_step=mine_before, limit=None)
    if not is_leader or len(steps) == 1:
        return found
    team, taken = tuple(people.all_(tx)), articles.taken_steps(tx)
    return [
        entry
        for entry in found
        if entry.steps_done >= len(steps) - 1
        or not Crew(team, entry.brought_in_by, taken.get(entry.id, {})).is_kept(person)
    ]


def stuck(tx: Connection, steps: Sequence[str]) -> list[Entry]:
    """What waits for a review that cannot come to its end with the people there are, the newest first."""
    if not steps:
        return []
    team, taken = tuple(people.all_(tx)), articles.taken_steps(tx)
    return [
        entry
        for entry in articles.entries(tx, state=ArticleState.IN_REVIEW, limit=None)
        if Crew(team, entry.brought_in_by, taken.get(entry.id, {})).why_stuck(steps, entry.steps_done)
    ]


def _kept(person: Person, crew: Crew, revision: Revision, steps: Sequence[str]) -> str:
    """Why the last possible signer of the last step takes no earlier one; empty for all others."""
    if len(steps) == 1 or _step_index(revision, steps) == len(steps) - 1 or not crew.is_kept(person):
        return ""
    return f"{steps[-1]}只有你能做，一个人只审一步：{steps[_step_index(revision, steps)]}请别人来审。"


def _obstacle(person: Person, revision: Revision, decisions: Iterable[Decision], steps: Sequence[str]) -> str:
    if revision.state is not ArticleState.IN_REVIEW:
        return _NOT_IN_REVIEW[revision.state]
    if person.disabled_at is not None or person.role not in REVIEWERS:
        return "你的账号不审稿。"
    if not steps:
        return "设置里没有审核步骤，把稿件再收一次就通过了。"
    if revision.brought_in_by == person.name:
        return "这一稿是你带来的，要由别人来审。"
    if any(d.person == person.name and d.revision == revision.number for d in decisions):
        return "这一稿你已经审过一步，下一步要由别人来审。"
    step = _step_index(revision, steps)
    if len(steps) > 1 and step == len(steps) - 1 and person.role is not Role.LEADER:
        return f"{steps[step]}要由负责人来做。"
    return ""


def pass_step(
    tx: Connection,
    steps: Sequence[str],
    article_id: str,
    revision: int,
    person: Person,
    comment: str,
    now: datetime,
) -> ArticleState:
    """The article's state after this person passed its next step; NotAllowed says why not, in Chinese."""
    return _decide(tx, steps, article_id, revision, person, comment, now, Verdict.PASSED)


def return_(
    tx: Connection,
    steps: Sequence[str],
    article_id: str,
    revision: int,
    person: Person,
    comment: str,
    now: datetime,
) -> ArticleState:
    """The article's state after this person gave it back; NotAllowed without a comment that says what to change."""
    if says_nothing(comment):
        raise NotAllowed("退回时请写一句要改什么，作者才知道从哪里改起。")
    return _decide(tx, steps, article_id, revision, person, comment, now, Verdict.RETURNED)


def may_resubmit(
    person: Person, it: Entry | Revision, steps: Sequence[str], *, can_go_on: bool = True
) -> tuple[bool, str]:
    """Whether this person may send this manuscript through its reviews anew as it is, and if not, why, in Chinese.

    That is for what was returned, and, where its review cannot go on with the people that are left, for what waits.
    """
    reason = ""
    if person.disabled_at is not None or person.role not in REVIEWERS:
        reason = _NOT_THEIRS
    elif (it.state, Action.RESUBMIT) not in MOVES or (it.state is ArticleState.IN_REVIEW and can_go_on):
        reason = "稿件没有被退回，不用再送审。"
    elif it.brought_in_by != person.name and person.role not in (Role.EDITOR, Role.LEADER):
        reason = "再送审由带来稿件的人、编辑或负责人来做。"
    elif not steps:
        reason = "现在不设审核，重新收稿就会通过。"
    return not reason, reason


def resubmit(tx: Connection, steps: Sequence[str], article_id: str, person: Person, now: datetime) -> Revision:
    """The article in review again, unchanged, as a new revision; NotAllowed says why not, in Chinese."""
    current = _current(tx, article_id)
    crew = crew_of(current, articles.decisions(tx, article_id), people.all_(tx))
    is_allowed, reason = may_resubmit(person, current, steps, can_go_on=not is_helped_anew(crew, current, steps))
    if not is_allowed:
        raise NotAllowed(reason)
    again = articles.resubmit(tx, article_id, was=current.state, now=now)
    about = {"title": again.article.title, "revision": again.number}
    trail.add(tx, person=person.name, action=Action.RESUBMIT, subject=_subject(article_id), detail=about, now=now)
    return again


def is_helped_anew(crew: Crew, it: Revision, steps: Sequence[str]) -> bool:
    """True when the review cannot come to its end, but could if it began anew."""
    if not steps or not crew.why_stuck(steps, it.steps_done):
        return False
    return not crew.anew().why_stuck(steps, 0)


def withdraw(tx: Connection, article_id: str, person: Person, reason: str, now: datetime) -> None:
    """The article answers no more and leaves the stock; NotAllowed without a reason."""
    _refuse_duty(person)
    if says_nothing(reason):
        raise NotAllowed("撤下时请写一句原因，留在记录里。")
    articles.withdraw(tx, article_id, person=person.name, reason=reason.strip(), now=now)


def _decide(
    tx: Connection,
    steps: Sequence[str],
    article_id: str,
    revision: int,
    person: Person,
    comment: str,
    now: datetime,
    verdict: Verdict,
) -> ArticleState:
    current = _current(tx, article_id)
    if current.number != revision:
        raise NotAllowed("稿件刚刚改过，你看的是旧的一稿。请刷新后再审。")
    taken = articles.decisions(tx, article_id)
    if verdict.goes_on:
        is_allowed, reason = may(person, current, taken, steps, people.all_(tx))
    else:
        is_allowed, reason = may_return(person, current, taken, steps)
    if not is_allowed:
        raise NotAllowed(reason)
    step = steps[_step_index(current, steps)]
    action = Action.RETURN if verdict is Verdict.RETURNED else _passing(current, steps)
    state = after(current.state, action)
    articles.decide(
        tx,
        article_id,
        revision,
        step=step,
        step_index=current.steps_done,
        verdict=verdict,
        person=person.name,
        comment=comment.strip(),
        now=now,
        becomes=state,
    )
    about = {"title": current.article.title, "revision": revision, "step": step, "comment": comment.strip()}
    about |= {"content_hash": current.article.content_hash, "state": state}
    trail.add(tx, person=person.name, action=action, subject=_subject(article_id), detail=about, now=now)
    return state


def _current(tx: Connection, article_id: str) -> Revision:
    found = articles.get(tx, article_id)
    if found is None:
        raise NotFound(f"没有编号为 {article_id} 的稿件。")
    return found


def _passing(revision: Revision, steps: Sequence[str]) -> Action:
    return Action.SIGN if _step_index(revision, steps) == len(steps) - 1 else Action.PASS


def _step_index(revision: Revision, steps: Sequence[str]) -> int:
    """The next step's place; the last one also when the settings have fewer steps than were taken already."""
    return min(revision.steps_done, len(steps) - 1)


def _refuse_duty(person: Person) -> None:
    if person.disabled_at is not None or person.role not in REVIEWERS:
        raise NotAllowed(_NOT_THEIRS)


def _subject(article_id: str) -> str:
    return f"article:{article_id}"
