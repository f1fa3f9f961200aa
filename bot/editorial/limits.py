"""The limits of WeChat's draft box (its page draft/add): they bind what is to be pushed, not history."""

from __future__ import annotations

from bot.model.articles import Article, Page

TITLE_CHARS = 32
AUTHOR_CHARS = 16
DIGEST_CHARS = 128
HTML_CHARS = 20_000  # content must be shorter
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
    return [
        f"{name}：{said}有 {count} 个字符，微信最多收 {limit} 个"
        for name, said, count, limit in counted
        if count > limit
    ]
