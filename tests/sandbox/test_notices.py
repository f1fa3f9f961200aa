"""模板消息, 订阅通知 and 一次性订阅: who gets one, what is refused, and what the bot hears."""

from typing import Any

import pytest
import requests

from tests.sandbox.client import Client, Receiver
from tests.sandbox.test_taps import heard

STRANGER = "o" + "x" * 27
DATA = {"thing1": {"value": "科技馆开放日"}, "thing2": {"value": "周六 9:00"}}


def wxa(box: Client, name: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
    """A call of `/wxaapi/newtmpl/…`: POST with a body, else GET."""
    address, query = f"{box.url}/wxaapi/newtmpl/{name}", {"access_token": box.token, **query}
    method = "GET" if body is None else "POST"
    answer: dict[str, Any] = requests.request(method, address, params=query, json=body, timeout=5).json()
    return answer


def template(box: Client) -> str:
    asked = {"template_id_short": "1001", "keyword_name_list": ["活动名称", "活动时间"]}
    return str(box.post("template/api_add_template", asked)["template_id"])


def notice(box: Client) -> str:
    return str(wxa(box, "addtemplate", {"tid": "1001", "kidList": [1, 2], "sceneDesc": "活动"})["priTmplId"])


def agree(box: Client, openid: str, template_id: str, **more: Any) -> None:
    box.box("POST", f"followers/{openid}/agreements", {"template_id": template_id, **more})


def test_a_template_message_arrives_and_the_bot_hears_of_it(service: Client, receiver: Receiver) -> None:
    openid = service.openids()[0]
    sent = service.post("message/template/send", {"touser": openid, "template_id": template(service), "data": DATA})

    (event,) = heard(receiver, 1)
    told = [event.findtext(name) for name in ("Event", "MsgID", "Status")]
    assert told == ["TEMPLATESENDJOBFINISH", str(sent["msgid"]), "success"]
    assert service.chat(openid)[-1]["text"] == "活动报名结果通知\n活动名称：科技馆开放日\n活动时间：周六 9:00"


def test_who_takes_no_messages_is_told_to_the_bot_as_a_block(service: Client, receiver: Receiver) -> None:
    openid = service.openids()[0]
    service.box("POST", f"followers/{openid}/profile", {"is_refusing": True})
    service.post("message/template/send", {"touser": openid, "template_id": template(service), "data": DATA})
    service.box("POST", f"followers/{openid}/profile", {"is_refusing": False})

    assert heard(receiver, 1)[0].findtext("Status") == "failed:user block"


def test_a_client_msg_id_is_known_for_ten_minutes(service: Client) -> None:
    service.clock("2032-01-01T12:00:00")
    openid, own = service.openids()[0], template(service)
    asked = {"touser": openid, "template_id": own, "data": DATA, "client_msg_id": "one"}
    first, again = (service.post("message/template/send", asked)["msgid"] for _ in range(2))
    shown = [item["text"] for item in service.chat(openid) if "科技馆开放日" in item["text"]]
    service.clock("2032-01-01T12:10:01")

    assert first == again
    assert service.post("message/template/send", asked)["msgid"] != first
    assert len([item for item in service.chat(openid) if "科技馆开放日" in item["text"]]) == len(shown) + 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"touser": STRANGER}, 40003),
        ({"template_id": "made-up"}, 40037),
        ({"data": {"thing1": {"value": "科技馆"}}}, 47003),
        ({"data": {**DATA, "thing2": "周六"}}, 47003),
        ({"data": []}, 47003),
    ],
)
def test_template_messages_that_are_refused(service: Client, changes: dict[str, Any], code: int) -> None:
    asked = {"touser": service.openids()[0], "template_id": template(service), "data": DATA} | changes

    assert service.post("message/template/send", asked)["errcode"] == code


def test_a_template_may_be_banned(service: Client) -> None:
    service.box("POST", "faults", {"path": "/cgi-bin/message/template/send", "kind": "errcode:43116", "times": 1})

    assert service.post("message/template/send", {})["errcode"] == 43116


def test_who_does_not_follow_gets_no_template_message(service: Client) -> None:
    openid = service.openids()[0]
    service.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    asked = {"touser": openid, "template_id": template(service), "data": DATA}
    code = service.post("message/template/send", asked)["errcode"]
    service.box("POST", f"followers/{openid}/subscribe?wait=1")

    assert code == 43004


