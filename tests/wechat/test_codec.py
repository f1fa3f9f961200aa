"""The webhook's bytes: the official vectors, who sent them, each mode, and the reply."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from bot.errors import ConfigError, DecodeError
from bot.model.messages import Reply
from bot.wechat.cipher import MessageCipher, signature
from bot.wechat.codec import Codec
from tests.wechat.envelopes import (
    AES_KEY,
    APP_ID,
    ENCRYPTED,
    MESSAGE,
    NOW,
    STAMP,
    TEXT,
    TOKEN,
    codec,
    refused,
    sealed,
    signed,
)

# -- the official vectors ----------------------------------------------------------------------------------------------


def test_vector_of_the_address_check():
    args = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "echostr": "4375120948345356249",
        "timestamp": "1714036504",
        "nonce": "1514711492",
    }

    assert codec().verify_echo(args, datetime.fromtimestamp(1714036504, UTC)) == "4375120948345356249"


def test_vector_of_a_plain_post():
    args = {
        "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78",
        "timestamp": "1714037059",
        "nonce": "486452656",
    }

    codec("plain").check_signature(args, datetime.fromtimestamp(1714037059, UTC))


def test_vector_of_a_safe_post():
    """Its inside is JSON, which official accounts never get: it opens, and is no message."""
    args = {
        "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
        "timestamp": "1714112445",
        "nonce": "415670741",
        "encrypt_type": "aes",
        "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    }
    body = f"<xml><ToUserName>gh_97417a04a28d</ToUserName><Encrypt><![CDATA[{ENCRYPTED}]]></Encrypt></xml>".encode()
    inside = MessageCipher(AES_KEY, APP_ID).decrypt(ENCRYPTED)

    assert signature(TOKEN, "1714112445", "415670741", ENCRYPTED) == args["msg_signature"]
    assert inside.decode() == (
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
    )
    assert refused(codec(), args, body, datetime.fromtimestamp(1714112445, UTC)) == ("malformed", 400)


def test_vector_of_a_reply():
    encrypted = MessageCipher(AES_KEY, APP_ID).encrypt(b'{"demo_resp":"good luck"}', random=b"707722b803182950")

    assert encrypted == "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    assert signature(TOKEN, "1713424427", "415670741", encrypted) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


def test_vector_of_the_sample_library_whose_key_carries_spare_bits():
    cipher = MessageCipher("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
    encrypted = cipher.encrypt("我是中文abcd123".encode(), random=b"aaaabbbbccccdddd")

    assert encrypted == "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    assert cipher.decrypt(encrypted).decode() == "我是中文abcd123"


@pytest.mark.parametrize("length", range(33))
def test_any_length_goes_there_and_back(length):
    cipher = MessageCipher(AES_KEY, APP_ID)

    assert cipher.decrypt(cipher.encrypt(b"x" * length, random=b"0123456789abcdef")) == b"x" * length


@pytest.mark.parametrize("aes_key", ["", "short", "键" * 43, "A" * 42])
def test_a_key_that_is_none_is_named(aes_key):
    with pytest.raises(ConfigError, match="WEIKEPU_AES_KEY"):
        Codec(TOKEN, aes_key, APP_ID, "safe", 600)


def test_plain_mode_needs_no_key():
    assert Codec(TOKEN, "", APP_ID, "plain", 600).decode(signed(), (TEXT % "好").encode(), NOW).text == "好"


# -- the query ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"signature": "0" * 40}, ("signature", 401)),
        ({"signature": ""}, ("signature", 401)),
        ({"signature": "签"}, ("signature", 401)),
        ({"signature": None}, ("signature", 401)),
        ({"timestamp": None}, ("signature", 401)),
        ({"nonce": None}, ("signature", 401)),
        ({"nonce": "other"}, ("signature", 401)),
        ({"nonce": ["415670741", "415670741"]}, ("malformed", 400)),
        (signed(stamp=""), ("malformed", 400)),
        (signed(stamp="soon"), ("malformed", 400)),
        (signed(stamp="-1796378400"), ("malformed", 400)),
        (signed(stamp="１７９６３７８４００"), ("malformed", 400)),
        (signed(stamp="9" * 4000), ("malformed", 400)),
        (signed(stamp=str(int(STAMP) - 601)), ("stale", 403)),
        (signed(stamp=str(int(STAMP) + 601)), ("stale", 403)),
    ],
)
def test_a_query_that_is_not_wechats(change, refusal):
    args = {name: value for name, value in (signed() | change).items() if value is not None}
    with pytest.raises(DecodeError) as caught:
        codec().check_signature(args, NOW)

    assert (caught.value.reason, caught.value.status) == refusal


def test_a_query_at_the_edge_of_the_tolerance_passes():
    codec().check_signature(signed(), NOW + timedelta(seconds=600))


def test_the_web_librarys_query_does_not_hide_a_repeated_value():
    args = MultiDict(signed())
    codec().check_signature(args, NOW)
    args.add("signature", "0" * 40)
    with pytest.raises(DecodeError, match="signature"):
        codec().check_signature(args, NOW)


def test_an_echo_is_asked_for_once():
    with pytest.raises(DecodeError):
        codec().verify_echo(signed(), NOW)
    with pytest.raises(DecodeError):
        codec().verify_echo(signed(echostr=["1", "2"]), NOW)


# -- the modes ---------------------------------------------------------------------------------------------------------


def test_a_message_in_each_mode():
    in_plain = codec("plain").decode(signed(), (TEXT % "隔夜菜能吃吗").encode(), NOW)
    in_safe = codec("safe").decode(*sealed(TEXT % "隔夜菜能吃吗"), NOW)
    in_compatible = codec("compatible").decode(*sealed(TEXT % "隔夜菜能吃吗", plain=TEXT[5:-6] % "隔夜菜能吃吗"), NOW)

    assert in_plain == in_safe == in_compatible == MESSAGE


def test_in_compatible_mode_only_the_decrypted_part_counts():
    args, body = sealed(TEXT % "真的", plain="<Content>假的</Content><MsgId>1</MsgId>")

    assert codec("compatible").decode(args, body, NOW).text == "真的"


@pytest.mark.parametrize("mode", ["safe", "compatible"])
@pytest.mark.parametrize("more", [{}, {"encrypt_type": "raw"}, {"encrypt_type": "aes", "msg_signature": "0" * 40}])
def test_what_is_not_encrypted_is_refused_where_encryption_is_set(mode, more):
    assert refused(codec(mode), signed(**more), (TEXT % "好").encode()) == ("unencrypted", 403)


@pytest.mark.parametrize("mode", ["safe", "compatible"])
@pytest.mark.parametrize("more", [{"msg_signature": "0" * 40}, {"msg_signature": []}, {"msg_signature": ""}])
def test_an_encrypted_part_that_is_not_signed_is_not_opened(mode, more):
    assert refused(codec(mode), *sealed(TEXT % "好", **more)) == ("signature", 401)


def test_a_foreign_app_id_is_refused():
    assert refused(codec(), *sealed(TEXT % "好", "wx0000000000000000")) == ("appid", 403)
    assert refused(codec(), *sealed(TEXT % "好", "")) == ("appid", 403)
    assert refused(codec(), *sealed(TEXT % "好", APP_ID + "0")) == ("appid", 403)


def test_an_encrypted_post_in_plain_mode_says_that_the_settings_differ():
    with pytest.raises(DecodeError, match="明文") as caught:
        codec("plain").decode(*sealed(TEXT % "好"), NOW)

    assert caught.value.status == 400


# -- the reply ---------------------------------------------------------------------------------------------------------


def opened(reply: bytes) -> ET.Element:
    """The inside of a sealed reply, its signature checked as WeChat does."""
    envelope = {child.tag: child.text for child in ET.fromstring(reply)}
    joined = "".join(sorted([TOKEN, envelope["TimeStamp"], envelope["Nonce"], envelope["Encrypt"]]))
    assert envelope["MsgSignature"] == hashlib.sha1(joined.encode()).hexdigest()
    return ET.fromstring(MessageCipher(AES_KEY, APP_ID).decrypt(envelope["Encrypt"]))


def read(mode, text):
    reply = codec(mode).encode(Reply(text), MESSAGE, now=NOW, nonce="99")
    root = ET.fromstring(reply) if mode == "plain" else opened(reply)
    return {child.tag: child.text for child in root}


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_reply_goes_back_to_the_follower(mode):
    assert read(mode, "能，一天之内。\n再热透。") == {
        "ToUserName": "oFan",
        "FromUserName": "gh_1",
        "CreateTime": STAMP,
        "MsgType": "text",
        "Content": "能，一天之内。\n再热透。",
    }


def test_a_sealed_reply_carries_our_time_and_nonce():
    envelope = ET.fromstring(codec().encode(Reply("好"), MESSAGE, now=NOW, nonce="]]>99"))

    assert [child.tag for child in envelope] == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    assert (envelope.findtext("TimeStamp"), envelope.findtext("Nonce")) == (STAMP, "]]>99")


@pytest.mark.parametrize("text", ["]]>", "]]]]>>", "a ]]&gt; <b> & ' \"", '<a href="https://x/?a=1&b=2">题</a>', "😀"])
def test_no_text_breaks_a_reply(text):
    assert read("plain", text)["Content"] == read("safe", text)["Content"] == text


def test_characters_that_xml_forbids_are_dropped():
    assert read("safe", "a\0b\x08c\x1fd\ufffe\uffff\ud800e\tf\ng")["Content"] == "abcde\tf\ng"


def test_the_longest_reply_is_2048_bytes():
    longest = "字" * 682 + "ab"

    assert read("safe", longest)["Content"] == longest
    with pytest.raises(ValueError, match="2049"):
        read("safe", longest + "c")
