"""The demo as a newcomer starts it, and a Chromium to look at it with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.world import ROOT, until

SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
NO_OUTSIDE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--no-sandbox",
)


@dataclass
class Demonstration:
    """A running demo and what it has printed."""

    process: subprocess.Popen[str]
    folder: Path
    lines: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def addresses(self) -> list[str]:
        return re.findall(r"https?://\S+", self.output)

    @property
    def phone(self) -> str:
        return self.addresses[0]

    @property
    def desk(self) -> str:
        return next(address for address in self.addresses if address.endswith("/desk"))

    def password(self, name: str) -> str:
        """The password that the demo printed for a person."""
        found = re.search(rf"^\s+{name}\s+(\S+)", self.output, re.MULTILINE)
        assert found, self.output
        return found[1]

    def logs(self) -> str:
        """Everything the three processes wrote."""
        return "\n".join(
            file.read_text(encoding="utf-8", errors="replace") for file in (self.folder / "log").glob("*.log")
        )


@contextmanager
def demonstration(folder: Path, *arguments: str) -> Iterator[Demonstration]:
    """`python -m bot demo` until the block ends, then Ctrl-C."""
    command = [sys.executable, "-m", "bot", "demo", "--folder", str(folder), *arguments]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("WEIKEPU_")} | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    shown = Demonstration(process, folder)
    reader = threading.Thread(target=lambda: shown.lines.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        until(lambda: "Ctrl-C" in shown.output or process.poll() is not None, timeout_s=60, what="the demo's start")
        assert process.poll() is None, shown.output
        yield shown
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        finally:
            process.kill()
            reader.join(5)
            if process.stdout:
                process.stdout.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = shutil.which("chromium")
    assert path, "Chromium is missing: apt install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(NO_OUTSIDE))
        yield browser
        browser.close()
