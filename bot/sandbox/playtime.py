"""How long a voice message lasts, read from its frames."""

from __future__ import annotations

AMR_HEAD = b"#!AMR\n"
AMR_FRAME_S = 0.02
# Bytes of an AMR narrow-band frame by its mode, the mode's own byte included.
AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
MP3_KBPS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
MP3_HERTZ = (44_100, 48_000, 32_000, 0)
MP3_SLOWER = {3: 1, 2: 2, 0: 4}  # MPEG version 1, 2 and 2.5, as the header has them


def playtime_s(content: bytes, ending: str) -> float:
    """Seconds of an AMR, MP3 or WAV file; 0.0 for other kinds and for what cannot be read."""
    readers = {"amr": _amr_s, "mp3": _mp3_s, "wav": _wav_s}
    return readers[ending](content) if ending in readers else 0.0


def _amr_s(content: bytes) -> float:
    at, frames = len(AMR_HEAD), 0
    while at < len(content):
        at += AMR_BYTES[content[at] >> 3 & 15]
        frames += 1
    return frames * AMR_FRAME_S


def _mp3_s(content: bytes) -> float:
    at, seconds = _behind_id3(content), 0.0
    while at + 4 <= len(content):
        size, lasts_s = _mp3_frame(content[at : at + 4])
        at += size or 1
        seconds += lasts_s
    return seconds


def _behind_id3(content: bytes) -> int:
    if not content.startswith(b"ID3") or len(content) < 10:
        return 0
    # Four bytes of seven bits each.
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 127
    return 10 + size


def _mp3_frame(head: bytes) -> tuple[int, float]:
    """Bytes and seconds of a layer III frame; (0, 0.0) when none begins here."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if head[0] != 255 or head[1] >> 5 != 7 or version not in MP3_SLOWER or layer != 1:
        return 0, 0.0
    generation = 1 if version == 3 else 2
    kbps, hertz = MP3_KBPS[generation][head[2] >> 4], MP3_HERTZ[head[2] >> 2 & 3] // MP3_SLOWER[version]
    if not kbps or not hertz:
        return 0, 0.0
    samples = 1152 if generation == 1 else 576
    return samples // 8 * kbps * 1000 // hertz + (head[2] >> 1 & 1), samples / hertz


def _wav_s(content: bytes) -> float:
    bytes_a_second = int.from_bytes(content[28:32], "little")
    return (len(content) - 44) / bytes_a_second if bytes_a_second else 0.0
