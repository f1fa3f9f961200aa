"""The client and the codec against the WeChat in a box, over real HTTP: both sides were written from WeChat's pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from bot.errors import OutcomeUnknown, OutletRefused, Remedy
from bot.ledger.database import Ledger
from bot.model.jobs import Job, JobFinished, JobKind, JobState
from bot.model.messages import Message, Reply
from bot.publishing.outlet import DraftArticle
from bot.sandbox.app import create_box
from bot.sandbox.settings import BoxSettings
from bot.wechat.client import WeChatClient
from bot.wechat.codec import Codec
from bot.wechat.outlet import WeChatOutlet

APP_ID, SECRET, TOKEN = "wx0123456789abcdef", "box-s3cret", "boxtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


@dataclass
class Webhook:
    """A bot that says every text back, and remembers what it was told."""

    codec: Codec
    heard: list[object]

    def __call__(self, environ, start_response):
        request = Request(environ)
        now = datetime.now(UTC)
        inbound = self.codec.decode(request.args, request.get_data(), now)
        self.heard.append(inbound)
        if isinstance(inbound, Message) and inbound.kind == "text":
            answer = self.codec.encode(Reply(f"你说：{inbound.text}"), inbound, now=now, nonce="7")
            return Response(answer, mimetype="application/xml")(environ, start_response)
        return Response("success")(environ, start_response)


def served(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module", params=["safe", "compatible", "plain"])
def mode(request):
    return request.param


@pytest.fixture(scope="module")
def webhook(mode) -> Webhook:
    return Webhook(Codec(TOKEN, AES_KEY, APP_ID, mode, 600), [])


@pytest.fixture(scope="module")
def webhook_url(webhook) -> Iterator[str]:
    yield from served(webhook)


@pytest.fixture(scope="module")
def box_url(mode, webhook_url, tmp_path_factory) -> Iterator[str]:
    settings = BoxSettings(
        app_id=APP_ID,
        app_secret=SECRET,
        token=TOKEN,
        aes_key=AES_KEY,
        callback_url=f"{webhook_url}/wechat",
        database=tmp_path_factory.mktemp("box") / "box.db",
        encryption=mode,
        kind="service",  # four mass sends a month: several tests may send
        job_delay_s=3600,  # results come when a test asks for them
    )
    app = create_box(settings)
    yield from served(app)
    app.extensions["box"].close()


@pytest.fixture
def box(box_url, webhook):
    """box(method, path, JSON): one call of the box's control API; no faults are left over."""

    def call(method: str, path: str, body: object = None):
        answer = requests.request(method, box_url + path, json={} if body is None else body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    call("DELETE", "/box/faults")
    webhook.heard.clear()
    return call


@pytest.fixture
def outlet(box_url, tmp_path: Path) -> Iterator[WeChatOutlet]:
    ledger = Ledger("sqlite:///ledger.db", folder=tmp_path)
    ledger.migrate()
    client = WeChatClient(
        app_id=APP_ID,
        secret=lambda: SECRET,
        base_url=box_url,
        ledger=ledger,
        now=lambda: datetime.now(UTC),
        timeout_s=(2, 2),
    )
    yield WeChatOutlet(client)
    client.close()
    ledger.close()


def picture(kind: str) -> bytes:
    data = BytesIO()
    Image.new("RGB", (90, 38), "#0B6E4F").save(data, kind)
    return data.getvalue()


@pytest.fixture
def draft(outlet, box) -> tuple[str, DraftArticle]:
    """A draft of one article, in the box."""
    url = outlet.upload_picture("p.png", picture("PNG"), "image/png")
    cover = outlet.upload_cover("c.jpg", picture("JPEG"), "image/jpeg")
    article = DraftArticle("科学家精神", "微科普", "二十年", f'<p>正文</p><img src="{url}">', cover)
    return outlet.add_draft([article]), article


def test_a_draft_is_found_again_and_deleted(outlet, draft):
    media_id, article = draft
    [seen] = [found for found in outlet.drafts(since=LONG_AGO) if found.media_id == media_id]

    assert (seen.titles, seen.digests, seen.cover_media_ids) == (
        (article.title,),
        (article.digest,),
        (article.cover_media_id,),
    )
    assert abs(seen.updated_at - datetime.now(UTC)) < timedelta(seconds=30)

    outlet.delete_draft(media_id)
    outlet.delete_draft(media_id)

    assert media_id not in [found.media_id for found in outlet.drafts(since=LONG_AGO)]


def test_a_publication_ends_in_an_event_and_a_job_that_agree(outlet, box, webhook, draft):
    ticket = outlet.submit(draft[0])
    assert outlet.publication(ticket.publish_id).state is JobState.RUNNING

    box("POST", "/box/settle")
    job = outlet.publication(ticket.publish_id)

    assert (job.state, len(job.urls)) == (JobState.DONE, 1)
    assert webhook.heard == [JobFinished(JobKind.PUBLISH, ticket.publish_id, job)]
    [seen] = [found for found in outlet.publications(since=LONG_AGO) if found.article_id == job.article_id]
    assert (seen.titles, seen.urls) == ((draft[1].title,), (job.urls[0],))


def test_a_mass_send_repeated_after_a_lost_answer_goes_out_once(outlet, box, webhook, draft):
    clientmsgid = f"test-{draft[0][:20]}"
    sent_before = len([e for e in box("GET", "/box/journal")["entries"] if e["kind"] == "mass"])
    box("POST", "/box/faults", {"path": "/cgi-bin/message/mass/sendall", "kind": "lost_after", "times": 1})
    with pytest.raises(OutcomeUnknown):
        outlet.mass_send(draft[0], clientmsgid)
    box("POST", "/box/settle")
    ticket = outlet.mass_send(draft[0], clientmsgid)

    assert ticket.already
    assert outlet.mass_job(ticket.msg_id).state is JobState.DONE
    [event] = webhook.heard
    assert event == JobFinished(JobKind.MASS, ticket.msg_id, Job(JobState.DONE, urls=event.job.urls))
    assert len(event.job.urls) == 1
    mass = [e for e in box("GET", "/box/journal")["entries"] if e["kind"] == "mass"]
    assert len(mass) == sent_before + 1


def test_an_unverified_account_may_neither_send_nor_publish(outlet, box):
    assert (outlet.may_mass_send(), outlet.may_publish()) == (True, True)

    box("POST", "/box/account", {"verified": False})
    try:
        assert (outlet.may_mass_send(), outlet.may_publish()) == (False, False)
    finally:
        box("POST", "/box/account", {"verified": True})


@pytest.mark.parametrize(
    "kind",
    ["lost_before", "lost_after", "http_502", "http_502_after", "truncated"],
)
def test_a_fault_during_a_change_is_unknown_and_during_a_look_retryable(outlet, box, draft, kind):
    box("POST", "/box/faults", {"path": "/cgi-bin/draft/add", "kind": kind, "times": 1})
    with pytest.raises(OutcomeUnknown):
        outlet.add_draft([draft[1]])
    box("POST", "/box/faults", {"path": "/cgi-bin/draft/batchget", "kind": kind, "times": 1})
    with pytest.raises(OutletRefused) as caught:
        outlet.drafts(since=LONG_AGO)

    assert caught.value.remedy is Remedy.RETRY_NOW


def test_a_busy_wechat_may_have_begun(outlet, box, draft):
    """Of a call that changes something nobody then knows the outcome."""
    calls = {
        "draft/add": lambda: outlet.add_draft([draft[1]]),
        "freepublish/submit": lambda: outlet.submit(draft[0]),
        "message/mass/sendall": lambda: outlet.mass_send(draft[0], "busy"),
    }
    for path, call in calls.items():
        box("POST", "/box/faults", {"path": f"/cgi-bin/{path}", "kind": "errcode:-1", "times": 1})
        with pytest.raises(OutcomeUnknown, match="正忙"):
            call()


@pytest.mark.parametrize("code", [40164, 45009, 48001, 53503])
def test_a_documented_refusal_carries_its_code(outlet, box, draft, code):
    box("POST", "/box/faults", {"path": "/cgi-bin/draft/add", "kind": f"errcode:{code}", "times": 1})
    with pytest.raises(OutletRefused) as caught:
        outlet.add_draft([draft[1]])

    assert caught.value.code == code


def test_a_token_refused_once_is_replaced_and_the_call_is_done_once(outlet, box, draft):
    box("POST", "/box/faults", {"path": "/cgi-bin/draft/add", "kind": "errcode:40001", "times": 1})
    media_id = outlet.add_draft([draft[1]])

    assert media_id in [found.media_id for found in outlet.drafts(since=LONG_AGO)]


def test_a_follower_is_answered_in_each_mode(box, webhook):
    openid = box("GET", "/box/state")["followers"][0]["openid"]
    text = "隔夜菜 ]]> <b>能吃吗</b> & 1<2 😀"
    outcome = box("POST", f"/box/followers/{openid}/say?wait=1", {"text": text})

    assert (outcome["state"], outcome["reply"]) == ("answered", f"你说：{text}")
    assert [message.follower for message in webhook.heard] == [openid]


def test_an_event_without_a_reply_is_silent(box, webhook):
    openid = box("GET", "/box/state")["followers"][0]["openid"]
    outcome = box("POST", f"/box/followers/{openid}/event?wait=1", {"event": "CLICK", "key": "HELP"})

    assert outcome["state"] == "silent"
    assert [(message.event, message.event_key) for message in webhook.heard] == [("CLICK", "HELP")]
