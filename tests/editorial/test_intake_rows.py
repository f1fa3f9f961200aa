"""Rows of a .jsonl file become articles; each bad line is named, and the others go on."""

from __future__ import annotations

import pytest

from bot.editorial.intake import take_in
from bot.ledger import articles
from bot.ledger.database import Ledger
from bot.model.articles import Format
from tests.editorial.conftest import NOW, bad, current, manuscript, rows, stock


def test_rows_of_no_column_answer_and_are_never_pushed(intake, ledger, desk):
    text = "第一段\n续行\n\n\n第二段 <b> & ]]>"
    file = rows(desk / "a.jsonl", {"id": "2019/水 的", "title": "水", "text": text, "published": "2019-05-06"})
    taken = intake(file)

    assert taken.new == ("2019/水 的",)
    revision = current(ledger, "2019/水 的")
    assert (revision.article.column, revision.article.format) == (None, Format.PLAIN)
    assert revision.page.text == "第一段\n续行\n\n第二段 <b> & ]]>"
    assert "<b>" not in revision.page.html
    with ledger.read() as tx:
        assert articles.answering(tx, ["2019/水 的"]) == {"2019/水 的"}


def test_a_row_with_a_column_is_stock(intake, ledger, desk):
    intake(rows(desk / "a.jsonl", {"id": "a", "title": "水", "text": "文字", "column": "健康科普"}))

    assert stock(ledger) == ["a"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{坏", "不是 JSON：第 2 个字符处"),
        ('{"id": "a", "title": "水"', "不是 JSON：写到第 24 个字符就断了"),
        ('{"id": "a", "title": "水}', "不是 JSON：第 22 个字符处写法有误"),
        ("[1]", "一行要写成一个对象"),
        ("[" * 100_000, "第 2 行"),
        ({"title": "水", "text": "文字"}, "id：没有写"),
        ({"id": 7, "title": "水", "text": "文字"}, "id：id 要写成文字"),
        ({"id": "a\tb", "title": "水", "text": "文字"}, "控制字符"),
        ({"id": "a" * 201, "title": "水", "text": "文字"}, "最多 200 个"),
        ({"id": "水" * 81, "title": "水", "text": "文字"}, "汉字最多 80 个"),
        ({"id": "..", "title": "水", "text": "文字"}, "只是点"),
        ({"id": "2024/./水", "title": "水", "text": "文字"}, "只是点"),
        ({"id": "a", "title": "水", "text": " \n "}, "text：没有写"),
        ({"id": "a", "title": "水", "text": "\u200b\ufeff"}, "text：没有写"),
        ({"id": "a", "title": "水", "text": ["x"]}, "text：要写成文字"),
        ({"id": "a", "title": "水", "text": "文字", "column": "没有"}, "没有叫 “没有” 的栏目"),
        ({"id": "a", "text": "文字", "column": "health"}, "title：没有写"),
        ('{"id": "a", "title": "水", "text": "\\ud83d"}', "坏字符"),
        ('{"id": "\\ud83d", "title": "水", "text": "文字"}', "坏字符"),
        ({"id": "a", "title": "水", "text": "字" * 700_000}, "太长"),
    ],
)
def test_a_bad_line_is_named_and_the_others_go_on(intake, desk, line, said):
    good = {"id": "ok", "title": "水", "text": "文字"}
    taken = intake(rows(desk / "a.jsonl", good, line, "", good | {"id": "ok2"}))

    assert taken.new == ("ok", "ok2")
    assert said in bad(taken)
    assert all("a.jsonl 第 2 行" in place for place, _ in taken.bad)


def test_a_line_that_is_not_utf8_is_named(intake, desk):
    (desk / "a.jsonl").write_bytes('{"id": "a", "title": "水", "text": "文字"}\n'.encode() + b'{"id": "\xff"}\n')
    taken = intake(desk)

    assert taken.new == ("a",)
    assert "第 2 行：不是 UTF-8" in bad(taken)


def test_the_same_id_in_a_file_and_a_row_names_both(intake, desk):
    taken = intake(manuscript(desk), rows(desk / "a.jsonl", {"id": "water", "title": "水", "text": "文字"}))

    assert len(taken.bad) == 1
    assert "water.md" in bad(taken)
    assert "a.jsonl 第 1 行" in bad(taken)


class DiesAfterOneBatch(Ledger):
    """A ledger whose process ends before the second transaction."""

    batches = 0

    def write(self):
        self.batches += 1
        if self.batches > 1:
            raise KeyboardInterrupt
        return super().write()


def test_what_died_in_the_middle_is_completed_by_the_same_call(ledger, media, desk, config, tmp_path):
    file = rows(desk / "a.jsonl", *({"id": f"r{n}", "title": "水", "text": f"文字{n}"} for n in range(500)))
    call = {"config": config, "media": media, "person": "李编辑", "now": NOW}
    dying = DiesAfterOneBatch("sqlite:///ledger.db", folder=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        take_in([file], ledger=dying, **call)
    dying.close()
    taken = take_in([file], ledger=ledger, **call)

    assert (len(taken.new), len(taken.unchanged)) == (300, 200)


def test_more_rows_than_one_transaction_holds_are_all_taken_in(intake, desk):
    file = rows(desk / "a.jsonl", *({"id": f"r{n}", "title": f"水{n}", "text": "水的比热很大。"} for n in range(450)))

    assert len(intake(file).new) == 450
