"""What the account may do: its kind, whether it is verified, and the quota that follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.sandbox.clock import SHANGHAI
from bot.sandbox.settings import BoxSettings
from bot.sandbox.state import Store, to_json

# Successful sends to all followers; None: no such limit ("群发接口和原创校验").
DAILY_SENDS = {"subscription": 1, "service": 1}
MONTHLY_SENDS: dict[str, int | None] = {"subscription": None, "service": 4}
UNAVAILABLE = {
    "subscription": "该公众号暂时无法提供服务，请稍后再试",
    "service": "该服务号暂时无法提供服务，请稍后再试",
}


@dataclass(frozen=True, slots=True)
class Account:
    kind: str  # subscription | service
    verified: bool
    job_delay_s: float
    is_test: bool = False  # 接口测试号: nearly every right, no mass send, smaller daily limits
    server_mode: bool = True  # the callback is switched on; off: the account's own replies and menu are in force
    group_send_protection: bool = False  # a mass send waits for the administrator
    is_secret_frozen: bool = False
    has_comments: bool = True  # the account was given 留言
    token_confirmation: int = 0  # 0, or what the token calls answer: 89503, 89506, 89507
    publish_refusal: int = 0  # 0, or what freepublish/submit answers: 53500, 53501, 53503, 53504, 53505
    ip_whitelist: tuple[str, ...] | None = None  # addresses and networks in CIDR; None: not checked


class Right(Enum):
    """Which accounts a call is for (适用范围); 仅认证 is VERIFIED."""

    ANYBODY = "anybody"
    VERIFIED = "verified"
    VERIFIED_OR_SERVICE = "verified, and every service account"
    VERIFIED_SERVICE = "verified service account"
    SERVICE_VERIFIED_OR_TEST = "verified service account, or test account"
    MASS_SEND = "verified, and no test account"


_HOLDERS: dict[Right, Callable[[Account], bool]] = {
    Right.ANYBODY: lambda _account: True,
    Right.VERIFIED: lambda account: account.verified or account.is_test,
    Right.VERIFIED_OR_SERVICE: lambda account: account.verified or account.is_test or account.kind == "service",
    Right.VERIFIED_SERVICE: lambda account: account.verified and account.kind == "service" and not account.is_test,
    Right.SERVICE_VERIFIED_OR_TEST: lambda account: account.is_test or (account.verified and account.kind == "service"),
    Right.MASS_SEND: lambda account: account.verified and not account.is_test,
}


def has_right(account: Account, right: Right) -> bool:
    """False when WeChat would answer 48001."""
    return _HOLDERS[right](account)


@dataclass(frozen=True, slots=True)
class Quota:
    """Sends to all followers, done and allowed, today and in this month; a limit of None is no limit."""

    mass_today: int
    mass_today_limit: int
    mass_month: int
    mass_month_limit: int | None

    @property
    def is_used_up(self) -> bool:
        """True when WeChat would answer 45028."""
        over_month = self.mass_month_limit is not None and self.mass_month >= self.mass_month_limit
        return over_month or self.mass_today >= self.mass_today_limit


def prepare_account(store: Store, settings: BoxSettings) -> None:
    """The account is as the console left it, unless the settings have changed since."""
    given = to_json(asdict(Account(settings.kind, settings.verified, settings.job_delay_s)))
    with store.transaction():
        if store.fact("account_from_settings") != given:
            store.set_fact("account_from_settings", given)
            store.set_fact("account", given)


def load_account(store: Store) -> Account:
    """The account as it is now."""
    kept = json.loads(store.fact("account"))
    networks = kept.get("ip_whitelist")
    return Account(**kept | {"ip_whitelist": None if networks is None else tuple(networks)})


def save_account(store: Store, account: Account) -> None:
    """The account is like this from now on, also after a restart."""
    store.set_fact("account", to_json(asdict(account)))


def quota(store: Store, kind: str, now: float) -> Quota:
    """What is used and allowed on the day and in the month of `now`, in Shanghai."""
    today = datetime.fromtimestamp(now, SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today.replace(day=1)
    used_today = _sends_between(store, kind, today, today + timedelta(days=1))
    used_month = _sends_between(store, kind, first, (first + timedelta(days=32)).replace(day=1))
    return Quota(used_today, DAILY_SENDS[kind], used_month, MONTHLY_SENDS[kind])


def _sends_between(store: Store, kind: str, since: datetime, until: datetime) -> int:
    # A service account's sends to a part of its followers count for each of these (`mass_range`), not here.
    # To the period's end, not to now: the clock may have been put back by a little.
    return store.number(
        "SELECT count(*) FROM sends WHERE kind = 'mass' AND state <> 'failed' AND (wanted = '[]' OR ? <> 'service')"
        " AND at >= ? AND at < ?",
        kind,
        since.timestamp(),
        until.timestamp(),
    )
