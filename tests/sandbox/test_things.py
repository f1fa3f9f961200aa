"""Pictures, voice and places from the phone, and the draft box by hand."""

import base64
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import requests

from bot.sandbox.codec import MessageCipher, parse_xml
from tests.sandbox.client import AES_KEY, APP_ID, PNG, TOKEN, Client, Receiver


def received(receiver: Receiver) -> ET.Element:
    """What the bot got last, decrypted."""
    delivery = receiver.expect(1)[-1]
    encrypted = parse_xml(delivery.body).findtext("Encrypt") or ""
    cipher = MessageCipher(token=TOKEN, aes_key=AES_KEY, app_id=APP_ID)
    return ET.fromstring(cipher.decrypt(encrypted))


def sent(box: Client, receiver: Receiver, **body: Any) -> ET.Element:
    box.box("POST", f"followers/{box.openids()[0]}/send?wait=1", body)
    return received(receiver)


def test_a_picture_of_the_followers_own_opens_at_its_address(box: Client, receiver: Receiver) -> None:
    message = sent(box, receiver, type="image", picture=base64.b64encode(PNG).decode())

    assert message.findtext("MsgType") == "image"
    assert message.findtext("MediaId")
    assert requests.get(message.findtext("PicUrl") or "", timeout=5).content == PNG
    assert box.chat(box.openids()[0])[-1]["detail"]["picture_url"] == message.findtext("PicUrl")


@pytest.mark.parametrize(("size", "status"), [(10 << 20, 202), ((10 << 20) + 1, 400)])
def test_a_picture_has_ten_megabytes_at_most(box: Client, size: int, status: int) -> None:
    body = {"type": "image", "picture": base64.b64encode(PNG.ljust(size, b"x")).decode()}
    answer = requests.post(f"{box.url}/box/followers/{box.openids()[0]}/send", json=body, timeout=20)

    assert answer.status_code == status
    assert answer.json().get("error", "") == ("" if status == 202 else "图片超过 10 MB，请换一张小一点的")


def test_a_sample_picture_is_a_picture(box: Client, receiver: Receiver) -> None:
    answer = requests.get(sent(box, receiver, type="image").findtext("PicUrl") or "", timeout=5)

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.content.startswith(b"\xff\xd8\xff")


def test_a_voice_message_has_both_rates(box: Client, receiver: Receiver) -> None:
    message = sent(box, receiver, type="voice", seconds=7)

    assert message.findtext("Format") == "amr"
    assert message.findtext("MediaId")
    assert message.findtext("MediaId16K")
    assert message.findtext("Recognition") is None
    assert box.chat(box.openids()[0])[-1]["detail"]["seconds"] == 7


def test_a_place_arrives_latitude_first(box: Client, receiver: Receiver) -> None:
    message = sent(box, receiver, type="location", latitude=35.5, longitude=111, label="平阳广场")

    names = ("Location_X", "Location_Y", "Scale", "Label")
    assert [message.findtext(name) for name in names] == ["35.5", "111", "15", "平阳广场"]


@pytest.mark.parametrize("body", [{"type": "voice", "seconds": 60}, {"type": "location", "label": "地" * 200}])
def test_the_longest_voice_and_name_of_a_place_are_sent(box: Client, receiver: Receiver, body: dict[str, Any]) -> None:
    assert sent(box, receiver, **body).findtext("MsgType") == body["type"]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "image", "picture": "no base64"},
        {"type": "image", "picture": base64.b64encode(b"<svg/>").decode()},
        {"type": "image", "picture": 7},
        {"type": "voice", "seconds": 0},
        {"type": "voice", "seconds": 61},
        {"type": "voice", "seconds": True},
        {"type": "location", "latitude": 91},
        {"type": "location", "longitude": "东"},
        {"type": "location", "label": "地" * 201},
    ],
)
def test_what_no_phone_would_send_is_refused(box: Client, body: dict[str, Any]) -> None:
    answer = requests.post(f"{box.url}/box/followers/{box.openids()[0]}/send", json=body, timeout=5)

    assert answer.status_code == 400
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["error"])


def test_a_draft_published_by_hand_reaches_the_followers(box: Client) -> None:
    box.box("POST", "account", {"verified": False})
    media_id = box.draft("一片叶子", "两片叶子")
    box.box("POST", f"drafts/{media_id}/publish", {})
    box.box("POST", "settle")

    assert box.box("GET", "drafts")["drafts"] == []
    assert [card["title"] for card in box.chat(box.openids()[0])[-1]["articles"]] == ["一片叶子", "两片叶子"]
    assert box.journal()[-1]["kind"] == "mass"


def test_by_hand_counts_in_the_quota_and_without_notice_does_not(box: Client) -> None:
    box.box("POST", f"drafts/{box.draft()}/publish", {})
    box.box("POST", "settle")
    draft = box.draft()
    refused = requests.post(f"{box.url}/box/drafts/{draft}/publish", json={}, timeout=5)
    box.box("POST", f"drafts/{draft}/publish", {"is_told": False})
    box.box("POST", "settle")

    assert refused.status_code == 409
    assert "次数用完" in refused.json()["error"]
    assert box.box("GET", "state")["quota"]["mass_today"] == 1
    assert box.journal()[-1]["kind"] == "publish"


def test_a_draft_that_is_gone_cannot_be_published(box: Client) -> None:
    assert requests.post(f"{box.url}/box/drafts/gone/publish", json={}, timeout=5).status_code == 409


def test_what_was_sent_can_be_fetched_by_its_media_id(box: Client, receiver: Receiver) -> None:
    picture = sent(box, receiver, type="image", picture=base64.b64encode(PNG).decode()).findtext("MediaId")
    receiver.reset()
    voice = sent(box, receiver, type="voice", seconds=2).findtext("MediaId16K")
    address = f"{box.url}/cgi-bin/media/get?access_token={box.token}&media_id="

    assert requests.get(f"{address}{picture}", timeout=5).content == PNG
    assert requests.get(f"{address}{voice}", timeout=5).content.startswith(b"#!AMR\n")
