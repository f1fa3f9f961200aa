"""Manuscripts become revisions; each bad file and field is named, and the rest go on."""

from __future__ import annotations

import json
import os
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.conversation.pieces import line
from bot.ledger import articles
from bot.ledger.media import picture_mime
from bot.model.articles import AiUsage, AnswerFrom, ArticleState, Format, Source
from tests.editorial.conftest import NOW, bad, current, manuscript, picture, rows, settings, stock

# -- Markdown


def test_every_field_of_the_head_arrives(intake, ledger, media, desk):
    (desk / "封面.png").write_bytes(picture())
    head = {
        "digest": "为什么",
        "author": "临汾微科普",
        "cover": "封面.png",
        "url": "https://mp.weixin.qq.com/s/x",
        "ai_usage": "AI 撰写",
        "sources": "[某书, {name: 某站, url: 'https://example.cn/'}]",
        "tags": "[水, 2026, 水]",
        "element": "求实",
        "questions": "[水为什么凉得慢]",
        "answer_from": "published",
        "review_by": "2027年3月1日",
        "care": "数字要核对",
    }
    taken = intake(manuscript(desk, **head))

    assert (taken.new, taken.bad) == (("water",), ())
    article = current(ledger, "water").article
    assert (article.column, article.format, article.ai_usage) == ("health", Format.MARKDOWN, AiUsage.WRITTEN)
    assert article.sources == (Source("某书"), Source("某站", "https://example.cn/"))
    assert article.tags == ("水", "2026", "求实")
    assert (article.answer_from, article.review_by) == (AnswerFrom.PUBLISHED, date(2027, 3, 1))
    assert media.read(article.cover) == picture()
    with ledger.read() as tx:
        assert picture_mime(tx, article.cover) == "image/png"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "文件是空的"),
        ("只有正文", "开头没有用 ---"),
        ("---\ntitle: 水\n没有结束", "开头没有用 ---"),
        ("---\ntitle: 水\ncolumn: 健康科普\n---\n \n", "正文是空的"),
        ("---\ntitle: 水\ncolumn: 健康科普\n---\n\u200b\u200b\n", "正文是空的"),
        ("---\ncolumn: 健康科普\n---\n正文", "title：没有写"),
        ("---\ntitle: 水\n---\n正文", "column：没有写"),
        ("---\ntitle: 水\ncolumn: 健康科谱\n---\n正文", "科学家精神（spirit）、健康科普（health）"),
        ("---\ntitle: 水\ncolumn: [坏\n---\n正文", "第 4 行"),
        ("---\ntitle: 水: 热\ncolumn: 健康科普\n---\n正文", "第 2 行"),
        ("---\ntitle: [水]\ncolumn: 健康科普\n---\n正文", "title：要写成一行文字"),
        (
            "---\ntitle: 水\ncolumn: 健康科普\nai_usage: 也许\n---\n正文",
            "ai_usage：“也许” 不在可选的里面：无、辅助润色",
        ),
        ("---\ntitle: 水\ncolumn: 健康科普\npublished: 去年\n---\n正文", "published：“去年” 不是日期"),
        ("---\ntitle: 水\ncolumn: 健康科普\npublished: 2026-13-40\n---\n正文", "published：“2026-13-40” 不是日期"),
        (
            "---\ntitle: 水\ncolumn: 健康科普\nreview_by: 2026-02-30 08:00:00\n---\n正文",
            "review_by：“2026-02-30 08:00:00”",
        ),
        (
            "---\ntitle: 水\ncolumn: 健康科普\npublished: [2026-01-01]\n---\n正文",
            "published：要写成一行文字，现在是 一列内容",
        ),
        ('---\ntitle: " \u200b"\ncolumn: 健康科普\n---\n正文', "title：没有写"),
        (
            "---\ntitle: 水\ncolumn: 健康科普\nurl: javascript:alert(1)\n---\n正文",
            "url：“javascript:alert(1)” 不是网址",
        ),
        ("---\ntitle: 水\ncolumn: 健康科普\nsources: [{url: 'https://a.cn'}]\n---\n正文", "sources：每一条"),
        ("---\n- 水\n---\n正文", "title：没有写"),
        ("---\ntitle: " + "[" * 5000 + "\n---\n正文", "water.md"),
    ],
)
def test_a_bad_head_is_named(intake, desk, written, said):
    (desk / "water.md").write_text(written, encoding="utf-8")
    taken = intake(manuscript(desk, "good.md"), desk / "water.md")

    assert taken.new == ("good",)
    assert said in bad(taken)
    assert str(desk / "water.md") in bad(taken)


