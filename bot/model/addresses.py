"""Web addresses: whose machine they lead to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_local(url: str) -> bool:
    """True when a URL's host is this machine (localhost, a loopback or unspecified address)."""
    host = host_of(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _ip_address(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def is_inside(url: str) -> bool:
    """True when a URL opens only on this machine or in its own network: 192.168.…, 10.…, ….local."""
    host, address = host_of(url), _ip_address(host_of(url))
    return is_local(url) or host.endswith(".local") or (address is not None and address.is_private)


def host_of(url: str) -> str:
    """The host of a URL in lower case, without a trailing dot; empty when it has none."""
    return (urlsplit(url).hostname or "").rstrip(".")


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
