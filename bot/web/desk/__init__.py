"""The desk: one file per page. Views read the request, call one function, and show or redirect."""

from bot.web.desk import article, articles, calendar, home, pushes
from bot.web.desk.frame import blueprint

__all__ = ["article", "articles", "blueprint", "calendar", "home", "pushes"]
