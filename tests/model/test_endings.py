"""How a process ended, as the person on duty reads it."""

from __future__ import annotations

import pytest

from bot.model.endings import ended


@pytest.mark.parametrize(
    ("exit_code", "said"),
    [
        (0, "自己结束了"),
        (1, "出错停下了（退出码 1）"),
        (-9, "被系统强行结束了，多半是内存不足（信号 9）"),
        (-15, "被叫停了，是有人或别的程序让它停的（信号 15）"),
        (-11, "自己崩溃了（信号 11）"),
        (-64, "自己崩溃了（信号 64）"),
        (None, "停下了"),
    ],
)
def test_an_end_is_said_by_what_brought_it(exit_code: int | None, said: str) -> None:
    assert ended(exit_code) == said
