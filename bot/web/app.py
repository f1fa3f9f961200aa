"""The web application, put together: `create_app(service)`."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import Flask, Response, render_template, request
from flask.json.provider import DefaultJSONProvider
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import PathConverter

from bot.errors import BotError
from bot.service import Service
from bot.web import OUTSIDE, SENTENCES, health, login, pages, status_of
from bot.web.desk import blueprint as desk
from bot.web.desk.frame import stale
from bot.web.faults import where
from bot.web.turnstile import Turnstile
from bot.web.webhook import Webhook

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)

LARGEST_FORM = 64 * 1024
"""Bytes; the longest comment fits many times over."""

log = logging.getLogger(__name__)


class IdConverter(PathConverter):
    """An article's id in an address: any text, slashes in front and at the end included."""

    regex = ".+?"
    part_isolating = False


def create_app(service: Service) -> Flask:
    """The application over an open service; ConfigError when the key that signs log-ins is missing."""
    app = Flask(__name__)
    app.extensions["weikepu"] = service
    app.config.update(_settings(service))
    app.url_map.converters["id"] = IdConverter
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json = DefaultJSONProvider(app)
    app.json.ensure_ascii = app.json.sort_keys = False
    CSRFProtect(app)
    login.install(app, service)
    health.install(app, service)
    for blueprint in (pages.blueprint, health.blueprint, login.blueprint, desk):
        app.register_blueprint(blueprint)
    app.after_request(_guard)
    _register_errors(app)
    pages_and_desk = Turnstile(
        app.wsgi_app, places=service.config.web.threads // 2, largest=LARGEST_FORM, count=service.inbox.count
    )
    app.wsgi_app = Webhook(service, pages_and_desk)  # type: ignore[method-assign]
    return app


def _settings(service: Service) -> dict[str, object]:
    web = service.config.web
    return {
        "SECRET_KEY": service.config.secrets.need("desk_key"),
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=web.session_hours),
        "SESSION_COOKIE_NAME": "weikepu_desk",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": web.public_url.startswith("https://"),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form may stay open over lunch
    }


def _guard(response: Response) -> Response:
    """Headers that every page carries unless it has set stricter ones itself."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.path.startswith("/desk"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _register_errors(app: Flask) -> None:
    app.register_error_handler(BotError, _ours)
    app.register_error_handler(CSRFError, lambda _error: stale() if _is_desk() else show_error(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: BotError) -> tuple[str, int]:
    status = status_of(error)
    if status == 503:  # names files and hosts, for whoever runs it
        log.error("%s", error)
    return show_error(status, str(error) if _is_desk() and status != 503 else None)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    """A calm page for every refusal; redirects go through as they are."""
    code = error.code or 500
    return error if code < 400 else show_error(code)


def _unexpected(error: Exception) -> tuple[str, int]:
    log.error("%s %s: %s", request.method, request.endpoint, where(error))
    return show_error(500)


def show_error(status: int, said: str | None = None) -> tuple[str, int]:
    """The error page: what happened, and what to do; outside the desk nothing about the inside."""
    sentences = SENTENCES if _is_desk() else OUTSIDE
    title, advice = sentences.get(status, sentences[500] if status >= 500 else sentences[400])
    page = "error.html" if _is_desk() else "calm.html"
    return render_template(page, title=title, advice=said or advice, status=status), status


def _is_desk() -> bool:
    return request.path.startswith("/desk")
