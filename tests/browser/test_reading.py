"""The reading page in a real Chromium without scripts: light, within the screen, within the paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests
from playwright.sync_api import Browser, Page

from bot.config import load
from bot.editorial.intake import take_in
from bot.ledger.database import Ledger
from bot.service import open_service
from bot.web.app import create_app
from tests.browser.demonstration import SIZES, chromium
from tests.world import ROOT, SECRETS, served

NOW = datetime(2026, 12, 2, 2, 30, tzinfo=UTC)
LIGHT_BYTES = 100_000
PAPER_PX = 643  # 170 mm, A4 less its margins
WORD = "Pneumonoultramicroscopicsilicovolcanoconiosispneumonoultramicro"
ODD = f"""---
title: {"很长的标题" * 12}{WORD}
column: 健康科普
published: 2020-01-01
---

有脚注[^1]和{WORD}。

|年份|立春时刻|日出时间|日落时间|正午高度|
|-|-|-|-|-|
|2026年|2月4日4时2分|7时15分|17时30分|约37.5度|

|看什么|流感|普通感冒|
|-|-|-|
|全身|头痛、肌肉酸痛、没力气|轻，一般能活动|

```
{WORD} {WORD}
```

[^1]: 某书，第 3 页
"""


@dataclass(frozen=True)
class Shelf:
    """A web application with approved articles."""

    url: str
    samples: tuple[str, ...]
    browser: Browser


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("reading")
    (folder / "data").mkdir()
    (folder / "odd.md").write_text(ODD, encoding="utf-8")
    ours = load(ROOT / "config.toml", SECRETS)
    columns = "".join(f'[[columns]]\nid = "{each.id}"\nname = "{each.name}"\n' for each in ours.columns)
    (folder / "config.toml").write_text(f"[review]\nsteps = []\n{columns}", encoding="utf-8")
    config = load(folder / "config.toml", SECRETS)
    with closing(Ledger(config.storage.ledger, folder=folder)) as ledger:
        ledger.migrate()
    with closing(open_service(config)) as service:
        to = {"config": config, "ledger": service.ledger, "media": service.media, "person": "林编辑", "now": NOW}
        samples = take_in([ROOT / "articles"], **to)
        odd = take_in([folder / "odd.md"], **to)
        assert not (samples.bad + odd.bad)
        with served(create_app(service)) as url, chromium() as browser:
            yield Shelf(url, samples.new, browser)


@pytest.fixture(params=["light", "dark"])
def odd(request: pytest.FixtureRequest, shelf: Shelf) -> Iterator[Page]:
    """The odd article on a phone that runs no scripts."""
    page = shelf.browser.new_page(viewport=SIZES["390"], color_scheme=request.param, java_script_enabled=False)
    page.goto(f"{shelf.url}/a/odd")
    yield page
    page.close()


def weigh(shelf: Shelf, article_id: str) -> int:
    """Bytes of a page with its style and its icon, without pictures; it asks for nothing else."""
    paths = (f"/a/{article_id}", "/static/reading.css", "/static/icon.svg")
    return sum(len(requests.get(shelf.url + path, timeout=10).content) for path in paths)


def test_every_sample_article_is_light_and_needs_no_script(shelf: Shelf) -> None:
    weights = {article_id: weigh(shelf, article_id) for article_id in shelf.samples}

    assert len(weights) > 20
    assert max(weights.values()) < LIGHT_BYTES, weights
    for article_id in shelf.samples:
        assert "<script" not in requests.get(f"{shelf.url}/a/{article_id}", timeout=10).text


WIDER = """() => [...document.querySelectorAll("html, body, h1, p, section, table")]
    .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth)
    .map((node) => `${node.tagName} ${node.textContent.trim().slice(0, 20)}`)"""


def test_only_a_line_of_code_is_wider_than_the_screen(odd: Page) -> None:
    assert [said.split()[0] for said in odd.evaluate(WIDER)] == ["SECTION"]
    assert odd.evaluate("() => document.documentElement.scrollWidth") == 390


def test_a_wide_table_is_read_row_by_row(odd: Page) -> None:
    assert odd.locator("table").count() == 1
    assert odd.get_by_text("正午高度：约37.5度").is_visible()
    assert odd.get_by_text("[1] 某书，第 3 页").is_visible()


def test_on_paper_nothing_is_cut_off(odd: Page) -> None:
    odd.set_viewport_size({"width": PAPER_PX, "height": 900})
    odd.emulate_media(media="print")

    assert odd.evaluate(WIDER) == []
    assert odd.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert odd.evaluate("() => getComputedStyle(document.querySelector('h1')).color") == "rgb(31, 35, 40)"