def test_each_agreement_is_good_for_one_notice(service: Client, receiver: Receiver) -> None:
    openid, own = service.openids()[0], notice(service)
    asked = {"touser": openid, "template_id": own, "data": DATA}
    agree(service, openid, own)
    agree(service, openid, own, is_accepted=False)
    codes = [service.post("message/subscribe/bizsend", asked)["errcode"] for _ in range(2)]

    events = {event.findtext("Event"): event for event in heard(receiver, 3)}
    assert codes == [0, 43101]
    assert events["subscribe_msg_sent_event"].findtext("SubscribeMsgSentEvent/List/ErrorStatus") == "success"
    assert events["subscribe_msg_popup_event"].findtext("SubscribeMsgPopupEvent/List/TemplateId") == own


@pytest.mark.parametrize(("changes", "code"), [({"template_id": "made-up"}, 40037), ({"data": {}}, 47003)])
def test_notices_that_are_refused(service: Client, changes: dict[str, Any], code: int) -> None:
    asked = {"touser": service.openids()[0], "template_id": notice(service), "data": DATA} | changes

    assert service.post("message/subscribe/bizsend", asked)["errcode"] == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"scene": "7"}, 43101),
        ({"scene": "10001"}, 40035),
        ({"title": "字" * 15}, 0),
        ({"title": "字" * 16}, 47003),
        ({"data": {"content": {"value": "字" * 200}}}, 0),
        ({"data": {"content": {"value": "字" * 201}}}, 47003),
    ],
)
def test_one_message_for_a_scene_that_was_agreed_to(box: Client, changes: dict[str, Any], code: int) -> None:
    openid = box.openids()[0]
    agree(box, openid, "TEMPLATE", scene="8")
    usual = {"touser": openid, "template_id": "TEMPLATE", "scene": "8", "title": "开馆"}
    asked = usual | {"data": {"content": {"value": "明天开馆"}}} | changes
    given = box.post("message/template/subscribe", asked)["errcode"]
    if given:
        box.post("message/template/subscribe", usual | {"data": {"content": {"value": "用掉"}}})

    assert given == code
    assert box.post("message/template/subscribe", asked)["errcode"] == (43101 if code == 0 else code)


def test_templates_are_taken_listed_and_dropped(service: Client) -> None:
    own, taken = template(service), notice(service)

    listed = {one["template_id"]: one for one in service.get("template/get_all_private_template")["template_list"]}
    assert listed[own]["content"] == "活动名称：{{thing1.DATA}}\n活动时间：{{thing2.DATA}}"
    assert taken in {one["priTmplId"] for one in wxa(service, "gettemplate")["data"]}
    assert service.post("template/del_private_template", {"template_id": own})["errcode"] == 0
    assert service.post("template/del_private_template", {"template_id": own})["errcode"] == 40037
    assert [wxa(service, "deltemplate", {"priTmplId": taken})["errcode"] for _ in range(2)] == [0, 40037]
    assert service.post("template/api_add_template", {"template_id_short": "1"})["errcode"] == 40037
    wrong = {"template_id_short": "1001", "keyword_name_list": ["诗"]}
    assert service.post("template/api_add_template", wrong)["errcode"] == 40035
    assert wxa(service, "addtemplate", {"tid": "1001", "kidList": [9]})["errcode"] == 40035
    assert wxa(service, "getcategory")["data"][0]["name"] == "科普"
    assert wxa(service, "getpubtemplatetitles")["count"] == 2
    assert wxa(service, "getpubtemplatekeywords", tid="1001")["data"][0]["name"] == "活动名称"
    assert wxa(service, "getpubtemplatekeywords", tid="1")["errcode"] == 40037
    assert service.post("template/api_set_industry", {"industry_id1": "1", "industry_id2": "41"})["errcode"] == 0
    assert service.get("template/get_industry")["secondary_industry"]["second_class"] == "41"
    assert service.post("template/api_set_industry", {"industry_id1": "0", "industry_id2": "42"})["errcode"] == 40035


@pytest.mark.parametrize("path", ["message/template/send", "message/subscribe/bizsend", "template/api_add_template"])
def test_an_account_that_is_no_verified_service_sends_none(box: Client, path: str) -> None:
    assert box.post(path, {})["errcode"] == 48001
