"""What WeChat asks of a draft's articles, field by field ("新增草稿"), and what it makes of them."""

from __future__ import annotations

import re
from typing import Any

import nh3

from bot.sandbox.article_filter import filter_article, plain_text
from bot.sandbox.articles import Article
from bot.sandbox.calls import Call
from bot.sandbox.errcodes import Refusal
from bot.sandbox.materials import is_our_picture, is_permanent_picture

MAX_ARTICLES = 8
MAX_CHARS = (("title", 32, 45003), ("author", 16, 45110), ("digest", 128, 45004))
CONTENT_CHARS = 20_000  # must stay below, tags counted
CONTENT_BYTES = 1 << 20
SOURCE_URL_BYTES = 1024
DIGEST_CHARS = 54  # what WeChat takes from the content when a single article comes without digest
MAX_PICTURES = 20
FLAGS = ("need_open_comment", "only_fans_can_comment")
CROPS = ("pic_crop_235_1", "pic_crop_1_1")
_CROP = re.compile(r"(?:(?:0|1|0\.\d{1,6}|1\.0{1,6})(?:_|$)){4}")


def check_articles(call: Call, articles: Any) -> list[Article]:
    """The articles as the box keeps them; Refusal with the code of the first rule that one breaks."""
    if not isinstance(articles, list) or not articles:
        raise Refusal(44003)
    if len(articles) > MAX_ARTICLES:
        raise Refusal(45008)
    return [check_article(call, article, is_only_one=len(articles) == 1) for article in articles]


def check_article(call: Call, article: Any, *, is_only_one: bool) -> Article:
    """One article as the box keeps it: filtered, missing fields filled in."""
    if not isinstance(article, dict):
        raise Refusal(44003)
    kind = article.get("article_type", "news")
    if kind not in ("news", "newspic"):
        raise Refusal(40097)
    kept: Article = {"article_type": kind, **_words(article), **_flags(call, article), **_crops(article)}
    kept |= _pictures(call, article) if kind == "newspic" else {"thumb_media_id": _thumb(call, article)}
    if article.get("product_info"):
        raise Refusal(53406)  # the box's account has no shop
    kept["content_source_url"] = _source_url(article)
    kept["content"] = _picture_text(article) if kind == "newspic" else _content(call, article)
    if is_only_one and not kept["digest"]:
        kept["digest"] = plain_text(kept["content"])[:DIGEST_CHARS]
    return kept


def _words(article: Article) -> dict[str, str]:
    kept = {}
    for name, limit, code in MAX_CHARS:
        value = article.get(name) or ""
        if not isinstance(value, str):
            raise Refusal(40097)
        if len(value) > limit:
            raise Refusal(code)
        kept[name] = value
    if not kept["title"].strip():
        raise Refusal(40097)
    return kept


def _flags(call: Call, article: Article) -> dict[str, int]:
    kept = {name: article.get(name) or 0 for name in FLAGS}
    if any(value not in (0, 1) for value in kept.values()):
        raise Refusal(40097)
    if kept["need_open_comment"] and not (call.account.verified and call.account.has_comments):
        raise Refusal(88000)
    return {name: int(value) for name, value in kept.items()}


def _crops(article: Article) -> dict[str, str]:
    kept = {name: article[name] for name in CROPS if article.get(name)}
    for value in kept.values():
        if not isinstance(value, str) or not _CROP.fullmatch(value):
            raise Refusal(40097)
    return kept


def _thumb(call: Call, article: Article) -> str:
    media_id = article.get("thumb_media_id")
    if not isinstance(media_id, str) or not is_permanent_picture(call.store, media_id, "image", "thumb"):
        raise Refusal(40007)
    return media_id


def _pictures(call: Call, article: Article) -> dict[str, Any]:
    info = article.get("image_info")
    images = info.get("image_list") if isinstance(info, dict) else None
    if not isinstance(images, list) or not 1 <= len(images) <= MAX_PICTURES:
        raise Refusal(40097)
    ids = [image.get("image_media_id") if isinstance(image, dict) else None for image in images]
    for media_id in ids:
        if not isinstance(media_id, str) or not is_permanent_picture(call.store, media_id, "image"):
            raise Refusal(40007)
    return {"image_info": {"image_list": [{"image_media_id": media_id} for media_id in ids]}, "thumb_media_id": ids[0]}


def _source_url(article: Article) -> str:
    url = article.get("content_source_url") or ""
    if not isinstance(url, str) or len(url.encode()) > SOURCE_URL_BYTES or not re.match(r"(?:https?://|$)", url):
        raise Refusal(41039)
    return url


def _content(call: Call, article: Article) -> str:
    content = article.get("content")
    if not isinstance(content, str):
        raise Refusal(45166 if content is not None else 44004)
    if not content.strip():
        raise Refusal(44004)
    if len(content) >= CONTENT_CHARS or len(content.encode()) >= CONTENT_BYTES:
        raise Refusal(45002)
    return filter_article(content, lambda url: is_our_picture(call.store, url))


def _picture_text(article: Article) -> str:
    content = article.get("content")
    if not isinstance(content, str) or len(content) >= CONTENT_CHARS:
        raise Refusal(45166)
    return nh3.clean(content, tags=set())
