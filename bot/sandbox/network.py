"""Addresses and the callback: `get_api_domain_ip`, `getcallbackip`, `callback/check`, and the IP whitelist."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.account import Account
from bot.sandbox.calls import Answer, Call, Endpoint, text_of
from bot.sandbox.errcodes import Refusal

OURS = "127.0.0.1"
ACTIONS = ("dns", "ping", "all")
OPERATORS = ("CHINANET", "UNICOM", "CAP", "DEFAULT")


def is_whitelisted(account: Account, ip: str) -> bool:
    """False when WeChat would answer 40164; a test account has no whitelist."""
    if account.ip_whitelist is None or account.is_test:
        return True
    return any(ipaddress.ip_address(ip) in ipaddress.ip_network(one, strict=False) for one in account.ip_whitelist)


def is_network(text: str) -> bool:
    """True for what a whitelist takes: an address, or a network in CIDR."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def own_addresses(_call: Call) -> Answer:
    """Where the platform is, and where its pushes come from: the box is one machine."""
    return {"ip_list": [OURS]}


def check_callback(call: Call) -> Answer:
    """What the platform finds on its way to the webhook; the box resolves nothing and answers for this machine."""
    request = call.json()
    action, operator = text_of(request, "action"), text_of(request, "check_operator") or "DEFAULT"
    if action not in ACTIONS:
        raise Refusal(40202)
    if operator not in OPERATORS:
        raise Refusal(40203)
    if not urlsplit(call.settings.callback_url).hostname:
        raise Refusal(40201)
    found: dict[str, list[Any]] = {
        "dns": [{"ip": OURS, "real_operator": operator}],
        "ping": [{"ip": OURS, "from_operator": operator, "package_loss": "0%", "time": "0.1ms"}],
    }
    return {name: found[name] if action in (name, "all") else [] for name in found}


ENDPOINTS = {
    "/cgi-bin/get_api_domain_ip": Endpoint(own_addresses, method="GET"),
    "/cgi-bin/getcallbackip": Endpoint(own_addresses, method="GET"),
    "/cgi-bin/callback/check": Endpoint(check_callback),
}
