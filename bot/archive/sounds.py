"""Text → how it sounds: one character of our own a syllable, without tones, so that 各夜菜, `geyecai` and 隔夜菜 are one.

Each Chinese character has one reading, the first in pypinyin's table, in questions and in articles alike.
"""

from __future__ import annotations

import functools
import os
import re
import unicodedata

from bot.archive import terms

FIRST = 0xE000  # of the code points set aside for private use
LATIN_CHARS = 4
"""A Latin word of fewer letters is heard as syllables only beside others: `ge ye cai`, but not `app`."""

PARTICLES = "吗呢吧"  # of the others, such as 呀 and 哦, other words have the sound
_WORD = re.compile("[a-zü]+")


def of(plain: str) -> str:
    """A normalised text with each Chinese character as its syllable; everything else stays."""
    return plain.translate(_table()[0])


def of_pair(term: str) -> str | None:
    """How a pair of Chinese characters sounds; None for any other term."""
    sound = of(term)
    return sound if len(sound) == 2 and all(map(is_sound, sound)) else None


def heard(key: str) -> str:
    """A question key by its sounds, question phrases left out; pinyin in Latin letters counts as well."""
    spelt_out = _spelt(key)
    return of(spelt_out if spelt_out != key else terms.trimmed(key))


def is_sound(character: str) -> bool:
    """True for a syllable."""
    return FIRST <= ord(character) < FIRST + 0x800


def spelt(sounds: str) -> str:
    """Syllables in Latin letters, for people to read."""
    return " ".join("".join(f" {_table()[1][ord(c) - FIRST]} " if is_sound(c) else c for c in sounds).split())


def is_latin(key: str) -> bool:
    """True when the question may be pinyin in Latin letters."""
    return _spelt(key) != key


def _spelt(key: str) -> str:
    """The key with its pinyin as syllables, without what only asks."""
    parts = [(part, _syllables(part) if _WORD.fullmatch(part) else None) for part in key.split(" ")]
    said = [syllables for _, syllables in parts if syllables]
    if not said or sum(map(len, (part for part, syllables in parts if syllables))) < LATIN_CHARS:
        return key
    runs = "".join(syllables or f" {part} " for part, syllables in parts)
    rest = _asking().sub(" ", runs)
    return rest if len(rest.replace(" ", "")) >= 2 else runs


@functools.lru_cache(maxsize=1_024)
def _syllables(word: str) -> str | None:
    """The word as syllables, the fewest that make it up; None when it is no pinyin."""
    codes = _table()[2]
    best: list[str | None] = [""] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before, code = best[start], codes.get(word[start:end])
            if before is not None and code is not None:
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = before + code
    return best[-1]


@functools.cache
def _asking() -> re.Pattern[str]:
    """The question phrases of Latin pinyin, and particles at the end."""
    phrases = sorted({of(phrase) for phrase in terms.ASKING.split()}, key=len, reverse=True)
    return re.compile("|".join([*phrases, f"[{of(PARTICLES)}]+ *$"]))


@functools.cache
def _table() -> tuple[dict[int, int], list[str], dict[str, str]]:
    """Character → syllable's code point; the syllables in order; syllable in Latin letters → its character."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # 40 MB of phrases that nobody here looks up
    from pypinyin.pinyin_dict import pinyin_dict

    first = {code: _toneless(readings.split(",")[0]) for code, readings in pinyin_dict.items()}
    syllables = sorted(
        {syllable for syllable in first.values() if syllable.isascii() and set(syllable) & set("aeiouv")}
    )
    codes = {syllable: FIRST + number for number, syllable in enumerate(syllables)}
    table = {code: codes[syllable] for code, syllable in first.items() if syllable in codes}
    return table, syllables, {syllable: chr(code) for syllable, code in codes.items()}


def _toneless(reading: str) -> str:
    """In Latin letters, with v for ü, as it is typed."""
    parts = unicodedata.normalize("NFD", reading.replace("ü", "v").translate(_UMLAUTS))
    return "".join(c for c in parts if not unicodedata.combining(c))


_UMLAUTS = str.maketrans("ǖǘǚǜ", "vvvv")
