"""What intake takes and asks to be looked at again: days that cannot be meant, and the same words twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model.articles import TakenIn


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("published: 0001-01-01", "早得不像发表的日子"),
        ("published: 2009-12-31", "早得不像发表的日子"),
        ("published: 2010-01-01", None),
        ("review_by: 2026-11-30", "已经过了"),
        ("review_by: 2026-12-01", None),
    ],
)
def test_a_day_that_cannot_be_meant_is_looked_at_again(
    desk: Path, intake: Callable[..., TakenIn], field: str, said: str | None
) -> None:
    (desk / "x.md").write_text(
        f"---\ntitle: 盐\ncolumn: 健康科普\nsources: [x]\n{field}\n---\n\n正文。\n", encoding="utf-8"
    )
    taken = intake(desk)
    warned = "\n".join(warning for _, warning in taken.warnings)

    assert taken.new == ("x",)
    assert said in warned if said else ("早得" not in warned and "已经过了" not in warned)


def test_the_same_words_under_two_names_are_pointed_out_at_the_later(
    desk: Path, intake: Callable[..., TakenIn]
) -> None:
    words = "---\ntitle: 盐\ncolumn: 健康科普\nsources: [x]\n---\n\n正文。\n"
    for name in ("a", "b"):
        (desk / f"{name}.md").write_text(words, encoding="utf-8")
    together = intake(desk)
    (desk / "c.md").write_text(words, encoding="utf-8")
    (desk / "d.md").write_text(words + "\n不一样。\n", encoding="utf-8")
    later = intake(desk / "c.md", desk / "d.md")

    def twins(taken: TakenIn) -> list[str]:
        return [Path(place).name for place, said in taken.warnings if "与《盐》内容相同" in said]

    assert twins(together) == ["b.md"]
    assert twins(later) == ["c.md"]
