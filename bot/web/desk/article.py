"""A manuscript's page, its preview, and the acts on it: pass, return, place, withdraw."""

from __future__ import annotations

from datetime import datetime

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.config import TIMEZONE
from bot.editorial import review
from bot.errors import NotAllowed, NotFound
from bot.ledger import articles, trail
from bot.ledger.database import Connection
from bot.model.articles import ArticleState, Entry, Verdict
from bot.model.people import Person
from bot.web.dates import chosen, day_of_year, when
from bot.web.desk.frame import Done, act, blueprint
from bot.web.desk.manuscript import free_slots, manuscript
from bot.web.desk.rights import Right, need
from bot.web.desk.words import written
from bot.web.login import the_person
from bot.web.notices import Undo
from bot.web.pages import as_article, is_sha256, send_picture, the_service
from bot.web.piece import piece


@blueprint.get("/articles/<id:article_id>")
def article(article_id: str) -> ResponseReturnValue:
    """The page of one manuscript."""
    service = the_service()
    with service.ledger.read() as tx:
        shown = manuscript(tx, service.config, the_person(), article_id, service.now())
    return render_template("desk/article.html", it=shown)


@blueprint.get("/preview/<id:article_id>/<int(max=2147483647):number>")
def preview(article_id: str, number: int) -> Response:
    """A revision as a phone shows it, for the frame on its page."""
    service = the_service()
    with service.ledger.read() as tx:
        revision = articles.revision(tx, article_id, number)
        entry = articles.entry(tx, article_id)
    if revision is None:
        abort(404)
    published_on = entry.published_on if entry else None
    dated = day_of_year(published_on or service.now().astimezone(TIMEZONE).date())
    shown = piece(revision, service, dated=dated, pictures_at=url_for("desk.picture", sha256=""))
    return as_article(render_template("reading.html", piece=shown), frames="'self'")


@blueprint.get("/media/<sha256>")
def picture(sha256: str) -> Response:
    """Any picture, for people of the desk."""
    if not is_sha256(sha256):
        abort(404)
    response = send_picture(the_service(), sha256)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


# -- acts -------------------------------------------------------------------------------------------------------------


@blueprint.post("/review/<id:article_id>")
@act
def decide(article_id: str) -> Done:
    """One review step passed, or the manuscript returned with a comment."""
    service, person = the_service(), the_person()
    verdict, comment = request.form.get("verdict"), written("comment")
    revision = request.form.get("revision", 0, type=int)
    steps, now, here = service.config.review.steps, service.now(), _page(article_id)
    with service.ledger.write() as tx:
        if faster := _overtaken(tx, article_id, revision, person):
            return Done(f"{faster}你刚才点的没有算数。", here, counted=False)
        if verdict == "passed":
            state = review.pass_step(tx, steps, article_id, revision, person, comment, now)
        elif verdict == "returned":
            state = review.return_(tx, steps, article_id, revision, person, comment, now)
        else:
            raise NotAllowed("请用页面上的按钮说明通过还是退回。")
    return Done(_decided(state), here)


def _overtaken(tx: Connection, article_id: str, revision: int, person: Person) -> str:
    """Who decided on this revision since the form was opened, and what; empty when nobody did."""
    seen = request.form.get("steps_done", type=int)
    taken = [each for each in articles.decisions(tx, article_id) if each.revision == revision]
    if seen is None or len(taken) <= seen:
        return ""
    last = taken[-1]
    who = "你自己" if last.person == person.name else last.person
    did = f"通过了{last.step}" if last.verdict is Verdict.PASSED else f"在{last.step}退回了它"
    return f"{who}已经{did}，"


def _decided(state: ArticleState) -> str:
    return {
        ArticleState.APPROVED: "审核全部通过，现在可以排期，也能用来回答提问了。",
        ArticleState.IN_REVIEW: "这一步通过了，轮到下一步。",
        ArticleState.RETURNED: "已退回，意见留在了记录里。",
    }.get(state, "已记下。")