def test_all_bad_fields_of_a_file_are_named_at_once(intake, desk):
    taken = intake(manuscript(desk, column="没有", ai_usage="也许", published="某天"))

    assert [said.partition("：")[0] for _, said in taken.bad] == ["column", "ai_usage", "published"]


def test_unknown_fields_are_a_warning(intake, desk):
    taken = intake(manuscript(desk, tilte="水"))

    assert taken.new == ("water",)
    assert any("tilte" in said for _, said in taken.warnings)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"title": "水" * 33}, "title：标题有 33 个字符，微信最多收 32 个"),
        ({"author": "作" * 17}, "author：作者有 17 个字符，微信最多收 16 个"),
        ({"digest": "摘" * 129}, "digest：摘要有 129 个字符，微信最多收 128 个"),
        ({"body": "水" * 20_000}, "微信最多收 19999 个"),
        ({"url": "https://a.cn/" + "水" * 338}, "url：“阅读原文”的网址有 1027 字节，微信最多收 1024 字节"),
    ],
)
def test_wechats_limits_bind_stock_and_not_history(intake, desk, head, said):
    assert said in bad(intake(manuscript(desk, **head)))

    assert intake(manuscript(desk, "old.md", published="2020-01-01", **head)).new == ("old",)


def test_the_longest_that_wechat_takes_is_taken(intake, desk):
    url = "https://a.cn/" + "水" * 337
    assert len(url.encode()) == 1024
    assert intake(manuscript(desk, title="水" * 32, author="作" * 16, digest="摘" * 128, url=url)).bad == ()


def test_numbers_and_dates_in_a_head_stay_as_they_were_written(intake, ledger, desk):
    intake(manuscript(desk, title="010", author="8:30", digest="2024-5-6", tags="[1_000, 2026]"))

    article = current(ledger, "water").article
    assert (article.title, article.author, article.digest) == ("010", "8:30", "2024-5-6")
    assert article.tags == ("1_000", "2026")


@pytest.mark.parametrize("name", ["title", "published", "url", "tags", "sources", "ai_usage", "answer_from", "<<"])
def test_aliases_that_stand_for_millions_of_words_cost_nothing(intake, desk, name):
    levels = ["l0: &l0 {水: 水}"]
    levels += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 8)]
    lines = ["---", "title: 水", "column: 健康科普", *levels, f"{name}: *l7", "---", "正文"]
    (desk / "bomb.md").write_text("\n".join(lines), encoding="utf-8")
    before = time.process_time()
    taken = intake(desk)

    assert time.process_time() - before < 0.5
    said = [sentence for _, sentence in (*taken.bad, *taken.warnings)]
    assert any(name in sentence for sentence in said)
    assert max(map(len, said)) < 120


@pytest.mark.parametrize(
    "written",
    [
        "  水 \t 火  ",
        "水\n火",
        "\n水火\r\n",
        "The\n  water",
        "\u3000水\u3000火",
        "\u200b水\u2028火\ufeff",
        "水\x85火\x1c",
    ],
)
def test_a_title_is_one_line_as_a_reply_shows_it(intake, ledger, desk, written):
    intake(rows(desk / "a.jsonl", {"id": "row", "title": written, "text": "文字"}))
    intake(manuscript(desk, title=json.dumps(written)))

    for article_id in ("row", "water"):
        title = current(ledger, article_id).article.title
        assert title == line(title)
        assert title


def test_a_made_title_ends_with_no_blank(intake, ledger, desk):
    intake(rows(desk / "a.jsonl", {"id": "row", "text": "abcdefghijklmnopqrs tuv"}))

    assert current(ledger, "row").article.title == "abcdefghijklmnopqrs"


def test_history_without_title_is_called_by_its_beginning(intake, ledger, desk):
    intake(
        manuscript(desk, title="", published="2020-01-01", body="## 水的比热容很大，所以海边的夏天不太热，冬天不太冷。")
    )

    assert current(ledger, "water").article.title == "水的比热容很大，所以海边的夏天不太热，冬天"[:20]
    assert stock(ledger) == []


def test_a_column_decides_from_when_its_articles_answer(intake, ledger, desk):
    intake(manuscript(desk, column="慢一步"))

    with ledger.read() as tx:
        assert articles.answering(tx, ["water"]) == set()


@pytest.mark.parametrize(("steps", "state"), [((), ArticleState.APPROVED), (("初审",), ArticleState.IN_REVIEW)])
def test_the_settings_decide_whether_intake_approves(intake, ledger, desk, steps, state):
    intake(manuscript(desk), config=settings(desk, steps))

    assert current(ledger, "water").state is state


