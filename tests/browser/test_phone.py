"""The phone in a real Chromium, on a box with a bot of its own: what a follower can send, tap and see."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from bot.sandbox.codec import MessageCipher, parse_xml
from tests.browser.demonstration import SIZES, chromium
from tests.sandbox.client import AES_KEY, APP_ID, TOKEN, Client, Delivery, Receiver, boxed, receiving, settings_for
from tests.world import until

CIPHER = MessageCipher(token=TOKEN, aes_key=AES_KEY, app_id=APP_ID)
NOON = "2026-12-04T12:00:00+08:00"
MENU = [
    {
        "name": "看科普",
        "sub_button": [
            {"type": "click", "name": "科学家精神", "key": "SPIRIT"},
            {"type": "location_select", "name": "附近的基地", "key": "NEAR"},
            {"type": "scancode_waitmsg", "name": "扫一扫", "key": "SCAN"},
        ],
    },
    {"type": "click", "name": "问问题", "key": "ASK"},
]


def opened(delivery: Delivery) -> ET.Element:
    """The document inside a push."""
    return ET.fromstring(CIPHER.decrypt(parse_xml(delivery.body).findtext("Encrypt") or ""))


def answered(delivery: Delivery) -> tuple[int, bytes]:
    """A text that names what came; nothing for events."""
    asked = opened(delivery)
    if asked.findtext("MsgType") == "event":
        return 200, b"success"
    said = f"收到{asked.findtext('Content') or asked.findtext('MsgType')}"
    document = (
        f"<xml><ToUserName>{asked.findtext('FromUserName')}</ToUserName>"
        f"<FromUserName>{asked.findtext('ToUserName')}</FromUserName><CreateTime>1795400000</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{said}]]></Content></xml>"
    )
    one = CIPHER.seal(document, "1795400000", "42")
    return 200, (
        f"<xml><Encrypt><![CDATA[{one.encrypted}]]></Encrypt><MsgSignature>{one.signature}</MsgSignature>"
        f"<TimeStamp>{one.timestamp}</TimeStamp><Nonce>{one.nonce}</Nonce></xml>"
    ).encode()


@dataclass
class Bench:
    """A box, what its bot got, and the browser to look at it with."""

    box: Client
    receiver: Receiver
    browser: Browser

    @property
    def openid(self) -> str:
        return self.box.openids()[0]

    def last(self, count: int) -> list[ET.Element]:
        return [opened(delivery) for delivery in self.receiver.expect(count)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("phone")
    with receiving() as receiver, chromium() as browser:
        settings = settings_for(folder, callback_url=receiver.url, timeout_s=2.0, job_delay_s=0.1)
        with boxed(settings) as box:
            yield Bench(box, receiver, browser)


@pytest.fixture
def bench(served: Bench) -> Bench:
    """The module's bench at noon, without a menu or drafts, its account verified."""
    served.box.box("POST", "clock", {"now": NOON})
    served.box.box("POST", "account", {"kind": "subscription", "verified": True})
    served.box.fresh_token()
    served.box.get("menu/delete")
    for draft in served.box.box("GET", "drafts")["drafts"]:
        served.box.post("draft/delete", {"media_id": draft["media_id"]})
    served.receiver.reset(answered)
    return served


@pytest.fixture(params=["390", "1280"])
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def on_phone(bench: Bench, size: str = "390", scheme: str = "light") -> Page:
    """The phone, once it shows what the box holds."""
    page = bench.browser.new_page(viewport=SIZES[size], color_scheme=scheme, locale="zh-CN")
    page.set_default_timeout(5_000)
    page.goto(bench.box.url)
    expect(page.locator("#account-name")).to_have_text("临汾微科普")
    return page


@pytest.fixture
def phone(bench: Bench) -> Iterator[Page]:
    page = on_phone(bench)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    assert wrong == []


def items(page: Page, **facts: str) -> Any:
    """Items of the chat with these data-… attributes."""
    return page.locator('[data-testid="item"]' + "".join(f'[data-{name}="{value}"]' for name, value in facts.items()))


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3000, 200), "#2F5D9B").save(out, "JPEG")
    return out.getvalue()


def test_an_empty_field_says_what_to_ask_and_offers_the_plus(phone: Page) -> None:
    field = phone.get_by_test_id("input")
    expect(field).to_have_attribute("placeholder", re.compile("隔夜菜"))
    expect(phone.get_by_test_id("send")).to_be_hidden()
    field.fill("冬至")

    expect(phone.get_by_test_id("send")).to_be_visible()
    expect(phone.get_by_test_id("plus")).to_be_hidden()


