"""Who is left to review: whether the people there are can still take the steps of one revision to the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model.people import Person, Role

REVIEWERS = (Role.EDITOR, Role.REVIEWER, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Crew:
    """Everybody who has an account, and what excludes some of them: who brought the revision in, and who took a step."""

    team: tuple[Person, ...]
    author: str
    taken: Mapping[str, str]  # the step that each of them took, by name

    @property
    def left(self) -> tuple[Person, ...]:
        """Those who may still take a step."""
        active = (each for each in self.team if each.disabled_at is None and each.role in REVIEWERS)
        return tuple(each for each in active if each.name != self.author and each.name not in self.taken)

    def is_kept(self, person: Person) -> bool:
        """True for the only leader left: whoever takes an earlier step cannot sign the last one."""
        leaders = [each.name for each in self.left if each.role is Role.LEADER]
        return leaders == [person.name]

    def why_stuck(self, steps: Sequence[str], done: int) -> str:
        """Why the steps from `done` on cannot all be taken, in Chinese; empty when they can."""
        needs_leader = len(steps) > 1
        if needs_leader and not any(each.role is Role.LEADER for each in self.left):
            return f"{steps[-1]}没有人能做：{self._no_leader()}。"
        open_steps = len(steps) - min(done, len(steps) - 1)
        if len(self.left) >= open_steps:
            return ""
        names = f"（{'、'.join(each.name for each in self.left)}）" if self.left else ""
        return f"还有 {open_steps} 步要审，每一步要换一个人，能审的只剩 {len(self.left)} 人{names}。"

    def _no_leader(self) -> str:
        leaders = [each.name for each in self.team if each.role is Role.LEADER and each.disabled_at is None]
        return "，".join(f"负责人{name}{self._excluded_by(name)}" for name in leaders) or "现在没有负责人的账号"

    def _excluded_by(self, name: str) -> str:
        return "带来了这一稿" if name == self.author else f"已经审过{self.taken.get(name, '一步')}"

    def anew(self) -> Crew:
        """The same people before any step was taken."""
        return Crew(self.team, self.author, {})
