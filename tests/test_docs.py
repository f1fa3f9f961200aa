"""The documentation: what it names exists, and what the program offers is named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
GUIDES = (*READMES, "CONTRIBUTING.md", "docs/real-account.md")
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
PAGES = (*GUIDES, "CHANGELOG.md", "docs/decisions/README.md", *(f"docs/decisions/{page.name}" for page in DECISIONS))

FOLDERS = (".ci/", "articles/", "bot/", "docs/", "tests/", "tools/")
KINDS = (".css", ".html", ".lock", ".md", ".py", ".toml")
MADE_WHILE_RUNNING = ("data/", ".demo/", ".venv/")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
SETTINGS = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
SELLING = re.compile(
    r"\b(powerful|seamless|blazing|effortless|cutting-edge|world-class|simply)\b|赋能|极致|一站式|颠覆", re.I
)


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code(page: str) -> str:
    """Everything set as code, one piece a line: blocks and spans."""
    written = text(page)
    blocks = re.findall(r"^```\w*\n(.*?)^```", written, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", written, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*blocks, *spans])


def is_setting(section: str, key: str) -> bool:
    rows = SETTINGS["columns"] if section == "columns" else [SETTINGS.get(section, {})]
    return any(key in row for row in rows)


@pytest.mark.parametrize("page", READMES)
def test_the_readme_begins_with_the_demo(page):
    first = re.search(r"^```\w*\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)

    assert first is not None
    assert first[1].strip() == "make demo"


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_named_exists(page):
    assert set(re.findall(r"(?:^|sudo -u \w+ )make ([a-z]+)", code(page), re.MULTILINE)) <= TARGETS


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_exists(page):
    assert set(re.findall(r"-m bot ([a-z]+)", code(page))) <= set(main.commands)


@pytest.mark.parametrize("page", READMES)
def test_the_readme_names_every_command_and_every_target(page):
    commands = set(re.findall(r"-m bot ([a-z]+)", code(page)))
    targets = set(re.findall(r"^make ([a-z]+)", code(page), re.MULTILINE))

    assert commands == set(main.commands)
    assert targets == TARGETS - {"help", "tools"}


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_named_exists(page):
    named = re.findall(r"\[{1,2}([a-z]+)\]{1,2} ([a-z_]+)", code(page))

    assert [f"[{section}] {key}" for section, key in named if not is_setting(section, key)] == []


@pytest.mark.parametrize("page", GUIDES)
def test_every_block_of_settings_is_made_of_settings(page):
    blocks = re.findall(r"^```toml\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)
    named = [(section, key) for block in blocks for section, keys in tomllib.loads(block).items() for key in keys]

    assert [f"[{section}] {key}" for section, key in named if not is_setting(section, key)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_named_exists(page):
    named = re.findall(r"^([.\w-]+(?:/[.\w-]+)*/?)$", code(page), re.MULTILINE)
    files = [name for name in named if name.startswith(FOLDERS) or Path(name).suffix in KINDS]

    missing = [name for name in files if not name.startswith(MADE_WHILE_RUNNING) and not is_here(name)]

    assert missing == []


def is_here(name: str) -> bool:
    """A path from the root, or the name alone of a file that the same page has placed before."""
    return (ROOT / name).exists() or ("/" not in name and next((ROOT / "bot").rglob(name), None) is not None)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_picture_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(page))
    local = [target for target in targets if "://" not in target]

    assert [target for target in local if not (ROOT / page).parent.joinpath(unquote(target)).exists()] == []


def test_every_message_explained_is_one_the_program_says():
    sources = [*(ROOT / "bot").rglob("*.py"), ROOT / "scheduler.py", ROOT / "tools/make_env.py"]
    said = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    explained = re.findall(r"^\| “([^”]+)” \|", text("docs/real-account.md"), re.MULTILINE)

    assert explained
    assert [message for message in explained if message not in said] == []


def test_the_page_on_hooking_up_begins_with_what_wechat_switches_off():
    beginning = text("docs/real-account.md").split("\n## ")[1]

    assert all(word in beginning for word in ("自动回复", "自定义菜单", "停用", "退路"))


@pytest.mark.parametrize("page", PAGES)
def test_the_tone_is_plain(page):
    prose = re.sub(r"^```.*?^```|`[^`\n]+`|!\[", "", text(page), flags=re.MULTILINE | re.DOTALL)

    assert re.findall(r"[!！].{0,20}", prose) == []
    assert SELLING.findall(prose) == []
    assert re.findall(r"\b(?:TODO|TBD|FIXME)\b|(?<!\w)/(?:home|root|work|tmp|Users)/", text(page)) == []


def test_decisions_are_numbered_without_a_gap_and_listed():
    index = text("docs/decisions/README.md")

    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    assert [page.name for page in DECISIONS if f"({page.name})" not in index] == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name[:4])
def test_a_decision_says_what_was_asked_what_was_decided_why_and_what_it_costs(page):
    written = page.read_text(encoding="utf-8")

    assert all(part in written for part in ("**Question.**", "**Decision.**", "**Why.**", "**It costs**"))
    assert 15 <= written.count("\n") <= 40
