"""What anybody may open: the reading page of an article, its pictures, and the way to the desk."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.ledger import articles, media, reading, trail
from bot.ledger.database import Connection
from bot.model.articles import AnswerFrom, ArticleState
from bot.service import Service
from bot.web import UNDER_REVISION, dates
from bot.web.piece import piece

blueprint = Blueprint("pages", __name__)

POLICY = "default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'"
A_YEAR_S = 31_536_000


def the_service() -> Service:
    """The service of the application that handles this request."""
    service: Service = current_app.extensions["weikepu"]
    return service


@blueprint.get("/")
def root() -> AnyResponse:
    """The way to the desk."""
    return redirect(url_for("desk.home"))


@blueprint.get("/a/<id:article_id>")
def article(article_id: str) -> Response:
    """An article outside WeChat: open exactly while it may answer."""
    service = the_service()
    with service.ledger.read() as tx:
        standing = reading.standing(tx, article_id)
        if standing and not standing.is_open and not standing.is_withdrawn and _was_open(tx, article_id):
            return _under_revision()
        if standing is None or not standing.is_open:
            abort(410 if standing and standing.is_withdrawn else 404)
        revision = articles.get(tx, article_id)
    if revision is None:
        abort(404)
    shown = piece(revision, service, dated=dates.day_of_year(standing.dated), pictures_at="/media/")
    return make_response(render_template("reading.html", piece=shown))


@blueprint.after_request
def _in_its_frame(response: Response) -> Response:
    """The policy of whatever stands at an article's address, also of what stands in its place.

    The box's phone shows it in a frame of its own port; real followers' pages belong into no frame but ours.
    """
    if request.endpoint == "pages.article":
        response.headers["Content-Security-Policy"] = _policy("*" if the_service().config.is_rehearsal else "'self'")
    return response


def _was_open(tx: Connection, article_id: str) -> bool:
    """True when an earlier revision of what is in review now was open: somebody may have kept its link."""
    revision, entry = articles.get(tx, article_id), articles.entry(tx, article_id)
    if revision is None or entry is None or entry.state not in (ArticleState.IN_REVIEW, ArticleState.RETURNED):
        return False
    if revision.article.answer_from is AnswerFrom.PUBLISHED and entry.published_on is None:
        return False
    return any(line.action == "sign" for line in trail.recent(tx, limit=200, subject=f"article:{article_id}"))


def _under_revision() -> Response:
    title, advice = UNDER_REVISION
    return make_response(render_template("calm.html", title=title, advice=advice), 410)


def as_article(html: str, *, frames: str) -> Response:
    """An answer with the policy of article pages: no script, nothing from elsewhere; `frames` may show it."""
    response = make_response(html)
    response.headers["Content-Security-Policy"] = _policy(frames)
    return response


def _policy(frames: str) -> str:
    return f"{POLICY}; frame-ancestors {frames}"


@blueprint.get("/media/<sha256>")
def picture(sha256: str) -> Response:
    """A picture of an open page; its address is its content, so it may be kept for ever."""
    service = the_service()
    with service.ledger.read() as tx:
        if not is_sha256(sha256) or not reading.shows_picture(tx, sha256):
            abort(404)
    response = send_picture(service, sha256)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
    return response


def is_sha256(written: str) -> bool:
    """True for 64 small hex digits."""
    return re.fullmatch(r"[0-9a-f]{64}", written) is not None


def send_picture(service: Service, sha256: str) -> Response:
    """A picture's bytes under its own kind; NotFound when the ledger or the folder lacks it."""
    with service.ledger.read() as tx:
        mime = media.picture_mime(tx, sha256)
    return Response(service.media.read(sha256), mimetype=mime)
