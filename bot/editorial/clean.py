"""The last word on an article's HTML: only what WeChat keeps and what cannot harm a reader.

WeChat drops style sheets, classes and ids, links that leave mp.weixin.qq.com, and pictures that are not its own.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import nh3

_BLOCKS = "section p blockquote ul ol li table thead tbody tr th td pre hr h1 h2 h3 h4 h5 h6"
_TAGS = {*_BLOCKS.split(), "span", "code", "strong", "em", "img", "br", "a"}
_ATTRIBUTES = {"*": {"style"}, "img": {"src", "alt"}, "a": {"href"}, "ol": {"start"}}
_PROPERTIES = (
    "margin margin-top padding padding-left border border-top border-left border-collapse border-radius color"
    " background-color font-size line-height text-align overflow-x overflow-wrap white-space display width max-width"
    " min-width"
)
_ASSET = re.compile(r"asset:[0-9a-f]{64}")


def clean(html: str) -> str:
    """The HTML with inline styles only; pictures are ours (`asset:<sha256>`), links stay on mp.weixin.qq.com."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=set(_PROPERTIES.split()),
        link_rel=None,
        url_schemes={"http", "https", "asset"},
    )


def stays_in_wechat(url: str) -> bool:
    """True for a link that a reader in WeChat can follow."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname == "mp.weixin.qq.com"


def _attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) == ("img", "src"):
        return value if _ASSET.fullmatch(value) else None
    if (tag, name) == ("a", "href"):
        return value if stays_in_wechat(value) else None
    return value
