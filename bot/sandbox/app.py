"""Puts the box together and serves it."""

from __future__ import annotations

import sys

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox.box import Box
from bot.sandbox.control import control
from bot.sandbox.pages import pages
from bot.sandbox.phone import phone
from bot.sandbox.platform import platform
from bot.sandbox.settings import BoxSettings

MAX_BODY_BYTES = 12 << 20


def create_box(settings: BoxSettings) -> Flask:
    """The box as a WSGI app, its threads running; `app.extensions["box"].close()` ends them.

    Faults that hold or cut a connection need werkzeug's threaded server, as `run_box` starts it.
    """
    box = Box(settings)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.extensions["box"] = box
    for blueprint in (platform(box), control(box), pages(box), phone):
        app.register_blueprint(blueprint)
    return app


def run_box(settings: BoxSettings, host: str = "127.0.0.1", port: int = 0) -> None:
    """Serves until interrupted, after printing the address; port 0 takes a free one."""
    app = create_box(settings)
    try:
        server = make_server(host, port, app, threaded=True, request_handler=_Quiet)
        sys.stdout.write(f"微信模拟器：http://{host}:{server.port}/\n")
        sys.stdout.flush()
        server.serve_forever()
    finally:
        app.extensions["box"].close()


class _Quiet(WSGIRequestHandler):
    """Writes no line per request: addresses carry access tokens."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""
