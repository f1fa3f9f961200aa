"""What anybody can open: articles and QR codes (played mp.weixin.qq.com), and pictures (played mmbiz.qpic.cn)."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Blueprint, Response, render_template, request

from bot.sandbox.articles import Page, find_draft_page, find_page, note_read
from bot.sandbox.box import Box
from bot.sandbox.clock import SHANGHAI
from bot.sandbox.materials import find_picture
from bot.sandbox.qrcodes import code_picture, find_scene

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
DELETED = "该内容已被发布者删除"
MISSING = "参数错误"
_PICTURE_ADDRESS = re.compile(r'( src=")https?://[^/"]+(/mmbiz/)')


def pages(box: Box) -> Blueprint:
    """The blueprint of articles and pictures."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/s/<token>")
    def article(token: str) -> Response:
        note_read(box.store, token, box.clock.timestamp())
        return _shown(box, find_page(box.store, token))

    @blueprint.get("/s/draft/<media_id>/<int:idx>")
    def draft(media_id: str, idx: int) -> Response:
        return _shown(box, find_draft_page(box.store, media_id, idx))

    @blueprint.get("/mmbiz/<name>")
    def picture(name: str) -> Response:
        found = find_picture(box.store, name)
        if found is None:
            return Response(status=404)
        response = Response(found.content, mimetype=found.mime)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "public, max-age=86400, immutable"
        return response

    @blueprint.get("/cgi-bin/showqrcode")
    def code() -> Response:
        ticket = request.args.get("ticket", "")
        if find_scene(box.store, ticket, box.clock.timestamp()) is None:
            return Response(status=404)
        return Response(code_picture(ticket), mimetype="image/png")

    return blueprint


def _shown(box: Box, page: Page | None) -> Response:
    if page is None or page.is_deleted:
        html, status = _render(box, {"title": MISSING if page is None else DELETED}), 404 if page is None else 200
    else:
        html, status = _render(box, page.article, datetime.fromtimestamp(page.at, SHANGHAI)), 200
    response = Response(html, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _render(box: Box, article: dict[str, str], at: datetime | None = None) -> str:
    values = {
        "title": article["title"],
        "author": article.get("author", ""),
        "digest": article.get("digest", ""),
        "account_name": box.settings.account_name,
        "published_at": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}" if at else "",
        # The reader may have come by another address than the one that the bot uploaded its pictures to.
        "content_html": _PICTURE_ADDRESS.sub(r"\1\2", article.get("content", "")),
        "read_more_url": article.get("content_source_url", ""),
        "ai_label": "",  # no field of the draft API sets it
    }
    return render_template("article.html", **values)
