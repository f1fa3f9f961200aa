"""How a process ended, in words for the person on duty."""

from __future__ import annotations

import signal

_BY_SIGNAL = {
    signal.SIGKILL: "被系统强行结束了，多半是内存不足",
    signal.SIGTERM: "被叫停了，是有人或别的程序让它停的",
    signal.SIGINT: "被叫停了，是有人或别的程序让它停的",
    signal.SIGHUP: "被叫停了，是有人或别的程序让它停的",
    signal.SIGXCPU: "被系统强行结束了，用的时间超过了限制",
    signal.SIGXFSZ: "被系统强行结束了，写的文件超过了限制",
}


def ended(exit_code: int | None) -> str:
    """What happened to it, and by what; `exit_code` as Python gives it: below zero the signal that ended it, None unknown."""
    if exit_code is None:
        return "停下了"
    if exit_code == 0:
        return "自己结束了"
    if exit_code > 0:
        return f"出错停下了（退出码 {exit_code}）"
    return f"{_BY_SIGNAL.get(-exit_code, '自己崩溃了')}（信号 {-exit_code}）"  # type: ignore[call-overload]
