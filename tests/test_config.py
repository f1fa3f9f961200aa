"""Settings: the file lists them all, and what is wrong is named with an example."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from itertools import combinations
from math import dist
from pathlib import Path

import pytest

from bot import __version__
from bot.config import Config, load, parse, refuse_unfit
from bot.config.rules import rules_of
from bot.config.settings import SECTIONS
from bot.editorial.theme import readable, rgb
from bot.errors import ConfigError
from bot.model.columns import Column

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))


def read(written: dict[str, object], environ: dict[str, str] | None = None) -> Config:
    return parse(written, folder=ROOT, environ=environ or {})


@pytest.mark.parametrize("section", SECTIONS)
def test_config_toml_holds_every_setting_with_its_default(section):
    defaults = SECTIONS[section]()

    written = {key: tuple(value) if isinstance(value, list) else value for key, value in WRITTEN[section].items()}

    assert written == {f.name: getattr(defaults, f.name) for f in fields(defaults)}


def test_every_setting_says_what_it_may_be():
    free = {(name, f.name) for name, kind in SECTIONS.items() for f in fields(kind) if f.name not in rules_of(kind)}

    assert free == {("review", "steps"), ("rehearsal", "clock_file")}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_default_and_every_example_is_within_its_rule(section):
    kind = SECTIONS[section]
    defaults = {f.name: f.default for f in fields(kind)}

    shown = [
        (rule, value)
        for key, rule in rules_of(kind).items()
        for value in (defaults[key], rule.example or defaults[key])
    ]

    assert [(rule.problem, value) for rule, value in shown if not rule.holds(value)] == []


def test_config_toml_shows_every_setting_of_a_column():
    shown = {key for column in WRITTEN["columns"] for key in column}

    assert shown == {f.name for f in fields(Column)}


def test_every_columns_colour_can_be_read_on_white_and_no_two_look_alike():
    colors = [rgb(column["color"]) for column in WRITTEN["columns"]]

    assert [color for color in colors if readable(color) != color] == []
    assert min(dist(one, other) for one, other in combinations(colors, 2)) > 40


def test_every_setting_in_config_toml_carries_a_comment():
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").split("[[columns]]")[0].splitlines()

    bare = [line for line in lines if " = " in line and not line.startswith("#") and "#" not in line]

    assert bare == []


def test_the_program_knows_its_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == __version__


def test_an_empty_file_is_enough():
    assert read({}) == Config(folder=ROOT)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ({"webb": {}}, ["webb", "web"]),
        ({"web": {"prot": 1}}, ["[web] prot", "port"]),
        ({"web": {"port": "8000"}}, ["[web] port", "整数", "8000"]),
        ({"web": {"port": 0}}, ["[web] port", "65535", "8000"]),
        ({"web": {"workers": True}}, ["[web] workers", "整数"]),
        ({"web": {"threads": 4}}, ["[web] threads", "17"]),
        ({"web": 3}, ["web", "表"]),
        ({"account": {"kind": "personal"}}, ["[account] kind", "subscription"]),
        ({"account": {"route": "email"}}, ["[account] route", "auto"]),
        ({"account": {"api_base_url": "weixin"}}, ["[account] api_base_url", "https"]),
        ({"account": {"api_base_url": "http://[x]/"}}, ["[account] api_base_url", "https"]),
        ({"web": {"public_url": "http://[::1"}}, ["[web] public_url", "https"]),
        ({"storage": {"ledger": "mysql://x"}}, ["[storage] ledger", "sqlite:///"]),
        ({"review": {"steps": "初审"}}, ["[review] steps", '["初审"']),
        ({"review": {"steps": ["初审", "初审"]}}, ["[review] steps", "重复"]),
        ({"columns": [{"id": "a"}]}, ["[[columns]]", "name"]),
        ({"columns": [{"id": "a", "name": "甲", "schedule": "5 18:00"}]}, ["schedule", "fri 18:00", "数字"]),
        ({"columns": [{"id": "a", "name": "甲", "schedule": "fri 25:00"}]}, ["schedule", "钟点"]),
        ({"columns": [{"id": "a", "name": "甲", "late_hours": -1}]}, ["late_hours"]),
        ({"columns": [{"id": "a", "name": "甲", "late_hours": 673}]}, ["late_hours", "672 小时"]),
        ({"columns": [{"id": "a", "name": "甲", "answer_from": "never"}]}, ["answer_from", "approval 或 published"]),
        ({"columns": [{"id": "a", "name": "甲", "answer_from": 3}]}, ["answer_from", "approval 或 published"]),
        ({"columns": [{"id": "a", "name": "甲"}, {"id": "a", "name": "乙"}]}, ["两次"]),
        ({"columns": [{"id": "a", "name": "甲", "when": "fri"}]}, ["when", "schedule"]),
        ({"columns": [{"id": "a", "name": "甲", "color": "red"}]}, ["color", "#0B6E4F"]),
        ({"columns": [{"id": "a", "name": "甲", "color": "#12345"}]}, ["color", "#0B6E4F"]),
        ({"columns": [{"id": "a", "name": "甲", "color": '#123456" onload="x'}]}, ["color", "#0B6E4F"]),
    ],
)
def test_a_wrong_setting_is_named_with_problem_and_example(written, named):
    with pytest.raises(ConfigError) as caught:
        read(written)

    assert all(word in str(caught.value) for word in [*named, "例如"])


def test_a_whole_number_of_late_hours_is_fine():
    assert read({"columns": [{"id": "a", "name": "甲", "late_hours": 2}]}).columns[0].late_hours == 2.0


def test_columns_come_in_their_order_and_by_either_name():
    config = read({"columns": [{"id": "b", "name": "乙", "order": 2}, {"id": "a", "name": "甲", "order": 1}]})

    assert [column.id for column in config.columns] == ["a", "b"]
    assert config.column("乙") is config.column("b") is config.columns[1]
    assert config.column("丙") is None


@pytest.mark.parametrize("name", ["app_secret", "token", "aes_key", "desk_key"])
def test_a_missing_secret_names_its_variable(name):
    with pytest.raises(ConfigError, match=f"WEIKEPU_{name.upper()}"):
        read({}).secrets.need(name)


def test_secrets_stay_out_of_a_printed_config():
    config = read(
        {},
        {
            "WEIKEPU_APP_SECRET": "s3cret",
            "WEIKEPU_TOKEN": "t0ken",
            "WEIKEPU_AES_KEY": "k" * 43,
            "WEIKEPU_DESK_KEY": "d3sk" * 8,
        },
    )

    printed = repr(config)

    assert config.secrets.need("app_secret") == "s3cret"
    assert not any(secret in printed for secret in ("s3cret", "t0ken", "kkk", "d3sk"))


@pytest.mark.parametrize(
    "environ",
    [
        {"WEIKEPU_AES_KEY": "short"},
        {"WEIKEPU_TOKEN": "有中文"},
        {"WEIKEPU_TOKEN": "ab"},
    ],
    ids=lambda e: next(iter(e.items()))[1],
)
def test_a_malformed_secret_is_refused_without_being_shown(environ):
    with pytest.raises(ConfigError) as caught:
        read({}, environ)

    name, value = next(iter(environ.items()))
    assert name in str(caught.value)
    assert value not in str(caught.value)


def test_load_reads_env_beside_the_settings_and_the_environment_wins(tmp_path):
    (tmp_path / "config.toml").write_text('[account]\nname = "测试"\n', encoding="utf-8")
    (tmp_path / ".env").write_text("WEIKEPU_TOKEN=fromfile\nWEIKEPU_APP_SECRET=filesecret\n", encoding="utf-8")

    config = load(environ={"WEIKEPU_CONFIG": str(tmp_path / "config.toml"), "WEIKEPU_TOKEN": "fromenv"})

    assert (config.account.name, config.folder) == ("测试", tmp_path)
    assert (config.secrets.token, config.secrets.app_secret) == ("fromenv", "filesecret")


@pytest.mark.parametrize(("content", "named"), [(b"[web\n", "写法有误"), (b"\xff\xfe", "UTF-8")])
def test_an_unreadable_file_is_one_sentence(tmp_path, content, named):
    (tmp_path / "config.toml").write_bytes(content)

    with pytest.raises(ConfigError, match=named):
        load(tmp_path / "config.toml", environ={})


@pytest.mark.parametrize("content", ["密钥".encode("gbk"), b"WEIKEPU_TOKEN=\xff\n"])
def test_secrets_in_another_encoding_are_one_sentence(tmp_path, content):
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(ConfigError, match=r"\.env 不是 UTF-8"):
        load(tmp_path / "config.toml", environ={})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml", environ={})


LONG_KEY = {"WEIKEPU_DESK_KEY": "k" * 32}


@pytest.mark.parametrize(
    "public_url",
    [
        "http://127.0.0.1:8000",
        "http://localhost",
        "http://[::1]:8000",
        "http://0.0.0.0",
        "http://192.168.1.20:8000",
        "http://10.0.0.5",
        "http://172.16.3.4",
        "http://172.31.3.4",
        "http://kepu.local",
        "http://kepu.local.:8000",
    ],
)
@pytest.mark.parametrize("wechat", ["api", "api2", "sh.api", "sz.api", "hk.api"])
def test_the_real_wechat_refuses_a_public_url_that_opens_only_inside(public_url, wechat):
    written = {"account": {"api_base_url": f"https://{wechat}.weixin.qq.com"}, "web": {"public_url": public_url}}

    with pytest.raises(ConfigError, match="public_url"):
        refuse_unfit(read(written, LONG_KEY))


@pytest.mark.parametrize("public_url", ["https://kepu.example.cn", "http://172.32.1.1", "http://8.8.8.8"])
def test_the_real_wechat_takes_a_public_url_that_opens_outside(public_url):
    refuse_unfit(read({"web": {"public_url": public_url}}, LONG_KEY))


def test_a_local_wechat_is_content_with_a_local_public_url_and_a_short_key():
    refuse_unfit(read({"account": {"api_base_url": "http://127.0.0.1:8001"}}, {"WEIKEPU_DESK_KEY": "short"}))


def test_the_real_wechat_refuses_a_key_with_which_log_ins_could_be_forged():
    written = {"web": {"public_url": "https://kepu.example.cn"}}

    with pytest.raises(ConfigError, match="WEIKEPU_DESK_KEY") as caught:
        refuse_unfit(read(written, {"WEIKEPU_DESK_KEY": "z" * 31}))

    assert "zz" not in str(caught.value)


def test_every_unknown_key_of_a_section_is_named():
    with pytest.raises(ConfigError, match=r"wrokers、prot"):
        read({"web": {"wrokers": 2, "prot": 1}})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"web": {"workers": True}}, "workers = true"),
        ({"columns": [{"id": 1, "name": "甲"}]}, "id = 1：要写成文字"),
        ({"columns": [{"id": " ", "name": "甲"}]}, '不能空着。例如 id = "spirit"'),
        ({"columns": [7]}, "[[columns]]（第 1 个）"),
    ],
)
def test_a_wrong_value_is_shown_as_it_was_written(written, said):
    with pytest.raises(ConfigError) as caught:
        read(written)

    assert said in str(caught.value)
    assert "None" not in str(caught.value)


def test_a_slip_in_the_settings_names_its_place_in_chinese(tmp_path):
    (tmp_path / "config.toml").write_text('[web]\nport = 80\nhost = "a\n', encoding="utf-8")

    with pytest.raises(ConfigError, match="第 3 行第") as caught:
        load(tmp_path / "config.toml", environ={})

    assert "line" not in str(caught.value)


def test_the_clock_moves_only_in_a_rehearsal():
    with pytest.raises(ConfigError, match="clock_file"):
        read({"rehearsal": {"clock_file": "data/clock"}})
