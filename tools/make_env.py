"""Writes .env with fresh secrets (mode 600); never touches one that exists. Runs on a bare Python."""

import os
import secrets
import string
import sys
from pathlib import Path

LETTERS = string.ascii_letters + string.digits
TEXT = """\
# 微科普的密钥。只放在这台机器上，不要发给别人，不要提交到 git。
# AppSecret：在微信开发者平台“基础信息”里重置后复制到这里（只显示一次）。
WEIKEPU_APP_SECRET=
# 下面两项填进“消息推送配置”的 Token 和 EncodingAESKey，两边要一样。
WEIKEPU_TOKEN={token}
WEIKEPU_AES_KEY={aes_key}
# 给工作台的登录签名。换掉它，所有人都要重新登录。
WEIKEPU_DESK_KEY={desk_key}
"""


def random_text(length: int) -> str:
    """Letters and digits, as WeChat wants them."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def main() -> int:
    """0 when .env was written, 1 when there is one already."""
    file = Path(".env")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        print(".env 已经有了，没有改动它。要重新生成，请先把它移走。", file=sys.stderr)
        return 1
    # The last character of an AES key carries only four bits: A keeps strict decoders content.
    text = TEXT.format(token=random_text(32), aes_key=random_text(42) + "A", desk_key=random_text(48))
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    print("已写好 .env（只有你能读）。接下来：")
    print("1. 把 AppSecret 填到 WEIKEPU_APP_SECRET= 后面。")
    print("2. 把 WEIKEPU_TOKEN 和 WEIKEPU_AES_KEY 填进微信开发者平台的“消息推送配置”。")
    print("3. 在 config.toml 里写好 app_id 和 public_url，然后 make migrate、make serve、make schedule。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
