"""What the style sheets promise: words that can be read, and nothing that moves for those who do not want it."""

from __future__ import annotations

import re

import pytest

from tests.world import ROOT

STATIC = ROOT / "bot" / "web" / "static"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
READ_ON = (
    ("ink", ("paper", "surface", "sunk")),
    ("quiet", ("paper", "surface", "sunk")),
    ("on-accent", ("accent", "accent-pressed")),
    ("accent", ("paper", "surface")),
    ("warn", ("paper", "surface", "warn-soft")),
    ("ink", ("warn-soft", "stop-soft")),
    ("stop", ("surface", "stop-soft")),
    ("info", ("surface", "info-soft", "paper")),
)
PAIRS = [(words, ground) for words, grounds in READ_ON for ground in grounds]


def tokens(scheme: str) -> dict[str, str]:
    """The colours of the light or the dark scheme by name."""
    light, _, dark = TOKENS.partition("prefers-color-scheme: dark")
    return dict(re.findall(r"--([a-z-]+): (#[0-9A-Fa-f]{6});", light if scheme == "light" else dark))


def contrast(one: str, other: str) -> float:
    """The ratio of two colours by WCAG 2, from 1 to 21."""

    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_the_known_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: str, words: str, ground: str) -> None:
    colors = tokens(scheme)

    assert contrast(colors[words], colors[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_the_edges_of_fields_and_the_ring_of_the_focus_can_be_seen(scheme: str, ground: str) -> None:
    colors = tokens(scheme)

    assert contrast(colors["edge"], colors[ground]) >= 3
    assert contrast(colors["info"], colors[ground]) >= 3


def test_both_schemes_name_the_same_colours() -> None:
    assert set(tokens("light")) == set(tokens("dark"))


def test_what_moves_stands_still_for_those_who_ask_for_it() -> None:
    sheet = (STATIC / "desk.css").read_text(encoding="utf-8")
    calm = sheet.partition("prefers-reduced-motion: reduce")[2].partition("@media")[0]

    moving = set(re.findall(r"animation: (\w+) (?!0s)", sheet))
    assert moving == {"arrive", "turn"}
    assert ".notice" in calm
    assert "[aria-busy=true]" in calm


@pytest.mark.parametrize("name", ["desk.css", "reading.css"])
def test_colours_of_the_desk_come_from_the_tokens(name: str) -> None:
    sheet = (STATIC / name).read_text(encoding="utf-8")

    if name == "desk.css":
        assert re.findall(r"#[0-9A-Fa-f]{3,6}\b", sheet) == []
    else:
        assert "prefers-color-scheme: dark" in sheet
