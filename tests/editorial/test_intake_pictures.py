"""Pictures and covers of manuscripts: stored by what they are, made fit for WeChat, or named."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from bot.ledger.media import picture_mime
from tests.editorial.conftest import bad, current, manuscript, picture


def test_pictures_are_stored_and_named_by_their_sha256(intake, ledger, media, desk):
    (desk / "图").mkdir()
    (desk / "图/一 二.png").write_bytes(picture())
    intake(manuscript(desk, body="![水](<图/一 二.png>)\n\n文字 ![水](<图/一 二.png>)"))

    revision = current(ledger, "water")
    (kept,) = revision.article.pictures
    assert (kept.place, kept.mime, kept.alt) == ("图/一 二.png", "image/png", "水")
    assert revision.page.html.count(f'src="asset:{kept.sha256}"') == 2
    assert media.read(kept.sha256) == picture()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("没有.png", "找不到"),
        ("../外面.png", "文件夹之外"),
        ("/etc/passwd", "文件夹之外"),
        ("链接.png", "文件夹之外"),
        ("https://example.cn/a.png", "不在稿件旁边"),
        ("//example.cn/a.png", "不在稿件旁边"),
        ("data:image/png;base64,AAAA", "不在稿件旁边"),
        ("坏.png", "打不开"),
        ("半.png", "打不开"),
        ("a%00.png", "用不了"),
    ],
)
def test_pictures_that_may_not_be_used_make_the_file_bad(intake, desk, place, said):
    (desk.parent / "外面.png").write_bytes(picture())
    (desk / "链接.png").symlink_to(desk.parent / "外面.png")
    (desk / "坏.png").write_bytes(b"<svg>")
    noise = random.Random(1).randbytes(3000)
    (desk / "半.png").write_bytes(picture(size=(900, 900))[:200] + noise)
    taken = intake(manuscript(desk, body=f"![图]({place})\n\n文字"))

    assert taken.new == ()
    assert said in bad(taken)


def test_a_big_picture_is_made_smaller_and_it_is_said(intake, ledger, media, desk):
    noise = Image.frombytes("RGB", (1300, 800), random.Random(1).randbytes(1300 * 800 * 3))
    noise.save(desk / "大.png")
    taken = intake(manuscript(desk, body="![图](大.png)"))

    (kept,) = current(ledger, "water").article.pictures
    assert kept.mime == "image/jpeg"
    assert len(media.read(kept.sha256)) < 1_000_000
    assert any("大.png" in said and "已改成 JPEG" in said for _, said in taken.warnings)


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "GIF"])
def test_kinds_that_wechat_refuses_become_jpeg(intake, ledger, desk, kind):
    (desk / "图.png").write_bytes(picture(kind))
    taken = intake(manuscript(desk, body="![图](图.png)"))

    assert current(ledger, "water").article.pictures[0].mime == "image/jpeg"
    assert any(kind in said for _, said in taken.warnings)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(intake, desk):
    Image.new("1", (20_000, 20_000)).save(desk / "炸弹.png")

    assert "像素" in bad(intake(manuscript(desk, body="![图](炸弹.png)")))


def test_a_cover_is_drawn_when_none_was_brought_and_is_not_what_is_approved(intake, ledger, media, desk):
    intake(manuscript(desk))
    revision = current(ledger, "water")

    assert revision.article.cover is None
    assert media.read(revision.page.cover).startswith(b"\x89PNG")
    with ledger.read() as tx:
        assert picture_mime(tx, revision.page.cover) == "image/png"
