"""Keeps web pages from elsewhere from driving the box through somebody's browser."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import abort, request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_strangers(base_url: str) -> None:
    """Ends with 403 what comes under a foreign name, and a changing request that a page of another site sent."""
    # A stranger's name that points here would make the stranger's page one of ours.
    if not _is_own_name(urlsplit(f"//{request.host}").hostname or "", base_url):
        abort(403, "请用 IP 地址打开这个页面")
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        abort(403, "这个请求来自别的网页，没有照办")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403, "这个请求来自别的网页，没有照办")
    if request.get_data() and not request.is_json:
        abort(415, "请求体应是 JSON")


def _is_own_name(host: str, base_url: str) -> bool:
    if host == "localhost" or host == urlsplit(base_url).hostname:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
