"""Who is at the desk: log in, log out, change the password. Slow and equal for whoever guesses."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Request, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user

from bot.ledger import people, trail
from bot.ledger.database import Ledger
from bot.model.people import Person
from bot.service import Service
from bot.web import passwords
from bot.web.pages import the_service

blueprint = Blueprint("login", __name__, url_prefix="/desk")

WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 5
MOST_BY_ADDRESS = 20


class AtDesk(UserMixin):  # type: ignore[misc]
    """A person with a session; the session ends when the password changes or the person is disabled."""

    def __init__(self, person: Person, password_hash: str) -> None:
        self.person = person
        self._stamp = hashlib.sha256(password_hash.encode()).hexdigest()[:16]

    def get_id(self) -> str:
        """What the signed cookie holds: the name, and which password was given."""
        return f"{self._stamp}:{self.person.name}"


def the_person() -> Person:
    """The person whose request this is; only where a log-in is required."""
    person: Person = current_user.person
    return person


def install(app: Flask, service: Service) -> None:
    """The application knows its people."""
    manager = LoginManager(app, add_context_processor=False)
    manager.login_view = "login.show"
    manager.login_message = None
    hours = service.config.web.session_hours

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(session_id: str) -> AtDesk | None:
        # Real time, not the service's clock: 快进 in a rehearsal must not throw anybody out.
        if time.time() - session.get("since", 0) > hours * 3600:
            return None
        found = _known(service.ledger, session_id.partition(":")[2])
        return found if found and found.get_id() == session_id else None


def _known(ledger: Ledger, name: str) -> AtDesk | None:
    """The person who may come in under this name; None for unknown and disabled ones."""
    with ledger.read() as tx:
        person, kept = people.get(tx, name), people.password_hash(tx, name)
    return AtDesk(person, kept) if person and kept and person.disabled_at is None else None


# -- logging in -------------------------------------------------------------------------------------------------------


@blueprint.get("/login")
def show() -> ResponseReturnValue:
    """The log-in page; whoever is logged in goes on to where they were going."""
    if current_user.is_authenticated:
        return redirect(_onward())
    return render_template("login.html", name="", said=None)


@blueprint.post("/login")
def enter() -> ResponseReturnValue:
    """A session for the right name and password; the same words for every kind of wrong."""
    service, name = the_service(), request.form.get("name", "").strip()
    now = service.now()
    attempt = _try(service.ledger, name, client_address(request), now)
    if attempt is None:
        return _again(name, "试得太多了，请过 15 分钟再来。", 429)
    known = _known(service.ledger, name)
    with service.ledger.read() as tx:
        kept = people.password_hash(tx, name) if known else None
    if not passwords.is_right(request.form.get("password", ""), kept) or known is None:
        return _again(name, "名字或密码不对。", 401)
    _let_in(service, known, attempt)
    return redirect(_onward())


def _again(name: str, said: str, status: int) -> ResponseReturnValue:
    return render_template("login.html", name=name, said=said), status


def _let_in(service: Service, known: AtDesk, attempt: tuple[int, int]) -> None:
    with service.ledger.write() as tx:
        for number in attempt:
            people.take_back_failure(tx, number)
        people.clear_failures(tx, _by_name(known.person.name))
    session.clear()  # whatever a stranger may have planted before
    session.permanent = True
    session["since"] = time.time()
    login_user(known)


def _try(ledger: Ledger, name: str, address: str, now: datetime) -> tuple[int, int] | None:
    """The numbers of this attempt, noted as failed until it goes well; None when there were too many.

    Noting first is what makes the limit hold against many attempts at once, over all workers.
    """
    since = now - WINDOW
    by_name, by_address = _by_name(name), f"address:{address}"
    with ledger.write() as tx:
        people.clear_failures_before(tx, since)
        if people.failures_since(tx, by_name, since) >= MOST_BY_NAME:
            return None
        if people.failures_since(tx, by_address, since) >= MOST_BY_ADDRESS:
            return None
        return people.note_failure(tx, by_name, now), people.note_failure(tx, by_address, now)


def _by_name(name: str) -> str:
    # A hash: some people type their password where the name belongs.
    return "name:" + hashlib.sha256(name.encode()).hexdigest()[:32]


def client_address(asked: Request) -> str:
    """The visitor's address; behind a proxy on this machine, the one that it names last."""
    peer = asked.remote_addr or ""
    said = asked.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return said if said and _is_address(said) and _is_here(peer) else peer


def _is_address(written: str) -> bool:
    try:
        ipaddress.ip_address(written)
    except ValueError:
        return False
    return True


def _is_here(peer: str) -> bool:
    return peer in ("", "unix:") or (_is_address(peer) and ipaddress.ip_address(peer).is_loopback)


def _onward() -> str:
    """Where `next` leads, when it is a page of the desk; else the first page. Never another site."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and (parts.path == "/desk" or parts.path.startswith("/desk/"))
    return wanted if is_ours and "\\" not in wanted and wanted.isprintable() else url_for("desk.home")


# -- leaving, and changing the password -------------------------------------------------------------------------------


@blueprint.post("/logout")
@login_required  # type: ignore[untyped-decorator]
def leave() -> ResponseReturnValue:
    """The session is over."""
    logout_user()
    session.clear()
    flash("已退出。", "done")
    return redirect(url_for("login.show"))


@blueprint.get("/password")
@login_required  # type: ignore[untyped-decorator]
def password() -> ResponseReturnValue:
    """The form for a new password; who came with a one-time password gets nowhere else."""
    return render_template("password.html", shortest=passwords.SHORTEST, said=None)


@blueprint.post("/password")
@login_required  # type: ignore[untyped-decorator]
def change_password() -> ResponseReturnValue:
    """The new password counts from now on; all other sessions of this person end."""
    service, person = the_service(), the_person()
    said = _what_is_wrong(service.ledger, person)
    if said:
        return render_template("password.html", shortest=passwords.SHORTEST, said=said), 400
    kept = passwords.hash_password(request.form["password"])
    with service.ledger.write() as tx:
        people.set_password(tx, person.name, kept, must_change=False)
        trail.add(
            tx, person=person.name, action="password", subject=f"person:{person.name}", detail={}, now=service.now()
        )
    login_user(AtDesk(person, kept))
    flash("密码已改好。", "done")
    return redirect(url_for("desk.home"))


def _what_is_wrong(ledger: Ledger, person: Person) -> str | None:
    old, new = request.form.get("old", ""), request.form.get("password", "")
    if len(new) < passwords.SHORTEST:
        return f"新密码至少要 {passwords.SHORTEST} 个字符。"
    if new != request.form.get("again", ""):
        return "两次输入的新密码不一样。"
    if new == old or (person.name in new and len(new) < len(person.name) + 6):
        return "新密码要和旧密码不同，也不要用自己的名字。"
    with ledger.read() as tx:
        kept = people.password_hash(tx, person.name)
    return None if passwords.is_right(old, kept) else "现在的密码不对。"
