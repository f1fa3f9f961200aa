"""Signatures and the message encryption of WeChat's push ("消息加解密说明").

AES-256-CBC, the key's first half as IV, padded to 32 bytes; inside: 16 random bytes, the text's length in 4 bytes
(big endian), the text, the app id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.errors import ConfigError, DecodeError

PADDED_TO_BYTES = 32  # not AES's own 16: libraries' padders are wrong in both directions
_HEAD_BYTES = 20  # 16 random, 4 of length


def signature(*parts: str) -> str:
    """SHA-1 in hex over the parts in lexicographic order: how WeChat signs queries and encrypted texts."""
    joined = "".join(sorted(parts)).encode("utf-8", "backslashreplace")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def same(one: str, other: str) -> bool:
    """Equal, found out in constant time; any text is allowed."""
    return hmac.compare_digest(one.encode("utf-8", "backslashreplace"), other.encode("utf-8", "backslashreplace"))


class MessageCipher:
    """Opens and seals texts for one account; safe for threads."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        """`aes_key`: the 43 characters of EncodingAESKey; ConfigError when they do not stand for 32 bytes."""
        try:
            # The 43rd character carries two spare bits, so it is decoded leniently.
            key = base64.b64decode(aes_key + "=")
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ConfigError("环境变量 WEIKEPU_AES_KEY 有误：它由 43 个字母和数字组成。请从微信开发者平台重新复制。")
        # Made once: preparing the key costs more than a message does.
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._app_id = app_id.encode()

    def decrypt(self, encrypted: str) -> bytes:
        """The text inside; DecodeError 'malformed' when it cannot be opened, 'appid' when it is for another account."""
        full = _unpadded(self._blocks(encrypted))
        size = int.from_bytes(full[16:_HEAD_BYTES], "big")
        if len(full) < _HEAD_BYTES + size:
            raise _unreadable()
        if not hmac.compare_digest(full[_HEAD_BYTES + size :], self._app_id):
            raise DecodeError("appid", 403, "这条消息是发给别的公众号的：AppID 对不上。")
        return full[_HEAD_BYTES : _HEAD_BYTES + size]

    def _blocks(self, encrypted: str) -> bytes:
        try:
            raw = base64.b64decode(encrypted, validate=True)
            worker = self._cipher.decryptor()
            return worker.update(raw) + worker.finalize()
        except ValueError:  # not base64, or not whole blocks
            raise _unreadable() from None

    def encrypt(self, text: bytes, *, random: bytes) -> str:
        """The text sealed, as base64; `random`: 16 bytes, fresh for each text."""
        full = random + len(text).to_bytes(4, "big") + text + self._app_id
        pad = PADDED_TO_BYTES - len(full) % PADDED_TO_BYTES
        worker = self._cipher.encryptor()
        return base64.b64encode(worker.update(full + bytes([pad]) * pad) + worker.finalize()).decode()


def _unpadded(full: bytes) -> bytes:
    pad = full[-1] if full else 0
    if not 1 <= pad <= PADDED_TO_BYTES or not full.endswith(bytes([pad]) * pad):
        raise _unreadable()
    return full[:-pad]


def _unreadable() -> DecodeError:
    return DecodeError("malformed", 400, "加密的消息解不开：请核对 WEIKEPU_AES_KEY 与微信开发者平台上的是否一致。")
