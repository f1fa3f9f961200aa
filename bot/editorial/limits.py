"""The limits of WeChat's draft box (its page draft/add): they bind what is to be pushed, not history."""

from __future__ import annotations

from bot.model.articles import Article, Page

TITLE_CHARS = 32
AUTHOR_CHARS = 16
DIGEST_CHARS = 128
HTML_CHARS = 20_000  # content must be shorter
SOURCE_URL_BYTES = 1_024  # of the link behind 阅读原文
_ADDRESS_CHARS = 100  # WeChat's picture addresses are longer than ours by no more than this


def over_limit(article: Article, page: Page) -> list[str]:
    """One sentence for each field that WeChat's draft box would refuse, with its count and the limit."""
    html = len(page.html) + _ADDRESS_CHARS * page.html.count("asset:")
    counted = (
        ("title", "标题", len(article.title), TITLE_CHARS),
        ("author", "作者", len(article.author), AUTHOR_CHARS),
        ("digest", "摘要", len(article.digest), DIGEST_CHARS),
        ("正文", "排版后的正文", html, HTML_CHARS - 1),
    )
    found = [
        f"{name}：{said}有 {count} 个字符，微信最多收 {limit} 个"
        for name, said, count, limit in counted
        if count > limit
    ]
    url_bytes = len((article.url or "").encode())
    if url_bytes > SOURCE_URL_BYTES:
        found.append(f"url：“阅读原文”的网址有 {url_bytes} 字节，微信最多收 {SOURCE_URL_BYTES} 字节，一个汉字算 3 字节")
    return found
