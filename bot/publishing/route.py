"""What this account can do → how a push goes out: 群发, 发布, or a draft for a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import Config
from bot.errors import BotError
from bot.ledger import facts, trail
from bot.ledger.database import Connection, Ledger
from bot.model.pushes import Route
from bot.publishing import pauses
from bot.publishing.outlet import Outlet, is_final
from bot.publishing.workbench import Workbench

REFUSED_FOR = timedelta(days=7)
PAUSE = timedelta(minutes=1)
"""After trouble in asking, at least: a round comes every half minute, and the calls of a day are counted."""

_AGAIN = "route.again"
_HEARD = "route.heard"
ALLOWED, REFUSED = "allowed", "refused"

NEXT = {Route.MASS: Route.PUBLISH, Route.PUBLISH: Route.DRAFT}
"""Where `auto` turns when WeChat refuses a route."""

TURNED = {
    Route.PUBLISH: "微信说这个账号不能群发（48001），改为发布：文章有固定链接，不通知关注者",
    Route.DRAFT: "微信说这个账号不能用接口发布（48001），草稿已建好，请在微信后台发出",
}


def resolve(tx: Connection, config: Config) -> Route | None:
    """The route of the next push; None while `auto` does not know yet what this account may do."""
    if config.account.fixed_route is not None:
        return config.account.fixed_route
    for route in NEXT:
        known = facts.get(tx, _key(route))
        if known != REFUSED:
            return route if known == ALLOWED else None
    return Route.DRAFT


def turned(tx: Connection, config: Config) -> Route | None:
    """What `auto` does instead of a mass send, because WeChat refuses that; None while it does not."""
    if config.account.fixed_route is not None or facts.get(tx, _key(Route.MASS)) != REFUSED:
        return None
    return Route.DRAFT if facts.get(tx, _key(Route.PUBLISH)) == REFUSED else Route.PUBLISH


def turned_unheard(tx: Connection, config: Config) -> Route | None:
    """The same, until a person has heard of it."""
    found = turned(tx, config)
    return None if found is None or facts.get(tx, _HEARD) == found else found


def hear(ledger: Ledger, config: Config, *, person: str, now: datetime) -> None:
    """The person has heard what `auto` does instead of a mass send: nobody need be told again until that changes."""
    with ledger.write() as tx:
        found = turned_unheard(tx, config)
        if found is None:
            return
        facts.put(tx, _HEARD, found, now)
        trail.add(tx, person=person, action="hear", subject="route", detail={"route": found}, now=now)


def probe(ledger: Ledger, outlet: Outlet, config: Config, now: datetime) -> Route:
    """The route of the next push, after asking WeChat what it must about this account; raises what the outlet raises."""
    asks = {Route.MASS: outlet.may_mass_send, Route.PUBLISH: outlet.may_publish}
    for route, may in asks.items():
        with ledger.read() as tx:
            known, resolved = facts.get(tx, _key(route)), resolve(tx, config)
        if resolved is not None:
            return resolved
        if known is None:
            learn(ledger, route, ALLOWED if may() else REFUSED, now)
    with ledger.read() as tx:
        return resolve(tx, config) or Route.DRAFT


def learn(ledger: Ledger, route: Route, answer: str, now: datetime) -> None:
    """What WeChat says of this route is remembered."""
    with ledger.write() as tx:
        if answer == ALLOWED:
            facts.take(tx, _HEARD)  # a later refusal is news again
        facts.put(tx, _key(route), answer, now)


def pause(ledger: Ledger, error: BotError, said: str, now: datetime) -> None:
    """WeChat is not asked about routes for a while; `said` tells why."""
    with ledger.write() as tx:
        pauses.begin(tx, _AGAIN, error, now, least=PAUSE, said=said)


def why_paused(tx: Connection, now: datetime) -> str | None:
    """Why WeChat is not asked about routes just now; None when it may be asked."""
    return pauses.why(tx, _AGAIN, now)


def ask_again(bench: Workbench) -> None:
    """An account may have been verified since: what WeChat refused over a week ago is asked about once more."""
    if bench.config.account.fixed_route is not None:
        return
    asks = {Route.MASS: bench.outlet.may_mass_send, Route.PUBLISH: bench.outlet.may_publish}
    for route, may in asks.items():
        with bench.ledger.read() as tx:
            known = facts.with_time(tx, _key(route))
            if why_paused(tx, bench.now) is not None:
                return
        if known is None or known[0] != REFUSED or bench.now - known[1] < REFUSED_FOR:
            continue
        try:
            learn(bench.ledger, route, ALLOWED if may() else REFUSED, bench.now)
        except BotError as error:
            if is_final(error):
                learn(bench.ledger, route, REFUSED, bench.now)  # in a week again
            else:
                pause(bench.ledger, error, str(error), bench.now)
            return


def remember_refused(tx: Connection, route: Route, now: datetime) -> None:
    """From now on `auto` does not try this route."""
    facts.put(tx, _key(route), REFUSED, now)


def _key(route: Route) -> str:
    return f"route.{route}"
