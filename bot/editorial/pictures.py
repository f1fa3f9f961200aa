"""The pictures beside a manuscript: found, opened safely, and made small enough for WeChat."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from bot.errors import ManuscriptError

WECHAT_BYTES = 1_000_000  # media/uploadimg takes JPEG and PNG under 1 MB
FILE_BYTES = 30_000_000
PIXELS = 60_000_000  # about 240 MB once unpacked
_KEPT = {"JPEG": "image/jpeg", "PNG": "image/png"}
_SIZES = ((1080, 85), (1080, 70), (900, 60), (640, 50))  # (width in pixels, JPEG quality), tried in this order


@dataclass(frozen=True, slots=True)
class Loaded:
    """A picture that WeChat takes; `said` is what was done to it, empty when nothing."""

    data: bytes
    mime: str
    said: str = ""


def load(place: str, folder: Path) -> Loaded:
    """The picture that a manuscript in `folder` names; ManuscriptError when it may not or cannot be used."""
    file = _inside(place, folder)
    try:
        if file.stat().st_size > FILE_BYTES:
            raise ManuscriptError(f"图片 {place} 超过 {FILE_BYTES // 1_000_000} MB，请先缩小")
        return fit(file.read_bytes(), place)
    except OSError as error:
        raise ManuscriptError(f"图片 {place} 读不了：{error.strerror}") from error


def fit(data: bytes, place: str) -> Loaded:
    """The picture as WeChat takes it: unchanged where possible, else a smaller JPEG."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
        if image.width * image.height > PIXELS:
            raise ManuscriptError(f"图片 {place} 有 {image.width}×{image.height} 像素，太大了，请先缩小")
        kind = str(image.format)
        is_moving = getattr(image, "n_frames", 1) > 1
        if kind in _KEPT and len(data) < WECHAT_BYTES:
            image.load()  # a picture that breaks off shows here, not at WeChat
            return Loaded(data, _KEPT[kind])
        return _smaller(image, place, was=f"{kind}{'，动图只留下第一帧' if is_moving else ''}", size=len(data))
    except ManuscriptError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ManuscriptError(f"图片 {place} 的像素太多，请先缩小") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises for broken files
        raise ManuscriptError(f"图片 {place} 打不开，可能已损坏，或不是图片") from error


def _smaller(image: Image.Image, place: str, *, was: str, size: int) -> Loaded:
    flat = _flat(ImageOps.exif_transpose(image))
    for width, quality in _SIZES:
        fitted = flat if flat.width <= width else flat.resize((width, max(1, round(flat.height * width / flat.width))))
        packed = io.BytesIO()
        fitted.save(packed, "JPEG", quality=quality, optimize=True)
        if packed.tell() < WECHAT_BYTES:
            said = f"图片 {place}（{was}，{_kb(size)}）已改成 JPEG，{_kb(packed.tell())}"
            return Loaded(packed.getvalue(), "image/jpeg", said)
    raise ManuscriptError(f"图片 {place} 缩到 {_SIZES[-1][0]} 像素宽仍超过 1 MB，请先裁短")


def _flat(image: Image.Image) -> Image.Image:
    """The first frame on white paper."""
    if image.mode in ("RGB", "L"):
        return image
    paper = Image.new("RGB", image.size, "white")
    opaque = image.convert("RGBA")
    paper.paste(opaque, mask=opaque.getchannel("A"))
    return paper


def _inside(place: str, folder: Path) -> Path:
    if re.match(r"(?i)[a-z][a-z0-9+.-]+:|//|\\\\", place):
        raise ManuscriptError(f"图片 {place[:60]} 不在稿件旁边：请下载下来，和稿件放在同一个文件夹里")
    try:
        home = folder.resolve()
        file = (home / place).resolve()
        if not place or Path(place).is_absolute() or not file.is_relative_to(home):
            raise ManuscriptError(f"图片 {place or '（空）'} 在稿件的文件夹之外：请放到稿件旁边")
        if not file.is_file():
            raise ManuscriptError(f"图片 {place} 找不到，请放到稿件旁边，或改正名字")
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a NUL, a link that leads to itself
        raise ManuscriptError(f"图片 {place[:60]} 的名字用不了") from error
    return file


def _kb(size: int) -> str:
    return f"{max(1, round(size / 1000))} KB"
