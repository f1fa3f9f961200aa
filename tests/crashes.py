"""Pushes that are disturbed: which request, how, and what must be true once everything is quiet again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from tests.world import FRIDAY, World

UPLOAD = ("/cgi-bin/media/uploadimg", "/cgi-bin/material/add_material")
STEPS = {
    "mass": (*UPLOAD, "/cgi-bin/draft/add", "/cgi-bin/message/mass/sendall"),
    "publish": (*UPLOAD, "/cgi-bin/draft/add", "/cgi-bin/freepublish/submit"),
    "draft": (*UPLOAD, "/cgi-bin/draft/add"),
}
KILLS = {"killed before": "hold_before", "killed after": "hold_after"}
LATER = tuple(FRIDAY + timedelta(minutes=m) for m in (2, 4, 10, 45, 50))
"""Rounds after the disturbance: past every waiting time of a settling push."""


@dataclass(frozen=True)
class Outcome:
    """Where things stand after the last round."""

    state: str
    sends: int
    drafts: int
    said: str


def picture(folder: Path) -> None:
    """A picture beside the manuscripts, so that every kind of upload is met."""
    (folder / "manuscripts").mkdir(exist_ok=True)
    Image.new("RGB", (60, 40), "#0B6E4F").save(folder / "manuscripts" / "leaf.png")


def prepare(world: World, route: str) -> None:
    """One approved article with a picture waits for Friday; its column was born a day before."""
    world.write_config(route=route)
    picture(world.folder)
    world.manuscript(
        "leaf",
        title="一片叶子",
        text="为什么叶子是绿的？\n\n![一片叶子](leaf.png)\n\n## 划重点\n\n叶绿素吸收红光和蓝光。\n",
    )
    world.take_in()
    world.attend(FRIDAY - timedelta(days=1))


def disturb(world: World, path: str, how: str) -> None:
    """One round on Friday in a process of its own, disturbed at its request to `path`."""
    if how not in KILLS:
        world.box("POST", "/box/faults", {"path": path, "kind": how, "times": 1})
        world.round(FRIDAY)
        return
    world.box("POST", "/box/clock", {"now": FRIDAY.isoformat()})
    world.box("POST", "/box/faults", {"path": path, "kind": KILLS[how], "times": 1})
    process = world.start_round(FRIDAY)
    try:
        held = world.box("GET", "/box/held?timeout=30")["held"]
        assert [request["path"] for request in held] == [path], f"{path} was not reached: {process.poll()}"
    finally:
        process.kill()
        process.communicate()
        world.box("POST", "/box/release")


def outcome(world: World) -> Outcome:
    """What the bot says, and what the box saw."""
    pushes: list[dict[str, Any]] = world.pushes()
    assert len(pushes) == 1, pushes
    return Outcome(
        pushes[0]["state"], len(world.sends()), len(world.box("GET", "/box/drafts")["drafts"]), pushes[0]["said"]
    )


def play(world: World, route: str, path: str, how: str) -> Outcome:
    """The whole story of one disturbance."""
    prepare(world, route)
    disturb(world, path, how)
    world.attend(*LATER)
    return outcome(world)


def is_right(route: str, path: str, how: str, seen: Outcome) -> bool:
    """Exactly one send by the journal, or, where nobody can know, none more and a person is asked."""
    if route == "draft":
        return (seen.state, seen.sends, seen.drafts) == ("handed_over", 0, 1)
    if path.endswith("freepublish/submit") and how in ("killed before", "lost_before", "timeout_before", "http_502"):
        return (seen.state, seen.sends) == ("unknown", 0) and bool(seen.said)
    return (seen.state, seen.sends, seen.drafts) == ("confirmed", 1, 0)