def test_published_history_is_not_approved_by_that(intake, ledger, desk):
    intake(manuscript(desk, published="2020-01-01"), config=settings(desk, ("初审",)))

    assert current(ledger, "water").state is ArticleState.IN_REVIEW


def test_twice_changes_nothing_and_a_letter_makes_a_revision(intake, ledger, desk):
    manuscript(desk, "another.md")
    intake(manuscript(desk), desk)
    again = intake(desk, now=NOW + timedelta(days=1))
    assert (again.new, again.changed, again.unchanged) == ((), (), ("another", "water"))

    manuscript(desk, body="水的比热更大。")
    assert intake(desk).changed == ("water",)
    assert current(ledger, "water").number == 2


def test_what_should_be_looked_at_again_is_a_warning(intake, desk):
    body = f"给我打 13812345678。\n\n**“水”**热。\n\n{'长' * 301}"
    said = "\n".join(said for _, said in intake(manuscript(desk, body=body)).warnings)

    for word in ("手机号", "核心提示", "资料来源", "没配成对的 **", "301 个字"):
        assert word in said
    assert "13812345678" not in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("水[^1]。", "脚注 [^1] 没有写内容"),
        ("水。\n\n[^2]: 某书", "脚注 [^2] 写了内容，正文里却没有标出来"),
        (f"|{'年份和时刻|' * 5}\n|{'-|' * 5}\n|{'2026年2月|' * 5}", "有一张 5 列的表格，手机上放不下"),
    ],
)
def test_what_will_look_otherwise_than_written_is_a_warning(intake, desk, body, said):
    assert any(said in warning for _, warning in intake(manuscript(desk, body=body)).warnings)


def test_whole_footnotes_and_narrow_tables_are_no_warning(intake, desk):
    body = "水[^1]，`[^2]`。\n\n|年|月|\n|-|-|\n|2026|2|\n\n[^1]: 某书"
    said = "\n".join(said for _, said in intake(manuscript(desk, body=body)).warnings)

    assert "脚注" not in said
    assert "表格" not in said


# -- folders


def test_a_folder_is_taken_whole_in_code_point_order(intake, ledger, desk):
    for name in ("b.md", "甲/a.md", "甲.md", "C.MD"):
        manuscript(desk, name)
    intake(desk)

    assert stock(ledger) == ["C", "b", "甲", "a"]


def test_the_order_counts_over_all_paths_of_a_call(intake, ledger, desk):
    later, earlier = manuscript(desk, "2/x.md"), manuscript(desk, "1/y.md")
    intake(later, earlier)

    assert stock(ledger) == ["y", "x"]


def test_what_is_no_manuscript_is_skipped_or_named(intake, desk):
    manuscript(desk)
    (desk / "图.png").write_bytes(picture())
    (desk / ".DS_Store").write_bytes(b"x")
    (desk / "计划.xlsx").write_bytes(b"x")
    (desk / "断.md").symlink_to(desk / "没有")
    (desk / "圈").symlink_to(desk)
    taken = intake(desk)

    assert taken.new == ("water",)
    assert [Path(place).name for place, said in taken.warnings if "跳过" in said] == ["计划.xlsx"]
    assert "断了的链接" in bad(taken)
    assert len(taken.bad) == 1


def test_named_paths_that_cannot_be_used_are_bad(intake, desk):
    (desk / "a.docx").write_bytes(b"x")
    os.mkfifo(desk / "pipe.md")
    (desk / "gbk.md").write_bytes("---\ntitle: 水的比热容\n---\n".encode("gbk"))
    (desk / "big.md").write_bytes(b"x" * 2_000_001)
    taken = intake(desk / "a.docx", desk / "none.md", desk / "pipe.md", desk / "gbk.md", desk / "big.md")

    assert taken.new == ()
    for said in ("收不了 .docx", "none.md：找不到", "不是普通文件", "不是 UTF-8", "超过 2 MB"):
        assert said in bad(taken)


def test_the_same_id_twice_names_both_places(intake, desk):
    taken = intake(manuscript(desk, "1/water.md"), manuscript(desk, "2/water.md"))

    assert taken.new == ("water",)
    assert [(place, str(desk / "1/water.md") in said) for place, said in taken.bad] == [
        (str(desk / "2/water.md"), True)
    ]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(intake, ledger, desk):
    written = manuscript(desk, body="第一段\n\n第二段").read_text().replace("\n", "\r\n")
    (desk / "water.md").write_bytes(b"\xef\xbb\xbf" + written.encode())

    assert intake(desk).bad == ()
    assert current(ledger, "water").page.text == "第一段\n\n第二段"
