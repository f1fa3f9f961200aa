"""What each role may do at the desk; who may review is the review's own rule."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import NotAllowed
from bot.model.people import Person, Role


class Right(StrEnum):
    """An act that needs a right; the value is how a sentence names it."""

    PLACE = "排期"
    WITHDRAW = "撤下稿件"
    SETTLE = "处理推送"


HOLDERS: dict[Right, tuple[Role, ...]] = {
    Right.PLACE: (Role.EDITOR, Role.LEADER),
    Right.WITHDRAW: (Role.EDITOR, Role.LEADER),
    Right.SETTLE: (Role.DUTY, Role.LEADER),
}


def has(person: Person, right: Right) -> bool:
    """True when this person's role holds the right."""
    return person.role in HOLDERS[right]


def need(person: Person, right: Right) -> None:
    """Raises NotAllowed, naming who may, when this person may not."""
    if not has(person, right):
        raise NotAllowed(why_not(right))


def why_not(right: Right) -> str:
    """Who may, for those who may not."""
    return f"{right.value}由{'或'.join(role.said for role in HOLDERS[right])}来做。"
