"""Puts the box together and serves it."""

from __future__ import annotations

import errno
import socket
import sys

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox.box import Box
from bot.sandbox.control import control
from bot.sandbox.pages import pages
from bot.sandbox.phone import phone
from bot.sandbox.platform import platform
from bot.sandbox.settings import BoxSettings

MAX_BODY_BYTES = 16 << 20  # the largest picture that a follower may send, as base64
BACKLOG = 128


class CannotListen(Exception):
    """There is no listening at this address; the text says why and what to do."""


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
    """Serves until interrupted, after printing the address; port 0 takes a free one. CannotListen before anything ran."""
    with listening(host, port) as opened:
        app = create_box(settings)
        try:
            # With a socket of our own: werkzeug would answer a taken port in English and end the process itself.
            server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=opened.fileno())
            sys.stdout.write(f"微信模拟器：http://{host}:{server.port}/\n")
            sys.stdout.flush()
            server.serve_forever()
        finally:
            app.extensions["box"].close()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; CannotListen when the address cannot be had."""
    if not 0 <= port <= 65535:
        raise CannotListen(f"端口应在 1 到 65535 之间，现在是 {port}。请换一个，例如 --port 8001。")
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise CannotListen(_said_refusal(error, host, port)) from error
    return opened


def _said_refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被别的程序占用。请关掉那个程序，或换一个端口，例如 --port {port + 1 if port < 65535 else 8001}。"
    if error.errno == errno.EACCES:
        return f"没有权限用端口 {port}。请换一个 1024 以上的端口，例如 --port 8001。"
    return f"这台机器上没有 {host} 这个地址，监听不了。请检查 --host，通常是 127.0.0.1。"


class _Quiet(WSGIRequestHandler):
    """Writes no line per request: addresses carry access tokens."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""