@blueprint.post("/resubmit/<id:article_id>")
@act
def resubmit(article_id: str) -> Done:
    """A returned manuscript is in review again as it is."""
    service, person = the_service(), the_person()
    with service.ledger.write() as tx:
        review.resubmit(tx, service.config.review.steps, article_id, person, service.now())
    return Done("已再送审，从第一步重新审起。", _page(article_id))


@blueprint.post("/place/<id:article_id>")
@act
def place(article_id: str) -> Done:
    """The manuscript stands on the chosen slot of its column."""
    service, person = the_service(), the_person()
    need(person, Right.PLACE)
    due, now, here = _chosen_slot(), service.now(), _page(article_id)
    with service.ledger.write() as tx:
        entry = articles.entry(tx, article_id)
        column = service.config.column(entry.column) if entry else None
        if entry is None or column is None:
            raise NotFound("没有这篇稿件，或者它不属于任何栏目。")
        if _has_moved(entry):
            return Done(_moved(entry, now), here, counted=False)
        if due not in free_slots(tx, column, now):
            raise NotAllowed("这一期已经过了，或者排了别的稿件。请另选一期。")
        articles.place(tx, article_id, column=column.id, due=due, person=person.name, now=now)
        _note(tx, person.name, "place", article_id, now, due=due.isoformat())
    undo = _placing(article_id, due, entry.placed_at)
    return Done(f"《{entry.title}》排到了 {when(due, now).said}。", here, undo)


@blueprint.post("/unplace/<id:article_id>")
@act
def unplace(article_id: str) -> Done:
    """The manuscript is back in its column's queue."""
    service, person, now = the_service(), the_person(), the_service().now()
    need(person, Right.PLACE)
    with service.ledger.write() as tx:
        entry = articles.entry(tx, article_id)
        if entry is None or entry.placed_at is None:
            raise NotAllowed("这篇稿件没有排期，不用取消。")
        if _has_moved(entry):
            return Done(_moved(entry, now), _page(article_id), counted=False)
        articles.unplace(tx, article_id)
        _note(tx, person.name, "unplace", article_id, now)
    undo = _placing(article_id, None, entry.placed_at)
    return Done(f"《{entry.title}》的排期已取消，它回到队列里。", _page(article_id), undo)


@blueprint.post("/withdraw/<id:article_id>")
@act
def withdraw(article_id: str) -> Done:
    """The manuscript answers no more and cannot go out."""
    service, person = the_service(), the_person()
    need(person, Right.WITHDRAW)
    reason = written("reason")
    with service.ledger.write() as tx:
        review.withdraw(tx, article_id, person, reason, service.now())
    return Done("已撤下，不会再用来回答提问，也不会发出。", _page(article_id))


def _at(endpoint: str, article_id: str) -> str:
    return url_for(endpoint, article_id=article_id)


def _page(article_id: str) -> str:
    return _at("desk.article", article_id)


def _placing(article_id: str, now_at: datetime | None, was_at: datetime | None) -> Undo:
    """The form that puts it back where it stood, provided that it still stands where it was put."""
    stands = ("stands", now_at.isoformat() if now_at else "")
    if was_at is None:
        return Undo(_at("desk.unplace", article_id), (stands,))
    return Undo(_at("desk.place", article_id), (("due", was_at.isoformat()), stands))


def _has_moved(entry: Entry) -> bool:
    """True when it no longer stands where whoever sent the form saw it; a form that does not say counts as it is."""
    seen = request.form.get("stands")
    return seen is not None and (chosen(seen) if seen else None) != entry.placed_at


def _moved(entry: Entry, now: datetime) -> str:
    stands = f"排在 {when(entry.placed_at, now).said}" if entry.placed_at else "没有指定排期"
    return f"《{entry.title}》的排期刚刚有人改过，现在{stands}，你刚才点的没有算数。"


def _note(tx: Connection, person: str, action: str, article_id: str, now: datetime, **detail: object) -> None:
    trail.add(tx, person=person, action=action, subject=f"article:{article_id}", detail=detail, now=now)


def _chosen_slot() -> datetime:
    due = chosen(request.form.get("due", ""))
    if due is None:
        raise NotAllowed("请选一期。")
    return due
