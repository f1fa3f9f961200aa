"""The largest file of each kind, to the byte, and the most pictures of an article."""

import pytest

from bot.sandbox.calls import Upload
from bot.sandbox.errcodes import Refusal
from bot.sandbox.uploads import INLINE, PERMANENT, TEMPORARY, Rule, checked
from tests.sandbox.client import JPG, MP4, Client, article

KIB, MIB = 1 << 10, 1 << 20
SILENT_MP3 = b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f"  # all of it words about the sound, and no sound


@pytest.mark.parametrize(
    ("rule", "head", "filename", "most", "code"),
    [
        (INLINE, JPG, "a.jpg", MIB - 1, 40009),
        (PERMANENT["image"], JPG, "a.jpg", 10 * MIB, 40009),
        (PERMANENT["voice"], SILENT_MP3, "a.mp3", 2 * MIB, 40006),
        (PERMANENT["video"], MP4, "a.mp4", 10 * MIB, 40006),
        (PERMANENT["thumb"], JPG, "a.jpg", 64 * KIB, 40009),
        (TEMPORARY["image"], JPG, "a.jpg", 10 * MIB, 40009),
        (TEMPORARY["voice"], SILENT_MP3, "a.mp3", 2 * MIB, 40006),
        (TEMPORARY["video"], MP4, "a.mp4", 10 * MIB, 40006),
        (TEMPORARY["thumb"], JPG, "a.jpg", 64 * KIB, 40009),
    ],
)
def test_the_largest_file_is_taken_and_a_byte_more_is_not(
    rule: Rule, head: bytes, filename: str, most: int, code: int
) -> None:
    largest, larger = (Upload(filename, head.ljust(size, b"0")) for size in (most, most + 1))

    assert checked(largest, rule)[0] == largest
    with pytest.raises(Refusal) as refused:
        checked(larger, rule)
    assert refused.value.code == code


@pytest.mark.parametrize(("count", "code"), [(0, 40097), (1, 0), (20, 0), (21, 40097)])
def test_a_picture_message_has_twenty_pictures_at_most(box: Client, count: int, code: int) -> None:
    thumb = box.thumb()
    images = {"image_list": [{"image_media_id": thumb}] * count}
    answer = box.post("draft/add", {"articles": [article(thumb, article_type="newspic", image_info=images)]})

    assert answer.get("errcode", 0) == code
