"""Pictures: which are taken, where they are shown, and which ids are good."""

import pytest
import requests

from tests.sandbox.client import JPG, MP4, PNG, Client, amr

VOICE, FILM = "material/add_material?type=voice", "material/add_material?type=video"
TEMPORARY = "media/upload?type="
WORDS = '{"title":"短片","introduction":"一分钟"}'
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


def mp3(frames: int) -> bytes:
    """So many frames of 26 ms: MPEG 1 layer III, 32 kbit/s at 44.1 kHz."""
    return (b"\xff\xfb\x10\x00" + bytes(100)) * frames


def wav(seconds: int) -> bytes:
    return b"RIFF" + bytes(24) + (8000).to_bytes(4, "little") + bytes(12) + bytes(8000 * seconds)


@pytest.mark.parametrize(
    ("path", "content", "filename", "code"),
    [
        (TEMPORARY + "image", PNG, "a.png", 0),
        (TEMPORARY + "image", b"BM", "a.bmp", 40005),
        (TEMPORARY + "image", JPG + b"0" * 10 * MIB, "a.jpg", 40009),
        (TEMPORARY + "voice", amr(60), "a.amr", 0),
        (TEMPORARY + "voice", amr(61), "a.amr", 45007),
        (TEMPORARY + "voice", mp3(2290), "a.mp3", 0),
        (TEMPORARY + "voice", mp3(2310), "a.mp3", 45007),
        (TEMPORARY + "voice", wav(1), "a.wav", 40005),
        (TEMPORARY + "voice", b"#!AMR\n" + b"\x04" * 2 * MIB, "a.amr", 40006),
        (TEMPORARY + "video", MP4, "a.mp4", 0),
        (TEMPORARY + "video", JPG, "a.mp4", 40005),
        (TEMPORARY + "video", MP4 + b"0" * 10 * MIB, "a.mp4", 40006),
        (TEMPORARY + "thumb", JPG, "a.jpg", 0),
        (TEMPORARY + "thumb", JPG + b"0" * (64 << 10), "a.jpg", 40009),
        (TEMPORARY + "poem", JPG, "a.jpg", 40004),
        (TEMPORARY + "image", b"", "a.jpg", 41005),
        (VOICE, wav(60), "a.wav", 0),
        (VOICE, wav(61), "a.wav", 45007),
        (VOICE, b"\x30\x26\xb2\x75sound", "a.wma", 0),
        (FILM, MP4, "a.mp4", 47001),
    ],
)
def test_each_limit_of_an_upload(box: Client, path: str, content: bytes, filename: str, code: int) -> None:
    assert box.upload(path, content, filename).get("errcode", 0) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [(WORDS, 0), ('{"title":""}', 47001), ('{"title":"","introduction":""}', 40035), ("x", 47001)],
)
def test_permanent_video_comes_with_its_words(box: Client, words: str, code: int) -> None:
    assert box.upload(FILM, MP4, "a.mp4", words).get("errcode", 0) == code


def test_temporary_media_last_three_days(box: Client) -> None:
    box.clock("2029-03-01T08:00:00")
    given = box.upload(TEMPORARY + "image", PNG, "a.png")
    film = box.upload(TEMPORARY + "video", MP4, "a.mp4")["media_id"]
    box.clock("2029-03-04T07:59:00")
    address = f"{box.url}/cgi-bin/media/get?access_token={box.token}&media_id={given['media_id']}"
    fresh = requests.get(address, timeout=5)
    seen = box.get("media/get", media_id=film)
    box.clock("2029-03-04T08:00:01")

    assert set(given) == {"type", "media_id", "created_at"}
    assert (fresh.headers["Content-Type"], fresh.content) == ("image/png", PNG)
    assert requests.get(seen["video_url"], timeout=5).content == MP4
    assert box.get("media/get", media_id=given["media_id"])["errcode"] == 40007
    assert box.get("media/get", media_id=box.thumb())["errcode"] == 40007
    assert box.get("media/get")["errcode"] == 41006
    assert "thumb_media_id" in box.upload(TEMPORARY + "thumb", JPG)


def test_library_gives_back_what_it_holds(box: Client) -> None:
    voice = box.upload(VOICE, amr(3), "鸟叫.amr")["media_id"]
    film = box.upload(FILM, MP4, "a.mp4", WORDS)["media_id"]
    address = f"{box.url}/cgi-bin/material/get_material?access_token={box.token}"
    sound = requests.post(address, json={"media_id": voice}, timeout=5)
    described = box.post("material/get_material", {"media_id": film})

    assert sound.content == amr(3)
    assert (described["title"], described["description"]) == ("短片", "一分钟")
    assert requests.get(described["down_url"], timeout=5).content == MP4
    assert box.post("material/get_material", {"media_id": "made-up"})["errcode"] == 40007
    listed = box.post("material/batchget_material", {"type": "voice", "offset": 0, "count": 1})
    assert (listed["item"][0]["media_id"], listed["item"][0]["name"]) == (voice, "鸟叫.amr")
    counted = box.get("material/get_materialcount")
    assert box.post("material/del_material", {"media_id": voice})["errcode"] == 0
    assert box.get("material/get_materialcount")["voice_count"] == counted["voice_count"] - 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "poem", "offset": 0, "count": 1}, 40004),
        ({"type": "image", "offset": 0, "count": 21}, 40097),
        ({"type": "image", "offset": 0, "count": 0}, 40097),
        ({"type": "image", "offset": -1, "count": 1}, 40097),
        ({"type": "news", "offset": 0, "count": 20}, 0),
        ({"type": "image", "offset": 0, "count": 20}, 0),
    ],
)
def test_slices_of_the_library(box: Client, body: dict[str, object], code: int) -> None:
    assert box.post("material/batchget_material", body).get("errcode", 0) == code
