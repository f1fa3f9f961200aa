"""The doors of the house: the webhook, the desk, the reading pages, health. Flask lives here (and in the box).

What a mistake of ours or of a visitor's looks like from outside is decided by the one table below.
"""

from __future__ import annotations

from bot.errors import (
    ArchiveError,
    BotError,
    ConfigError,
    DecodeError,
    LedgerError,
    ManuscriptError,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    OutletRefused,
)

STATUS: dict[type[BotError], int] = {
    NotAllowed: 403,
    NotFound: 404,
    ManuscriptError: 400,
    DecodeError: 400,
    LedgerError: 503,
    ArchiveError: 503,
    ConfigError: 503,
    OutletRefused: 502,
    OutcomeUnknown: 502,
}
"""The HTTP status under which a page shows an error of ours; the page's text is the error's own sentence."""

SENTENCES: dict[int, tuple[str, str]] = {
    400: ("这个请求不完整", "页面可能放得太久了，请回到上一页，刷新后再做一次。"),
    401: ("请先登录", "登录后再打开这个地址。"),
    403: ("这里不对你开放", "如果工作需要，请让负责人在命令行里给你相应的角色。"),
    404: ("没有这个页面", "地址可能写错了，或者内容已经搬走。"),
    405: ("这里不能这样打开", "请从工作台里的按钮进来。"),
    413: ("内容太长了", "请缩短后再试。"),
    429: ("试得太多了", "为了安全，请过 15 分钟再来。"),
    500: ("页面出了点问题", "没有改动任何内容。请稍后再试，还不行就请值班的人看一看日志。"),
    502: ("微信那边没有答应", "请稍后再试，或者到“推送”里看下一步。"),
    503: ("现在打不开", "请稍后再试，还不行就请值班的人看一看 /health 里说的原因。"),
}
"""What a page of the desk says to a person: (title, what to do)."""

OUTSIDE: dict[int, tuple[str, str]] = {
    400: ("这个地址不完整", "请从我们公众号的回复里重新点开。"),
    404: ("没有这个页面", "地址可能写错了，或者内容已经搬走。想知道什么，在公众号里直接问就行。"),
    410: ("这篇文章已撤下", "内容正在更正或不再适用，请以我们公众号里最新的文章为准。"),
    413: SENTENCES[413],
    500: ("现在打不开", "请过一会儿再来看看。"),
}
"""The same for everybody else, who need to know nothing of the inside; other numbers are said as 400 or 500."""

UNDER_REVISION = ("这篇文章正在修订", "改好并审核后会回到这里，请过几天再来看看。")
"""What readers find, with a 410, where an article stood that is being reviewed again."""


def status_of(error: BotError) -> int:
    """The status of an error of ours, by its nearest kind in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
