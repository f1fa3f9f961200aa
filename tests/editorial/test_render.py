"""An article's page: what WeChat keeps, readable on a phone, and plain words for search."""

from __future__ import annotations

import re

import pytest

from bot.editorial.render import render
from bot.model.articles import AiUsage, Article, Format, Page, Picture, Source

SHA = "a" * 64


def page(text: str, **fields) -> Page:
    return render(Article(id="a", title="题", column="c", text=text, **fields), color="#9A3412", cover=SHA)


def test_only_tags_and_attributes_that_wechat_keeps():
    text = "# 一\n\n## 二\n\n- 甲\n- 乙\n\n|a|b|\n|-|-:|\n|1|2|\n\n```\ncode\n```\n\n> 引\n\n---\n\n*斜* **粗** `码`\n\n3. 三"
    html = page(text).html

    kept = "section p span blockquote ul ol li table thead tbody tr th td pre code h1 h2 strong em br hr"
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= set(kept.split())
    assert set(re.findall(r' ([a-z]+)="', html)) <= {"style", "start"}
    assert "var(" not in html
    assert "position" not in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        '[x](<https://mp.weixin.qq.com" onclick="alert(1)>)',
        '![x" onerror="alert(1)](图.png)',
        "[x](https://mp.weixin.qq.com.evil.cn/)",
    ],
)
@pytest.mark.parametrize("format", list(Format))
def test_nothing_hostile_comes_through(text, format):
    html = page(text, format=format, pictures=(Picture(SHA, "image/png", "图.png"),)).html

    tags = " ".join(re.findall(r"<[^>]*>", html))
    assert "script" not in tags
    assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', '""', tags))
    assert "evil" not in tags


def test_outside_links_become_footnotes_and_wechats_own_stay():
    html = page(
        "[甲](https://example.cn/一?a=1&b=2)，[乙](https://mp.weixin.qq.com/s/x)，[丙](https://example.cn/一?a=1&b=2)。"
    ).html

    assert html.count("<a ") == 1
    assert '<a href="https://mp.weixin.qq.com/s/x"' in html
    assert html.count("[1]</span>") == 2
    assert "[1] 甲：https://example.cn/一?a=1&amp;b=2" in html


FOOTNOTES = [
    ("水[^1]。\n\n[^1]: 某书，第 3 页", ["[1] 某书，第 3 页"]),
    ("水[^a]，冰[^b]，水[^a]。\n\n[^b]: 乙\n[^a]: 甲", ["[1] 甲", "[2] 乙"]),
    ("水[^1]。\n[^1]: 紧跟着写\n接着写", ["[1] 紧跟着写接着写"]),
    ("水[^1]。\n\n[^1]: 一段\n\n    又一段\n\n后文", ["[1] 一段又一段"]),
    ("水[^1]。\n\n[^1]: https://example.cn/一", ["[1] https://example.cn/一"]),
    ("水[^1]。\n\n[^1]: 见[某站](https://example.cn/)的**说明**", ["[1] 见某站：https://example.cn/的说明"]),
    ("[甲](https://a.cn/)，水[^1]。\n\n[^1]: 某书", ["[1] 甲：https://a.cn/", "[2] 某书"]),
]


@pytest.mark.parametrize(("text", "listed"), FOOTNOTES)
def test_footnotes_stand_at_the_end_under_their_numbers(text, listed):
    made = page(text)

    assert re.findall(r"<p[^>]*>(\[\d\][^<]*)</p>", made.html) == listed
    assert "注释</p>" in made.html
    assert "[^" not in made.html + made.text
    assert all(words not in made.text for words in ("某书", "乙", "某站"))


@pytest.mark.parametrize("text", ["`[^1]`\n\n[^1]: 甲", "    [^1]: 甲", "水[^1]。", "水[^1]。\n\n[^1]:"])
def test_what_is_no_footnote_stays_as_it_is_written(text):
    made = page(text)

    assert "[^1]" in made.html
    assert "注释" not in made.html


WIDE = (
    "|年份|立春时刻|日出时间|日落时间|正午高度|\n|-|-|-|-|-|\n"
    "|2026年|4时2分|7时15分|17时30分||\n||9时46分[^1]|7时15分|[甲](https://a.cn/)|37度|\n\n[^1]: 约数"
)


def test_a_table_too_wide_for_a_phone_becomes_a_list():
    html = page(WIDE).html

    assert "<t" not in html
    assert re.findall(r"<strong>([^<]*)</strong>", html) == ["2026年"]
    lines = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<p[^>]*><span.*?</p>", html)]
    assert lines[:3] == ["立春时刻：4时2分", "日出时间：7时15分", "日落时间：17时30分"]
    assert lines[3:] == ["立春时刻：9时46分[1]", "日出时间：7时15分", "日落时间：甲[2]", "正午高度：37度"]
    assert "[1] 约数" in html


