"""The draft box: its rules field by field, and its lists."""

from typing import Any

import pytest
import requests

from tests.sandbox.client import JPG, Client, article


def add(box: Client, **fields: Any) -> int:
    """The error code of a single-article draft with these fields; 0 when it is taken."""
    return int(box.post("draft/add", {"articles": [article(box.thumb()) | fields]}).get("errcode", 0))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": "题" * 32}, 0),
        ({"title": "题" * 33}, 45003),
        ({"title": ""}, 40097),
        ({"title": 7}, 40097),
        ({"author": "名" * 16}, 0),
        ({"author": "名" * 17}, 45110),
        ({"digest": "摘" * 128}, 0),
        ({"digest": "摘" * 129}, 45004),
        ({"content": "字" * 19_999}, 0),
        ({"content": "字" * 20_000}, 45002),
        ({"content": ""}, 44004),
        ({"content": None}, 44004),
        ({"content": ["字"]}, 45166),
        ({"content_source_url": "https://a.cn/" + "a" * 1011}, 0),
        ({"content_source_url": "https://a.cn/" + "a" * 1012}, 41039),
        ({"content_source_url": "javascript:alert(1)"}, 41039),
        ({"thumb_media_id": "made-up"}, 40007),
        ({"thumb_media_id": None}, 40007),
        ({"need_open_comment": 1}, 0),
        ({"need_open_comment": 2}, 40097),
        ({"pic_crop_235_1": "0_0.25_1_0.75"}, 0),
        ({"pic_crop_235_1": "0_0.25_1"}, 40097),
        ({"pic_crop_1_1": "0_0_1.2_1"}, 40097),
        ({"article_type": "poem"}, 40097),
        ({"article_type": "newspic"}, 40097),
        ({"article_type": "newspic", "image_info": {"image_list": [{"image_media_id": "made-up"}]}}, 40007),
    ],
)
def test_rules_of_an_article(box: Client, fields: dict[str, Any], code: int) -> None:
    assert add(box, **fields) == code


def test_picture_message_is_taken_and_its_overlong_text_is_not(box: Client) -> None:
    pictures = {"article_type": "newspic", "image_info": {"image_list": [{"image_media_id": box.thumb()}]}}

    assert add(box, **pictures) == 0
    assert add(box, **pictures, content="字" * 20_000) == 45166


def test_inline_picture_is_no_cover(box: Client) -> None:
    url = box.upload("media/uploadimg", JPG)["url"]

    assert add(box, thumb_media_id=url.rsplit("/", 1)[-1]) == 40007


def test_unverified_account_has_no_comments(box: Client) -> None:
    box.box("POST", "account", {"verified": False})

    assert add(box, need_open_comment=1) == 88000
    assert add(box) == 0


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", 44002),
        (b"{", 47001),
        (b"[]", 47001),
        ('{"articles": "字"}'.encode("gbk"), 47001),
        (b"{}", 44003),
        (b'{"articles": []}', 44003),
        (b'{"articles": {}}', 44003),
        (b'{"articles": ["a"]}', 44003),
    ],
)
def test_bodies_that_are_no_articles(box: Client, raw: bytes, code: int) -> None:
    assert box.post("draft/add", raw=raw)["errcode"] == code


def test_eight_articles_are_taken_and_nine_are_not(box: Client) -> None:
    thumb = box.thumb()

    assert "media_id" in box.post("draft/add", {"articles": [article(thumb)] * 8})
    assert box.post("draft/add", {"articles": [article(thumb)] * 9})["errcode"] == 45008


def test_draft_comes_back_filtered_with_a_preview(box: Client) -> None:
    ours = box.upload("media/uploadimg", JPG)["url"]
    content = f'<script>1</script><p class="a">叶<img src="{ours}"><img src="http://elsewhere/b.png"></p>'
    media_id = box.draft("一片叶子", content=content)
    item = box.post("draft/get", {"media_id": media_id})["news_item"][0]

    assert item["content"] == f'<p>叶<img src="{ours}"></p>'
    assert item["thumb_url"].startswith(f"{box.url}/mmbiz/")
    assert "一片叶子" in requests.get(item["url"], timeout=5).text


