"""One call to WeChat: which token it carries, and which error says what."""

from __future__ import annotations

import logging
import socket
import traceback
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import monotonic

import pytest

from bot.errors import BotError, OutcomeUnknown, OutletRefused, Remedy
from bot.wechat.client import Call
from bot.wechat.errcodes import MEANINGS

from .conftest import APP_ID, CLOSE, HANG, SECRET, TOKEN_PATH, Raw

ADD = Call("/cgi-bin/draft/add", "新建草稿", changes=True)
LOOK = Call("/cgi-bin/draft/batchget", "查看草稿箱", changes=False)


def tokens_seen(platform, call=ADD):
    return [seen.query["access_token"] for seen in platform.requests_to(call.path)]


def refused(client, call=ADD):
    with pytest.raises(OutletRefused) as caught:
        client.post(call, {})
    return caught.value


# -- the token --------------------------------------------------------------------------------------------------------


def test_a_call_carries_the_token_in_its_address_and_the_body_in_raw_utf8(client, platform):
    client.post(ADD, {"title": "科学家精神 <b>😀"})

    [seen] = platform.requests_to(ADD.path)
    assert seen.query == {"access_token": "TOKEN-1"}
    assert seen.body == '{"title": "科学家精神 <b>😀"}'.encode()


def test_the_secret_is_asked_for_by_json_and_stands_in_no_address(client, platform):
    client.post(ADD, {})

    [asked] = platform.requests_to(TOKEN_PATH)
    assert asked.query == {}
    assert asked.json == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": SECRET,
        "force_refresh": False,
    }


def test_twenty_cold_threads_ask_for_one_token(client, platform):
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda _: client.post(ADD, {}), range(20)))

    assert len(platform.requests_to(TOKEN_PATH)) == 1
    assert tokens_seen(platform) == ["TOKEN-1"] * 20


def test_twenty_threads_with_a_revoked_token_ask_for_one_new_one(client, platform):
    client.post(ADD, {})
    platform.revoke()
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda _: client.post(ADD, {}), range(20)))

    assert len(platform.requests_to(TOKEN_PATH)) == 2


def test_another_process_finds_the_token_in_the_ledger(new_client, platform):
    new_client().post(ADD, {})
    new_client().post(ADD, {})

    assert len(platform.requests_to(TOKEN_PATH)) == 1


def test_a_refused_token_is_replaced_by_the_newer_one_that_another_process_has(new_client, platform):
    first, second = new_client(), new_client()
    first.post(ADD, {})
    token_then = platform.token

    def revoked_meanwhile(seen):
        """The second process's call is on its way while the first gets a new token."""
        del platform.answers[LOOK.path]
        platform.revoke()
        first.post(ADD, {})
        return {"errcode": 42001, "errmsg": "access_token expired"}

    platform.answers[LOOK.path] = revoked_meanwhile
    second.post(LOOK, {})

    assert tokens_seen(platform, LOOK) == [token_then, platform.token]
    assert len(platform.requests_to(TOKEN_PATH)) == 2


def test_a_token_is_renewed_five_minutes_before_it_ends(client, platform, clock):
    client.post(ADD, {})
    clock.forward(minutes=114)
    client.post(ADD, {})
    platform.revoke()
    clock.forward(minutes=2)
    client.post(ADD, {})

    assert tokens_seen(platform) == ["TOKEN-1", "TOKEN-1", "TOKEN-2"]


def test_force_is_used_only_when_the_refused_token_comes_back(client, platform):
    client.post(ADD, {})
    refusals = iter([40001])
    platform.answers[ADD.path] = lambda _: {"errcode": next(refusals, 0), "errmsg": ""}
    client.post(ADD, {})

    assert [seen.json["force_refresh"] for seen in platform.requests_to(TOKEN_PATH)] == [False, False, True]
    assert tokens_seen(platform) == ["TOKEN-1", "TOKEN-1", "TOKEN-2"]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_refused_for_ever_ends_after_one_repeat(client, platform, code):
    client.post(ADD, {})
    platform.seen.clear()
    platform.answers[ADD.path] = lambda _: {"errcode": code, "errmsg": ""}
    error = refused(client)

    assert [seen.path for seen in platform.seen] == [ADD.path, TOKEN_PATH, TOKEN_PATH, ADD.path]
    assert (error.code, error.remedy) == (code, Remedy.HUMAN)


