"""What publishing asks of WeChat, call by call: what is sent, and what is made of the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import OutcomeUnknown, OutletRefused, Remedy
from bot.model.jobs import Job, JobState
from bot.publishing.outlet import DraftArticle, MassTicket, Outlet, PublishTicket
from bot.wechat.outlet import WeChatOutlet

from .conftest import Raw

ARTICLE = DraftArticle(
    "科学家精神", "临汾微科普", "一位院士的二十年", "<p>正文 &amp; “引号”</p>", "COVER", "https://x.cn/a?b=1"
)
PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 400


@pytest.fixture
def outlet(client) -> WeChatOutlet:
    return WeChatOutlet(client)


@pytest.fixture
def answers(platform):
    """answers(path, JSON): what the platform says there from now on."""

    def set_answer(path, answer):
        platform.answers[path] = answer if callable(answer) else lambda _: answer

    return set_answer


def test_it_is_what_publishing_asks_for(outlet):
    checked_by_mypy_too: Outlet = outlet

    wanted = [name for name in vars(Outlet) if not name.startswith("_")]
    assert all(callable(getattr(checked_by_mypy_too, name)) for name in wanted)


# -- what the account may do ------------------------------------------------------------------------------------------

MAY = [
    ("may_mass_send", "/cgi-bin/message/mass/speed/get"),
    ("may_publish", "/cgi-bin/freepublish/batchget"),
]


@pytest.mark.parametrize(("ask", "path"), MAY)
def test_permission_is_what_wechat_says(outlet, answers, ask, path):
    answers(path, {"speed": 3, "realspeed": 15, "total_count": 0})
    assert getattr(outlet, ask)()

    answers(path, {"errcode": 48001, "errmsg": "api unauthorized rid: 6a"})
    assert not getattr(outlet, ask)()


@pytest.mark.parametrize(("ask", "path"), MAY)
def test_any_other_refusal_says_nothing_about_permission(outlet, answers, ask, path):
    answers(path, {"errcode": 45009, "errmsg": "reach max api daily quota limit"})
    with pytest.raises(OutletRefused) as caught:
        getattr(outlet, ask)()

    assert caught.value.code == 45009


# -- pictures ---------------------------------------------------------------------------------------------------------


def test_a_picture_is_sent_whole_under_its_name(outlet, platform, answers):
    answers("/cgi-bin/media/uploadimg", {"url": "http://mmbiz.qpic.cn/1"})

    assert outlet.upload_picture("a1.jpg", PICTURE, "image/jpeg") == "http://mmbiz.qpic.cn/1"
    [seen] = platform.requests_to("/cgi-bin/media/uploadimg")
    assert b'name="media"; filename="a1.jpg"' in seen.body
    assert b"Content-Type: image/jpeg" in seen.body
    assert PICTURE in seen.body


def test_a_picture_is_sent_whole_again_after_a_refused_token(outlet, platform, answers):
    answers("/cgi-bin/media/uploadimg", {"url": "http://mmbiz.qpic.cn/1"})
    outlet.upload_picture("a1.jpg", PICTURE, "image/jpeg")
    platform.revoke()
    outlet.upload_picture("a1.jpg", PICTURE, "image/jpeg")

    assert [PICTURE in seen.body for seen in platform.requests_to("/cgi-bin/media/uploadimg")] == [True] * 3


def test_a_cover_becomes_a_permanent_image(outlet, platform, answers):
    answers("/cgi-bin/material/add_material", {"media_id": "COVER", "url": "http://mmbiz.qpic.cn/2"})

    assert outlet.upload_cover("c.png", b"\x89PNG", "image/png") == "COVER"
    [seen] = platform.requests_to("/cgi-bin/material/add_material")
    assert seen.query == {"type": "image", "access_token": "TOKEN-1"}


# -- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_carries_every_field_unescaped(outlet, platform, answers):
    answers("/cgi-bin/draft/add", {"media_id": "DRAFT", "item": []})

    assert outlet.add_draft([ARTICLE, ARTICLE]) == "DRAFT"
    [seen] = platform.requests_to("/cgi-bin/draft/add")
    assert "科学家精神".encode() in seen.body
    assert (
        seen.json["articles"]
        == [
            {
                "article_type": "news",
                "title": "科学家精神",
                "author": "临汾微科普",
                "digest": "一位院士的二十年",
                "content": "<p>正文 &amp; “引号”</p>",
                "content_source_url": "https://x.cn/a?b=1",
                "thumb_media_id": "COVER",
                "need_open_comment": 0,
                "only_fans_can_comment": 0,
            }
        ]
        * 2
    )


@pytest.mark.parametrize("answer", [{}, {"errcode": 0}, {"media_id": ""}, {"media_id": None}])
def test_a_draft_without_an_id_may_exist(outlet, answers, answer):
    answers("/cgi-bin/draft/add", answer)
    with pytest.raises(OutcomeUnknown):
        outlet.add_draft([ARTICLE])


def test_a_deleted_draft_is_gone_also_when_it_was_gone_before(outlet, answers):
    answers("/cgi-bin/draft/delete", {"errcode": 40007, "errmsg": "invalid media_id"})
    outlet.delete_draft("DRAFT")

    answers("/cgi-bin/draft/delete", {"errcode": 48004, "errmsg": "api forbidden"})
    with pytest.raises(OutletRefused):
        outlet.delete_draft("DRAFT")


BOX_OF_45 = [
    {
        "media_id": f"M{i}",
        "content": {
            "news_item": [{"title": f"题{i}", "digest": f"摘{i}", "thumb_media_id": f"C{i}"}, {"title": "次条"}]
        },
        "update_time": 1_796_000_000 + i * 60,
    }
    for i in range(45)
]


def paged(items):
    def page(seen):
        asked = seen.json
        assert asked["count"] <= 20
        part = items[asked["offset"] : asked["offset"] + asked["count"]]
        return {"total_count": len(items), "item_count": len(part), "item": part}

    return page


def test_all_pages_of_the_box_are_read_newest_first(outlet, platform, answers):
    answers("/cgi-bin/draft/batchget", paged(BOX_OF_45))
    found = outlet.drafts(since=datetime(2020, 1, 1, tzinfo=UTC))

    assert [draft.media_id for draft in found] == [f"M{i}" for i in reversed(range(45))]
    assert found[0].titles == ("题44", "次条")
    assert found[0].digests == ("摘44", "")
    assert found[0].cover_media_ids == ("C44", "")
    assert found[0].updated_at == datetime.fromtimestamp(1_796_000_000 + 44 * 60, UTC)
    assert [seen.json["no_content"] for seen in platform.requests_to("/cgi-bin/draft/batchget")] == [1, 1, 1]


def test_a_draft_of_the_very_second_counts(outlet, answers):
    answers("/cgi-bin/draft/batchget", paged(BOX_OF_45))
    newest = datetime.fromtimestamp(1_796_000_000 + 44 * 60, UTC)

    assert [draft.media_id for draft in outlet.drafts(since=newest + timedelta(milliseconds=900))] == ["M44"]
    assert outlet.drafts(since=newest + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    "answer", [{"total_count": 0, "item_count": 0, "item": []}, {"total_count": 3, "item_count": 0}]
)
def test_an_empty_page_ends_the_list(outlet, answers, answer):
    answers("/cgi-bin/draft/batchget", answer)

    assert outlet.drafts(since=datetime(2020, 1, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"total_count": 1, "item": ["?"]},
        {"total_count": 1, "item": [{"media_id": "M"}]},
        {"total_count": 1, "item": [BOX_OF_45[0] | {"update_time": "?"}]},
        {"total_count": 1, "item": [BOX_OF_45[0] | {"update_time": 10**30}]},
    ],
)
def test_an_odd_list_is_asked_for_again(outlet, answers, answer):
    answers("/cgi-bin/draft/batchget", answer)
    with pytest.raises(OutletRefused) as caught:
        outlet.drafts(since=datetime(2020, 1, 1, tzinfo=UTC))

    assert caught.value.remedy is Remedy.RETRY_NOW


def test_publications_are_listed_with_their_addresses(outlet, answers):
    news = [{"title": "题", "digest": "摘", "thumb_media_id": "C", "url": "http://mp.weixin.qq.com/s/1"}]
    item = {"article_id": "A", "content": {"news_item": news}, "update_time": 1_796_000_000}
    answers("/cgi-bin/freepublish/batchget", paged([item]))
    [seen] = outlet.publications(since=datetime.fromtimestamp(1_796_000_000, UTC))

    assert (seen.article_id, seen.titles, seen.digests) == ("A", ("题",), ("摘",))
    assert (seen.cover_media_ids, seen.urls) == (("C",), ("http://mp.weixin.qq.com/s/1",))


# -- free publication -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("publish_id", [2247503051, "2247503051"])
def test_submitting_gives_a_ticket_with_ids_as_text(outlet, answers, publish_id):
    ticket = {"errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": 2**53 + 1}
    answers("/cgi-bin/freepublish/submit", ticket)

    assert outlet.submit("DRAFT") == PublishTicket("2247503051", str(2**53 + 1))


def test_an_accepted_submission_without_an_id_is_unknown(outlet, answers):
    answers("/cgi-bin/freepublish/submit", {"errcode": 0, "errmsg": "ok"})
    with pytest.raises(OutcomeUnknown, match="提交发布"):
        outlet.submit("DRAFT")


DETAIL = {
    "count": 2,
    "item": [{"idx": 2, "article_url": "http://x/2"}, {"idx": 1, "article_url": "http://x/1"}],
}


def test_a_done_publication_gives_addresses_in_order(outlet, platform, answers):
    done = {"publish_id": "1", "publish_status": 0, "article_id": "A", "article_detail": DETAIL, "fail_idx": []}
    answers("/cgi-bin/freepublish/get", done)

    assert outlet.publication("1") == Job(JobState.DONE, "", {0: "http://x/1", 1: "http://x/2"}, "A")
    assert platform.requests_to("/cgi-bin/freepublish/get")[0].json == {"publish_id": "1"}


@pytest.mark.parametrize(
    ("status", "state", "is_said"),
    [
        (1, JobState.RUNNING, False),
        (2, JobState.FAILED, True),
        (3, JobState.FAILED, True),
        (4, JobState.FAILED, True),
        (5, JobState.GONE, True),
        (6, JobState.GONE, True),
        (7, JobState.RUNNING, True),
        ("?", JobState.RUNNING, True),
    ],
)
def test_states_of_a_publication(outlet, answers, status, state, is_said):
    answers("/cgi-bin/freepublish/get", {"publish_id": "1", "publish_status": status})
    job = outlet.publication("1")

    assert (job.state, bool(job.said)) == (state, is_said)


# -- mass sends -------------------------------------------------------------------------------------------------------


def test_a_mass_send_goes_to_all_and_carries_its_own_id(outlet, platform, answers):
    answers("/cgi-bin/message/mass/sendall", {"errcode": 0, "errmsg": "ok", "msg_id": 34182, "msg_data_id": 206227730})

    assert outlet.mass_send("DRAFT", "push-7") == MassTicket("34182", "206227730", already=False)
    [seen] = platform.requests_to("/cgi-bin/message/mass/sendall")
    assert seen.json == {
        "filter": {"is_to_all": True},
        "msgtype": "mpnews",
        "mpnews": {"media_id": "DRAFT"},
        "send_ignore_reprint": 0,
        "clientmsgid": "push-7",
    }


def test_a_clientmsgid_used_before_is_success_with_the_earlier_id(outlet, answers):
    answers("/cgi-bin/message/mass/sendall", {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 34182})

    assert outlet.mass_send("DRAFT", "push-7") == MassTicket("34182", None, already=True)


@pytest.mark.parametrize("code", [0, 45065])
def test_a_mass_send_without_an_id_is_unknown(outlet, answers, code):
    answers("/cgi-bin/message/mass/sendall", {"errcode": code, "errmsg": ""})
    with pytest.raises(OutcomeUnknown):
        outlet.mass_send("DRAFT", "push-7")


def test_no_quota_left_waits(outlet, answers):
    answers("/cgi-bin/message/mass/sendall", {"errcode": 45028, "errmsg": "has no masssend quota"})
    with pytest.raises(OutletRefused) as caught:
        outlet.mass_send("DRAFT", "push-7")

    assert caught.value.remedy is Remedy.RETRY_LATER
    assert caught.value.retry_after_s > 0


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("SEND_SUCCESS", JobState.DONE),
        ("SENDING", JobState.RUNNING),
        ("SEND_FAIL", JobState.FAILED),
        ("DELETE", JobState.GONE),
        ("NEW_WORD", JobState.RUNNING),
    ],
)
def test_states_of_a_mass_send(outlet, platform, answers, status, state):
    answers("/cgi-bin/message/mass/get", {"msg_id": 34182, "msg_status": status})

    assert outlet.mass_job("34182").state is state
    assert platform.requests_to("/cgi-bin/message/mass/get")[0].json == {"msg_id": "34182"}


# -- lost answers -----------------------------------------------------------------------------------------------------

CHANGES = [
    lambda outlet: outlet.upload_picture("a.jpg", b"x", "image/jpeg"),
    lambda outlet: outlet.upload_cover("a.jpg", b"x", "image/jpeg"),
    lambda outlet: outlet.add_draft([ARTICLE]),
    lambda outlet: outlet.delete_draft("M"),
    lambda outlet: outlet.submit("M"),
    lambda outlet: outlet.mass_send("M", "push-7"),
]
LOOKS = [
    lambda outlet: outlet.may_mass_send(),
    lambda outlet: outlet.may_publish(),
    lambda outlet: outlet.drafts(since=datetime(2020, 1, 1, tzinfo=UTC)),
    lambda outlet: outlet.publications(since=datetime(2020, 1, 1, tzinfo=UTC)),
    lambda outlet: outlet.publication("1"),
    lambda outlet: outlet.mass_job("1"),
]


@pytest.fixture
def gateway_down(platform):
    paths = ["media/uploadimg", "material/add_material", "draft/add", "draft/delete", "freepublish/submit"]
    paths += ["message/mass/sendall", "message/mass/speed/get", "freepublish/batchget", "draft/batchget"]
    for path in [*paths, "freepublish/get", "message/mass/get"]:
        platform.answers[f"/cgi-bin/{path}"] = lambda _: Raw(502, b"<html>")


@pytest.mark.parametrize("change", CHANGES)
def test_a_lost_answer_to_a_change_is_unknown(outlet, gateway_down, change):
    with pytest.raises(OutcomeUnknown):
        change(outlet)


@pytest.mark.parametrize("look", LOOKS)
def test_a_lost_answer_to_a_look_is_asked_again(outlet, gateway_down, look):
    with pytest.raises(OutletRefused) as caught:
        look(outlet)

    assert caught.value.remedy is Remedy.RETRY_NOW
