"""What the account may do: its kind, whether it is verified, and the quota that follows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

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
    return Account(**json.loads(store.fact("account")))


def save_account(store: Store, account: Account) -> None:
    """The account is like this from now on, also after a restart."""
    store.set_fact("account", to_json(asdict(account)))


def quota(store: Store, kind: str, now: float) -> Quota:
    """What is used and allowed on the day and in the month of `now`, in Shanghai."""
    today = datetime.fromtimestamp(now, SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today.replace(day=1)
    used_today = _sends_between(store, today, today + timedelta(days=1))
    used_month = _sends_between(store, first, (first + timedelta(days=32)).replace(day=1))
    return Quota(used_today, DAILY_SENDS[kind], used_month, MONTHLY_SENDS[kind])


def _sends_between(store: Store, since: datetime, until: datetime) -> int:
    # To the period's end, not to now: the clock may have been put back by a little.
    return store.number(
        "SELECT count(*) FROM sends WHERE kind = 'mass' AND state <> 'failed' AND at >= ? AND at < ?",
        since.timestamp(),
        until.timestamp(),
    )
