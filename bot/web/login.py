"""Who is at the desk: log in, log out, change the password. Slow and equal for whoever guesses."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from werkzeug.wrappers import Request

from bot.ledger import facts, people, trail
from bot.ledger.database import Connection, Ledger
from bot.model.people import Person
from bot.service import Service
from bot.web import passwords
from bot.web.notices import tell
from bot.web.pages import the_service

blueprint = Blueprint("login", __name__, url_prefix="/desk")

WINDOW = timedelta(minutes=15)
MOST_FROM_ONE_PLACE = 5  # for a name: so that a stranger elsewhere does not close the door before its owner
MOST_BY_NAME = 50
MOST_BY_ADDRESS = 20
TOO_OFTEN = "试得太多了，请过 15 分钟再来。"


class AtDesk(UserMixin):  # type: ignore[misc]
    """A person with a session; it ends with the log-out, and when the password changes or the person is disabled."""

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
        if _is_over(service.ledger, session.get("id", "")):
            return None
        found = _known(service.ledger, session_id.partition(":")[2])
        return found if found and found.get_id() == session_id else None


def _known(ledger: Ledger, name: str) -> AtDesk | None:
    """The person who may come in under this name; None for unknown and disabled ones."""
    with ledger.read() as tx:
        person, kept = people.get(tx, name), people.password_hash(tx, name)
    return AtDesk(person, kept) if person and kept and person.disabled_at is None else None


def _is_over(ledger: Ledger, session_id: str) -> bool:
    """True once this session has logged out: its cookie may have been copied."""
    with ledger.read() as tx:
        return not session_id or facts.get(tx, _session(session_id)) is not None


def _session(session_id: str) -> str:
    return "session." + _hashed(session_id)


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
    attempt = _try(service.ledger, _limits(name, client_address(request)), now)
    if attempt is None:
        return _again(name, TOO_OFTEN, 429)
    known = _known(service.ledger, name)
    with service.ledger.read() as tx:
        kept = people.password_hash(tx, name) if known else None
    if not passwords.is_right(request.form.get("password", ""), kept) or known is None:
        return _again(name, "名字或密码不对。", 401)
    _let_in(service, known, attempt)
    return redirect(_onward())


def _again(name: str, said: str, status: int) -> ResponseReturnValue:
    return render_template("login.html", name=name, said=said), status


def _let_in(service: Service, known: AtDesk, attempt: tuple[int, ...]) -> None:
    with service.ledger.write() as tx:
        for number in attempt:
            people.take_back_failure(tx, number)
        people.clear_failures(tx, _from_one_place(known.person.name, client_address(request)))
    session.clear()  # whatever a stranger may have planted before
    session.permanent = True
    session["since"] = time.time()
    session["id"] = secrets.token_urlsafe(16)
    login_user(known)


def _limits(name: str, address: str) -> dict[str, int]:
    """How many log-ins may fail, by what they have in common."""
    return {
        _from_one_place(name, address): MOST_FROM_ONE_PLACE,
        f"name:{_hashed(name)}": MOST_BY_NAME,
        f"address:{address}": MOST_BY_ADDRESS,
    }


def _try(ledger: Ledger, limits: Mapping[str, int], now: datetime) -> tuple[int, ...] | None:
    """The numbers of this attempt, noted as failed until it goes well; None when there were too many.

    Noting first is what makes the limits hold against many attempts at once, over all workers.
    """
    since = now - WINDOW
    with ledger.write() as tx:
        people.clear_failures_before(tx, since)
        if any(people.failures_since(tx, subject, since) >= most for subject, most in limits.items()):
            return None
        return tuple(people.note_failure(tx, subject, now) for subject in limits)


def _from_one_place(name: str, address: str) -> str:
    return f"place:{_hashed(name)}:{address}"


def _hashed(written: str) -> str:
    # Some people type their password where the name belongs.
    return hashlib.sha256(written.encode()).hexdigest()[:32]


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
    """The session is over, also for whoever has a copy of its cookie."""
    service, session_id = the_service(), session.get("id", "")
    logout_user()
    session.clear()
    with service.ledger.write() as tx:
        _end_session(tx, session_id, datetime.now(UTC), hours=service.config.web.session_hours)
    tell("已退出。")
    return redirect(url_for("login.show"))


def _end_session(tx: Connection, session_id: str, now: datetime, *, hours: int) -> None:
    """Remembered as long as the cookie could last: real time, as in `since`."""
    facts.forget(tx, "session.", before=now - timedelta(hours=hours))
    facts.put(tx, _session(session_id), "over", now)


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
    refused = _refused(service, person)
    if refused:
        said, status = refused
        return render_template("password.html", shortest=passwords.SHORTEST, said=said), status
    kept = passwords.hash_password(request.form["password"])
    with service.ledger.write() as tx:
        people.set_password(tx, person.name, kept, must_change=False)
        trail.add(
            tx, person=person.name, action="password", subject=f"person:{person.name}", detail={}, now=service.now()
        )
    login_user(AtDesk(person, kept))
    tell("密码已改好。")
    return redirect(url_for("desk.home"))


def _refused(service: Service, person: Person) -> tuple[str, int] | None:
    """Why the password stays, and the status; None when it may change."""
    old, new = request.form.get("old", ""), request.form.get("password", "")
    unfit = _unfit(person, old, new)
    if unfit:
        return unfit, 400
    subject = f"password:{_hashed(person.name)}"
    if _try(service.ledger, {subject: MOST_FROM_ONE_PLACE}, service.now()) is None:
        return TOO_OFTEN, 429
    with service.ledger.read() as tx:
        kept = people.password_hash(tx, person.name)
    if not passwords.is_right(old, kept):
        return "现在的密码不对。", 400
    with service.ledger.write() as tx:
        people.clear_failures(tx, subject)
    return None


def _unfit(person: Person, old: str, new: str) -> str | None:
    if len(new) < passwords.SHORTEST:
        return f"新密码至少要 {passwords.SHORTEST} 个字符。"
    if new != request.form.get("again", ""):
        return "两次输入的新密码不一样。"
    if new == old or (person.name in new and len(new) < len(person.name) + 6):
        return "新密码要和旧密码不同，也不要用自己的名字。"
    return None
