"""The phone of the WeChat in a box: the page `/`, its styles and scripts, and how an article looks on it.

The page knows the box only through the control API under `/box/`; whoever builds the app registers `phone` beside it.
"""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

# Its own address for static files: the app that registers this blueprint may serve a folder under /static.
phone = Blueprint("phone", __name__, template_folder="templates", static_folder="static", static_url_path="/phone")

# Articles come from the box (/s/…) and from the bot's reading page on another port, hence frames and pictures over http.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' http: https:; frame-src 'self' http: https:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


@phone.get("/")
def show_phone() -> ResponseReturnValue:
    """The phone with its console; everything on it is filled in from the control API."""
    response = make_response(render_template("phone.html"))
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-cache"
    return response
