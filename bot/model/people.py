"""People at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
