"""Signatures and the message cipher of WeChat's push, from the platform's side.

Source: "消息加解密说明" in WeChat's developer documents.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import string
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK_BYTES = 32  # WeChat pads to 32, not to AES's own 16
_ALPHABET = string.ascii_letters + string.digits


class CodecError(ValueError):
    """The text cannot be decrypted, is not signed by us, or is not XML."""


def signature(*parts: str) -> str:
    """SHA-1, in hex, of the parts in lexicographic order."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def nonce() -> str:
    """Ten random digits, fresh for every request."""
    return str(secrets.randbelow(9_000_000_000) + 1_000_000_000)


@dataclass(frozen=True)
class Envelope:
    """An encrypted text with what signs it."""

    encrypted: str
    signature: str
    timestamp: str
    nonce: str


class MessageCipher:
    """Encrypts for one account, and decrypts what that account sends."""

    def __init__(self, *, token: str, aes_key: str, app_id: str) -> None:
        # The 43rd character carries two spare bits, so the decoder must not be strict about them.
        self._key = base64.b64decode(aes_key + "=")
        self._token = token
        self._app_id = app_id.encode()
        if len(self._key) != 32:
            raise CodecError("an EncodingAESKey stands for 32 bytes")

    def encrypt(self, text: str, *, random: bytes | None = None) -> str:
        """The text as base64 of AES-256-CBC; `random`: 16 bytes, for the official vectors only."""
        salt = random or "".join(secrets.choice(_ALPHABET) for _ in range(16)).encode()
        message = text.encode()
        full = salt + len(message).to_bytes(4, "big") + message + self._app_id
        pad = BLOCK_BYTES - len(full) % BLOCK_BYTES
        worker = self._cipher().encryptor()
        return base64.b64encode(worker.update(full + bytes([pad]) * pad) + worker.finalize()).decode()

    def seal(self, text: str, timestamp: str, fresh_nonce: str) -> Envelope:
        """The text encrypted and signed with this time and nonce."""
        encrypted = self.encrypt(text)
        return Envelope(encrypted, self.sign(timestamp, fresh_nonce, encrypted), timestamp, fresh_nonce)

    def sign(self, timestamp: str, with_nonce: str, encrypted: str) -> str:
        """The `msg_signature` of an encrypted text."""
        return signature(self._token, timestamp, with_nonce, encrypted)

    def open(self, envelope: Envelope) -> str:
        """The text inside; CodecError when signature, padding or app id are wrong."""
        expected = self.sign(envelope.timestamp, envelope.nonce, envelope.encrypted)
        if not hmac.compare_digest(expected.encode(), envelope.signature.encode()):
            raise CodecError("MsgSignature does not fit")
        return self.decrypt(envelope.encrypted)

    def decrypt(self, encrypted: str) -> str:
        """The text inside, its signature unseen; CodecError when it was not made for this account."""
        try:
            raw = base64.b64decode(encrypted, validate=True)
            worker = self._cipher().decryptor()
            full = worker.update(raw) + worker.finalize()
        except (binascii.Error, ValueError) as error:
            raise CodecError("not base64, or not whole blocks") from error
        return self._message(_unpadded(full))

    def _message(self, full: bytes) -> str:
        size = int.from_bytes(full[16:20], "big")
        message, app_id = full[20 : 20 + size], full[20 + size :]
        if len(message) != size or app_id != self._app_id:
            raise CodecError("written for another app id")
        try:
            return message.decode()
        except UnicodeDecodeError as error:
            raise CodecError("not UTF-8") from error

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def _unpadded(full: bytes) -> bytes:
    pad = full[-1] if full else 0
    if not 1 <= pad <= BLOCK_BYTES or full[-pad:] != bytes([pad]) * pad:
        raise CodecError("wrong padding")
    return full[:-pad]


def cdata(text: str) -> str:
    """The text as CDATA that no text can end early."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def parse_xml(body: str) -> ET.Element:
    """The root element; CodecError for anything but a plain `<xml>` document without DOCTYPE."""
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        raise CodecError("a DOCTYPE is not allowed")
    try:
        root = ET.fromstring(body)  # noqa: S314  entities need a DOCTYPE, and that is refused above
    except ET.ParseError as error:
        raise CodecError("not XML") from error
    if root.tag != "xml":
        raise CodecError("the root is not <xml>")
    return root