def test_words_are_sent_with_enter_and_answered(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("input").fill("冬至是哪天")
    phone.get_by_test_id("input").press("Enter")

    expect(items(phone, **{"from": "account"}).last).to_contain_text("收到冬至是哪天")
    expect(phone.get_by_test_id("input")).to_have_value("")
    expect(phone.get_by_test_id("plus")).to_be_visible()


def test_a_picture_from_this_computer_arrives_smaller(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("plus").click()
    file = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=jpeg())
    phone.get_by_test_id("picture-file").set_input_files(files=[file])

    expect(items(phone, type="image", state="answered").last.locator("img")).to_be_visible()
    url = bench.last(1)[0].findtext("PicUrl") or ""
    assert Image.open(io.BytesIO(bench.box.http.get(url).content)).size == (1600, 107)
    expect(phone.get_by_test_id("panel")).to_be_hidden()


def test_a_file_that_is_no_picture_is_named_so(bench: Bench, phone: Page) -> None:
    file = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=b"words")
    phone.get_by_test_id("picture-file").set_input_files(files=[file])

    expect(phone.get_by_test_id("notice")).to_contain_text("不是图片")
    assert bench.receiver.deliveries == []


def test_a_picture_too_large_for_the_browser_is_named_so(bench: Bench, phone: Page) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    file = FilePayload(name="a.png", mimeType="image/png", buffer=out.getvalue())
    phone.get_by_test_id("picture-file").set_input_files(files=[file])

    expect(phone.get_by_test_id("notice")).to_contain_text("这张图片太大")
    assert bench.receiver.deliveries == []


