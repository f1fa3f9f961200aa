"""The official vectors of "消息加解密说明", and what must not be accepted."""

import pytest

from bot.sandbox.codec import CodecError, Envelope, MessageCipher, cdata, parse_xml, signature

ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8X"
    "GT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIj"
    "df8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
OFFICIAL = MessageCipher(token="AAAAA", aes_key="A" * 43, app_id="wxba5fad812f8e6fb9")


@pytest.mark.parametrize(
    ("timestamp", "nonce", "expected"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        ("1714112445", "415670741", "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
    ],
)
def test_official_signatures(timestamp: str, nonce: str, expected: str) -> None:
    assert signature("AAAAA", timestamp, nonce) == expected


def test_official_push_opens() -> None:
    sealed = Envelope(ENCRYPTED, "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "1714112445", "415670741")

    assert OFFICIAL.open(sealed) == (
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
    )


def test_official_reply_is_made_to_the_letter() -> None:
    encrypted = OFFICIAL.encrypt('{"demo_resp":"good luck"}', random=b"707722b803182950")

    assert encrypted == "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    assert OFFICIAL.sign("1713424427", "415670741", encrypted) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


def test_vector_with_chinese_and_spare_bits_in_the_key() -> None:
    cipher = MessageCipher(
        token="pamtest", aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", app_id="wxb11529c136998cb6"
    )

    encrypted = cipher.encrypt("我是中文abcd123", random=b"aaaabbbbccccdddd")

    assert encrypted == "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="


@pytest.mark.parametrize("size", range(0, 70))
def test_every_length_comes_back(size: int) -> None:
    assert OFFICIAL.decrypt(OFFICIAL.encrypt("字" * size)) == "字" * size


@pytest.mark.parametrize("encrypted", ["", "not base64", "QUJD", ENCRYPTED[:-24] + "A" * 24])
def test_broken_text_does_not_open(encrypted: str) -> None:
    with pytest.raises(CodecError):
        OFFICIAL.decrypt(encrypted)


def test_text_for_another_account_does_not_open() -> None:
    other = MessageCipher(token="AAAAA", aes_key="A" * 43, app_id="wx0000000000000000")

    with pytest.raises(CodecError):
        OFFICIAL.decrypt(other.encrypt("你好"))


def test_wrong_signature_does_not_open() -> None:
    sealed = OFFICIAL.seal("你好", "1714112445", "1")

    with pytest.raises(CodecError):
        OFFICIAL.open(Envelope(sealed.encrypted, "0" * 40, sealed.timestamp, sealed.nonce))


@pytest.mark.parametrize("body", ["{}", "<xml>", "<x/>", '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>'])
def test_other_documents_are_no_replies(body: str) -> None:
    with pytest.raises(CodecError):
        parse_xml(body)


def test_cdata_cannot_be_ended_by_its_text() -> None:
    text = "a]]>b<c>&d"

    assert parse_xml(f"<xml>{cdata(text)}</xml>").text == text