def test_single_article_without_digest_gets_its_first_54_characters(box: Client) -> None:
    alone = box.draft("一", content=f"<p>{'叶' * 99}</p>")
    together = box.draft("一", "二", content=f"<p>{'叶' * 99}</p>")

    assert box.post("draft/get", {"media_id": alone})["news_item"][0]["digest"] == "叶" * 54
    assert [item["digest"] for item in box.post("draft/get", {"media_id": together})["news_item"]] == ["", ""]


def test_escaped_chinese_stays_visible_as_escapes(box: Client) -> None:
    r"""A body written with `\uXXXX` is what WeChat warns of; escaped ASCII and backslashes are plain JSON."""
    thumb = box.thumb()
    raw = r'{"articles":[{"title":"\u53f6A\u0041\\u","content":"x","thumb_media_id":"THUMB"}]}'.replace("THUMB", thumb)
    media_id = box.post("draft/add", raw=raw.encode())["media_id"]

    assert box.post("draft/get", {"media_id": media_id})["news_item"][0]["title"] == r"\u53f6AA\u"


def test_update_replaces_one_article(box: Client) -> None:
    media_id, thumb = box.draft("一", "二"), box.thumb()
    done = box.post("draft/update", {"media_id": media_id, "index": 1, "articles": article(thumb, title="三")})

    assert done["errcode"] == 0
    assert [item["title"] for item in box.post("draft/get", {"media_id": media_id})["news_item"]] == ["一", "三"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"media_id": "made-up"}, 40007),
        ({"index": 1}, 40114),
        ({"index": -1}, 40114),
        ({"index": None}, 40114),
        ({"articles": []}, 44003),
        ({"articles": {"title": "题" * 33}}, 45003),
    ],
)
def test_updates_that_are_refused(box: Client, changes: dict[str, Any], code: int) -> None:
    body = {"media_id": box.draft(), "index": 0, "articles": article(box.thumb())} | changes

    assert box.post("draft/update", body)["errcode"] == code


def test_box_is_listed_latest_first_in_slices(box: Client) -> None:
    first, second = box.draft("一"), box.draft("二")
    total = box.get("draft/count")["total_count"]
    page = box.post("draft/batchget", {"offset": 0, "count": 2})
    bare = box.post("draft/batchget", {"offset": 1, "count": 1, "no_content": 1})

    assert [item["media_id"] for item in page["item"]] == [second, first]
    assert (page["total_count"], page["item_count"]) == (total, 2)
    assert page["item"][0]["content"]["news_item"][0]["content"] == "<p>叶子是绿的。</p>"
    assert [item["media_id"] for item in bare["item"]] == [first]
    assert "content" not in bare["item"][0]["content"]["news_item"][0]


@pytest.mark.parametrize(("count", "code"), [(0, 40097), (1, 0), (20, 0), (21, 40097), ("x", 40097)])
def test_slices_hold_one_to_twenty(box: Client, count: Any, code: int) -> None:
    assert box.post("draft/batchget", {"offset": 0, "count": count}).get("errcode", 0) == code


def test_deleted_draft_is_gone(box: Client) -> None:
    media_id = box.draft()

    assert box.post("draft/delete", {"media_id": media_id})["errcode"] == 0
    assert box.post("draft/delete", {"media_id": media_id})["errcode"] == 40007
    assert box.post("draft/get", {"media_id": media_id})["errcode"] == 40007
    assert media_id not in [draft["media_id"] for draft in box.box("GET", "drafts")["drafts"]]


def test_products_need_a_shop_and_the_draft_box_is_always_open(box: Client) -> None:
    with_product = article(box.thumb(), product_info={"footer_product_info": {"product_key": "x"}})

    assert box.post("draft/add", {"articles": [with_product]})["errcode"] == 53406
    assert box.post("draft/switch?checkonly=1", {})["is_open"] == 1
