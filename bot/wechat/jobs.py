"""WeChat's words for how far a job is → `Job` (contract: freepublish/get, message/mass/get, MASSSENDJOBFINISH)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.model.jobs import Job, JobState

_PUBLISH_STATES = {
    0: (JobState.DONE, ""),
    1: (JobState.RUNNING, ""),
    2: (JobState.FAILED, "微信的原创检查没有通过。请登录微信后台查看是哪一篇"),
    3: (JobState.FAILED, "微信说发布失败，没有给出原因。请登录微信后台查看"),
    4: (JobState.FAILED, "平台审核没有通过。请登录微信后台查看原因"),
    5: (JobState.GONE, "发布成功之后，文章被人全部删除了"),
    6: (JobState.GONE, "发布成功之后，文章被平台全部封禁了。请登录微信后台查看原因"),
}
_MASS_STATES = {
    "SEND_SUCCESS": (JobState.DONE, ""),
    "SENDING": (JobState.RUNNING, ""),
    "SEND_FAIL": (JobState.FAILED, "微信说群发失败，没有给出原因。请登录微信后台查看"),
    "DELETE": (JobState.GONE, "群发的内容已经被删除了"),
}
_MASS_REASONS = {
    10001: "涉嫌广告",
    20001: "涉嫌政治",
    20002: "涉嫌色情",
    20004: "涉嫌社会",
    20006: "涉嫌违法犯罪",
    20008: "涉嫌欺诈",
    20013: "涉嫌版权",
    21000: "涉嫌其他",
    22000: "涉嫌互推",
    30001: "原创检查出了系统错误",
    30002: "原创检查不允许群发",
    30003: "被判为转载",
    40001: "管理员拒绝了这次群发",
    40002: "管理员在 30 分钟里没有确认",
}
_LOOK = "请登录微信后台查看"
_MASS_ADVICE = {
    30003: "如果确是自己写的，请登录微信后台申诉或由人发出；不是就请作罢",
    40001: "请先和管理员说好，再决定再试一次，还是作罢",
    40002: "请提醒管理员留意微信里的群发确认，再决定再试一次，还是作罢",
}
"""What to do; _LOOK where nothing else is said."""


def publication(status: str, urls: Mapping[int, str], article_id: str | None = None) -> Job:
    """A publication by its publish_status."""
    state, said = _PUBLISH_STATES.get(int(status) if status.isdecimal() else -1, _unheard_of(status))
    return Job(state, said, urls, article_id)


def mass_send(status: str) -> Job:
    """A mass send by the msg_status that it has when asked for; WeChat gives no addresses then."""
    return Job(*_MASS_STATES.get(status, _unheard_of(status)))


def mass_send_ended(status: str, urls: Mapping[int, str]) -> Job:
    """A mass send by its event's Status: `send success`, else it did not go out."""
    if status.lower() == "send success":
        return Job(JobState.DONE, urls=urls)
    code = re.search(r"\d+", status)
    number = int(code[0]) if code else 0
    reason = _MASS_REASONS.get(number, "微信没有给出原因")
    mark = f"（微信代码 {number}）" if number else ""
    return Job(JobState.FAILED, f"群发没有成功：{reason}{mark}。{_MASS_ADVICE.get(number, _LOOK)}")


def _unheard_of(status: str) -> tuple[JobState, str]:
    """Neither done nor failed, as far as we know: to be asked again."""
    return JobState.RUNNING, f"微信给出了不认识的状态 {status}"
