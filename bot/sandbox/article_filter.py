"""Article HTML as it is left after WeChat has filtered it.

Scripts, style sheets, classes, ids and forms go; pictures from elsewhere go; links lead to mp.weixin.qq.com or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlsplit

import nh3

_BLOCKS = "section p blockquote ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td pre hr figure figcaption"
_INLINE = "h1 h2 h3 h4 h5 h6 span strong b em i u s del ins mark small sub sup code br a img font ruby rt rp"
_DRAWING = "svg g path rect circle ellipse line polyline polygon text tspan"
TAGS = set(f"{_BLOCKS} {_INLINE} {_DRAWING}".split())
# These vanish with what is inside them; any other unknown tag (div, form, html …) leaves its content behind.
_GONE = "script style iframe object video audio textarea select noscript template title head"
GONE_WITH_CONTENT = set(_GONE.split())

_DRAWN = (
    "style fill stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset opacity transform"
    " x y x1 y1 x2 y2 cx cy r rx ry width height d points viewBox xmlns text-anchor font-size font-family"
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "title"},
    "a": {"href", "target"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width", "height", "align", "valign"},
    "th": {"colspan", "rowspan", "width", "height", "align", "valign"},
    "col": {"span", "width"},
    "table": {"width", "border", "cellpadding", "cellspacing", "align"},
    "ol": {"start", "type"},
    "font": {"color", "size"},
} | {tag: set(_DRAWN.split()) for tag in _DRAWING.split()}

_SIDES = ("", "-top", "-right", "-bottom", "-left")
_STYLES = (
    "border-radius border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius"
    " border-collapse border-spacing box-sizing box-shadow background background-color color font font-family font-size"
    " font-style font-weight font-variant font-variant-numeric letter-spacing line-height list-style list-style-type"
    " max-height max-width min-height min-width height width opacity overflow overflow-x overflow-y overflow-wrap"
    " text-align text-decoration text-decoration-color text-indent text-shadow text-transform transform vertical-align"
    " visibility white-space word-break word-wrap display flex flex-direction flex-wrap flex-grow flex-shrink"
    " flex-basis justify-content align-items align-self gap table-layout object-fit -webkit-overflow-scrolling"
)
STYLES = (
    {f"{box}{side}" for box in ("margin", "padding") for side in _SIDES}
    | {f"border{side}{part}" for side in _SIDES for part in ("", "-width", "-style", "-color")}
    | set(_STYLES.split())
)
_IMG_WITHOUT_SRC = re.compile(r'<img(?:\s+(?!src=)[\w-]+="[^"]*")*\s*/?>')
_OUTSIDE_STYLE = re.compile(r"(?i)url\s*\(|var\s*\(|expression\s*\(")


def filter_article(html: str, is_our_picture: Callable[[str], bool]) -> str:
    """What followers will get; `is_our_picture` knows the addresses of this account's uploads."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("img", "src"):
            return value if is_our_picture(value) else None
        if (tag, name) == ("a", "href"):
            return value if is_weixin(value) else None
        if name == "style":
            return "".join(f"{part};" for part in value.split(";") if part and not _OUTSIDE_STYLE.search(part)) or None
        return None if "url(" in value.lower() else value

    cleaned = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=STYLES,
        link_rel=None,
        url_schemes={"http", "https"},
    )
    return _IMG_WITHOUT_SRC.sub("", cleaned)


def is_weixin(url: str) -> bool:
    """True for a link that stays inside WeChat's own article site."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname == "mp.weixin.qq.com"


def plain_text(html: str) -> str:
    """The words alone, white space folded: for the digest that WeChat makes by itself."""
    return " ".join(unescape(nh3.clean(html, tags=set(), clean_content_tags=GONE_WITH_CONTENT)).split())