def test_a_place_is_chosen_and_sent(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("plus").click()
    phone.get_by_test_id("panel-place").click()
    phone.get_by_test_id("picker-choice").filter(has_text="陶寺").click()

    expect(items(phone, type="location", state="answered").last).to_contain_text("襄汾县陶寺村")
    assert bench.last(1)[0].findtext("Location_X") == "35.88"


def test_going_back_from_the_places_sends_nothing(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("plus").click()
    phone.get_by_test_id("panel-place").click()
    phone.keyboard.press("Escape")

    expect(phone.get_by_test_id("picker")).to_be_hidden()
    assert bench.receiver.deliveries == []


def test_holding_the_button_speaks(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("to-voice").click()
    phone.get_by_test_id("talk").hover()
    phone.mouse.down()
    expect(phone.get_by_test_id("talking")).to_contain_text("1″")
    phone.mouse.up()

    expect(items(phone, type="voice", state="answered").last).to_contain_text("″")
    assert bench.last(1)[0].findtext("MediaId16K")


def test_a_short_press_or_a_finger_moved_up_sends_no_voice(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("to-voice").click()
    phone.get_by_test_id("talk").click()
    expect(phone.get_by_test_id("notice")).to_contain_text("说话时间太短")
    phone.get_by_test_id("talk").hover()
    phone.mouse.down()
    expect(phone.get_by_test_id("talking")).to_contain_text("1″")
    phone.mouse.move(200, 300)
    expect(phone.get_by_test_id("talking")).to_contain_text("松开手指，取消发送")
    expect(phone.get_by_test_id("talk")).to_have_text("松开 取消")
    phone.mouse.up()

    expect(phone.get_by_test_id("talking")).to_be_hidden()
    assert bench.receiver.deliveries == []


def test_the_keyboard_speaks_too(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("to-voice").click()
    phone.get_by_test_id("talk").press("Enter")

    expect(items(phone, type="voice", state="answered").last).to_contain_text("3″")


def test_the_menu_takes_the_fields_place_and_gives_it_back(bench: Bench, phone: Page) -> None:
    bench.box.post("menu/create", {"button": MENU})
    expect(phone.get_by_test_id("menu-button").first).to_be_visible()
    expect(phone.get_by_test_id("composer")).to_be_hidden()
    phone.get_by_test_id("to-keyboard").click()
    expect(phone.get_by_test_id("input")).to_be_focused()
    phone.get_by_test_id("to-menu").click()

    expect(phone.get_by_test_id("menu-button")).to_have_text(["看科普", "问问题"])


def test_a_button_with_others_opens_them_and_tells_nobody(bench: Bench, phone: Page) -> None:
    bench.box.post("menu/create", {"button": MENU})
    phone.get_by_test_id("menu-button").first.click()
    expect(phone.get_by_test_id("sub-button")).to_have_text(["科学家精神", "附近的基地", "扫一扫"])
    assert bench.receiver.deliveries == []
    phone.get_by_test_id("sub-button").first.click()

    assert bench.last(1)[0].findtext("EventKey") == "SPIRIT"
    expect(phone.get_by_test_id("sub-button").first).to_be_hidden()


def test_a_scan_asks_what_was_read(bench: Bench, phone: Page) -> None:
    bench.box.post("menu/create", {"button": MENU})
    phone.get_by_test_id("menu-button").first.click()
    phone.get_by_test_id("sub-button").last.click()
    phone.get_by_test_id("picker-input").fill("展品 12")
    phone.get_by_test_id("picker-done").click()

    assert bench.last(1)[0].findtext("ScanCodeInfo/ScanResult") == "展品 12"


def test_keys_alone_reach_everything_and_escape_leads_back(bench: Bench, phone: Page) -> None:
    bench.box.post("menu/create", {"button": MENU})
    phone.get_by_test_id("menu-button").first.press("Enter")
    phone.keyboard.press("Tab")
    expect(phone.get_by_test_id("sub-button").first).to_be_focused()
    phone.keyboard.press("Escape")
    expect(phone.get_by_test_id("menu-button").first).to_be_focused()
    phone.keyboard.press("Enter")
    phone.get_by_test_id("sub-button").nth(1).press("Enter")
    expect(phone.get_by_test_id("picker-choice").first).to_be_focused()
    phone.get_by_test_id("picker-cancel").focus()
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.closest('#picker, body').tagName") in ("SECTION", "BODY")
    assert phone.get_by_test_id("menu-button").first.evaluate("node => Boolean(node.closest('[inert]'))")
    phone.keyboard.press("Escape")
    expect(phone.get_by_test_id("menu-button").first).to_be_focused()
    phone.get_by_test_id("to-keyboard").press("Enter")
    phone.get_by_test_id("plus").press("Enter")
    phone.keyboard.press("Tab")
    expect(phone.get_by_test_id("panel-photo")).to_be_focused()
    phone.keyboard.press("Escape")

    expect(phone.get_by_test_id("plus")).to_be_focused()
    expect(phone.get_by_test_id("panel")).to_be_hidden()


def test_how_a_send_ends_is_ordered_at_the_console_and_the_journal_says_why(bench: Bench) -> None:
    bench.box.box("POST", "clock", {"now": "2027-06-05T12:00:00+08:00"})
    bench.box.fresh_token()
    page = on_phone(bench, "1280")
    page.get_by_test_id("fault-path").select_option(label="群发之后的结果")
    page.get_by_test_id("fault-kind").select_option(label="审核没有通过（20001）")
    page.get_by_test_id("fault-add").click()
    expect(page.get_by_test_id("fault")).to_have_text("▲ 群发之后的结果：审核没有通过（20001）")
    bench.box.send(bench.box.draft("没过审的"))

    entry = page.get_by_test_id("journal-entry").first
    expect(entry).to_have_attribute("data-state", "failed")
    expect(entry).to_contain_text("审核没有通过（20001）")
    expect(entry).to_contain_text("没有人收到")
    expect(page.get_by_test_id("fault")).to_have_count(0)
    page.get_by_test_id("fault-add").click()
    page.get_by_test_id("fault-clear").click()
    expect(page.get_by_test_id("fault")).to_have_count(0)
    assert bench.box.box("GET", "state")["outcomes"] == []
    page.close()


def test_a_thousand_messages_are_shown_and_more_can_be_said(bench: Bench) -> None:
    bench.receiver.reset()
    openid = bench.box.openids()[1]
    for number in range(500):
        bench.box.box("POST", f"followers/{openid}/say", {"text": f"第 {number} 句"})
    page = on_phone(bench)
    page.get_by_test_id("switch-follower").click()
    expect(items(page, **{"from": "fan"})).to_have_count(500)
    page.get_by_test_id("input").fill("还有一句")
    page.get_by_test_id("send").click()

    expect(items(page, **{"from": "fan"}).last).to_contain_text("还有一句")
    expect(items(page, **{"from": "fan"}).last).to_be_in_viewport()
    page.close()


def test_choices_and_the_ai_line_are_shown_and_can_be_tapped(bench: Bench, phone: Page) -> None:
    bench.box.box("POST", f"followers/{bench.openid}/say?wait=1", {"text": "你好"})
    choices = {"head_content": "有用吗", "list": [{"id": "7", "content": "有用"}], "tail_content": "点一下"}
    bench.box.post("message/custom/send", {"touser": bench.openid, "msgtype": "msgmenu", "msgmenu": choices})
    text = {"msgtype": "text", "text": {"content": "模型写的"}, "aimsgcontext": {"is_ai_msg": 1}}
    bench.box.post("message/custom/send", {"touser": bench.openid, **text})
    expect(phone.get_by_test_id("ai-line").last).to_have_text("内容由第三方AI生成")
    bench.receiver.reset(answered)
    phone.get_by_test_id("choice").last.click()

    message = bench.last(1)[0]
    assert (message.findtext("Content"), message.findtext("bizmsgmenuid")) == ("有用", "7")


def test_typing_takes_the_accounts_name(bench: Bench, phone: Page) -> None:
    bench.box.box("POST", f"followers/{bench.openid}/say?wait=1", {"text": "你好"})
    bench.box.post("message/custom/typing", {"touser": bench.openid, "command": "Typing"})
    expect(phone.locator("#account-name")).to_have_text("对方正在输入…")
    bench.box.post("message/custom/typing", {"touser": bench.openid, "command": "CancelTyping"})

    expect(phone.locator("#account-name")).to_have_text("临汾微科普")


def test_a_draft_is_published_by_hand_and_arrives(bench: Bench, size: str) -> None:
    bench.box.box("POST", "clock", {"now": f"2027-0{1 + len(size) % 2}-05T12:00:00+08:00"})
    bench.box.fresh_token()
    bench.box.draft(f"一片叶子{size}", "两片叶子")
    page = on_phone(bench, size)
    if size == "390":
        page.get_by_test_id("open-console").click()
    page.get_by_test_id("publish-draft").click()

    expect(page.get_by_test_id("notice")).to_contain_text(f"《一片叶子{size}》正在发到关注者的手机上")
    expect(page.get_by_test_id("push-lead").last).to_contain_text(f"一片叶子{size}")
    expect(page.get_by_test_id("draft-box")).to_be_hidden()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(bench: Bench, size: str, scheme: str) -> None:
    bench.box.box("POST", f"followers/{bench.openid}/say?wait=1", {"text": "https://example.org/" + "x" * 400})
    bench.box.post("menu/create", {"button": MENU})
    page = on_phone(bench, size, scheme)
    expect(page.get_by_test_id("menu-bar")).to_be_visible()
    wider = page.evaluate(
        "() => [document.documentElement, document.getElementById('chat'), document.getElementById('console')]"
        ".filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.id || node.tagName)"
    )

    assert wider == []
    page.close()


def test_a_tall_picture_leaves_the_chat_at_its_end(bench: Bench, phone: Page) -> None:
    phone.get_by_test_id("plus").click()
    phone.get_by_test_id("panel-sample").click()
    expect(items(phone, type="image", state="answered").last.locator("img")).to_be_visible()
    expect(items(phone, **{"from": "account"}).last).to_contain_text("收到image")

    def is_at_its_end() -> bool:
        chat = phone.get_by_test_id("chat")
        return bool(chat.evaluate("node => node.scrollHeight - node.scrollTop - node.clientHeight < 48"))

    until(is_at_its_end, timeout_s=5, what="the chat's end")


def test_a_protected_mass_message_waits_for_the_console(bench: Bench) -> None:
    bench.box.box("POST", "clock", {"now": "2027-05-05T12:00:00+08:00"})
    bench.box.fresh_token()
    page = on_phone(bench, "1280")
    page.get_by_test_id("protection").check()
    until(lambda: bench.box.box("GET", "state")["account"]["group_send_protection"], what="the switch")
    bench.box.send(bench.box.draft("等一等"))
    expect(page.get_by_test_id("journal-entry").first).to_contain_text("等同意")
    page.get_by_test_id("confirm-send").click()

    expect(page.get_by_test_id("push-lead").last).to_contain_text("等一等")
    expect(page.get_by_test_id("waiting-box")).to_be_hidden()
    bench.box.box("POST", "switches", {"group_send_protection": False})
    page.close()


@pytest.mark.parametrize(
    ("month", "decision", "said"),
    [("07", "refuse", "管理员没有同意（40001）"), ("08", "wait", "管理员 30 分钟没有确认（40002）")],
)
def test_a_protected_message_that_is_not_confirmed_fails_in_words(
    bench: Bench, month: str, decision: str, said: str
) -> None:
    bench.box.box("POST", "clock", {"now": f"2027-{month}-05T12:00:00+08:00"})
    bench.box.fresh_token()
    bench.box.box("POST", "switches", {"group_send_protection": True})
    page = on_phone(bench, "1280")
    bench.box.send(bench.box.draft(f"不发了{month}"))
    expect(page.get_by_test_id("waiting-box")).to_be_visible()
    if decision == "refuse":
        page.get_by_test_id("refuse-send").click()
    else:
        bench.box.box("POST", "clock", {"now": f"2027-{month}-05T12:31:00+08:00"})

    expect(page.get_by_test_id("journal-entry").first).to_contain_text(said)
    expect(page.get_by_test_id("waiting-box")).to_be_hidden()
    bench.box.box("POST", "switches", {"group_send_protection": False})
    page.close()


def test_without_following_only_the_button_is_there(bench: Bench, phone: Page) -> None:
    bench.box.box("POST", f"followers/{bench.openid}/unsubscribe?wait=1")
    expect(phone.get_by_test_id("foot")).to_be_hidden()
    phone.get_by_test_id("phone-follow").click()

    expect(phone.get_by_test_id("foot")).to_be_visible()
    expect(items(phone, **{"from": "system"}).last).to_contain_text("你关注了「临汾微科普」")
