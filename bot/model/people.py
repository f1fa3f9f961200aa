"""People at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import NotAllowed

COMMAND_LINE = "命令行"
"""Who did something when nobody at the desk did."""

LONGEST_NAME = 30


class Role(StrEnum):
    """What a person may do at the desk."""

    EDITOR = "editor"  # brings in, edits, places, and may review what others brought in
    REVIEWER = "reviewer"  # reviews
    LEADER = "leader"  # reviews, and signs the final step
    DUTY = "duty"  # keeps it running: settles pushes, sees health; does not review

    @property
    def said(self) -> str:
        """As screens say it."""
        return {"editor": "编辑", "reviewer": "审核", "leader": "负责人", "duty": "值班"}[self]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in."""

    name: str
    role: Role
    must_change_password: bool
    created_at: datetime
    disabled_at: datetime | None = None


def proper_name(written: str) -> str:
    """The name without blanks around it; NotAllowed when nobody could log in with it, or be told apart by it."""
    name = written.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotAllowed(f"名字不能空着，不能换行，最多 {LONGEST_NAME} 个字。例如 张晓雯")
    if name == COMMAND_LINE:
        raise NotAllowed(f"“{COMMAND_LINE}”是程序自己用的名字，请换一个。例如 张晓雯")
    return name
