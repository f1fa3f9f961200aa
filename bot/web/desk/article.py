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
from bot.model.articles import ArticleState
from bot.web.dates import chosen, day_of_year, when
from bot.web.desk.frame import act, blueprint
from bot.web.desk.manuscript import free_slots, manuscript
from bot.web.desk.rights import Right, need
from bot.web.login import the_person
from bot.web.pages import as_article, is_sha256, send_picture, the_service
from bot.web.piece import piece

LONGEST_COMMENT = 2000
"""Characters of a comment or a reason."""


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
    if revision is None:
        abort(404)
    dated = day_of_year(service.now().astimezone(TIMEZONE).date())
    shown = piece(revision, service.config, dated=dated, pictures_at=url_for("desk.picture", sha256=""))
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
def decide(article_id: str) -> tuple[str, str]:
    """One review step passed, or the manuscript returned with a comment."""
    service, person = the_service(), the_person()
    verdict, comment = request.form.get("verdict"), _written("comment")
    revision = request.form.get("revision", 0, type=int)
    steps, now = service.config.review.steps, service.now()
    with service.ledger.write() as tx:
        if verdict == "passed":
            state = review.pass_step(tx, steps, article_id, revision, person, comment, now)
        elif verdict == "returned":
            state = review.return_(tx, steps, article_id, revision, person, comment, now)
        else:
            raise NotAllowed("请用页面上的按钮说明通过还是退回。")
    return _decided(state), url_for("desk.article", article_id=article_id)


def _decided(state: ArticleState) -> str:
    return {
        ArticleState.APPROVED: "审核全部通过，现在可以排期，也能用来回答提问了。",
        ArticleState.IN_REVIEW: "这一步通过了，轮到下一步。",
        ArticleState.RETURNED: "已退回，意见留在了记录里。",
    }.get(state, "已记下。")


@blueprint.post("/resubmit/<id:article_id>")
@act
def resubmit(article_id: str) -> tuple[str, str]:
    """A returned manuscript is in review again as it is."""
    service, person = the_service(), the_person()
    with service.ledger.write() as tx:
        review.resubmit(tx, service.config.review.steps, article_id, person, service.now())
    return "已再送审，从第一步重新审起。", url_for("desk.article", article_id=article_id)


@blueprint.post("/place/<id:article_id>")
@act
def place(article_id: str) -> tuple[str, str]:
    """The manuscript stands on the chosen slot of its column."""
    service, person = the_service(), the_person()
    need(person, Right.PLACE)
    due, now = _chosen_slot(), service.now()
    with service.ledger.write() as tx:
        entry = articles.entry(tx, article_id)
        column = service.config.column(entry.column) if entry else None
        if entry is None or column is None:
            raise NotFound("没有这篇稿件，或者它不属于任何栏目。")
        if due not in free_slots(tx, column, now):
            raise NotAllowed("这一期已经过了，或者排了别的稿件。请另选一期。")
        articles.place(tx, article_id, column=column.id, due=due, person=person.name, now=now)
        _note(tx, person.name, "place", article_id, now, due=due.isoformat())
    return f"《{entry.title}》排到了 {when(due, now).said}。", url_for("desk.article", article_id=article_id)


@blueprint.post("/unplace/<id:article_id>")
@act
def unplace(article_id: str) -> tuple[str, str]:
    """The manuscript is back in its column's queue."""
    service, person, now = the_service(), the_person(), the_service().now()
    need(person, Right.PLACE)
    with service.ledger.write() as tx:
        entry = articles.entry(tx, article_id)
        if entry is None or entry.placed_at is None:
            raise NotAllowed("这篇稿件没有排期，不用取消。")
        articles.unplace(tx, article_id)
        _note(tx, person.name, "unplace", article_id, now)
    return f"《{entry.title}》的排期已取消，它回到队列里。", url_for("desk.article", article_id=article_id)


@blueprint.post("/withdraw/<id:article_id>")
@act
def withdraw(article_id: str) -> tuple[str, str]:
    """The manuscript answers no more and cannot go out."""
    service, person = the_service(), the_person()
    need(person, Right.WITHDRAW)
    reason = _written("reason")
    with service.ledger.write() as tx:
        review.withdraw(tx, article_id, person, reason, service.now())
    return "已撤下，不会再用来回答提问，也不会发出。", url_for("desk.article", article_id=article_id)


def _note(tx: Connection, person: str, action: str, article_id: str, now: datetime, **detail: object) -> None:
    trail.add(tx, person=person, action=action, subject=f"article:{article_id}", detail=detail, now=now)


def _written(name: str) -> str:
    written = request.form.get(name, "").strip()
    if len(written) > LONGEST_COMMENT:
        raise NotAllowed(f"写得太长了，请不要超过 {LONGEST_COMMENT} 个字。")
    return written


def _chosen_slot() -> datetime:
    due = chosen(request.form.get("due", ""))
    if due is None:
        raise NotAllowed("请选一期。")
    return due
