"""Every setting: read once from a TOML file and the environment into one frozen `Config`.

`settings` holds each with its default and its bounds, `reading` makes a `Config` of what is written. `config.toml` in
the repository lists all of them; a test holds the two together. Secrets come from the environment, or from `.env`
beside the settings file, and never appear in a repr.
"""

from zoneinfo import ZoneInfo

from bot.config.reading import load, parse, refuse_unfit
from bot.config.settings import (
    Account,
    Answers,
    Config,
    Rehearsal,
    Review,
    Scheduler,
    Secrets,
    Storage,
    Web,
)

TIMEZONE = ZoneInfo("Asia/Shanghai")

__all__ = [
    "TIMEZONE",
    "Account",
    "Answers",
    "Config",
    "Rehearsal",
    "Review",
    "Scheduler",
    "Secrets",
    "Storage",
    "Web",
    "load",
    "parse",
    "refuse_unfit",
]
