"""Coming in: strangers, wrong passwords, too many tries, one-time passwords, and sessions that end."""

from __future__ import annotations

import re

import pytest

from bot.ledger import people
from bot.web.passwords import hash_password, is_right, new_password

from .conftest import HASH, NOW, PASSWORD, Build, House, Visitor, fill

DESK_PAGES = [
    "/desk",
    "/desk/articles",
    "/desk/articles/qian-xuesen",
    "/desk/preview/qian-xuesen/1",
    "/desk/media/" + "0" * 64,
    "/desk/calendar",
    "/desk/pushes",
    "/desk/pushes/1",
    "/desk/password",
]
DESK_ACTS = [
    "/desk/review/qian-xuesen",
    "/desk/resubmit/qian-xuesen",
    "/desk/place/qian-xuesen",
    "/desk/unplace/qian-xuesen",
    "/desk/withdraw/qian-xuesen",
    "/desk/pushes/1",
    "/desk/slots",
    "/desk/logout",
    "/desk/password",
]


def test_the_first_visit_says_how_to_make_a_person(empty: House) -> None:
    answer = empty.visitor().get("/desk")

    assert answer.status_code == 200
    assert "python -m bot people add 名字 --role editor" in answer.text


@pytest.mark.parametrize("path", DESK_PAGES)
def test_a_stranger_is_led_to_the_login_and_sees_nothing(house: House, path: str) -> None:
    answer = house.visitor().get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/desk/login")
    assert "钱学森" not in answer.text


@pytest.mark.parametrize("path", DESK_ACTS)
def test_a_stranger_can_do_nothing(house: House, path: str) -> None:
    answer = house.visitor().post(path, verdict="passed", revision="1", reason="x")

    assert answer.status_code in (302, 401)
    assert "/desk/login" in answer.headers.get("Location", answer.text)


@pytest.mark.parametrize("path", ["/desk/login", *DESK_ACTS])
def test_a_form_without_its_token_is_refused(house: House, path: str) -> None:
    visitor = house.at_desk("林编辑")
    answer = visitor.client.post(path, data={"name": "林编辑", "password": PASSWORD, "reason": "x"})

    assert answer.status_code == 400
    assert "这个请求不完整" in answer.text


def test_the_right_password_opens_the_desk(house: House) -> None:
    visitor = house.at_desk("林编辑")

    assert "林编辑" in visitor.text("/desk")


@pytest.mark.parametrize(("name", "password"), [("林编辑", "wrong"), ("没有这人", PASSWORD), ("", ""), ("林编辑", "")])
def test_every_kind_of_wrong_gets_the_same_words(house: House, name: str, password: str) -> None:
    answer = house.visitor().log_in(name, password)

    assert answer.status_code == 401
    assert "名字或密码不对" in answer.text


def test_a_disabled_person_cannot_come_in_and_is_thrown_out(house: House) -> None:
    inside = house.at_desk("林编辑")
    with house.service.ledger.write() as tx:
        people.disable(tx, "林编辑", NOW)

    assert inside.get("/desk").status_code == 302
    assert house.visitor().log_in("林编辑").status_code == 401


def test_five_wrong_tries_close_the_door_in_every_worker(house: House) -> None:
    workers = [house.visitor(), house.visitor()]
    tries = [workers[n % 2].log_in("林编辑", "wrong").status_code for n in range(6)]
    right_now = workers[1].log_in("林编辑")
    house.clock.pass_(minutes=16)

    assert tries == [401] * 5 + [429]
    assert right_now.status_code == 429
    assert workers[0].log_in("林编辑").status_code == 302


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(house: House) -> None:
    stranger, owner = ({"environ_overrides": {"REMOTE_ADDR": address}} for address in ("198.51.100.7", "192.0.2.1"))
    tries = [house.visitor().log_in("林编辑", "wrong", **stranger).status_code for _ in range(6)]

    assert tries == [401] * 5 + [429]
    assert house.visitor().log_in("林编辑", **owner).status_code == 302
    assert house.visitor().log_in("林编辑", "wrong", **stranger).status_code == 429


def test_many_addresses_together_cannot_try_one_name_for_ever(house: House) -> None:
    visitor = house.visitor()
    tries = [
        visitor.log_in("林编辑", "wrong", environ_overrides={"REMOTE_ADDR": f"198.51.100.{n // 5}"}).status_code
        for n in range(51)
    ]

    assert tries == [401] * 50 + [429]
    assert visitor.log_in("陈审核").status_code == 302


def test_one_address_cannot_try_many_names(house: House) -> None:
    visitors = [house.visitor(), house.visitor()]
    for n in range(20):
        assert visitors[n % 2].log_in(f"猜{n}", "wrong").status_code == 401

    assert visitors[0].log_in("林编辑").status_code == 429
    elsewhere = house.visitor().log_in("林编辑", headers={"X-Forwarded-For": "203.0.113.9"})
    assert elsewhere.status_code == 302


def test_a_visitor_from_outside_cannot_invent_an_address(house: House) -> None:
    from_outside = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}
    for n in range(20):
        house.visitor().log_in(f"猜{n}", "wrong", headers={"X-Forwarded-For": f"203.0.113.{n}"}, **from_outside)

    assert house.visitor().log_in("林编辑", **from_outside).status_code == 429


