"""What the server logs of its workers' ends, said to the person on duty: what ended, by what, and what happens now."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from bot.model.endings import ended

_DIED = re.compile(r"Unexpected exit from worker-(\d+)")
_GAVE_UP = "Worker crash loop detected, exiting"
GIVEN_UP = (
    "网页服务的工作进程刚启动又停下，不再重启，网页服务就此停下。"
    "请先看上面几行和系统日志，解决后再运行 python -m bot serve。"
)


class InPlainWords(logging.Filter):
    """Lets everything pass; the two sentences above become Chinese."""

    def __init__(self, exit_code: Callable[[int], int | None]) -> None:
        """`exit_code` of the worker with this number, which has ended; None when nobody knows."""
        super().__init__()
        self._exit_code = exit_code

    def filter(self, record: logging.LogRecord) -> bool:
        """True; the record now says what a person can act on."""
        said = record.getMessage()
        if died := _DIED.fullmatch(said):
            number = int(died[1])
            said = f"网页服务的第 {number} 个工作进程{ended(self._exit_code(number))}。马上自动重启，不用管它；总是这样，请看系统日志。"
        record.msg, record.args = GIVEN_UP if said == _GAVE_UP else said, ()
        return True
