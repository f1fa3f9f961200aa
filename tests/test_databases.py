"""Where PostgreSQL cannot be tested, nobody takes a green run for more than it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import ROOT

WITHOUT = "import runpy, sys; sys.modules['pgserver'] = None; sys.argv = sys.argv[1:]; "


def without_pgserver(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`python -m …` on a machine for which pgserver has no package."""
    command = [sys.executable, "-c", f"{WITHOUT} runpy.run_module(sys.argv[0], run_name='__main__')", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)


def test_a_run_without_postgresql_says_so_in_its_last_lines() -> None:
    done = without_pgserver("pytest", "-p", "no:cacheprovider", "tests/ledger/test_database.py")

    assert done.returncode == 0, done.stdout
    assert "NOT TESTED: PostgreSQL" in "\n".join(done.stdout.splitlines()[-2:])


@pytest.mark.parametrize("pgserver", ["sys.modules['pgserver'] = None", "pass"], ids=["without", "with"])
def test_the_gate_stays_shut_without_postgresql(tmp_path: Path, pgserver: str) -> None:
    def program(name: str, *lines: str) -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("\n".join(["#!/usr/bin/env bash", *lines, ""]), encoding="utf-8")
        (tmp_path / name).chmod(0o755)

    for name in ("chromium", "fc-list", "make"):
        program(f"bin/{name}", f'echo {name} "$@"')
    run = f"import runpy, sys; {pgserver}; runpy.run_module(sys.argv[2], run_name='__main__')"
    program(".venv/bin/python", f'cd {ROOT} && exec {sys.executable} -c "{run}" "$@"')
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    environ = os.environ | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    done = subprocess.run([tmp_path / ".ci" / "run"], env=environ, capture_output=True, text=True, timeout=60)

    is_shut = pgserver != "pass"
    assert (done.returncode, "make test" in done.stdout) == (int(is_shut), not is_shut), done.stderr
    assert ("NOT TESTED: PostgreSQL" in done.stderr) == is_shut
