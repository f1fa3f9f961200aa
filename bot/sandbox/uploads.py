"""Which files the platform takes: endings, first bytes, sizes and playing time of each kind."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.calls import Upload
from bot.sandbox.errcodes import Refusal
from bot.sandbox.playtime import playtime_s

MIB = 1 << 20
VOICE_S = 60
MAGIC: dict[str, tuple[bytes, ...]] = {
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "gif": (b"GIF8",),
    "bmp": (b"BM",),
    "amr": (b"#!AMR\n",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    "wav": (b"RIFF",),
    "wma": (b"\x30\x26\xb2\x75",),
    "mp4": (b"ftyp",),
}
MAGIC_AT = {"mp4": 4}
MIME = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "amr": "audio/amr",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "wma": "audio/x-ms-wma",
    "mp4": "video/mp4",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What an upload may be: file endings, its size in bytes, and the code for a larger one."""

    endings: frozenset[str]
    max_bytes: int
    size_code: int = 40009


INLINE = Rule(frozenset({"jpg", "jpeg", "png"}), MIB - 1)  # "smaller than 1 MB"
_VIDEO = Rule(frozenset({"mp4"}), 10 * MIB, 40006)
_THUMB = Rule(frozenset({"jpg", "jpeg"}), 64 << 10)
PERMANENT = {
    "image": Rule(frozenset({"bmp", "png", "jpeg", "jpg", "gif"}), 10 * MIB),
    "voice": Rule(frozenset({"mp3", "wma", "wav", "amr"}), 2 * MIB, 40006),
    "video": _VIDEO,
    "thumb": _THUMB,
}
TEMPORARY = {
    "image": Rule(frozenset({"png", "jpeg", "jpg", "gif"}), 10 * MIB),
    "voice": Rule(frozenset({"amr", "mp3"}), 2 * MIB, 40006),
    "video": _VIDEO,
    "thumb": _THUMB,
}


def rule_for(rules: dict[str, Rule], kind: str) -> Rule:
    """The rule of a `type`; Refusal 40004 for an unknown one."""
    if kind not in rules:
        raise Refusal(40004)
    return rules[kind]


def checked(upload: Upload | None, rule: Rule) -> tuple[Upload, str]:
    """The upload and its ending; Refusal unless the rule takes it."""
    if upload is None or not upload.content:
        raise Refusal(41005)
    ending = upload.filename.rsplit(".", 1)[-1].lower() if "." in upload.filename else ""
    if ending not in rule.endings or not upload.content[MAGIC_AT.get(ending, 0) :].startswith(MAGIC[ending]):
        raise Refusal(40005)
    if len(upload.content) > rule.max_bytes:
        raise Refusal(rule.size_code)
    if playtime_s(upload.content, ending) > VOICE_S:
        raise Refusal(45007)
    return upload, ending
