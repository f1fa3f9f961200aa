"""What one would write otherwise: an echo bot with wechatpy as its documentation shows it, and the smallest Flask page."""

from __future__ import annotations

import sys

from flask import Flask, abort, request
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import check_signature

from bot.config import Web
from bot.web.wsgi import BACKLOG
from tests.world import APP_ID, SECRETS

TOKEN = SECRETS["WEIKEPU_TOKEN"]


def hello() -> Flask:
    """A page that says hello at /."""
    app = Flask(__name__)

    @app.get("/")
    def say() -> str:
        return "Hello, World!"

    return app


def echo() -> Flask:
    """A bot that says back what it was told, in safe mode; it keeps nothing and looks nothing up."""
    app = Flask(__name__)
    crypto = WeChatCrypto(TOKEN, SECRETS["WEIKEPU_AES_KEY"], APP_ID)  # once; many examples make it for each message

    @app.route("/wechat", methods=["GET", "POST"])
    def wechat() -> str:
        args = request.args
        timestamp, nonce = args.get("timestamp", ""), args.get("nonce", "")
        try:
            check_signature(TOKEN, args.get("signature", ""), timestamp, nonce)
            if request.method == "GET":
                return args.get("echostr", "")
            opened = crypto.decrypt_message(request.data, args.get("msg_signature", ""), timestamp, nonce)
        except (InvalidSignatureException, InvalidAppIdException):
            abort(403)
        message = parse_message(opened)
        text = message.content if message.type == "text" else "Sorry, can not handle this for now"
        return crypto.encrypt_message(create_reply(text, message).render(), nonce, timestamp)

    return app


def serve(name: str, port: int) -> None:
    """`name` on granian, set up as `python -m bot serve` sets it up by default."""
    web = Web()
    Granian(
        f"tests.bench.peers:{name}",
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=port,
        workers=web.workers,
        blocking_threads=web.threads,
        backlog=BACKLOG,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