def test_two_processes_force_once_in_thirty_seconds(new_client, platform, clock):
    first, second = new_client(), new_client()
    platform.answers[ADD.path] = lambda _: {"errcode": 40001, "errmsg": ""}
    refused(first)
    clock.forward(seconds=29)
    error = refused(second)

    forced = [seen.json["force_refresh"] for seen in platform.requests_to(TOKEN_PATH)]
    assert forced.count(True) == 1
    assert (error.remedy, error.retry_after_s) == (Remedy.RETRY_LATER, 30)

    clock.forward(seconds=1)
    refused(second)

    forced = [seen.json["force_refresh"] for seen in platform.requests_to(TOKEN_PATH)]
    assert forced.count(True) == 2


def test_a_wrong_secret_is_said_without_calling_further(client, platform):
    platform.answers[TOKEN_PATH] = lambda _: {"errcode": 40125, "errmsg": "invalid appsecret rid: 6a-1b"}
    error = refused(client)

    assert platform.requests_to(ADD.path) == []
    assert (error.code, error.remedy) == (40125, Remedy.HUMAN)
    assert "WEIKEPU_APP_SECRET" in str(error)


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": "T", "expires_in": "soon"}])
def test_a_token_answer_without_a_token_is_refused_and_may_be_tried_again(client, platform, answer):
    platform.answers[TOKEN_PATH] = lambda _: answer

    assert refused(client).remedy is Remedy.RETRY_NOW


# -- answers that do not come -----------------------------------------------------------------------------------------

LOST = {
    "no answer": HANG,
    "hung up": CLOSE,
    "gateway": Raw(502, b"<html>Bad Gateway</html>"),
    "json behind a gateway error": Raw(500, b'{"errcode": 0}'),
    "cut JSON": Raw(200, b'{"media_id": "abc'),
    "cut connection": Raw(200, b'{"media_id": "abc', cut=True),
    "not JSON": Raw(200, b"<html>hello</html>"),
    "no object": Raw(200, b"[1, 2]"),
    "odd code": Raw(200, b'{"errcode": "what"}'),
    "elsewhere": Raw(302, b"", location="/cgi-bin/elsewhere"),
}


@pytest.fixture
def lost(request, platform):
    platform.answers[ADD.path] = platform.answers[LOOK.path] = lambda _: LOST[request.param]


@pytest.mark.parametrize("lost", LOST, indirect=True)
def test_a_lost_answer_to_a_change_is_unknown_and_not_repeated(new_client, platform, lost):
    with pytest.raises(OutcomeUnknown, match="新建草稿"):
        new_client(timeout_s=(1, 0.1)).post(ADD, {})

    assert len(platform.requests_to(ADD.path)) == 1


@pytest.mark.parametrize("lost", LOST, indirect=True)
def test_a_lost_answer_to_a_look_may_be_asked_again(new_client, platform, lost):
    error = refused(new_client(timeout_s=(1, 0.1)), LOOK)

    assert (error.code, error.remedy) == (0, Remedy.RETRY_NOW)


@pytest.mark.parametrize("lost", LOST, indirect=True)
def test_no_token_or_secret_in_any_error_or_log(new_client, platform, lost, caplog):
    caplog.set_level(logging.DEBUG)
    for call in (ADD, LOOK):
        with pytest.raises(BotError) as caught:
            new_client(timeout_s=(1, 0.1)).post(call, {})
        assert not any(word in everything(caught.value) for word in ("TOKEN-1", SECRET))

    assert not any(word in caplog.text for word in ("TOKEN-1", SECRET))


def test_the_log_of_the_http_library_shows_addresses_without_the_token(client, caplog):
    caplog.set_level(logging.DEBUG)
    client.post(ADD, {})

    assert "/cgi-bin/draft/add?access_token=…" in caplog.text
    assert "TOKEN-1" not in caplog.text


def everything(error):
    """All that a log or a crash report could show of an error, hidden causes too."""
    chain = []
    while error is not None:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return "".join("".join(traceback.format_exception(e)) + repr(vars(e)) + repr(e.args) for e in chain)


def test_a_token_answer_that_never_comes_is_no_unknown_change(new_client, platform):
    platform.answers[TOKEN_PATH] = lambda _: HANG
    began = monotonic()
    error = refused(new_client(timeout_s=(1, 0.1)))

    assert monotonic() - began < 1
    assert error.remedy is Remedy.RETRY_NOW
    assert platform.requests_to(ADD.path) == []


