"""Which files a call of intake means, in the order in which their articles queue."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

KINDS = (".md", ".jsonl")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg")


@dataclass
class Found:
    """Files to take in, by path in code-point order, and what is to be said of the others: (place, sentence)."""

    files: list[Path] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


def find(paths: Sequence[Path]) -> Found:
    """What the paths name, folders with all below them; a file that is named twice comes once."""
    found = Found()
    seen: set[Path] = set()
    for file in sorted(_all(paths, found), key=os.path.abspath):
        kept = file.resolve()
        if kept not in seen:
            seen.add(kept)
            found.files.append(file)
    return found


def place_of(path: Path) -> str:
    """The path as it can be shown, also when its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _all(paths: Sequence[Path], found: Found) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from _below(path, found)
        elif _usable(path, found):
            if path.suffix.lower() in KINDS:
                yield path
            else:
                found.bad.append(
                    (place_of(path), f"收不了 {path.suffix or '没有后缀'} 文件，能收的是 {' 和 '.join(KINDS)}")
                )


def _below(folder: Path, found: Found) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        found.bad.append((place_of(Path(error.filename)), f"文件夹打不开：{error.strerror}"))

    for where, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if (linked := Path(where, name)).is_symlink():  # os.walk does not enter it: it could lead round in a circle
                found.warnings.append((place_of(linked), "是指向别处的文件夹，没有进去"))
        for name in names:
            file = Path(where, name)
            ending = file.suffix.lower()
            if name.startswith(".") or ending in PICTURES:
                continue
            if ending not in KINDS:
                found.warnings.append((place_of(file), "不是稿件，跳过了"))
            elif _usable(file, found):
                yield file


def _usable(file: Path, found: Found) -> bool:
    if file.is_file():
        return True
    said = "找不到"
    if file.is_symlink():
        said = "是断了的链接，它指向的文件不在了"
    elif file.exists():
        said = "不是普通文件"
    found.bad.append((place_of(file), said))
    return False
