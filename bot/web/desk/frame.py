"""What all pages of the desk share: who may come in, the rail, how an act is answered."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.errors import BotError, NotAllowed, NotFound
from bot.ledger import people
from bot.model.people import Person
from bot.web.login import the_person
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


@blueprint.before_request
def let_in() -> ResponseReturnValue | None:
    """Only people with a log-in get further; with a one-time password only to the page that changes it."""
    if not current_user.is_authenticated:
        return _first_page() or redirect(url_for("login.show", next=_where_to()))
    if the_person().must_change_password:
        return redirect(url_for("login.password"))
    return None


def _first_page() -> ResponseReturnValue | None:
    """While nobody can log in: how to make the first person."""
    with the_service().ledger.read() as tx:
        return None if people.all_(tx) else render_template("first.html")


def _where_to() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


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
    )
    return {"frame": frame}


def _whoever() -> Person | None:
    """The person at the desk; None for strangers, and while the ledger cannot say (its own error page needs a frame)."""
    try:
        return the_person() if current_user.is_authenticated else None
    except BotError:
        return None


def act(view: Callable[..., tuple[str, str]]) -> Callable[..., ResponseReturnValue]:
    """A view that does something: gives (what is now true, where to go); a refusal is said on the page it came from."""

    @functools.wraps(view)
    def answered(**args: Any) -> ResponseReturnValue:
        try:
            said, onward = view(**args)
        except (NotAllowed, NotFound) as error:
            flash(str(error), "stop")
            return redirect(_back())
        flash(said, "done")
        return redirect(onward)

    return answered


def _back() -> str:
    """The page whose form was sent, as the form itself says; only pages of the desk."""
    back = request.form.get("back", "")
    is_ours = back == "/desk" or back.startswith(("/desk/", "/desk?"))
    return back if is_ours and back.isprintable() and "\\" not in back else url_for("desk.home")