def test_a_success_forgets_the_failures_before_it(house: House) -> None:
    visitor = house.visitor()
    for _ in range(4):
        visitor.log_in("林编辑", "wrong")
    assert visitor.log_in("林编辑").status_code == 302

    assert [house.visitor().log_in("林编辑", "wrong").status_code for _ in range(5)] == [401] * 5


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/desk",
        "//evil.example/desk",
        "/\\evil.example",
        "/desk\\..\\x",
        "/desk@evil.example",
        "/deskx",
        "javascript:alert(1)",
        "/desk/\r\nSet-Cookie: a=b",
    ],
)
def test_next_leads_to_no_other_site(house: House, elsewhere: str) -> None:
    answer = house.visitor().log_in("林编辑", query_string={"next": elsewhere})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk"


def test_next_leads_back_to_the_page_that_was_wanted(house: House) -> None:
    visitor = house.visitor()
    sent_to_login = visitor.get("/desk/articles?state=in_review").headers["Location"]
    answer = visitor.log_in("林编辑", path=sent_to_login)

    assert answer.headers["Location"] == "/desk/articles?state=in_review"


def test_logging_out_ends_the_session(house: House) -> None:
    visitor = house.at_desk("林编辑")
    other = house.at_desk("林编辑")
    cookie = visitor.client.get_cookie("weikepu_desk")
    assert cookie is not None
    visitor.post("/desk/logout")
    copied = house.visitor()
    copied.client.set_cookie("weikepu_desk", cookie.value)

    assert visitor.get("/desk").status_code == 302
    assert copied.get("/desk").status_code == 302
    assert other.get("/desk").status_code == 200


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(house: House) -> None:
    cookie = house.visitor().log_in("林编辑").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_secure(build: Build) -> None:
    house = build(public_url="https://kepu.example.cn")
    fill(house)
    visitor = Visitor(house.app().test_client())
    visitor.client.environ_base["wsgi.url_scheme"] = "https"
    answer = visitor.log_in("林编辑", headers={"Referer": "https://localhost/desk/login"})

    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_session_ends_after_its_hours(house: House) -> None:
    visitor = house.at_desk("林编辑")
    with visitor.client.session_transaction() as session:
        session["since"] -= 12 * 3600 + 1

    assert visitor.get("/desk").status_code == 302


def test_moving_the_rehearsal_clock_throws_nobody_out(house: House) -> None:
    visitor = house.at_desk("林编辑")
    house.clock.pass_(days=9)

    assert visitor.get("/desk").status_code == 200


# -- passwords --------------------------------------------------------------------------------------------------------


def one_time(house: House) -> Visitor:
    with house.service.ledger.write() as tx:
        people.set_password(tx, "林编辑", HASH, must_change=True)
    return house.at_desk("林编辑")


@pytest.mark.parametrize("path", ["/desk", "/desk/articles", "/desk/articles/qian-xuesen"])
def test_a_one_time_password_opens_only_the_page_that_changes_it(house: House, path: str) -> None:
    answer = one_time(house).get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk/password"


def test_a_new_password_opens_the_desk_and_ends_other_sessions(house: House) -> None:
    visitor, other = one_time(house), house.at_desk("林编辑")
    changed = visitor.post(
        "/desk/password", old=PASSWORD, password="晚上七点去跑步吧朋友", again="晚上七点去跑步吧朋友"
    )

    assert changed.headers["Location"] == "/desk"
    assert visitor.get("/desk").status_code == 200
    assert other.get("/desk").headers["Location"].startswith("/desk/login")
    assert house.visitor().log_in("林编辑").status_code == 401
    assert house.visitor().log_in("林编辑", "晚上七点去跑步吧朋友").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        (PASSWORD, "short", "short", "至少要 10 个字符"),
        (PASSWORD, "long enough 1", "long enough 2", "两次输入的新密码不一样"),
        (PASSWORD, PASSWORD, PASSWORD, "和旧密码不同"),
        ("wrong", "long enough 1", "long enough 1", "现在的密码不对"),
    ],
)
def test_a_password_that_will_not_do_is_named(house: House, old: str, new: str, again: str, said: str) -> None:
    answer = one_time(house).post("/desk/password", old=old, password=new, again=again)

    assert answer.status_code == 400
    assert said in answer.text


def test_the_old_password_cannot_be_guessed_at_leisure(house: House) -> None:
    visitor, new = house.at_desk("林编辑"), "晚上七点去跑步吧朋友"
    tries = [visitor.post("/desk/password", old=f"wrong {n}", password=new, again=new).status_code for n in range(6)]
    right = visitor.post("/desk/password", old=PASSWORD, password=new, again=new)
    house.clock.pass_(minutes=16)

    assert tries == [400] * 5 + [429]
    assert right.status_code == 429
    assert visitor.post("/desk/password", old=PASSWORD, password=new, again=new).status_code == 302


def test_a_new_password_that_will_not_do_is_no_guess(house: House) -> None:
    visitor = house.at_desk("林编辑")

    assert {visitor.post("/desk/password", old=PASSWORD, password="x", again="x").status_code for _ in range(8)} == {
        400
    }


def test_a_fresh_password_is_long_and_never_the_same() -> None:
    made = {new_password() for _ in range(50)}

    assert len(made) == 50
    assert all(re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){2}", password) for password in made)


def test_a_hash_fits_its_password_only() -> None:
    kept = hash_password("correct horse")

    assert is_right("correct horse", kept)
    assert not is_right("correct horsE", kept)
    assert not is_right("correct horse", None)
    assert not is_right("correct horse", "not a hash")
    assert "correct" not in kept
