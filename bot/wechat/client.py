"""One call to WeChat's API: with a token that works, with time-outs, and with errors that say whether it was handled.

wechatpy carries the calls; its own keeping of tokens and its retries are off.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
import wechatpy
from urllib3.exceptions import HTTPError, NewConnectionError
from wechatpy.exceptions import WeChatClientException

from bot.errors import BotError, OutcomeUnknown, OutletRefused, Remedy
from bot.ledger import tokens
from bot.ledger.database import Ledger
from bot.model.addresses import is_local
from bot.wechat.errcodes import TOKEN_REFUSED, refusal

TIMEOUT_S = (3.0, 10.0)
"""To connect, and between two bytes of the answer."""

UNREACHED_RETRY_S = 15

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of WeChat's API; `changes` is False when doing it twice does no harm."""

    path: str
    what: str  # in Chinese, as the person on duty would say it
    changes: bool


STABLE_TOKEN = Call("/cgi-bin/stable_token", "取访问凭证", changes=False)


@dataclass(frozen=True, slots=True)
class _Lost:
    """No usable answer came; `was_sent` unless WeChat certainly never saw the call."""

    why: str
    was_sent: bool
    remedy: Remedy = Remedy.RETRY_LATER


class WeChatClient:
    """One account's calls; safe for threads, and for several processes over one ledger.

    What a token costs, counted in requests to WeChat: cold, one fetch for all threads of a process, one at most for
    each process, none of them forced. Refused, a fetch without force and one repeat of the call, so that a refusal for
    ever ends after three (call, fetch, call); only where that fetch gives the refused token again, a forced one comes
    in between, once in 30 s over all processes.
    """

    def __init__(
        self,
        *,
        app_id: str,
        secret: Callable[[], str],
        base_url: str,
        ledger: Ledger,
        now: Callable[[], datetime],
        timeout_s: tuple[float, float] = TIMEOUT_S,
    ) -> None:
        """`secret` is asked for only when a token is needed, so that what never calls WeChat runs without one."""
        self._app_id = app_id
        self._secret = secret
        self._base_url = base_url.rstrip("/")
        self._ledger = ledger
        self._now = now
        self._wire = _Wire(app_id, base_url, timeout_s)
        self._asking = threading.Lock()

    def post(self, call: Call, body: Mapping[str, object], *, answers: frozenset[int] = frozenset()) -> Answer:
        """The answer to a JSON body; codes in `answers` are answers too, any other raises OutletRefused.

        OutcomeUnknown when no usable answer came and the call may have changed something.
        """
        return self._with_token(call, _as_json(body), answers)

    def upload(self, call: Call, name: str, data: bytes, mime: str, *, kind: str | None = None) -> Answer:
        """The answer to a file; `name` needs the right ending, WeChat judges by it; `kind`: the query's `type`."""
        # Bytes, not an open file: a repeat would send the rest of an open file, which is nothing.
        files = {"media": (name, data, mime)}
        return self._with_token(call, {"files": files, "params": {"type": kind} if kind else {}}, frozenset())

    def close(self) -> None:
        """Gives the connections back."""
        self._wire.close()

    def _with_token(self, call: Call, options: Mapping[str, Any], answers: frozenset[int]) -> Answer:
        token = self._token()
        answer = self._send_with(token, call, options)
        if answer.get("errcode") in TOKEN_REFUSED:  # refused before anything was done: the one repeat there is
            refused, token = token, self._token(instead_of=token)
            answer = self._send_with(token, call, options)
            if answer.get("errcode") in TOKEN_REFUSED and token == refused:
                raise _too_soon_to_force(call, answer["errcode"])
        return _accepted(call, answer, answers)

    def _send_with(self, token: str, call: Call, options: Mapping[str, Any]) -> Answer:
        params = {**options.get("params", {}), "access_token": token}
        return self._send(call, {**options, "params": params}, hidden=token)

    def _token(self, instead_of: str | None = None) -> str:
        """A token other than the refused one, if there is any: the ledger's, else one from WeChat."""
        kept = self._kept(instead_of)
        if kept:
            return kept
        with self._asking:  # of many threads one asks, the others find its token in the ledger
            return self._kept(instead_of) or self._asked(instead_of)

    def _kept(self, instead_of: str | None) -> str | None:
        with self._ledger.read() as tx:
            kept = tokens.usable(tx, self._app_id, now=self._now())
        return kept if kept != instead_of else None

    def _asked(self, instead_of: str | None) -> str:
        fresh = self._ask(force=False)
        if fresh != instead_of:
            return fresh
        with self._ledger.write() as tx:
            may_force = tokens.may_force(tx, self._app_id, now=self._now())
        return self._ask(force=True) if may_force else fresh

    def _ask(self, *, force: bool) -> str:
        secret = self._secret()
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": secret,
            "force_refresh": force,
        }
        # A tuple, because wechatpy adds a token of its own to any dict of parameters.
        answer = _accepted(STABLE_TOKEN, self._send(STABLE_TOKEN, {**_as_json(body), "params": ()}, hidden=secret))
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise incomplete(STABLE_TOKEN)
        now = self._now()
        with self._ledger.write() as tx:
            tokens.save(tx, self._app_id, token, expires_at=now + timedelta(seconds=seconds), now=now)
        return token

    def _send(self, call: Call, options: Mapping[str, Any], *, hidden: str) -> Answer:
        """WeChat's JSON whatever its code; `hidden` is taken out of its words."""
        outcome = self._exchange(self._base_url + call.path, options)
        if isinstance(outcome, _Lost):
            # Raised here, not where it was caught: the original's text holds the address with the token.
            raise _said(call, outcome)
        if "errmsg" in outcome:
            outcome["errmsg"] = str(outcome["errmsg"]).replace(hidden, "…")
        return outcome

    def _exchange(self, url: str, options: Mapping[str, Any]) -> Answer | _Lost:
        try:
            answer = self._wire.post(url, allow_redirects=False, **options)
        except WeChatClientException as error:
            return _answer_in(error)
        except requests.RequestException as error:
            return _lost(error)
        except (HTTPError, ValueError, TypeError):
            return _Lost("微信的答复读不懂", was_sent=True)
        return answer if isinstance(answer, dict) else _Lost("微信的答复不完整", was_sent=True)


