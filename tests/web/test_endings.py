"""The server's own words about its workers reach the log in Chinese, everything else as it is."""

from __future__ import annotations

import logging

import pytest

from bot.web.endings import InPlainWords


@pytest.mark.parametrize(
    ("logged", "said"),
    [
        ("Unexpected exit from worker-2", "网页服务的第 2 个工作进程出错停下了（退出码 1）。马上自动重启，"),
        ("Worker crash loop detected, exiting", "网页服务的工作进程刚启动又停下，不再重启，网页服务就此停下。"),
        ("Listening at: 100%", "Listening at: 100%"),
    ],
)
def test_a_workers_end_is_said_plainly(logged: str, said: str) -> None:
    record = logging.LogRecord("_granian", logging.ERROR, "", 1, logged, (), None)

    assert InPlainWords({2: 1}.get).filter(record)
    assert record.getMessage().startswith(said)
