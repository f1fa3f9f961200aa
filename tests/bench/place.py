"""The folder that the bench's bots live in: settings, a ledger and an archive of the bench's articles."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.config import load
from bot.service import open_service
from tests.bench.texts import Texts
from tests.world import APP_ID, COLUMN, ROOT, SECRETS

_SETTINGS = """[account]
app_id = "{app_id}"
api_base_url = "http://127.0.0.1:9"
[review]
steps = []
[web]
port = {port}
public_url = "http://127.0.0.1:{port}"
{column}"""


@dataclass(frozen=True)
class Place:
    """A folder with everything in it that `serve` needs."""

    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of the bot's commands."""
        return os.environ | SECRETS | {"WEIKEPU_CONFIG": str(self.folder / "config.toml")}

    def replies(self, questions: list[str]) -> dict[str, str]:
        """What the bot says to each of these, by the way that `ask` takes."""
        service = open_service(load(self.folder / "config.toml", self.environ))
        try:
            return {question: service.conversation.ask(question).text for question in questions}
        finally:
            service.close()


def settle_in(folder: Path, texts: Texts, *, port: int) -> Place:
    """A place whose archive holds the articles, taken in as anyone would."""
    place = Place(folder)
    settings = _SETTINGS.format(app_id=APP_ID, port=port, column=COLUMN)
    (folder / "config.toml").write_text(settings, encoding="utf-8")
    lines = folder / "articles.jsonl"
    lines.write_text("".join(f"{article.line()}\n" for article in texts.articles), encoding="utf-8")
    for arguments in (["migrate"], ["intake", str(lines)]):
        subprocess.run(
            [sys.executable, "-m", "bot", *arguments], env=place.environ, cwd=ROOT, check=True, capture_output=True
        )
    return place