def test_a_call_that_cannot_connect_was_certainly_not_handled(new_client, client):
    client.post(ADD, {})  # so that the ledger has a token
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: the connection is refused
        error = refused(new_client(base_url=f"http://127.0.0.1:{nobody.getsockname()[1]}"))

    assert (error.code, error.remedy) == (0, Remedy.RETRY_LATER)
    assert error.retry_after_s > 0


def test_a_call_whose_connection_is_not_taken_up_was_certainly_not_handled(new_client, client):
    client.post(ADD, {})
    with socket.socket() as full, socket.socket() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting.connect(full.getsockname())  # the one place in the queue is taken
        error = refused(new_client(base_url=f"http://127.0.0.1:{full.getsockname()[1]}", timeout_s=(0.2, 5)))

    assert (error.code, error.remedy) == (0, Remedy.RETRY_LATER)


@pytest.mark.parametrize(("status", "remedy"), [(404, Remedy.HUMAN), (413, Remedy.HUMAN), (429, Remedy.RETRY_LATER)])
def test_a_refusal_by_http_was_not_handled(client, platform, status, remedy):
    platform.answers[ADD.path] = lambda _: Raw(status, b"<html>")

    assert refused(client).remedy is remedy


# -- codes ------------------------------------------------------------------------------------------------------------


def test_a_missing_errcode_is_success(client, platform):
    platform.answers[ADD.path] = lambda _: {"media_id": "M"}

    assert client.post(ADD, {}) == {"media_id": "M"}


def test_a_code_that_the_caller_expects_is_an_answer_with_all_its_fields(client, platform):
    platform.answers[ADD.path] = lambda _: {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 34182}

    assert client.post(ADD, {}, answers=frozenset({45065}))["msg_id"] == 34182


def test_an_unknown_code_is_permanent_and_keeps_wechats_words_without_the_token(client, platform):
    platform.answers[ADD.path] = lambda _: {"errcode": 98765, "errmsg": f"odd {platform.token} rid: 6a-1b-2c"}
    error = refused(client)

    assert (error.code, error.remedy) == (98765, Remedy.PERMANENT)
    assert "rid: 6a-1b-2c" in str(error)
    assert "98765" in str(error)
    assert "TOKEN-1" not in everything(error)


def test_an_address_not_on_the_list_is_named_as_wechat_saw_it(client, platform):
    errmsg = "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 6a-1b-2c"
    platform.answers[TOKEN_PATH] = lambda _: {"errcode": 40164, "errmsg": errmsg}
    error = refused(client)

    assert "把 IP 1.2.3.4 加进白名单" in str(error)
    assert error.remedy is Remedy.HUMAN


def test_busy_is_not_repeated_behind_the_callers_back(client, platform):
    busy = count()
    platform.answers[ADD.path] = lambda _: {"errcode": -1 if next(busy) < 1 else 0, "errmsg": "system error"}

    assert refused(client).remedy is Remedy.RETRY_NOW
    assert len(platform.requests_to(ADD.path)) == 1


RETRY_LATER = {45009, 45011, 45028, 45066, 48006, 53501, 61503}
FOLLOWER = {43004, 43101, 45015, 45047}
HUMAN = {40001, 40013, 40014, 42001, 40125, 40164, 40243, 48001, 48004, 50002, 53500}
HUMAN |= {53503, 53504, 53505, 88000, 89503, 89506, 89507}
PERMANENT = {40002, 40003, 40004, 40005, 40006, 40009, 40007, 40035, 40097, 40037, 40114, *range(41001, 41010)}
PERMANENT |= {43002, 44002, 44003, 44004, 45002, 45003, 45004, 45008, 45067, 45110, 45166, 47001, 47003}
PERMANENT |= {53502, 53600, 61500, 61501}


@pytest.mark.parametrize(
    ("remedy", "codes"),
    [
        (Remedy.RETRY_NOW, {-1}),
        (Remedy.RETRY_LATER, RETRY_LATER),
        (Remedy.FOLLOWER, FOLLOWER),
        (Remedy.HUMAN, HUMAN),
        (Remedy.PERMANENT, PERMANENT),
    ],
)
def test_every_documented_code_has_its_remedy(remedy, codes):
    assert {code: MEANINGS[code].remedy for code in codes} == dict.fromkeys(codes, remedy)
    assert all((MEANINGS[code].retry_after_s > 0) for code in codes if remedy is Remedy.RETRY_LATER)


def test_meanings_are_plain_sentences():
    for code, meaning in MEANINGS.items():
        assert any("一" <= letter <= "鿿" for letter in meaning.said), code
        assert not meaning.said.endswith("。")
        assert "！" not in meaning.said
