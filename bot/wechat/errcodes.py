"""WeChat's error codes: what each means for the person on duty, and what helps ("全局返回码" and the calls' own pages)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import OutletRefused, Remedy

TOKEN_REFUSED = frozenset({40001, 40014, 42001})
"""The token is not, or no longer, the newest: nothing was done; one repeat with a newer one."""

BUSY = -1
ALREADY_SENT = 45065


@dataclass(frozen=True, slots=True)
class Meaning:
    """What happened and what to do, in Chinese; `retry_after_s` only where time alone helps."""

    said: str
    remedy: Remedy
    retry_after_s: int = 0


def _now(said: str) -> Meaning:
    return Meaning(said, Remedy.RETRY_NOW)


def _later(said: str, after_s: int) -> Meaning:
    return Meaning(said, Remedy.RETRY_LATER, after_s)


def _permanent(said: str) -> Meaning:
    return Meaning(said, Remedy.PERMANENT)


def _human(said: str, after_s: int = 0) -> Meaning:
    return Meaning(said, Remedy.HUMAN, after_s)


def _follower(said: str) -> Meaning:
    return Meaning(said, Remedy.FOLLOWER)


_ASK_SUPPORT = "请把这一行告诉维护程序的人"
_HOUR_S, _DAY_S = 3600, 86_400

MEANINGS: dict[int, Meaning] = {
    -1: _now("微信那边正忙"),
    40001: _human(
        "AppSecret 不对，或者访问凭证总被别的程序换掉。请核对 WEIKEPU_APP_SECRET，并停用其他用这个公众号的程序"
    ),
    40002: _permanent(f"取访问凭证的方式不对。{_ASK_SUPPORT}"),
    40003: _permanent("OpenID 不对，这位关注者不属于本公众号"),
    40004: _permanent("素材类型不对。图片请用 JPG 或 PNG"),
    40005: _permanent("文件类型不对。图片请用 JPG 或 PNG，扩展名要与内容一致"),
    40006: _permanent("文件大小不对。请换一张小一些的图片"),
    40007: _permanent("素材或草稿已经不在了，或属于别的公众号。需要重新上传"),
    40008: _permanent(f"消息类型不对。{_ASK_SUPPORT}"),
    40009: _permanent("图片太大。正文图片要小于 1 MB，封面要小于 10 MB"),
    40013: _human("AppID 不对。请核对 config.toml 里 [account] app_id"),
    40014: _human("访问凭证无效，换新之后仍然无效。请核对 AppID 和 WEIKEPU_APP_SECRET"),
    40035: _permanent(f"参数不对。{_ASK_SUPPORT}"),
    40037: _permanent("模板编号不对。请在微信后台核对模板"),
    40059: _permanent("微信不认得这次群发的编号"),
    40066: _permanent(f"微信没有这个接口。{_ASK_SUPPORT}"),
    40097: _permanent(f"参数不对。{_ASK_SUPPORT}"),
    40113: _permanent("文件类型不对。图片请用 JPG 或 PNG，扩展名要与内容一致"),
    40114: _permanent(f"文章序号不对。{_ASK_SUPPORT}"),
    40125: _human("AppSecret 不对。请从微信开发者平台重新复制到 WEIKEPU_APP_SECRET"),
    40164: _human("这台机器的 IP 不在白名单里。请在微信开发者平台的 IP 白名单里加上它，几分钟后生效"),
    40243: _human("AppSecret 被冻结了。请管理员在微信开发者平台解冻，约 10 分钟后生效"),
    41001: _permanent(f"请求里缺少访问凭证。{_ASK_SUPPORT}"),
    41002: _permanent(f"请求里缺少 AppID。{_ASK_SUPPORT}"),
    41003: _permanent(f"请求里缺少 refresh_token。{_ASK_SUPPORT}"),
    41004: _permanent(f"请求里缺少 AppSecret。{_ASK_SUPPORT}"),
    41005: _permanent("没有传上文件的内容。请检查图片是不是空文件"),
    41006: _permanent(f"请求里缺少 media_id。{_ASK_SUPPORT}"),
    41007: _permanent(f"请求里缺少子菜单。{_ASK_SUPPORT}"),
    41008: _permanent(f"请求里缺少授权码。{_ASK_SUPPORT}"),
    41009: _permanent(f"请求里缺少 OpenID。{_ASK_SUPPORT}"),
    41039: _permanent("“阅读原文”的网址不对。请改文章的来源网址"),
    42001: _human("访问凭证过期，换新之后仍然过期。请检查这台机器的时钟，再核对 AppID 和 WEIKEPU_APP_SECRET"),
    43001: _permanent(f"这个接口要用 GET。{_ASK_SUPPORT}"),
    43002: _permanent(f"这个接口要用 POST。{_ASK_SUPPORT}"),
    43004: _follower("对方没有关注公众号"),
    43101: _follower("对方没有订阅，或拒绝了这类消息"),
    44002: _permanent(f"请求是空的。{_ASK_SUPPORT}"),
    44003: _permanent("草稿里没有有效的文章。请检查标题、正文和封面"),
    44004: _permanent("文字内容是空的。请补上正文"),
    45002: _permanent("正文太长。请删短后再排"),
    45003: _permanent("标题太长，最多 32 个字。请改短"),
    45004: _permanent("摘要太长，最多 128 个字。请改短"),
    45008: _permanent("一次推送的文章太多，最多 8 篇"),
    45009: _later("这个接口今天的次数用完了。等明天，或请管理员在微信后台清零", _HOUR_S),
    45011: _later("请求太频繁。一分钟后再试", 60),
    45015: _follower("超过了可以回复对方的时间，或对方已取消关注"),
    45028: _later("群发次数用完了。订阅号每天 1 次、服务号每月 4 次，等下一次额度", _HOUR_S),
    45047: _follower("给对方的客服消息已到上限，要等对方再来消息"),
    45065: _permanent("这次群发先前已经交给微信，没有重复发送"),
    45066: _later("同一次群发重试得太快。一分钟后再试", 60),
    45067: _permanent(f"群发的防重编号太长。{_ASK_SUPPORT}"),
    45110: _permanent("作者太长，最多 16 个字。请改短"),
    45166: _permanent("正文里有微信不接受的内容。请检查链接、图片和格式"),
    47001: _permanent(f"请求不是有效的 JSON。{_ASK_SUPPORT}"),
    47003: _permanent("模板消息的内容不合模板。请核对模板字段"),
    48001: _human("这个公众号没有此接口的权限。请在微信开发者平台查看接口权限，未认证的账号只能由人在后台发送"),
    48004: _human("此接口被微信封禁了。请登录微信后台查看通知"),
    48006: _later("本月清零次数的机会用完了。等下个月", _DAY_S),
    50002: _human("公众号被限制了。请登录微信后台查看通知"),
    50004: _human("公众号被禁止使用这个接口。请登录微信后台查看通知"),
    50007: _human("公众号已停用。请登录微信后台查看通知"),
    53500: _human("公众号的发布功能被封禁了。请登录微信后台查看通知"),
    53501: _later("发布太频繁。十分钟后再试", 600),
    53502: _permanent("微信不认得这个发布任务的编号"),
    53503: _human("草稿没有通过发布检查。请登录微信后台，在草稿箱里打开它看原因"),
    53504: _human("这篇要在微信后台发布。请登录微信后台，从草稿箱里发"),
    53505: _human("这篇要先在微信后台保存一次。请登录微信后台，在草稿箱里打开它并保存"),
    53600: _permanent("微信不认得这篇文章的编号"),
    61500: _permanent(f"日期的写法不对。{_ASK_SUPPORT}"),
    61501: _permanent(f"日期的范围不对。{_ASK_SUPPORT}"),
    61503: _later("统计数据还没有准备好。一小时后再试", _HOUR_S),
    88000: _human("这个公众号没有留言功能。请在微信后台查看"),
    89503: _human("这次调用要管理员确认。请管理员在微信里点确认"),
    89506: _human("管理员拒绝了这次调用，24 小时内不能再试", _DAY_S),
    89507: _human("管理员拒绝了这次调用，1 小时内不能再试", _HOUR_S),
}

_REQUEST_ID = re.compile(r"rid: ?([\w-]+)")
_ADDRESS = re.compile(r"invalid ip ([0-9A-Fa-f.:]+)")
_ERRMSG_CHARS = 200


def refusal(what: str, code: int, errmsg: str) -> OutletRefused:
    """The error for a code; `what`: what was tried, in Chinese; `errmsg`: WeChat's words, free of token and secret."""
    meaning = MEANINGS.get(code)
    if meaning is None:
        words = " ".join(errmsg.split())[:_ERRMSG_CHARS]
        said = f"{what}没有成功：微信给出了错误码 {code}（{words}）。{_ASK_SUPPORT}。"
        return OutletRefused(said, code=code, remedy=Remedy.PERMANENT)
    request_id = _REQUEST_ID.search(errmsg)
    mark = f"，rid {request_id[1]}" if request_id else ""
    said = f"{what}没有成功：{_for_this_machine(meaning.said, code, errmsg)}（微信错误码 {code}{mark}）。"
    return OutletRefused(said, code=code, remedy=meaning.remedy, retry_after_s=meaning.retry_after_s)


def _for_this_machine(said: str, code: int, errmsg: str) -> str:
    """40164 says which address WeChat saw: it is the one to put on the list, whatever this machine believes it has."""
    seen = _ADDRESS.search(errmsg) if code == 40164 else None
    return f"请在微信开发者平台把 IP {seen[1]} 加进白名单，几分钟后生效" if seen else said
