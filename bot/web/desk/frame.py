"""What all pages of the desk share: who may come in, the rail, how an act is answered."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.errors import BotError, LedgerBusy, NotAllowed, NotFound
from bot.ledger import people
from bot.model.people import Person
from bot.web import status_of
from bot.web.desk.words import all_written
from bot.web.login import the_person
from bot.web.notices import Undo, tell
from bot.web.pages import the_service

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

RAIL = (
    ("等我处理", "desk.home", "inbox"),
    ("稿件", "desk.articles", "sheet"),
    ("日历", "desk.calendar", "calendar"),
    ("推送", "desk.pushes", "send"),
)
"""In the order of the work; pages of later rooms join here, six at most."""

PARENTS = {"desk.article": "desk.articles", "desk.push": "desk.pushes"}


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One way in the rail."""

    label: str
    address: str
    icon: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of the desk."""

    account: str
    is_rehearsal: bool
    person: str
    role: str
    rail: tuple[RailEntry, ...]
    written: str  # into the form that this page answers: an error gives it back


@blueprint.before_request
def let_in() -> ResponseReturnValue | None:
    """Only people with a log-in get further; with a one-time password only to the page that changes it."""
    if not current_user.is_authenticated:
        return _first_page() or (expired() if request.method == "POST" else redirect(login_address()))
    if the_person().must_change_password:
        return redirect(url_for("login.password"))
    return None


def _first_page() -> ResponseReturnValue | None:
    """While nobody can log in: how to make the first person."""
    with the_service().ledger.read() as tx:
        return None if people.all_(tx) else render_template("first.html")


def login_address() -> str:
    """The way to the log-in, and from there back to the page that was wanted."""
    here = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    return url_for("login.show", next=here)


def expired() -> tuple[str, int]:
    """The answer to a form of somebody who is not logged in any more: nothing was done, and what was written is shown."""
    return _lost("登录已过期，刚才的没有做成", "重新登录以后，请再做一次。", 401, link="重新登录", to=login_address())


def stale() -> tuple[str, int]:
    """The answer to a form whose token does not fit: nothing was done, and what was written is shown."""
    if not current_user.is_authenticated and request.endpoint != "login.enter":
        return expired()
    return _lost("这个请求不完整，刚才的没有做成", "页面可能放得太久了，请打开这一页再做一次。", 400)


def _lost(title: str, advice: str, status: int, *, link: str = "打开这一页", to: str = "") -> tuple[str, int]:
    """The page that gives back what was written, and the way to where it can be said again."""
    return render_template("lost.html", title=title, advice=advice, link=link, to=to or page_of_form()), status


@blueprint.app_context_processor
def around() -> dict[str, Any]:
    """`frame` for the desk's templates; without person or rail for strangers."""
    if not request.path.startswith("/desk"):
        return {}
    config, here = the_service().config, request.endpoint or ""
    person = _whoever()
    settled = person is not None and not person.must_change_password
    rail = tuple(RailEntry(label, url_for(to), icon, PARENTS.get(here, here) == to) for label, to, icon in RAIL)
    frame = Frame(
        account=config.account.name,
        is_rehearsal=config.is_rehearsal,
        person=person.name if person else "",
        role=person.role.said if person else "",
        rail=rail if settled else (),
        written=all_written() if request.method == "POST" else "",
    )
    return {"frame": frame}


def _whoever() -> Person | None:
    """The person at the desk; None for strangers, and while the ledger cannot say (its own error page needs a frame)."""
    try:
        return the_person() if current_user.is_authenticated else None
    except BotError:
        return None


@dataclass(frozen=True, slots=True)
class Done:
    """How an act ended: what is now true, and where to go; not `counted` when somebody else was faster."""

    said: str
    onward: str
    undo: Undo | None = None
    counted: bool = True


def act(view: Callable[..., Done]) -> Callable[..., ResponseReturnValue]:
    """A view that does something; a refusal is said on the page it came from, or beside what would be lost by it."""

    @functools.wraps(view)
    def answered(**args: Any) -> ResponseReturnValue:
        try:
            done = view(**args)
        except (NotAllowed, NotFound) as error:
            return _not_done(str(error), "stop", page_of_form(), status_of(error))
        except LedgerBusy as error:
            return _lost("刚才的没有做成", str(error), status_of(error))
        if not done.counted:
            return _not_done(done.said, "look", done.onward, 409)
        tell(done.said, undo=done.undo)
        return redirect(done.onward)

    return answered


def _not_done(said: str, kind: str, onward: str, status: int) -> ResponseReturnValue:
    """A sentence on the next page; on a page of its own where somebody wrote what the next page would not hold."""
    if all_written():
        return _lost("刚才的没有做成", said, status, to=onward)
    tell(said, kind)
    return redirect(onward)


def page_of_form() -> str:
    """The page whose form was sent, as the form itself says; only pages of the desk."""
    back = request.form.get("back", "")
    is_ours = back == "/desk" or back.startswith(("/desk/", "/desk?"))
    return back if is_ours and back.isprintable() and "\\" not in back else url_for("desk.home")
