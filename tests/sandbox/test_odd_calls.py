"""Odd values in any field of any call are refused or taken; none makes the box itself fail."""

from typing import Any

import pytest

from bot.sandbox.platform import ENDPOINTS
from tests.sandbox.client import Client

FIELDS = """
articles begin button cgi_path clientmsgid command content count filter index image images list matchrule
media_id menuid msg_data_id msg_id mpnews msgmenu news offset openid openid_list openids publish_id article_id
remark rid speed tag tagid text touser towxname type user_comment_id user_id user_list begin_date end_date
action appid grant_type secret customservice aimsgcontext article_idx next_openid voice video music
miniprogrampage mpvideo
"""
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    10**30,
    "",
    "x" * 5000,
    "\ud83d",
    [],
    [None],
    [[]],
    {},
    {"id": {}},
    [{"id": []}],
)
KINDS = ("text", "image", "news", "msgmenu", "mpnews", "voice", "video", "music", "miniprogrampage", "mpvideo")


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
def test_odd_values_do_not_break_the_box(box: Client, path: str) -> None:
    address = f"{box.url}{path}?access_token={box.token}&type=image&openid=x&next_openid=x&media_id=x"
    method = ENDPOINTS[path].method or "POST"
    openid = box.openids()[0]
    for number, odd in enumerate(ODD):
        usual = {"touser": openid, "msgtype": KINDS[number % len(KINDS)], "is_to_all": True}
        body = dict.fromkeys(FIELDS.split(), odd) | usual
        answer = box.http.request(method, address, json=body, timeout=5)

        assert answer.status_code == 200, (odd, answer.text)