@pytest.mark.parametrize(
    ("columns", "cell", "stays"),
    [
        (3, "很长很长的一格里写着话", True),
        (4, "很长很长的一格", False),
        (4, "三个字", True),
        (5, "二字", True),
        (8, "二字", False),
    ],
)
def test_a_table_stays_one_while_each_column_can_be_read(columns, cell, stays):
    row = "|" + f"{cell}|" * columns

    assert ("<table" in page(f"{row}\n|{'-|' * columns}\n{row}").html) == stays


def test_rows_may_be_short_or_missing():
    heading = "|很长的一列|很长的二列|很长的三列|很长的四列|\n|-|-|-|-|"

    assert "很长的二列：</span>二" in page(f"{heading}\n|一|二|").html
    assert "很长的四列</th>" in page(heading).html


@pytest.mark.parametrize("text", ["<https://example.cn/>", "[跳](#二)", "[信](mailto:a@example.cn)", "没有链接"])
def test_a_link_that_needs_no_footnote_gets_none(text):
    assert "文中链接" not in page(text).html


def test_a_picture_alone_is_a_figure_with_its_caption():
    html = page('![水分子](图.png "水分子的样子")', pictures=(Picture(SHA, "image/png", "图.png"),)).html

    assert f'<img src="asset:{SHA}" alt="水分子"' in html
    assert ">水分子的样子</p>" in html


def test_tables_and_code_scroll_sideways_inside_themselves():
    html = page("|a|\n|-|\n|1|\n\n```\nif x < 1:\n    y  z\n```").html

    assert len(re.findall(r'<section style="overflow-x:auto', html)) == 2
    assert "if&nbsp;x&nbsp;&lt;&nbsp;1:<br>&nbsp;&nbsp;&nbsp;&nbsp;y&nbsp;&nbsp;z" in html


def test_headings_wear_the_columns_colour_darkened_where_it_would_be_hard_to_read():
    assert "color:#9A3412" in page("## 二").html

    pale = render(Article(id="a", title="题", column="c", text="## 二"), color="#FFE08A", cover=SHA).html
    assert "color:#FFE08A" not in pale


def test_a_colour_that_is_none_does_no_harm():
    html = render(Article(id="a", title="题", column="c", text="## 二"), color="red;} p{display:none", cover=SHA).html

    assert "display" not in html


def test_the_points_are_a_box_that_ends_with_its_part():
    html = page("## 划重点\n\n- 甲\n\n### 小\n\n乙\n\n## 后来\n\n丙").html

    box = re.search(r"<section style=\"margin:32px 0 16px[^>]*>(.*?)</section>", html, re.DOTALL)[1]
    assert "甲" in box
    assert "乙" in box
    assert "丙" not in box


def test_references_are_small_and_no_words_for_search():
    made = page("水。\n\n## 参考资料\n\n1. 某书\n\n## 附\n\n还有", sources=(Source("另书"),))

    assert made.text == "水。\n\n附\n\n还有"
    assert "某书" in made.html
    assert "另书" not in made.html


def test_sources_are_listed_when_the_text_does_not():
    made = page("水。", sources=(Source("某书"), Source("某站", "https://example.cn/")))

    assert "1. 某书</p>" in made.html
    assert "2. 某站 https://example.cn/</p>" in made.html
    assert made.text == "水。"


@pytest.mark.parametrize(
    ("usage", "label"),
    [(AiUsage.NONE, ""), (AiUsage.POLISHED, ""), (AiUsage.WRITTEN, "AI撰写"), (AiUsage.ILLUSTRATED, "AI配图")],
)
def test_readers_are_told_when_ai_made_it(usage, label):
    made = page("水。", ai_usage=usage)

    assert ("内容含 AI 生成部分" in made.html) == bool(label)
    assert label in made.html
    assert "AI" not in made.text


def test_words_for_search_come_paragraph_by_paragraph():
    text = "> **核心提示**\n>\n> - 甲\n\n第一行\n第二行 and\nmore\n\n|a|b|\n|-|-|\n|1|2|\n\n![图](图.png)\n\n`码` [链](https://a.cn/)"

    assert page(text).text.split("\n\n") == ["核心提示", "甲", "第一行第二行 and more", "a b", "1 2", "码 链"]


@pytest.mark.parametrize(("digest", "shown"), [("", "水" * 54), ("摘要", "摘要")])
def test_the_digest_is_the_articles_or_the_first_54_characters(digest, shown):
    assert page("水" * 80, digest=digest).digest == shown


def test_plain_text_keeps_its_paragraphs_and_lines():
    made = page("一 < 二\n三\n\n# 不是标题", format=Format.PLAIN)

    assert "一 &lt; 二<br>三</p>" in made.html
    assert made.text == "一 < 二\n三\n\n# 不是标题"
    assert "<h1" not in made.html


def test_the_same_article_gives_the_same_page():
    assert page("## 二\n\n[甲](https://a.cn/)") == page("## 二\n\n[甲](https://a.cn/)")
