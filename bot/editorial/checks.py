"""What an editor should look at again: warnings that never block."""

from __future__ import annotations

import re
from datetime import date

from bot.editorial import markdown, tables
from bot.model.articles import Article, Format, Page

EARLIEST = 2010
"""Accounts at WeChat are younger; what is said to be older was probably mistyped."""

PARAGRAPH_CHARS = 300
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def same_as(title: str) -> str:
    """The warning that another article says the same, letter for letter."""
    return f"与《{title}》内容相同，编号不同，提问的人会看到两篇。多余的一篇请撤下"


def personal_data(text: str) -> list[str]:
    """A warning for each kind of private number in a text; the numbers themselves are not repeated."""
    kinds = (("手机号", _MOBILE), ("身份证号", _IDENTITY))
    return [f"正文里像是有{name}，确认能公开再发" for name, pattern in kinds if pattern.search(text)]


def warnings(article: Article, page: Page, *, is_stock: bool, today: date) -> list[str]:
    """What to look at again; manuscripts for a push are looked at more closely than history."""
    found = personal_data(article.text)
    if article.published and article.published > today:
        found.append(f"published 是将来的日子（{article.published}），它会被当作已发表过的稿件")
    if article.published and article.published.year < EARLIEST:
        found.append(f"published 写的是 {article.published}，早得不像发表的日子，请核对")
    if article.review_by and article.review_by < today:
        found.append(f"复核日期（review_by {article.review_by}）已经过了，请先复核内容")
    if article.format is Format.MARKDOWN:
        found += _shapes(article.text)
        found += _craft(article, page) if is_stock else []
    return found


def _shapes(text: str) -> list[str]:
    """What of the text will look otherwise than it was written."""
    without_text, without_mark = markdown.loose_footnotes(text)
    found = [
        f"脚注 [^{label}] 没有写内容，读者会看到这几个符号。请另起一行写上“[^{label}]: 内容”" for label in without_text
    ]
    found += [f"脚注 [^{label}] 写了内容，正文里却没有标出来，读者看不到它" for label in without_mark]
    for rows in tables.tables_of(markdown.parse(text)):
        if not tables.fits(rows):
            found.append(f"有一张 {len(rows[0])} 列的表格，手机上放不下，已经一行一条地排开，请在预览里看一看")
    return found


def _craft(article: Article, page: Page) -> list[str]:
    found = []
    if markdown.LEAD not in page.text:
        found.append("没有“核心提示”")
    if not article.sources and not markdown.has_references(markdown.parse(article.text)):
        found.append("没有写资料来源")
    if "**" in page.text:
        found.append("有没配成对的 **，在它外侧加一个空格，加粗才会生效")
    longest = max(map(len, page.text.split("\n\n")))
    if longest > PARAGRAPH_CHARS:
        found.append(f"有一段 {longest} 个字，手机上读着累，可以分开")
    return found
