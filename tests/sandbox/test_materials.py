"""Pictures: which are taken, where they are shown, and which ids are good."""

import pytest
import requests

from tests.sandbox.bench import JPG, PNG, Client

INLINE, IMAGE, THUMB = "media/uploadimg", "material/add_material?type=image", "material/add_material?type=thumb"
MIB = 1 << 20


@pytest.mark.parametrize(
    ("path", "content", "filename", "code"),
    [
        (INLINE, JPG, "a.gif", 40005),
        (INLINE, JPG, "noending", 40005),
        (INLINE, b"GIF89a", "a.jpg", 40005),
        (INLINE, JPG + b"0" * MIB, "a.jpg", 40009),
        (INLINE, b"", "a.jpg", 41005),
        (IMAGE, b"II*", "a.tif", 40005),
        (IMAGE, JPG + b"0" * 10 * MIB, "a.jpg", 40009),
        (THUMB, PNG, "a.png", 40005),
        (THUMB, JPG + b"0" * (64 << 10), "a.jpg", 40009),
        ("material/add_material?type=poem", JPG, "a.jpg", 40004),
        ("material/add_material", JPG, "a.jpg", 40004),
    ],
)
def test_pictures_that_are_refused(box: Client, path: str, content: bytes, filename: str, code: int) -> None:
    assert box.upload(path, content, filename)["errcode"] == code


def test_largest_inline_picture_is_taken(box: Client) -> None:
    assert "url" in box.upload(INLINE, JPG + b"0" * (MIB - 1 - len(JPG)))


def test_uploaded_picture_is_shown_at_its_address(box: Client) -> None:
    url = box.upload(INLINE, PNG, "叶子.PNG")["url"]
    shown = requests.get(url, timeout=5)

    assert url.startswith(f"{box.url}/mmbiz/")
    assert (shown.status_code, shown.headers["Content-Type"], shown.content) == (200, "image/png", PNG)


def test_unknown_picture_is_not_found(box: Client) -> None:
    assert requests.get(f"{box.url}/mmbiz/none.jpg", timeout=5).status_code == 404


def test_image_has_an_address_and_thumb_has_none(box: Client) -> None:
    assert set(box.upload(IMAGE, JPG)) >= {"media_id", "url"}
    assert set(box.upload(THUMB, JPG)) == {"media_id"}


def test_inline_pictures_do_not_count_in_the_library(box: Client) -> None:
    before = box.get("material/get_materialcount")["image_count"]
    box.upload(INLINE, JPG)
    box.thumb()

    assert box.get("material/get_materialcount")["image_count"] == before + 1


def test_deleted_material_is_no_longer_a_good_id(box: Client) -> None:
    media_id = box.thumb()

    assert box.post("material/del_material", {"media_id": media_id})["errcode"] == 0
    assert box.post("material/del_material", {"media_id": media_id})["errcode"] == 40007
