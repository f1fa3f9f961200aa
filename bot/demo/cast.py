"""The demo's people and articles: who may log in, and how far the samples have come through their reviews."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.config import Config, load
from bot.demo.place import ROOT, Place
from bot.editorial.review import may, pass_step
from bot.errors import BotError
from bot.ledger import articles, people
from bot.ledger.database import Connection, Ledger
from bot.model.articles import ArticleState, Entry
from bot.model.people import Person, Role
from bot.service import clock

CAST = (
    ("张晓雯", Role.EDITOR, "编辑：排期、看稿"),
    ("李建国", Role.REVIEWER, "审核：初审、复审"),
    ("王秀兰", Role.REVIEWER, "审核：初审、复审"),
    ("陈志远", Role.LEADER, "分管领导：终审"),
    ("赵海", Role.DUTY, "值班：处理没发成的推送"),
)
LEFT_IN_REVIEW = "llm-hallucination"  # one piece stays before its last review, to be tried by hand


def seed(place: Place, environ: dict[str, str], *, fresh: bool) -> dict[str, str]:
    """Ledger, sample articles, people and reviews; the passwords that count from now on, by name."""
    _command(environ, "migrate")
    _command(environ, "intake", str(ROOT / "articles"))
    if not fresh and place.is_private:
        return {}
    config = load(place.config_file, environ)
    ledger = Ledger(config.storage.ledger, folder=config.folder)
    try:
        passwords = _people(place, ledger)
        if fresh:
            _review(ledger, config)
    finally:
        ledger.close()
    if fresh:
        _command(environ, "intake", str(ROOT / "articles"))  # brings the archive up to what was just approved
    return passwords


def _command(environ: dict[str, str], *arguments: str) -> None:
    """Runs one command of the bot's; BotError with its own words when it fails."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "bot", *arguments], env=environ, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise BotError((done.stderr or done.stdout).strip())


def _people(place: Place, ledger: Ledger) -> dict[str, str]:
    """The cast's passwords: the published one where only this machine can reach the desk, else fresh ones."""
    from argon2 import PasswordHasher

    now, hasher = datetime.now(UTC), PasswordHasher()
    passwords = {name: "kepu-demo-2026" if place.is_private else secrets.token_urlsafe(12) for name, _, _ in CAST}
    with ledger.write() as tx:
        for name, role, _ in CAST:
            if people.get(tx, name) is None:
                people.add(tx, name, role, hasher.hash(passwords[name]), now)
            people.set_password(tx, name, hasher.hash(passwords[name]), must_change=False)
    return passwords


def _review(ledger: Ledger, config: Config) -> None:
    """The samples have come through their reviews, step by step, as the cast would take them."""
    now = clock(config)()
    with ledger.write() as tx:
        reviewers = [person for person in people.all_(tx) if person.role in (Role.REVIEWER, Role.LEADER)]
        for entry in articles.entries(tx, state=ArticleState.IN_REVIEW):
            for taken, _ in enumerate(config.review.steps[: -1 if entry.id == LEFT_IN_REVIEW else None], 1):
                _pass_by_anyone(tx, config, entry, reviewers, now + timedelta(seconds=taken))


def _pass_by_anyone(tx: Connection, config: Config, entry: Entry, reviewers: Sequence[Person], now: datetime) -> None:
    """The next step, by the first of the cast who may take it; nobody: it waits for a real person."""
    revision = articles.get(tx, entry.id)
    taken = articles.decisions(tx, entry.id)
    for person in reviewers:
        # The leader signs last: nobody else may.
        is_kept = person.role is Role.LEADER and revision and revision.steps_done < len(config.review.steps) - 1
        if revision and not is_kept and may(person, revision, taken, config.review.steps)[0]:
            pass_step(tx, config.review.steps, entry.id, entry.revision, person, "示例", now)
            return
