"""Draws the covers of a folder's manuscripts on one sheet, as WeChat cuts them: `python -m tools.contact_sheet OUT.png`.

With --each N, instead N made-up titles for every column of the settings, to see how far one language carries.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image

from bot.config import Config, load
from bot.editorial import cover
from bot.editorial.cover_motifs.words import WORDS
from bot.editorial.fields import Notes
from bot.editorial.parse import parse
from bot.model.columns import Column

HEIGHT, GAP, ACROSS = 192, 12, 3
WIDE, SQUARE = round(HEIGHT * 2.35), HEIGHT
PAPER = "#FAFAF7"

Titled = tuple[Column | None, str]


def main() -> None:
    """Writes the sheet and says how many covers it holds and how heavy the heaviest is."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("folder", type=Path, nargs="?", default=Path("articles"))
    asked.add_argument("--each", type=int, default=0, help="made-up titles a column")
    args = asked.parse_args()
    config = load(Path("config.toml"), {})
    titled = made_up(config, args.each) if args.each else manuscripts(config, args.folder)
    covers = [cover.draw(column, title) for column, title in titled]
    sheet(covers).save(args.out)
    print(f"{len(covers)} 张封面，最大 {max(map(len, covers), default=0) / 1000:.0f} KB，见 {args.out}")


def manuscripts(config: Config, folder: Path) -> list[Titled]:
    """Column and title of each manuscript that intake would take, column by column."""
    read = (parse(file.read_text(encoding="utf-8"), article_id=file.stem, config=config, notes=Notes())
            for file in sorted(folder.rglob("*.md")))  # fmt: skip
    found = [(config.column(each.article.column or ""), each.article.title) for each in read if each]
    return sorted(found, key=lambda each: each[0].order if each[0] else 0)


def made_up(config: Config, each: int) -> list[Titled]:
    """So many titles for each column: the first names nothing that is drawn, the others one motif after another."""
    words = [said.split()[0] for _, said in WORDS]
    return [
        (column, f"{words[(place * (each - 1) + number) % len(words)]}之{number}" if number else "之")
        for place, column in enumerate(config.columns)
        for number in range(each)
    ]


def sheet(covers: list[bytes]) -> Image.Image:
    """The covers in rows: each at 2.35:1, and beside it its middle square."""
    rows = -(-len(covers) // ACROSS)
    cell = WIDE + SQUARE + 3 * GAP
    paper = Image.new("RGB", (ACROSS * cell + GAP, rows * (HEIGHT + GAP) + GAP), PAPER)
    for number, data in enumerate(covers):
        whole = Image.open(io.BytesIO(data)).convert("RGB")
        left, top = (number % ACROSS) * cell + GAP, number // ACROSS * (HEIGHT + GAP) + GAP
        paper.paste(whole.resize((WIDE, HEIGHT), Image.Resampling.LANCZOS), (left, top))
        paper.paste(_middle(whole).resize((SQUARE, SQUARE), Image.Resampling.LANCZOS), (left + WIDE + GAP, top))
    return paper


def _middle(whole: Image.Image) -> Image.Image:
    edge = (whole.width - whole.height) // 2
    return whole.crop((edge, 0, edge + whole.height, whole.height))


if __name__ == "__main__":
    main()