class _Wire(wechatpy.WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's client without its token keeping and its retries."""

    def __init__(self, app_id: str, base_url: str, timeout_s: tuple[float, float]) -> None:
        super().__init__(app_id, "", timeout=timeout_s, auto_retry=False)
        # A connection of its own for each call: a kept one that the other side has just closed would make a push
        # "unknown", while a new one that cannot be opened was certainly not used.
        self._http.headers["Connection"] = "close"
        self._http.trust_env = not is_local(base_url)  # a proxy cannot reach a platform on this machine
        logging.getLogger("urllib3.connectionpool").addFilter(_hide_tokens)

    def fetch_access_token(self) -> None:
        """Never: tokens come with each call."""
        raise NotImplementedError("the token comes from the ledger")

    def close(self) -> None:
        """Gives the connections back."""
        self._http.close()


def _hide_tokens(record: logging.LogRecord) -> bool:
    """Takes tokens out of urllib3's lines, which name whole addresses; keeps every line."""
    record.msg, record.args = re.sub(r"(access_token=)[^&\s\"]+", r"\1…", record.getMessage()), None
    return True


def _as_json(body: Mapping[str, object]) -> dict[str, Any]:
    """The body in raw UTF-8: readers of an article would see `\\uXXXX` escapes."""
    data = json.dumps(body, ensure_ascii=False).encode()
    return {"data": data, "headers": {"Content-Type": "application/json; charset=utf-8"}}


def _answer_in(error: WeChatClientException) -> Answer | _Lost:
    """WeChat's JSON with its code; an HTTP status without JSON tells only who answered."""
    if error.errcode is not None:
        answer: Answer = json.loads(error.response.content.decode("utf-8", "ignore"), strict=False)
        return {**answer, "errcode": error.errcode}
    status: int = error.response.status_code
    if status >= 500 or status == 408:
        return _Lost(f"微信答复了 HTTP {status}", was_sent=True)
    if status == 429:
        return _Lost(f"微信说请求太频繁（HTTP {status}）", was_sent=False)
    return _Lost(f"微信答复了 HTTP {status}，请核对 [account] api_base_url", was_sent=False, remedy=Remedy.HUMAN)


def _lost(error: requests.RequestException) -> _Lost:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.ConnectTimeout):
        return _Lost("连接微信超时，请检查网络", was_sent=False)
    if isinstance(reason, NewConnectionError):
        return _Lost("连不上微信，请检查网络和 [account] api_base_url", was_sent=False)
    if isinstance(getattr(reason, "args", (None,))[0] if reason else None, ssl.SSLCertVerificationError):
        return _Lost("微信的证书验不过，请检查这台机器的时钟和网络", was_sent=False, remedy=Remedy.HUMAN)
    if isinstance(error, requests.Timeout):
        return _Lost("等微信的答复超时", was_sent=True)
    return _Lost("与微信的连接中途断了", was_sent=True)


def _said(call: Call, lost: _Lost) -> BotError:
    """The error for an answer that did not come."""
    if lost.was_sent and call.changes:
        return OutcomeUnknown(f"{call.what}：{lost.why}，不知道微信做了没有，要先查清再决定。")
    remedy = Remedy.RETRY_NOW if lost.was_sent else lost.remedy
    after_s = UNREACHED_RETRY_S if remedy is Remedy.RETRY_LATER else 0
    return OutletRefused(f"{call.what}没有成功：{lost.why}。", code=0, remedy=remedy, retry_after_s=after_s)


def incomplete(call: Call) -> BotError:
    """The error for an answer that lacks what it must hold."""
    return _said(call, _Lost("微信的答复不完整", was_sent=True))


def _accepted(call: Call, answer: Answer, answers: frozenset[int] = frozenset()) -> Answer:
    code = answer.get("errcode", 0)
    if code and code not in answers:
        raise refusal(call.what, code, str(answer.get("errmsg", "")))
    return answer


def _too_soon_to_force(call: Call, code: int) -> OutletRefused:
    said = f"{call.what}没有成功：访问凭证刚刚换过，微信还没有认（微信错误码 {code}）。半分钟后再试。"
    after_s = int(tokens.FORCE_EVERY.total_seconds())
    return OutletRefused(said, code=code, remedy=Remedy.RETRY_LATER, retry_after_s=after_s)
